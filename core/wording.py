"""Words that every part of the application needs."""


def counted(number: int, noun: str) -> str:
    """ "1 day", "28 days": a number and what there is so often."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
