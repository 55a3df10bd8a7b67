"""`seller deal`, `seller pipeline`, `seller changes`, `seller draft`, `seller prep`, `seller plan`: thin ways into the skills of these names."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import get_args

from bot.app import App
from bot.commands import ask
from bot.errors import BotError, UsageError
from bot.pipeline.period import period_in
from bot.skills.changes_when import readable, usual
from bot.skills.outreach.phrases import WRITTEN
from bot.skills.outreach.spec import Channel, Language, Length, Purpose
from bot.skills.outreach.wishes import TONES, asked_for
from bot.terminal import err, save

CHOICES = {
    "purpose": get_args(Purpose), "channel": get_args(Channel), "tone": tuple(TONES), "language": get_args(Language),
    "length": get_args(Length),
}  # fmt: skip


def run(
    app: App,
    skill: str,
    text: str,
    *,
    as_: str | None,
    account: str | None = None,
    as_json: bool,
    charts: Path | None = None,
) -> None:
    """Ask one skill by its name; as `seller ask --skill`, with nothing remembered."""
    ask.run(app, text, as_=as_, thread="", skill=skill, file=None, account=account, as_json=as_json, charts=charts)


def pipeline(
    app: App, *, team: str, period: str, segment: str = "", as_: str | None, as_json: bool, charts: Path | None = None
) -> None:
    """Ask for the pipeline of a team, person or region in a period; UsageError for a period that cannot be read."""
    _readable_period(period, app.clock().date())
    if team and segment:
        raise UsageError("--team and --segment go one at a time; choose whose deals count.")
    whose = f" of the {team} team" if team else f" of the segment {segment}" if segment else ""
    run(app, "pipeline", f"pipeline{whose} for {period or 'this quarter'}", as_=as_, as_json=as_json, charts=charts)


def changes(
    app: App,
    *,
    since: str,
    until: str,
    team: str,
    period: str,
    as_: str | None,
    as_json: bool,
    charts: Path | None = None,
) -> None:
    """Ask what changed between two days; UsageError for a day or a period that cannot be read."""
    today = app.clock().date()
    for name, day in (("since", since), ("until", until)):
        if day and not readable(day, today):
            raise UsageError(
                f"--{name} “{day}” is no day; write “2026-11-01”, “Monday”, “last Friday” or “quarter start”."
            )
    _readable_period(period, today)
    whose = f" of the {team} team" if team else ""
    days = f" since {since or usual(today)}{f' until {until}' if until else ''}"
    asked = f"pipeline changes{whose}{f' in {period}' if period else ''}{days}"
    run(app, "changes", asked, as_=as_, as_json=as_json, charts=charts)


def _readable_period(period: str, today: date) -> None:
    if period and period_in(period, today) is None:
        raise UsageError(f"--period “{period}” is no period; write “this quarter”, “next month”, “Q1 2027” or “2026”.")


def draft(
    app: App, text: str, chosen: Mapping[str, str], *, as_: str | None, account: str | None, as_json: bool
) -> None:
    """Draft outreach with the choices of the options; UsageError for a choice that there is not."""
    run(app, "draft", text + asked_for(**_choices(chosen)), as_=as_, account=account, as_json=as_json)


def _choices(chosen: Mapping[str, str]) -> dict[str, str]:
    found = {name: value.strip().casefold() for name, value in chosen.items()}
    for name in ("purpose", "channel"):
        found[name] = found[name].replace("-", "_") if name == "purpose" else found[name].replace("-", "")
    found["language"] = WRITTEN.get(found["language"], found["language"])
    for name, value in found.items():
        if value and value not in CHOICES[name]:
            shown = ", ".join(one.replace("_", "-") for one in CHOICES[name])
            raise UsageError(f"--{name} “{chosen[name]}” is none of {shown}; choose one of them.")
    return found


def plan(
    app: App, text: str, *, as_: str | None, account: str | None, thread: str, out: Path | None, as_json: bool
) -> None:
    """Lay out a plan, or change the one of a conversation, and write its file where one is named."""
    if out and not out.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {out.absolute().parent}; name a file in one that there is.")
    reply = ask.run(
        app,
        text,
        as_=as_,
        thread=thread,
        skill="plan",
        file=None,
        account=account,
        as_json=as_json,
        save_files=out is None,
    )
    if out and reply.draft.files:
        written = save(reply.draft.files[0].model_copy(update={"name": out.name}), out.absolute().parent)
        err.print(f"Written to {written}.", markup=False)
    elif out:
        raise BotError("No file was written, as there is no plan yet; say the go-live, such as “go-live 1 March”.")
