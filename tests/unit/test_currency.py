"""Amounts in one currency at declared rates, and what is refused of the settings."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot import settings
from bot.app import policy
from bot.crm.records import Opportunity, OpportunityHistory
from bot.errors import BotError
from bot.pipeline.book import Book
from bot.pipeline.currency import Rates

RATES = Rates("USD", date(2026, 9, 30), {"EUR": Decimal("1.085"), "JPY": Decimal("0.0067")})
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def deal(key: str, amount: str | None, currency: str) -> Opportunity:
    return Opportunity(
        id=key, name=key, stage="S", amount=None if amount is None else Decimal(amount), currency=currency
    )


@pytest.mark.parametrize(
    ("amount", "currency", "worth"),
    [
        ("100.01", "EUR", "108.51"),  # 108.51085
        ("0.50", "JPY", "0.00"),  # 0.00335
        ("1", "JPY", "0.01"),  # 0.0067
        ("-10", "EUR", "-10.85"),
        ("1.005", "USD", "1.005"),
        ("7", "GBP", None),
    ],
)
def test_an_amount_is_converted_to_the_cent(amount: str, currency: str, worth: str | None) -> None:
    assert RATES.convert(Decimal(amount), currency) == (None if worth is None else Decimal(worth))


def test_half_a_cent_goes_up() -> None:
    assert Rates("USD", None, {"EUR": Decimal("0.5")}).convert(Decimal("0.01"), "EUR") == Decimal("0.01")


def test_deals_and_their_histories_are_copied_into_the_base() -> None:
    rows = [OpportunityHistory(id="h", opportunity_id="a", at=NOW, stage="S", amount=Decimal(200))]
    book = Book(
        [deal("a", "100", "EUR"), deal("b", None, "EUR"), deal("c", "5", "GBP"), deal("d", "5", "USD")],
        {},
        NOW,
        {"a": rows},
    )
    moved = RATES.book(book)
    assert [(one.id, one.amount, one.currency) for one in moved.deals] == [
        ("a", Decimal("108.50"), "USD"),
        ("b", None, "USD"),
        ("c", Decimal(5), "GBP"),
        ("d", Decimal(5), "USD"),
    ]
    assert [row.amount for row in moved.histories["a"]] == [Decimal("217.00")]
    assert Rates().book(book) is book
    assert RATES.told == "amounts in USD at the rates of 2026-09-30"


def test_the_settings_give_rates_and_aliases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELLER_RATES", '{"eur": 1.085, "JPY": "0.0067"}')
    monkeypatch.setenv("SELLER_RATES_DATE", "2026-09-30")
    monkeypatch.setenv("SELLER_STAGE_ALIASES", '{"Evaluation": "Discovery"}')
    made = policy(settings.load())
    assert (made.rates, made.stage_aliases) == (RATES, {"Evaluation": "Discovery"})


def test_a_settings_file_gives_them_as_tables(home_of_settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert policy(settings.load()).rates == Rates("USD", date(2026, 9, 30), {"EUR": Decimal("1.085")})


@pytest.fixture
def home_of_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> object:
    home = tmp_path_factory.mktemp("home")
    (home / "settings.toml").write_text("rates_date = 2026-09-30\n[rates]\nEUR = 1.085\n", encoding="utf-8")
    monkeypatch.setenv("SELLER_HOME", str(home))
    return home


HOW = (
    'write a currency\'s code and what one unit of it is worth in SELLER_CURRENCY, above zero, such as {"EUR": 1.08}; '
    "correct it and try again."
)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SELLER_RATES", '{"EUR": 0}', f"The setting SELLER_RATES does not fit: {HOW}"),
        ("SELLER_RATES", '{"EUR": "much"}', f"The setting SELLER_RATES does not fit: {HOW}"),
        ("SELLER_RATES", '{"EUR": "NaN"}', f"The setting SELLER_RATES does not fit: {HOW}"),
        ("SELLER_RATES", '{"Euro": 1.1}', f"The setting SELLER_RATES does not fit: {HOW}"),
        ("SELLER_RATES", '[1.1]', f"The setting SELLER_RATES does not fit: {HOW}"),
        ("SELLER_RATES", "EUR=1.1", 'The setting SELLER_RATES is no JSON; write it like {"EUR": 1.08}.'),
        ("SELLER_RATES_DATE", "soon", "The setting SELLER_RATES_DATE does not fit: write the day as 2026-12-31; correct it and try again."),
    ],
)  # fmt: skip
def test_rates_that_do_not_fit_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BotError) as refused:
        settings.load()
    assert str(refused.value) == sentence
