"""How many calls HubSpot gets in how long: on a clock of our own, nobody sleeps."""

import pytest

from bot.crm.hubspot.pace import Pace, pace_of


class Clock:
    """Moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def most(times: list[float], seconds: float) -> int:
    """The most calls in any window of this length."""
    return max(sum(at <= other < at + seconds for other in times) for at in times)


def calls(pace: Pace, clock: Clock, count: int, *, search: bool = False) -> list[float]:
    """When each of so many calls is made, in a hurry."""
    times = []
    for _ in range(count):
        pace.take(search=search, wait=True)
        times.append(clock.now)
    return times


@pytest.mark.parametrize(("search", "seconds", "limit"), [(False, 10.0, 100), (True, 1.0, 5)])
def test_the_mirror_stays_below_what_a_portal_allows(search: bool, seconds: float, limit: int) -> None:
    clock = Clock()
    times = calls(Pace(clock=clock, sleep=clock.sleep), clock, 400, search=search)
    assert most(times, seconds) == limit * 0.8
    assert most(times, 10.0) <= 100


def test_a_portal_that_allows_more_says_so() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    pace.heard({"X-HubSpot-RateLimit-Max": "190", "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"})
    assert most(calls(pace, clock, 1000), 10.0) == 152


def test_where_other_apps_use_up_the_calls_we_wait_a_second() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    pace.heard({"X-HubSpot-RateLimit-Max": "100", "X-HubSpot-RateLimit-Remaining": "4"})
    assert calls(pace, clock, 2) == [101.0, 101.0]
    pace.heard({"X-HubSpot-RateLimit-Max": "100", "X-HubSpot-RateLimit-Remaining": "50"})
    assert calls(pace, clock, 1) == [101.0]


def test_who_waits_for_an_answer_is_not_held_up_but_counts() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    for _ in range(90):
        pace.take(search=False, wait=False)
    assert clock.now == 100.0
    assert calls(pace, clock, 1) == [110.0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8310/hubspot", "http://localhost:1", "http://[::1]:8"])
def test_a_server_on_this_machine_has_no_limit_until_it_tells_of_one(url: str) -> None:
    pace, clock = pace_of(url), Clock()
    pace._clock, pace._sleep = clock, clock.sleep
    assert calls(pace, clock, 500, search=True)[-1] == 100.0
    pace.heard({"X-HubSpot-RateLimit-Max": "10"})
    assert calls(pace, clock, 1) == [110.0]
    assert most(calls(pace, clock, 40, search=True), 1.0) == 4


def test_hubspot_itself_has_its_limits() -> None:
    clock = Clock()
    pace = pace_of("https://api.hubapi.com")
    pace._clock, pace._sleep = clock, clock.sleep
    assert calls(pace, clock, 81)[-1] == 110.0
