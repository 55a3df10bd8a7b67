"""The weights that ship are those of the sentences that ship."""

import numpy as np

from bot.intents import FILE
from evals.routing.train import digest


def test_the_weights_were_learnt_from_the_sentences_as_they_are() -> None:
    """Who changes a file of evals/routing learns anew: `python -m evals.routing.train`."""
    with np.load(FILE, allow_pickle=False) as held:
        assert str(held["learnt_from"]) == digest()


def test_the_weights_are_small() -> None:
    assert FILE.stat().st_size < 300_000
