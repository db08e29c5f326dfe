"""Files that take much memory are made a few at a time, and one for each reader."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.ui.session.turns import Turns


def nothing() -> None:
    """Waits without a word."""


def test_a87_of_many_who_ask_at_once_only_so_many_have_a_turn_and_all_get_one():
    turns, seen, now, lock = Turns(2), [], set(), threading.Lock()

    def ask(number: int) -> None:
        with turns.turn(f"{number}@example.com", nothing):
            with lock:
                now.add(number)
                seen.append(len(now))
            threading.Event().wait(0.002)
            with lock:
                now.remove(number)

    with ThreadPoolExecutor(20) as readers:
        list(readers.map(ask, range(60)))
    assert len(seen) == 60
    assert max(seen) == 2


def test_a87_one_reader_has_one_turn_and_leaves_the_others_to_others():
    turns, waited = Turns(2), []

    class GivesUp(Exception):
        pass

    def give_up() -> None:
        waited.append(1)
        raise GivesUp

    with turns.turn("alice@example.com", nothing):
        with pytest.raises(GivesUp), turns.turn("alice@example.com", give_up):
            pass
        with turns.turn("bob@example.com", give_up), pytest.raises(GivesUp), turns.turn("ivy@example.com", give_up):
            pass
    assert len(waited) == 2
    with turns.turn("alice@example.com", give_up):
        pass


def test_a_turn_that_ends_with_an_error_is_free_again():
    turns = Turns(1)
    with pytest.raises(OSError, match="full"), turns.turn("alice@example.com", nothing):
        raise OSError("full")
    with turns.turn("bob@example.com", pytest.fail):
        pass
