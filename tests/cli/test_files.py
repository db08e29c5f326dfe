"""Files appear whole or not at all, and a demo never touches a folder that is not its own."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from core.cli.demo_folder import NotADemoFolder, demo_folder
from core.cli.files import FileNotWritten, written_whole


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


def fill(path: Path, text: str) -> None:
    with written_whole(path) as file:
        file.write(text)


def test_a_file_behind_a_symbolic_link_is_replaced_and_the_link_stays(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    target, link, dangling = tmp_path / "folder" / "real.csv", tmp_path / "link.csv", tmp_path / "dangling.csv"
    target.write_text("older")
    link.symlink_to(target)
    dangling.symlink_to(tmp_path / "folder" / "new.csv")
    fill(link, "newer")
    fill(dangling, "new")
    assert link.is_symlink() and dangling.is_symlink()
    assert (target.read_text(), (tmp_path / "folder" / "new.csv").read_text()) == ("newer", "new")
    assert len([*tmp_path.rglob("*")]) == 5


@pytest.mark.parametrize("linked", [False, True])
def test_a_named_pipe_stays_one_and_its_reader_gets_what_is_written(tmp_path: Path, linked: bool):
    pipe, name = tmp_path / "pipe", tmp_path / "name"
    os.mkfifo(pipe)
    name.symlink_to(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    fill(name if linked else pipe, "a line\n")
    reader.join(10)
    assert got == ["a line\n"]
    assert pipe.is_fifo() and len([*tmp_path.iterdir()]) == 2


def test_a_device_that_takes_nothing_is_named_and_stays(tmp_path: Path):
    sink = tmp_path / "sink"
    sink.symlink_to("/dev/full")
    with pytest.raises(FileNotWritten, match=f"{sink} could not be written: No space left"):
        fill(sink, "a line")
    assert sink.is_symlink() and sink.is_char_device()


def test_a_demo_in_the_home_of_nobody_is_refused():
    nowhere = demo_folder(Path("~nosuchuser/x"), fresh=False)
    with pytest.raises(NotADemoFolder, match="no home of that user: ~nosuchuser/x"), nowhere:
        pass
