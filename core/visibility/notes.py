"""Context notes behind the gate: who sees a person sees that person's note, and only the employee writes it."""

from __future__ import annotations

from collections.abc import Sequence

from core.store.notes import notes
from core.store.notes.notes import ContextNote
from core.viewers import own_note
from core.visibility.reach import Reach


class Notes(Reach):
    """What people in reach say beside their figures, and the viewer's own note."""

    def notes_of(self, people: Sequence[int]) -> dict[int, ContextNote]:
        """Employee id → note, of those people of the scope who have written one."""
        for employee_id in people:
            self.person(employee_id)
        self.recorder.log_people(people)
        with self._usage() as connection:
            return notes.notes_of(connection, people)

    def write_note(self, words: str) -> None:
        """Write the viewer's own note; see `core.viewers.own_note.write`.

        Raises:
            NotPermitted: the viewer is not in the directory.
        """
        own_note.write(self._database, self.viewer.email, self._own("a note"), words)

    def remove_note(self) -> None:
        """Remove the viewer's own note, if there is one.

        Raises:
            NotPermitted: the viewer is not in the directory.
        """
        own_note.remove(self._database, self.viewer.email, self._own("a note"))
