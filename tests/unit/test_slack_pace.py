"""The pace at which messages go to Slack, and what it says about waiting."""

import pytest

from bot.slack.sending.client import BURST, Pace, retry_after


class Clock:
    """A time that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.now += seconds


def waits(pace: Pace, clock: Clock, channel: str, times: int, method: str = "chat.postMessage") -> list[float]:
    """How long each of some calls waits."""
    taken = []
    for _ in range(times):
        before = clock.now
        pace.wait(method, channel)
        taken.append(round(clock.now - before, 3))
    return taken


def test_a_short_burst_goes_out_at_once_and_then_one_a_second() -> None:
    clock = Clock()
    assert waits(Pace(clock, clock.sleep), clock, "C1", BURST + 3) == [0.0] * BURST + [1.0] * 3


def test_a_channel_that_was_quiet_takes_a_burst_again() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    waits(pace, clock, "C1", BURST)
    clock.sleep(BURST)
    assert waits(pace, clock, "C1", BURST + 1) == [0.0] * BURST + [1.0]


def test_other_channels_and_other_methods_do_not_wait() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    waits(pace, clock, "C1", BURST)
    assert waits(pace, clock, "C2", 1) == [0.0]
    assert waits(pace, clock, "C1", 9, "chat.update") == [0.0] * 9


def test_what_slack_holds_up_waits_as_long_as_it_says_and_nothing_else_does() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    pace.hold("chat.update", "C1", 7)
    assert waits(pace, clock, "C2", 1, "chat.update") == [0.0]
    assert waits(pace, clock, "C1", 1, "views.open") == [0.0]
    assert waits(pace, clock, "C1", 2, "chat.update") == [7.0, 0.0]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "30"}, 30), ({"retry-after": ["0"]}, 0), ({}, 1), (None, 1), ({"Retry-After": "soon"}, 1)],
)
def test_retry_after_is_read_however_it_comes(headers: object, seconds: float) -> None:
    assert retry_after(headers) == seconds
