"""Whether a folder lies on a disk of this machine: SQLite's write-ahead log needs memory that all processes share."""

from __future__ import annotations

from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
"""Where Linux lists what is mounted where; elsewhere nothing is known."""

_OF_A_NETWORK = (
    *("9p", "afs", "ceph", "cifs", "coda", "davfs", "glusterfs", "lustre", "ncpfs", "nfs", "smb", "vboxsf"),
    *("fuse.davfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
)
_SYNCED = {"dropbox", "google drive", "googledrive", "icloud drive", "mobile documents", "nextcloud", "onedrive"}


def trouble(folder: Path) -> str | None:
    """What keeps a database in this folder from being safe; None when nothing is known to."""
    place = folder.absolute()
    if synced := next((part for part in place.parts if part.lower() in _SYNCED), None):
        return f"{place} lies in {synced}, a folder that another program copies while Uptake writes."
    if (kind := _kind(place)).startswith(_OF_A_NETWORK):
        return f"{place} lies on a network file system ({kind})."
    return None


def _kind(place: Path) -> str:
    """The kind of file system, as of the mount point nearest above; empty when it cannot be told."""
    try:
        lines = [line.split() for line in MOUNTS.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return ""
    mounted = [(Path(line[1].replace("\\040", " ")), line[2]) for line in lines if len(line) > 2]
    above = [(len(point.parts), kind) for point, kind in mounted if place.is_relative_to(point)]
    return max(above, default=(0, ""), key=lambda found: found[0])[1]
