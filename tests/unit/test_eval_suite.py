"""Suites, their scorers and the report: what counts, what does not, and what fails a run."""

import importlib
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from bot.assistant import Reply
from bot.errors import StorageError, UsageError
from bot.proposals import Citation, Draft, Line, Section
from bot.skills.ask import UNCERTAIN
from evals import own, page
from evals import suite as suites
from evals.report import write
from evals.scorers import NOT_KNOWN, SCORERS, TEN, Score, avoided, scored
from evals.suite import Case, Result, Suite

SUITE = Suite(
    name="s", description="d", now=datetime(2026, 11, 16, tzinfo=UTC), asker="u", cases="c.jsonl",
    scorers=("correct",), thresholds={"correct": 0.9},
)  # fmt: skip


def result(value: float | None, **more: float | None) -> Result:
    """A run that came to this."""
    metrics = {"correct": value, **more}
    return Result(suite="s", metrics=metrics, n=dict.fromkeys(metrics, 10), model="offline")


def reply(*lines: str, cites: tuple[int, ...] = (1,), lead: str = "", unknowns: tuple[str, ...] = ()) -> Reply:
    """An answer of these lines, all from one page."""
    section = Section(title="", lines=tuple(Line(text=text, cites=cites) for text in lines))
    page = Citation(n=1, title="Page", source="x/playbooks/page.md")
    draft = Draft(skill="ask", sections=(section,), citations=(page,), lead=lead, unknowns=unknowns)
    return Reply("r", draft, None, 1.0)


def score(name: str, case: Case, answer: Reply) -> float | None:
    """What a scorer gives."""
    found = SCORERS[name](case, answer)
    return found.value if found else None


ASKED = Case(id="1", question="?", source=("playbooks/page.md",), must=(("10 %", "ten"), ("Lena",)), must_not=("20 %",))
OUTSIDE = Case(id="2", question="?", answerable=False)
REFUSED, HEDGED = reply(NOT_KNOWN, cites=()), reply("Nearest.", lead=UNCERTAIN)


@pytest.mark.parametrize(
    ("name", "case", "answer", "expected"),
    [
        ("answered", ASKED, HEDGED, 1.0), ("answered", ASKED, REFUSED, 0.0), ("answered", OUTSIDE, REFUSED, None),
        ("sure", ASKED, HEDGED, 0.0), ("sure", ASKED, reply("x"), 1.0), ("sure", OUTSIDE, HEDGED, None),
        ("abstained", OUTSIDE, REFUSED, 1.0), ("abstained", OUTSIDE, HEDGED, 0.0), ("abstained", ASKED, HEDGED, None),
        ("honest", OUTSIDE, HEDGED, 1.0), ("honest", OUTSIDE, reply("x"), 0.0), ("honest", ASKED, REFUSED, None),
        ("correct", ASKED, reply("TEN per  cent,", "says lena"), 1.0), ("correct", ASKED, reply("10 %"), 0.0),
        ("correct", ASKED, reply("10 % says Lena, not 20 %"), 0.0), ("correct", OUTSIDE, REFUSED, None),
        ("sourced", ASKED, reply("x"), 1.0), ("sourced", Case(id="3", question="?", source=("y.md",)), reply("x"), 0.0),
        ("sourced", OUTSIDE, reply("x"), None),
        ("cited", ASKED, reply("x"), 1.0), ("cited", ASKED, reply("x", cites=()), 0.0), ("cited", ASKED, REFUSED, None),
        ("unknowns", Case(id="4", question="?", unknown=("Renewal",)), reply("x", unknowns=("the renewal date",)), 1.0),
        ("unknowns", Case(id="4", question="?", unknown=("Renewal",)), reply("x"), 0.0),
        ("unknowns", ASKED, reply("x"), None),
        ("proposed", Case(id="5", question="?", proposes=()), reply("x"), 1.0),
        ("proposed", Case(id="5", question="?", proposes=("create_task",)), reply("x"), 0.0),
        ("proposed", ASKED, reply("x"), None),
        ("complete", ASKED, reply("x"), None),
        ("one_screen", ASKED, reply(*["x"] * 12), 1.0), ("one_screen", ASKED, reply(*["x"] * 13), 0.0),
    ],
)  # fmt: skip
def test_scorers(name: str, case: Case, answer: Reply, expected: float | None) -> None:
    assert score(name, case, answer) == expected


def test_a_brief_is_complete_with_its_parts_in_order_and_a_bottom_line_of_three() -> None:
    def brief(count: int, *titles: str) -> Reply:
        lines = tuple(Line(text=str(i)) for i in range(count))
        sections = tuple(Section(title=title, lines=lines if title == "Bottom line" else ()) for title in titles)
        return Reply("r", Draft(skill="brief", sections=sections), None, 1.0)

    assert score("complete", ASKED, brief(3, *TEN)) == 1.0
    assert score("complete", ASKED, brief(3, *reversed(TEN))) == 0.0
    assert [score("one_screen", ASKED, brief(count, *TEN)) for count in (3, 4)] == [1.0, 0.0]


@pytest.mark.parametrize(("value", "fails"), [(0.9, False), (1.0, False), (0.8999, True), (0.0, True), (None, True)])
def test_a_threshold_is_reached_at_its_value_and_missed_when_unscored(value: float | None, fails: bool) -> None:
    assert bool(result(value).failures(SUITE, None)) is fails


def test_a_fall_below_the_accepted_results_fails_even_above_the_threshold() -> None:
    free = SUITE.model_copy(update={"thresholds": {}})
    loose = free.model_copy(update={"tolerance": 0.005})
    assert result(0.95 - 0.005).failures(loose, result(0.95)) == []
    assert result(0.95 - 1e-12).failures(free, result(0.95)) == []
    assert result(0.949).failures(free, result(0.95)) == ["s: correct fell from 0.950 to 0.949; accept with --record."]
    assert result(0.94).failures(free, result(0.95)) == ["s: correct fell from 0.950 to 0.940; accept with --record."]
    assert result(None).failures(free, result(0.95)) == [
        "s: correct fell from 0.950 to unscored; accept with --record."
    ]
    assert result(0.1).failures(free, result(None)) == []


def test_a_figure_over_data_from_elsewhere_may_be_missing_but_not_fall() -> None:
    away = SUITE.model_copy(update={"elsewhere": ("correct",)})
    assert result(None).failures(away, result(0.95)) == []
    assert result(0.91).failures(away, result(0.95)) == ["s: correct fell from 0.950 to 0.910; accept with --record."]


@given(st.none() | st.floats(0, 1), st.none() | st.floats(0, 1))
def test_accepting_a_result_makes_the_same_result_pass(value: float | None, other: float | None) -> None:
    run = result(value, sourced=other)
    assert run.failures(SUITE.model_copy(update={"thresholds": {}}), run) == []


def test_accepted_results_are_kept_apart_by_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suites, "FOLDER", tmp_path)
    (tmp_path / "s").mkdir()
    offline, asked = result(0.9), result(0.95).model_copy(update={"model": "openai:org/m"})
    suites.accept(SUITE, offline)
    suites.accept(SUITE, asked)
    assert [suites.accepted(SUITE, model) for model in ("offline", "openai:org/m", "other")] == [offline, asked, None]


def test_the_suites_on_disk_can_be_read_and_name_scorers_that_exist() -> None:
    for suite in [suites.load(name) for name in suites.names()]:
        if suite.runs:
            assert callable(importlib.import_module(suite.runs).run)
            continue
        ids = [case.id for case in suite.read_cases()]
        assert ids
        assert len(ids) == len(set(ids))
        assert set(suite.thresholds) <= set(suite.scorers) <= set(SCORERS)


def test_every_suite_measures_a_promise_and_says_what_each_figure_means() -> None:
    known = {promise.id for promise in suites.promises()}
    for suite in [suites.load(name) for name in suites.names()]:
        assert suite.promise in known
        assert [name for name in suite.thresholds if not (suite.meaning(name) or scored(name))] == []


def test_the_page_of_promises_is_that_of_the_accepted_results() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.text()


def test_the_report_tells_promises_moves_skips_and_what_a_run_took(tmp_path: Path) -> None:
    suite = SUITE.model_copy(update={"promise": "computed"})
    run = result(0.9, sourced=1.0).model_copy(
        update={"seconds": 2.5, "tokens": 1200, "cost": 0.0123, "model": "openai:m", "prompt_versions": ("ask@1",)}
    )
    write(tmp_path / "r.html", [(suite, run, result(0.95))], [], ["maven: no data."])
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "1 suite, 2 figures, model openai:m, 2 s, 0.0123 USD." in page
    assert "Not run: maven: no data." in page
    assert "d · model openai:m · prompts ask@1 · 1,200 tokens · 0.0123 USD · 2.5 s" in page
    assert "<td>Code does the arithmetic." in page
    assert "no: s: correct fell from 0.950 to 0.900; accept with --record." in page
    assert '<td class="n fell">-0.050</td>' in page
    assert 'alt="Moved since the accepted results: s correct -0.050."' in page
    assert page.count("data:image/png;base64,") == 3
    assert f"<td>judge</td><td>{prompts.load('judge').version}</td>" in page


def test_an_unknown_suite_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as refused:
        suites.load("nosuch")
    assert str(refused.value) == f"There is no suite nosuch; choose one of {', '.join(suites.names())}."


def test_a_report_says_where_it_is_or_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "new" / "report.html", [], [])
    assert (tmp_path / "new" / "report.html").exists()
    assert capsys.readouterr().err == f"The report is in {tmp_path / 'new' / 'report.html'}.\n"
    with pytest.raises(StorageError, match="cannot be written .* name another file with --report"):
        write(tmp_path / "new", [], [])


def test_the_report_shows_values_thresholds_and_lost_points_escaped(tmp_path: Path) -> None:
    run = result(0.5).model_copy(update={"notes": {"c<1>": {"correct": "says <b>"}}})
    write(tmp_path / "r.html", [(SUITE, run, result(0.95))], run.failures(SUITE, None))
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<td>c&lt;1&gt;</td><td>correct: says &lt;b&gt;</td>" in page
    assert '<i class=low style="width:50.0%"></i><b style="left:90.0%"></b>' in page
    assert "s: correct is 0.500, below its threshold 0.900." in page
    assert "All thresholds are reached." not in page


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read"),
        ("\n", "holds no cases; people's thumbs in Slack fill feedback/cases.jsonl in the home."),
        ('{"id": "a", "question": "why?"}\nnonsense\n', ", line 2 is no case; it needs at least `id` and `question`."),
    ],
)
def test_a_file_that_holds_no_cases_is_one_sentence(tmp_path: Path, text: str | None, says: str) -> None:
    file = tmp_path / "cases.jsonl"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(says)):
        own.read(file)


def test_a_source_beside_the_point_is_not_cited() -> None:
    case = Case(id="a", question="why?", avoid=("events.md",))
    citation = Citation(n=1, title="Events", source="/pages/events.md", page="p1")
    reply = Reply("r1", Draft(skill="ask", citations=(citation,)), None, 1.0)
    assert avoided(case, reply) == Score(0.0, "cites pages/events.md")
    assert avoided(case, Reply("r1", Draft(skill="ask"), None, 1.0)) == Score(1.0)
    assert avoided(Case(id="b", question="why?"), reply) is None
