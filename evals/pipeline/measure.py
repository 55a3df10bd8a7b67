"""Run the suite: every figure of an answer against a sum in SQL that asks no code under test."""

import json
from statistics import fmean
from typing import Any

from sqlalchemy import text

from bot.app import App
from bot.assistant import Reply, Request
from bot.proposals import Figure
from bot.terminal import bars
from evals.runner import home
from evals.suite import Result, Suite

Case = dict[str, Any]
SUM = "SELECT COUNT(*), COALESCE(SUM(CAST(o.amount AS NUMERIC) * {weight}), 0) {tables} WHERE {scope} AND {which}"
TABLES = "FROM crm_opportunities o LEFT JOIN crm_stages s ON s.name = o.stage LEFT JOIN crm_accounts a ON a.id = o.account_id"
CATEGORY = "COALESCE(o.forecast_category, s.forecast_category)"
OPEN = f"NOT o.is_closed AND {CATEGORY} <> 'Omitted'"
INSIDE = "o.close_date BETWEEN :first AND :last"
WON = f"o.is_closed AND o.is_won AND {INSIDE}"


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure the figures, the words that tell them, and that each question finds the skill."""
    lines = (suite.folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    cases: list[Case] = [json.loads(line) for line in lines if line.strip()]
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    with home(suite.now) as app, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        for at, case in enumerate(cases, start=1):
            scores[case["id"]], notes[case["id"]] = _scored(app, case, _asked(app, suite, case))
            moved(at, len(cases), case["id"])
    names = list(dict.fromkeys(name for row in scores.values() for name in row))
    return Result(
        suite=suite.name,
        metrics={name: fmean(row[name] for row in scores.values()) for name in names},
        n=dict.fromkeys(names, len(scores)),
        model="offline",
        cases=scores,
        notes={key: why for key, why in notes.items() if why},
        questions={case["id"]: case["question"] for case in cases if notes[case["id"]]},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "pipeline: skipped."


def _asked(app: App, suite: Suite, case: Case) -> Reply:
    user = app.user(case.get("asker", suite.asker))
    return app.assistant.answer(
        Request(case["question"], user, suite.now, f"eval:{case['id']}", skill=case.get("skill"))
    )


def _scored(app: App, case: Case, reply: Reply) -> tuple[dict[str, float], dict[str, str]]:
    """Give the case's scores and why it lost a point."""
    wanted, found = _reference(app, case), {figure.name: figure for figure in reply.draft.figures}
    wrong = [
        f"{name} is {_told(found.get(name))}, not {want}"
        for name, want in wanted.items()
        if not _same(found.get(name), want)
    ]
    counted = {o for o in reply.draft.records if o.startswith("opportunity:")}
    silent = [name for name, (n, value) in wanted.items() if n and f"{value:,.0f}" not in reply.text]
    scores = {
        "exact": float(not wrong),
        "figures": 1 - len(wrong) / len(wanted) if wanted else 1.0,
        "told": float(not silent and len(counted) == _records(app, case)),
        "routed": float(reply.draft.skill == "pipeline"),
    }
    why = {"exact": "; ".join(wrong)} if wrong else {}
    return scores, why | (
        {"told": f"does not say {silent}, or holds {len(counted)} records"} if not scores["told"] else {}
    )


def _same(figure: Figure | None, want: tuple[int, float]) -> bool:
    return figure is not None and figure.n == want[0] and abs(figure.value - want[1]) < 0.005


def _told(figure: Figure | None) -> str:
    return f"{figure.value} of {figure.n}" if figure else "missing"


def _reference(app: App, case: Case) -> dict[str, tuple[int, float]]:
    """Name of a figure → how many deals and how much; empty where no deal counts."""
    if not _records(app, case):
        return {}
    name = _period(case)
    late = f"{OPEN} AND o.close_date < '2026-11-16'"
    best = f"({WON} OR ({OPEN} AND {INSIDE} AND {CATEGORY} IN ('Commit', 'Best Case')))"
    which = {
        "open pipeline": (OPEN, "1"),
        "weighted": (OPEN, "s.probability"),
        f"closing in {name}": (f"{OPEN} AND {INSIDE}", "1"),
        f"weighted, closing in {name}": (f"{OPEN} AND {INSIDE}", "s.probability"),
        "closed won": (WON, "1"),
        "commit forecast": (f"({WON} OR ({OPEN} AND {INSIDE} AND {CATEGORY} = 'Commit'))", "1"),
        "best case forecast": (best, "1"),
    }
    sums = {key: _sum(app, case, *rule) for key, rule in which.items()}
    overdue = _sum(app, case, late, "1")
    stages = _groups(app, case, "o.stage", OPEN) | _groups(app, case, CATEGORY, "NOT o.is_closed")
    return sums | ({"past their close date": overdue} if overdue[0] else {}) | stages


def _groups(app: App, case: Case, column: str, which: str) -> dict[str, tuple[int, float]]:
    query = f"SELECT DISTINCT {column} {TABLES} WHERE {_scope(case)} AND {which}"
    with app.engine.connect() as connection:
        names = connection.execute(text(query), _values(case)).scalars().all()
    return {f"open in {name}": _sum(app, case, f"{which} AND {column} = '{name}'", "1") for name in names}


def _sum(app: App, case: Case, which: str, weight: str) -> tuple[int, float]:
    query = SUM.format(weight=weight, tables=TABLES, scope=_scope(case), which=which)
    with app.engine.connect() as connection:
        n, amount = connection.execute(text(query), _values(case)).one()
    return int(n), float(amount)


def _records(app: App, case: Case) -> int:
    return _sum(app, case, f"(NOT o.is_closed OR {INSIDE})", "1")[0]


def _scope(case: Case) -> str:
    owners = case["owners"]
    parts = [f"o.owner_id IN ({', '.join(repr(owner) for owner in owners)})"] if owners else []
    parts += ["a.region = :region"] if "region" in case else []
    parts += ["o.account_id = :account"] if "account" in case else []
    return " AND ".join(parts) or "1 = 1"


def _values(case: Case) -> dict[str, str | None]:
    return {"first": case["from"], "last": case["to"], "region": case.get("region"), "account": case.get("account")}


def _period(case: Case) -> str:
    """How the answer must call the days."""
    first, last = case["from"], case["to"]
    if first[5:] == "01-01" and last[5:] == "12-31":
        return str(first[:4])
    months = {"10": "October", "11": "November", "12": "December"}
    if first[:7] == last[:7]:
        return f"{months[first[5:7]]} {first[:4]}"
    return f"Q{(int(first[5:7]) + 2) // 3} {first[:4]}"
