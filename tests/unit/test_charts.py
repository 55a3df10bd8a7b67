"""Charts are drawn at a size that a phone shows, whatever they are given, and told in figures where nothing is drawn."""

import io

import pytest
from PIL import Image
from pydantic import ValidationError

from bot.charts import _first, csv_of, file_name, png
from bot.charts.bars import passed, steps
from bot.charts.kinds import stands
from bot.charts.style import compact
from bot.charts.style import title as titled
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


KINDS = ("bar", "barh", "line", "waterfall", "fan", "funnel", "reliability", "histogram")
WEEKS = tuple(f"W{k}" for k in range(1, 14))
FORECAST = Chart(
    kind="fan",
    title="Forecast for Q4 2026",
    alt="P50 is EUR 750,000.",
    labels=WEEKS[:3],
    series=(
        Series(name="P10", values=(0, 100_000.25, 560_000)),
        Series(name="P50", values=(0, 100_000.25, 750_000)),
        Series(name="P90", values=(0, 100_000.25, 980_000)),
        Series(name="Quota", values=(900_000, 900_000, 900_000)),
        Series(name="Closed", values=(0, 100_000.25, None)),
    ),
    unit="EUR",
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_png_that_is_sharp_on_a_phone(kind: str) -> None:
    drawn = png(STAGES.model_copy(update={"kind": kind}))
    with Image.open(io.BytesIO(drawn)) as picture:
        assert (picture.format, picture.width) == ("PNG", 1080)
        assert 400 < picture.height < 1200
    assert len(drawn) < 100_000


def hard() -> dict[str, tuple[tuple[str, ...], tuple[Series, ...]]]:
    """Labels and series that no drawing may break on, by what is hard about them."""
    long = tuple(f"$x_{k}$ a long label, number {k}" for k in range(30))
    shares = ("Predicted", "Observed", "Low", "High")
    return {
        "nothing": ((), (Series(name="a", values=()),)),
        "no series": (("a",), ()),
        "all unknown": (("a", "b"), (Series(name="P10", values=(None, None)),)),
        "some unknown": (WEEKS, tuple(Series(name=n, values=(1.0, None) * 6) for n in ("P10", "P50", "P90", *shares))),
        "zero": (("only",), tuple(Series(name=n, values=(0.0,)) for n in ("P10", "P50", "P90", "Closed", *shares))),
        "far apart": (("a", "b", "c"), (Series(name="Deals", values=(-5.0, 1e15, 1e-9)),)),
        "many": (long, (Series(name="<@U1> $", values=tuple(float(k) for k in range(30))), Series(name="b", values=(1,)))),
        "more values than labels": (("a",), (Series(name="Predicted", values=(0.2, 0.4)), Series(name="Observed", values=(0.3,)))),
        "one flat rate": (("n=5",), tuple(Series(name=n, values=(0.6,)) for n in shares)),
        "other scripts": (("東京", "🎉"), (Series(name="الربع", values=(1.0, 2.0)),)),
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", hard())
def test_hard_values_are_drawn_too(kind: str, case: str) -> None:
    labels, series = hard()[case]
    chart = Chart(
        kind=kind,  # type: ignore[arg-type]
        title="$\\frac{$ \u202etitle",
        alt="alt",
        labels=labels,
        series=series,
        unit="JPY",
        marks=(("Median 3 days", 0.5), ("Far out", 400.0)),
    )
    with Image.open(io.BytesIO(png(chart))) as picture:
        assert (picture.width, picture.height < 2500) == (1080, True)


def test_long_names_make_a_bar_lie_and_of_many_the_first_are_drawn() -> None:
    standing = STAGES.model_copy(update={"kind": "bar"})
    wordy = standing.model_copy(update={"labels": ("Enterprise Northern Europe", "Public sector and education")})
    many = STAGES.model_copy(
        update={"labels": tuple(f"Owner {k}" for k in range(30)), "series": (Series(name="A", values=(1.0,) * 30),)}
    )
    assert [stands(one) for one in (standing, wordy, many)] == [True, False, False]
    shown, left = _first(many)
    assert (len(shown.labels), len(shown.series[0].values), left) == (16, 16, 14)
    assert _first(STAGES) == (STAGES, 0)


def test_the_figures_are_a_csv_with_what_is_not_known_left_empty() -> None:
    assert csv_of(FORECAST).decode() == (
        "label,P10,P50,P90,Quota,Closed,unit\r\n"
        "W1,0,0,0,900000,0,EUR\r\n"
        "W2,100000.25,100000.25,100000.25,900000,100000.25,EUR\r\n"
        "W3,560000,750000,980000,900000,,EUR\r\n"
    )


def test_no_cell_of_a_csv_is_a_formula() -> None:
    values = Series(name="@sum", values=(-0.1 - 0.2, 1e22))
    chart = STAGES.model_copy(update={"labels": ("=1+1", 'Straße, "Süd"'), "series": (values,), "unit": "-x"})
    assert csv_of(chart).decode() == (
        'label,\'@sum,unit\r\n\'=1+1,-0.30000000000000004,\'-x\r\n"Straße, ""Süd""",1e+22,\'-x\r\n'
    )


def test_a_chart_of_nothing_has_a_csv_of_its_head() -> None:
    chart = Chart(kind="bar", title="T", alt="None.", labels=(), series=(Series(name="", values=()),))
    assert csv_of(chart) == b"label,value\r\n"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Open pipeline by stage (USD)", "open-pipeline-by-stage-usd"),
        ("Größe: Zürich/Köln", "groe-zurich-koln"),
        ("../../etc/passwd", "etc-passwd"),
        ("東京", "chart"),
        ("word " * 30, "word-" * 11 + "word"),
    ],
)
def test_files_are_named_after_the_title(title: str, name: str) -> None:
    assert file_name(STAGES.model_copy(update={"title": title})) == name


def test_a_share_goes_on_as_told_and_none_is_made_of_the_counts() -> None:
    def funnel(*counts: float | None, told: tuple[float | None, ...] | None = None) -> Chart:
        share = [Series(name="Share", values=told)] if told else []
        return Chart(
            kind="funnel",
            title="F",
            alt="F.",
            labels=WEEKS[: len(counts)],
            series=(Series(name="Deals", values=counts), *share),
        )

    assert passed(funnel(100, 50)) == []
    assert passed(funnel(4, 2, told=(0.61, None))) == [0.61, None]


def test_what_is_no_number_is_not_known() -> None:
    assert Series(name="a", values=(float("nan"), float("inf"), 1)).values == (None, None, 1)


def test_shares_are_percents_in_words() -> None:
    chart = Chart(
        kind="reliability",
        title="Predicted and observed",
        alt="Close to the diagonal.",
        labels=("n=120",),
        series=(Series(name="Predicted", values=(0.125,)), Series(name="Observed", values=(None,))),
    )
    assert chart_text(chart).splitlines()[2:] == ["       Predicted  Observed", "n=120      12.5%         –"]


@pytest.mark.parametrize("alt", ["", " \n"])
def test_a_chart_without_words_is_refused(alt: str) -> None:
    with pytest.raises(ValidationError):
        Chart(kind="bar", title="T", alt=alt, labels=(), series=())


def test_a_waterfall_ends_on_a_level_where_the_sum_is_right() -> None:
    assert steps((10, 5, -3, 12)) == [(10, 0.0, True), (5, 10, False), (-3, 15, False), (12, 0.0, True)]
    assert steps((10, 5, -3)) == [(10, 0.0, True), (5, 10, False), (-3, 15, False)]


def test_values_are_written_short() -> None:
    values = (0, -0.0, 12.5, 0.002, 999, 999.6, 48_000, 999_960, 1_250_000, -2e9, 5e12, 1.5e18)
    assert [compact(v, "JPY") for v in values] == [
        "0", "0", "12.5", "0.002", "999", "1k", "48k", "1M", "1.25M", "-2B", "5T", "1,500,000T",
    ]  # fmt: skip
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
    assert titled(chart) == shown
