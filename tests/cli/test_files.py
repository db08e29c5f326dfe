"""Files appear whole or not at all, and a demo never touches a folder that is not its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli.demo_folder import NotADemoFolder, demo_folder
from core.cli.files import written_whole


def test_a_file_that_fails_half_way_leaves_the_older_one(tmp_path: Path):
    path = tmp_path / "export.csv"
    path.write_text("older")

    def fail_half_way() -> None:
        with written_whole(path) as file:
            file.write("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_temporary_demo_leaves_nothing():
    with demo_folder(None, fresh=False) as folder:
        (folder / "uptake.db").touch()
    assert not folder.exists()


def test_a_kept_demo_is_there_again_unless_it_shall_be_fresh(tmp_path: Path):
    place = tmp_path / "demo"
    with demo_folder(place, fresh=False) as folder:
        (folder / "uptake.db").touch()
    with demo_folder(place, fresh=False) as folder:
        assert (folder / "uptake.db").exists()
    with demo_folder(place, fresh=True) as folder:
        assert not (folder / "uptake.db").exists()


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_with_real_data_is_never_touched(tmp_path: Path, fresh: bool):
    (tmp_path / "uptake.db").write_text("real")
    with pytest.raises(NotADemoFolder, match="holds something else than a demo"), demo_folder(tmp_path, fresh=fresh):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["uptake.db"]
