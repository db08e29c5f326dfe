"""The parts of the pages about one person: My usage, Person, and what employees say, see and take of their own."""
