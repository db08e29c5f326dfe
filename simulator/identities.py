"""Who can be chosen at the demo sign-in, and which claims the choice gives."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from simulator.organisation import Organisation


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One choice of the sign-in page. `choice` names it in the form; `note` says what the product will show."""

    choice: str
    name: str
    email: str
    department: str
    title: str = ""
    note: str = ""
    verified: bool = True

    @property
    def subject(self) -> str:
        """The stable, opaque `sub` claim: one for each choice, so that an unverified twin is another subject."""
        return hashlib.sha256(self.choice.encode()).hexdigest()[:24]

    @property
    def claims(self) -> dict[str, object]:
        return {"sub": self.subject, "name": self.name, "email": self.email, "email_verified": self.verified}


def featured(org: Organisation) -> list[Identity]:
    """The personas, then the two sign-ins that the product must turn away."""
    identities = [
        Identity(
            choice=persona.person.email,
            name=persona.person.name,
            email=persona.person.email,
            department=persona.person.department,
            title=persona.person.title,
            note=f"may see {persona.sees}",
        )
        for persona in org.personas
    ]
    identities.append(
        Identity(
            choice=org.stranger.email,
            name=org.stranger.name,
            email=org.stranger.email,
            department="",
            title="somebody who is not in the directory",
            note="may see nothing: unknown here",
        )
    )
    identities.append(
        Identity(
            choice=f"unverified:{org.vp.email}",
            name=org.vp.name,
            email=org.vp.email,
            department="",
            title="somebody with an unverified e-mail address",
            note="may see nothing: anybody could claim this address",
            verified=False,
        )
    )
    return identities


def everybody(org: Organisation) -> list[Identity]:
    """The whole directory, by department and name."""
    identities = [
        Identity(
            choice=person.email,
            name=person.name,
            email=person.email,
            department=person.department,
            title=person.title,
            note="" if person.employed_on(org.today) else "left",
        )
        for person in org.people
    ]
    return sorted(identities, key=lambda identity: (identity.department, identity.name))
