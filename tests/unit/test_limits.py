"""Thresholds of risk signals from the settings: which deal gets which, and what a wrong key is told."""

import pytest

from bot.errors import BotError, UsageError
from bot.pipeline.limits import DEFAULTS, limits
from bot.settings import Settings, load


def test_the_closest_setting_counts() -> None:
    found = limits(
        {
            "silence_amber": 10,
            "Enterprise.silence_amber": 11,
            "/Negotiation.silence_amber": 12,
            "Enterprise/Negotiation.silence_amber": 13,
            "/Proposal/Price Quote.silence_red": 30,
        }
    )
    asked = [
        ("Mid-Market", "Discovery"),
        ("enterprise", "Discovery"),
        (None, "negotiation"),
        ("Enterprise", "Negotiation"),
    ]
    assert [found.of(segment, stage).silence_amber for segment, stage in asked] == [10, 11, 12, 13]
    assert found.of(None, "Proposal/Price Quote").silence_red == 30
    assert limits({}).of("Enterprise", "Proposal") == DEFAULTS


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("silence_ambr", 3, "The setting SELLER_RISK knows no silence_ambr; did you mean silence_amber?"),
        ("Enterprise.deadd", 3, "The setting SELLER_RISK knows no Enterprise.deadd; did you mean Enterprise.dead?"),
        ("dead", 3.5, "The setting SELLER_RISK wants a whole number for dead, not 3.5; correct it."),
        (
            "Enterprise.silence_red",
            3,
            "The setting SELLER_RISK makes silence_red 3, which is below silence_amber 14; raise silence_red or lower silence_amber.",
        ),
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(key: str, value: float, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        limits({key: value})
    assert str(caught.value) == told


def test_a_key_like_none_lists_what_there_is() -> None:
    with pytest.raises(
        UsageError, match=r"^The setting SELLER_RISK knows no xyz; there are silence_amber, silence_red, "
    ):
        limits({"xyz": 1})


def test_tables_of_the_settings_file_are_read_as_dotted_keys() -> None:
    told = Settings.model_validate({"risk": {"dead": 90, "Enterprise": {"dead": 120}}}).risk
    assert told == {"dead": 90, "Enterprise.dead": 120}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('{"dead": "soon"}', "dead is 'soon', and a number of 0 or more is wanted"),
        ('{"dead": -1}', "dead is -1, and a number of 0 or more is wanted"),
        ('{"Enterprise": {"dead": true}}', "Enterprise.dead is True, and a number of 0 or more is wanted"),
        ('{"dead": NaN}', "dead is nan, and a number of 0 or more is wanted"),
    ],
)
def test_a_value_that_is_no_number_is_named(given: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELLER_RISK", given)
    with pytest.raises(BotError) as caught:
        load()
    assert str(caught.value) == f"The setting SELLER_RISK does not fit: {told}; correct it and try again."
