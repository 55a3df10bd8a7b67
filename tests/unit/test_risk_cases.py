"""Every case of the risk suite: which signals fire, on which deals, and how severe they are."""

from collections import Counter

import pytest

from bot.pipeline.risk import NAMES, signals
from bot.skills.questions import BY_SIGNAL
from bot.skills.stakes import REMEDY
from evals.risk.cases import Case, cases

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_signal_says_what_it_should(case: Case) -> None:
    fired = {signal.name: signal.severity for signal in signals(case.deal, case.now, probability=case.probability)}
    assert fired.get(case.signal, "none") == case.want


def test_each_signal_has_four_deals_on_which_it_fires_and_four_on_which_it_does_not() -> None:
    fires = Counter(case.signal for case in CASES if case.want in ("red", "amber"))
    quiet = Counter(case.signal for case in CASES if case.want == "none")
    assert [name for name in fires | quiet if min(fires[name], quiet[name]) < 4] == []


def test_every_signal_has_cases_a_remedy_and_a_question() -> None:
    assert {case.signal for case in CASES} == set(NAMES)
    assert set(REMEDY) == set(NAMES)
    assert set(NAMES) - set(BY_SIGNAL) == {
        "forecast mismatch"
    }  # a question of its own, with what speaks against Commit
