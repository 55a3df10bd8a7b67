"""Charts are drawn at a size that a phone shows, whatever they are given, and told in figures where nothing is drawn."""

import io

import pytest
from PIL import Image
from pydantic import ValidationError

from bot.charts import _title, compact, png, steps
from bot.proposals import Chart, Series
from bot.slack.showing import views
from bot.text import chart_text

STAGES = Chart(
    kind="barh",
    title="Open pipeline by stage",
    alt="Most of the open pipeline, USD 1,250,000, is in Discovery.",
    labels=("Discovery", "Proposal"),
    series=(Series(name="Amount", values=(1250000, 95500.5)),),
    unit="USD",
)


@pytest.mark.parametrize("kind", ["bar", "barh", "line", "waterfall"])
def test_every_kind_is_a_png_of_a_phones_width(kind: str) -> None:
    drawn = png(STAGES.model_copy(update={"kind": kind}))
    with Image.open(io.BytesIO(drawn)) as picture:
        assert (picture.format, picture.width) == ("PNG", 700)
    assert len(drawn) < 60_000


@pytest.mark.parametrize("kind", ["bar", "barh", "line", "waterfall"])
@pytest.mark.parametrize(
    ("labels", "values"),
    [
        ((), ()),
        (("only",), (0.0,)),
        (("a", "b"), (-5.0, 1e12)),
        (tuple(f"$x_{k}$ a long label, number {k}" for k in range(30)), tuple(float(k) for k in range(30))),
    ],
    ids=["nothing", "zero", "far apart", "many"],
)
def test_hard_values_are_drawn_too(kind: str, labels: tuple[str, ...], values: tuple[float, ...]) -> None:
    series = (Series(name="<@U1> $", values=values), Series(name="b", values=values[:1]))
    chart = Chart(kind=kind, title="$\\frac{$ \u202etitle", alt="alt", labels=labels, series=series)  # type: ignore[arg-type]
    assert png(chart).startswith(b"\x89PNG")


def test_a_chart_without_words_is_refused() -> None:
    with pytest.raises(ValidationError):
        Chart(kind="bar", title="T", alt="", labels=(), series=())


def test_a_waterfall_ends_on_a_level_where_the_sum_is_right() -> None:
    assert steps((10, 5, -3, 12)) == [(10, 0.0, True), (5, 10, False), (-3, 15, False), (12, 0.0, True)]
    assert steps((10, 5, -3)) == [(10, 0.0, True), (5, 10, False), (-3, 15, False)]


def test_values_are_written_short() -> None:
    assert [compact(v, "USD") for v in (0, 12.5, 999, 48_000, 1_250_000, -2e9)] == [
        "0",
        "12.5",
        "999",
        "48k",
        "1.25M",
        "-2B",
    ]
    assert compact(31, "%") == "31%"


def test_a_chart_in_words_has_its_figures_aligned() -> None:
    assert chart_text(STAGES).splitlines() == [
        "Open pipeline by stage",
        "Most of the open pipeline, USD 1,250,000, is in Discovery.",
        "                  Amount",
        "Discovery  USD 1,250,000",
        "Proposal    USD 95,500.5",
    ]


def test_slack_shows_the_words_and_a_table_where_it_shows_no_picture() -> None:
    message = views.chart(STAGES)
    assert message.blocks[0]["text"]["text"].splitlines() == [
        "*Open pipeline by stage*",
        "Most of the open pipeline, USD 1,250,000, is in Discovery.",
    ]
    assert [[cell["text"] for cell in row] for row in message.blocks[1]["rows"]] == [
        ["–", "Amount"],
        ["Discovery", "USD 1,250,000"],
        ["Proposal", "USD 95,500.5"],
    ]
    assert message.blocks[1]["column_settings"] == [{"align": "left", "is_wrapped": True}, {"align": "right"}]


@pytest.mark.parametrize(
    ("title", "unit", "shown"),
    [("Open by stage (USD)", "USD", "Open by stage (USD)"), ("Open", "USD", "Open (USD)"), ("Rate", "%", "Rate")],
)
def test_the_unit_is_named_once(title: str, unit: str, shown: str) -> None:
    chart = Chart(
        kind="bar", title=title, alt="One.", labels=("a",), series=(Series(name="A", values=(1.0,)),), unit=unit
    )
    assert _title(chart) == shown
