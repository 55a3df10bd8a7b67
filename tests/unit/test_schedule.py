"""Rounds of a running process."""

import threading

from bot.schedule import Every

LONG = 3600.0


def test_a_round_that_may_begin_at_once_does_not_wait_for_the_first_interval() -> None:
    done = threading.Event()
    with Every(LONG, lambda stop: done.set(), "round", at_once=True):
        assert done.wait(20)


def test_another_round_waits_and_ends_with_the_process() -> None:
    done = threading.Event()
    with Every(LONG, lambda stop: done.set(), "round"):
        pass
    assert not done.is_set()
