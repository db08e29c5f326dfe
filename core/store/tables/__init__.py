"""The tables, declared in SQLModel, a module a subject. Which modules may import them is checked."""
