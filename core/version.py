"""Which version of Uptake this is."""

from importlib import metadata


def version() -> str:
    """The installed version; "unknown" where the program runs without having been installed."""
    try:
        return metadata.version("uptake")
    except metadata.PackageNotFoundError:
        return "unknown"
