"""`seller doctor`: one line for each part, with what to do where it is not well."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import get_args

import prompts
from bot.app import App
from bot.commands import doctor_slack
from bot.commands.output import emit
from bot.crm.mirror import Mirror
from bot.crm.port import Remote
from bot.errors import BotError, OverBudget
from bot.router import Choice
from bot.settings import Role, Settings
from bot.store.database import told
from bot.terminal import out
from bot.upkeep.deep import look
from bot.upkeep.findings import Finding, State
from knowledge.errors import KnowledgeError, KnowledgeLocked


def run(settings: Settings, *, deep: bool, as_json: bool) -> int:
    """Check every part, and with `deep` every store against the others; return 1 where something is broken."""
    with App(settings) as app:
        probes = PROBES | (doctor_slack.PROBES if settings.slack_bot_token else {})
        # Before anything else: the other parts would make a missing index anew, or bring words in step.
        inside = _deep(app) if deep else []
        findings = [_check(name, probe, app) for name, probe in probes.items()] + inside
    if as_json:
        emit([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = {"well": "[green]✓[/green]", "optional": "[dim]–[/dim]", "broken": "[red]✗[/red]"}[finding.state]
            out.print(f"{mark} {finding.part}: {finding.says}")
    return 1 if any(finding.state == "broken" for finding in findings) else 0


def _deep(app: App) -> list[Finding]:
    """What the stores say of each other; one line where all of it is well."""
    try:
        app.ready()
        found = list(look(app.settings, lambda: app.engine, lambda: app.library, app.clock()))
    except (BotError, KnowledgeError) as error:
        found = [Finding("stores", "broken", str(error))]
    return found or [Finding("stores", "well", "every store agrees with the others.")]


def _check(part: str, probe: Callable[[App], tuple[State, str]], app: App) -> Finding:
    try:
        return Finding(part, *probe(app))
    except (BotError, KnowledgeError) as error:
        return Finding(part, "broken", str(error))


def _home(app: App) -> tuple[State, str]:
    app.ready()
    return "well", f"{app.settings.home} can be written."


def _database(app: App) -> tuple[State, str]:
    return "well", f"{told(app.engine.url)} is at the newest version."


def _crm(app: App) -> tuple[State, str]:
    if app.remote is not None and app.mirror is not None:
        return _connected(app, app.remote, app.mirror)
    accounts = len(app.reader.account_names())
    if not accounts:
        return (
            "optional",
            "the embedded CRM is empty; load records with `seller crm import FOLDER` or try `seller demo`.",
        )
    as_of = app.reader.as_of()
    return (
        "well",
        f"embedded, {accounts:,} accounts, as of {as_of:%Y-%m-%d %H:%M} UTC." if as_of else f"{accounts} accounts.",
    )


def _connected(app: App, remote: Remote, mirror: Mirror) -> tuple[State, str]:
    """What answers as whom, as of when the mirror holds, and whether the last sync came through."""
    standing = mirror.standing()
    if standing.as_of:
        held = (
            f"The mirror holds {len(app.reader.account_names()):,} accounts, as of {standing.as_of:%Y-%m-%d %H:%M} UTC."
        )
    else:
        held = "The mirror is not filled yet; run `seller sync`."
    try:
        says = f"{remote.check()} {held}"
    except BotError as error:
        raise BotError(f"{error} {held}") from error
    if standing.trouble:
        raise BotError(f"{says} The last sync did not come through: {standing.trouble}")
    if standing.unfinished:
        return "well", f"{says} A sync is under way or was cut off; `seller sync` goes on there."
    return ("well" if standing.as_of else "optional"), says


def _people(app: App) -> tuple[State, str]:
    if app.mirror is not None and app.mirror.as_of() is None:
        return "optional", "known once `seller sync` is through."
    users = app.reader.users()
    if not users:
        return "optional", "the CRM has no users yet; who asks in the terminal is a local admin who sees everything."
    roles = Counter(user.role for user in users if user.active)
    told = ", ".join(f"{roles[role]} {role}" for role in get_args(Role) if roles[role])
    left = sum(not user.active for user in users)
    mute = sum(user.active and not user.email for user in users)
    known = {(user.email or "").strip().casefold() for user in users}
    strangers = [email for email in app.settings.roles if email.strip().casefold() not in known]
    says = [
        f"{roles.total():,} active users: {told or 'none'}", f"{left} inactive" if left else "",
        f"{mute} without e-mail, whom Slack cannot find" if mute else "",
        f"SELLER_ROLES names {', '.join(strangers)}, whom the CRM does not know" if strangers else "",
    ]  # fmt: skip
    return "well", f"{'; '.join(part for part in says if part)}."


def _knowledge(app: App) -> tuple[State, str]:
    try:
        app.library.warm()
    except KnowledgeLocked as error:
        return "optional", str(error)
    stats = app.library.stats()
    where = app.settings.chroma_url or "embedded Chroma"
    if not stats.documents:
        return "optional", f"{where} answers but holds no pages; fill it with `seller ingest FOLDER`."
    return "well", f"{where}, {stats.documents:,} documents, {stats.chunks:,} passages, embedder {stats.embedder}."


def _model(app: App) -> tuple[State, str]:
    model = app.model_of("doctor")
    if model is None:
        return "optional", "offline writer; set OPENAI_API_KEY (or OPENAI_BASE_URL) and SELLER_MODEL to use a model."
    rendered = prompts.load("route").render(
        question="brief me on Acme", skills="brief: an account brief\nask: questions"
    )
    try:
        answer = model.write(rendered, Choice)
    except OverBudget as error:
        return "optional", f"not asked: {error}"
    return "well", f"{answer.model} answered in {answer.ms / 1000:.1f} s."


def _spending(app: App) -> tuple[State, str]:
    calls, now = app.door.calls, app.clock()
    spent = calls.spent(now)
    says = [f"{spent.tokens:,} tokens today, USD {spent.cost:,.2f} of models with a price"]
    limits = [limit for limit in app.door.budget.limits(spent, spent) if not limit.kind.startswith("person")]
    says += [f"{limit.share:.0%} of {limit.told(limit.most)}" for limit in limits]
    return "well", f"{'; '.join(says)}."


def _clock(app: App) -> tuple[State, str]:
    return "well", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC."


PROBES: dict[str, Callable[[App], tuple[State, str]]] = {
    "data folder": _home,
    "database": _database,
    "CRM": _crm,
    "people": _people,
    "knowledge base": _knowledge,
    "language model": _model,
    "spending": _spending,
    "Slack": doctor_slack.bot_token,
    "clock": _clock,
}
