"""Who works here, who reports to whom, and which Claude account is whose.

Everything in this room is pure: bytes, rows and identities go in, new values come out, and nothing here knows the
database or the network. `email` has the one form in which addresses are compared, `roster` reads a directory file,
`hierarchy` numbers the reporting lines so that a chain is a range, and `matching` says which employee an account
belongs to. In doubt each of them attributes to nobody and says why, for a wrong guess would show one person's numbers
to another person's manager.
"""
