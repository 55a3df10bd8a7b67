"""A person's stop ends the work of an answer, up to the moment in which it takes effect."""

import threading
import time

import pytest

from bot.errors import Stopped
from bot.llm.deadline import Attempt, within
from bot.llm.leaving import Leave, leaving, present

STOP = Stopped("Stopped.")


def test_a_stop_ends_the_waiting_at_once_and_tells_the_work() -> None:
    leave, begun, told = Leave(), threading.Event(), threading.Event()

    def work(attempt: Attempt) -> None:
        begun.set()
        attempt.wait(25.0)
        told.set()

    def stop() -> None:
        begun.wait(10)
        leave.now(STOP)

    stopper, started = threading.Thread(target=stop), time.monotonic()
    stopper.start()
    with pytest.raises(Stopped), leaving(leave):
        within(30.0, work)
    stopper.join()
    assert told.wait(10)
    assert time.monotonic() - started < 10


def test_a_stop_that_came_earlier_asks_no_model() -> None:
    leave, asked = Leave(), []
    assert leave.now(STOP)
    with pytest.raises(Stopped), leaving(leave):
        within(30.0, asked.append)
    assert asked == []


def test_after_the_last_call_a_stop_is_too_late() -> None:
    leave = Leave()
    leave.last_call()
    assert not leave.now(STOP)
    leave.check()


def test_a_stop_before_the_last_call_is_raised_there() -> None:
    leave = Leave()
    with leaving(leave):
        assert leave.now(STOP)
        with pytest.raises(Stopped):
            present().last_call()
    present().last_call()
