"""`seller`: the same skills without Slack; each command imports only what it needs."""

import errno
import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.exceptions import TyperException

from bot import log
from bot.cli_audit import audit
from bot.cli_crm import crm
from bot.cli_kb import kb
from bot.cli_options import Account, As, Charts, Json, Now, Paths, opened, path
from bot.cli_pipeline import pipeline
from bot.cli_proposals import proposals
from bot.errors import BotError, UsageError

STOPPED = 130
"""exit status after Ctrl-C"""
cli = typer.Typer(
    name="seller",
    help="An assistant for sellers: cited briefs and answers, and CRM writes that wait for your yes.\n\nExample: seller demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # drawing the help with Rich takes longer than everything else
)
slack = typer.Typer(name="slack", help="Slack set-up.", no_args_is_help=True, rich_markup_mode=None)
cli.add_typer(crm)
cli.add_typer(audit)
cli.add_typer(kb)
cli.add_typer(pipeline)
cli.add_typer(proposals)
cli.add_typer(slack)


@cli.command()
def demo(
    reset: Annotated[bool, typer.Option("--reset", help="Start the sample company anew.")] = False, now: Now = None
) -> None:
    """Load the sample company and talk to the assistant.

    Example: seller demo
    """
    from bot.commands.demo import run

    with opened(now) as app:
        run(app, reset=reset)


@cli.command()
def ask(
    text: Annotated[str, typer.Argument(help="The question, in your own words; - reads it from standard input.")],
    as_: As = None,
    thread: Annotated[str, typer.Option(help="Conversation to continue.")] = "",
    skill: Annotated[str | None, typer.Option(help="Skill to use instead of the router's choice.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file that belongs to the question.")] = None,
    account: Account = None,
    charts: Charts = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Ask one question of any skill.

    Example: seller ask "brief me on Northwick Dairy"
    """
    from bot.commands.ask import run

    with opened(now) as app:
        run(app, text, as_=as_, thread=thread, skill=skill, file=file, account=account, as_json=json_, charts=charts)


@cli.command()
def deal(
    name: Annotated[str, typer.Argument(help="The deal, or the account of one open deal.")],
    as_: As = None,
    charts: Charts = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Summarise one deal: where it stands, risks with evidence, what to ask.

    Example: seller deal "Northwick Dairy"
    """
    from bot.commands.skills import run

    with opened(now) as app:
        run(app, "deal", name, as_=as_, as_json=json_, charts=charts)


@cli.command()
def changes(
    since: Annotated[
        str, typer.Option(help="Such as 2026-11-01, “Monday” or “quarter start”; without it, this week.")
    ] = "",
    until: Annotated[str, typer.Option(help="The last day; without it, now.")] = "",
    team: Annotated[
        str, typer.Option(help="Team or region; without it, your own deals and those of whom you lead.")
    ] = "",
    period: Annotated[str, typer.Option(help="Such as “next quarter”; without it, this quarter.")] = "",
    as_: As = None,
    charts: Charts = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Tell what changed in a pipeline since a day: waterfall, deals that moved, by whom, with what evidence.

    Example: seller changes --since Monday
    """
    from bot.commands import skills

    with opened(now) as app:
        skills.changes(app, since=since, until=until, team=team, period=period, as_=as_, as_json=json_, charts=charts)


@cli.command()
def draft(
    text: Annotated[str, typer.Argument(help="To whom, at which account, about what.")],
    purpose: Annotated[
        str, typer.Option(help="first, follow-up, re-engage, renewal or event; without it, as the records say.")
    ] = "",
    channel: Annotated[
        str, typer.Option(help="email, linkedin, call or voicemail; without it, as the words say.")
    ] = "",
    tone: Annotated[str, typer.Option(help="plain, formal, friendly or direct.")] = "",
    language: Annotated[str, typer.Option(help="en, de, fr or es; without it, the recipient's.")] = "",
    length: Annotated[str, typer.Option(help="short, usual or long.")] = "",
    as_: As = None,
    account: Account = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Draft outreach to a contact, if the rules of their country allow it; nothing is sent.

    Example: seller draft "to their CFO at Northwick about the SOC 2 report" --language de --tone formal
    """
    from bot.commands.skills import draft as run

    chosen = {"purpose": purpose, "channel": channel, "tone": tone, "language": language, "length": length}
    with opened(now) as app:
        run(app, text, chosen, as_=as_, account=account, as_json=json_)


@cli.command()
def prep(
    text: Annotated[str, typer.Argument(help="Which meeting: with whom, or when.")],
    as_: As = None,
    account: Account = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Prepare a meeting: goal, agenda, who attends, questions, likely objections.

    Example: seller prep "my call with Northwick Dairy"
    """
    from bot.commands.skills import run

    with opened(now) as app:
        run(app, "prep", text, as_=as_, account=account, as_json=json_)


@cli.command()
def plan(
    text: Annotated[str, typer.Argument(help="For whom, and the go-live; with --thread what to change.")],
    out: Annotated[Path | None, typer.Option(help="Write the Word file for the customer here.")] = None,
    thread: Annotated[str, typer.Option(help="Conversation whose plan is changed.")] = "",
    as_: As = None,
    account: Account = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Lay out the steps back from a go-live, with owners on both sides, and the customer's file.

    Example: seller plan "for Northwick Dairy, go-live 1 March" --out plan.docx
    """
    from bot.commands import skills

    with opened(now) as app:
        skills.plan(app, text, as_=as_, account=account, thread=thread, out=out, as_json=json_)


@cli.command()
def summarise(
    file: Annotated[Path, typer.Argument(help="The transcript: .vtt, .srt, .txt, .docx or .json.")],
    account: Account = None,
    framework: Annotated[str | None, typer.Option(help="meddpicc, bant or spiced; else as your company set.")] = None,
    date: Annotated[str | None, typer.Option(help="The day of the call, such as 2026-11-22.")] = None,
    consent: Annotated[
        str | None, typer.Option(help="Who agreed to the recording, as you know it: all, some or none.")
    ] = None,
    lens: Annotated[str, typer.Option(help="sales or success.")] = "sales",
    release: Annotated[bool, typer.Option("--release", help="As its host, release a call that is held back.")] = False,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Summarise a call from its transcript, and propose what to log.

    Example: seller summarise call.vtt --account Northwick
    """
    from bot.commands.summarise import Said, run

    with opened(now) as app:
        said = Said(framework, date, consent, lens, release)
        run(app, file, said, as_=as_, account=account, as_json=json_)


@cli.command()
def ingest(
    paths: Paths = None,
    kind: Annotated[str | None, typer.Option(help="playbook, note or transcript.")] = None,
    account: Account = None,
    team: Annotated[str | None, typer.Option(help="Only this team may read it.")] = None,
    audience: Annotated[str | None, typer.Option(help="internal, or customer: may be quoted to customers.")] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Follow the paths and take in what changes, until Ctrl-C.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Take in changed pages although a golden question would not find them.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Embed all pages again: damaged index, new embedder.")
    ] = False,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Add files and folders to the knowledge base; unchanged files cost nothing.

    Example: seller ingest handbook --kind playbook
    """
    from bot.commands import knowledge

    if not paths and not rebuild:
        raise UsageError("Name the files or folders to add, such as `seller ingest handbook`.")
    with opened(now) as app:
        if rebuild:
            knowledge.rebuild(app, as_json=json_)
        if paths:
            said = knowledge.said(app, kind=kind, account=account, team=team, audience=audience)
            knowledge.ingest(app, paths, said, force=force, watch=watch, as_json=json_)


@cli.command()
def search(
    text: Annotated[str, typer.Argument(help="What to look for.")] = "",
    account: Account = None,
    as_: As = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 8,
    mode: Annotated[
        str, typer.Option(help="hybrid (meaning and words), dense (meaning alone) or lexical (words alone).")
    ] = "hybrid",
    batch: Annotated[Path | None, typer.Option(help="A file of JSON lines {id, query, …}; prints JSON lines.")] = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Find passages, without a language model.

    Example: seller search "discount limits" -k 3
    """
    from bot.commands import knowledge

    with opened(now) as app:
        if batch:
            knowledge.search_batch(app, batch, named=as_, k=k, mode=mode)
        else:
            knowledge.search(app, text, account=account, named=as_, k=k, mode=mode, as_json=json_)


@cli.command()
def costs(
    since: Annotated[str, typer.Option(help="The first day, such as 2026-11-01; without it, the last 30 days.")] = "",
    by: Annotated[str, typer.Option(help="day, person, skill or model.")] = "day",
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Show what the language model took in tokens and money: all of it for admins, else your own.

    Example: seller costs --by skill
    """
    from bot.commands.costs import run

    with opened(now) as app:
        run(app, since=since, by=by, named=as_, as_json=json_)


@cli.command()
def sent(
    answer: Annotated[str | None, typer.Argument(help="Id of an answer of yours; without it, your last one.")] = None,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Show what was sent to the language model for an answer of yours, word for word.

    Example: seller sent
    """
    from bot.commands.sent import run

    with opened(now) as app:
        run(app, answer, named=as_, as_json=json_)


@cli.command("purge")
def purge_(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go.")] = False,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Drop what has been kept long enough: transcripts, prompts, conversations, lines of the log.

    Example: seller purge --dry-run
    """
    from bot.commands.purge import run

    with opened(now) as app:
        run(app, dry_run=dry_run, named=as_, as_json=json_)


@cli.command()
def check(
    file: Annotated[Path, typer.Argument(help="JSON lines {id, document, text} or {id, sources, facts?, text}.")],
    offline: Annotated[bool, typer.Option("--offline", help="Never ask a language model.")] = False,
    use: Annotated[
        Literal["brief", "draft", "summary"], typer.Option("--use", help="What the texts are: brief, draft or summary.")
    ] = "summary",
) -> None:
    """Check texts against their sources, sentence by sentence; prints JSON lines.

    Example: seller check claims.jsonl --offline
    """
    from bot.commands.check import run

    run(file, offline=offline, use=use)


@cli.command()
def sync(
    full: Annotated[
        bool, typer.Option("--full", help="Read everything anew, and drop what the CRM no longer has.")
    ] = False,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Read what changed in the connected CRM; a sync that was cut off goes on where it was.

    Example: seller sync
    """
    from bot.commands.sync import run

    with opened(now) as app:
        run(app, full=full, as_json=json_)


@cli.command()
def erase(
    person: Annotated[str, typer.Argument(help="E-mail, full name, or id of a contact.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would go, and change nothing.")] = False,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Remove every trace of a person (GDPR), and prove it by a search of every file.

    Example: seller erase ingrid@northwick.example --dry-run
    """
    from bot.commands.erase import run

    with opened(now) as app:
        raise typer.Exit(run(app, person, yes=yes, dry_run=dry_run, named=as_, as_json=json_))


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(parser=path, help="The file to write, such as seller-2026-11-26.zip.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    json_: Json = False,
) -> None:
    """Keep the whole home in one file, also while `seller serve` works in it.

    Example: seller backup seller-2026-11-26.zip
    """
    from bot.commands.backup import run

    with opened() as app:
        run(app, file, force=force, as_json=json_)


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(parser=path, help="A file that `seller backup` wrote.")],
    into: Annotated[Path | None, typer.Option(parser=path, help="The home to fill, instead of SELLER_HOME.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a home that is not empty; the old one is kept.")
    ] = False,
    json_: Json = False,
) -> None:
    """Make a home from a backup, and look whether its stores agree.

    Example: seller restore seller-2026-11-26.zip --into /srv/seller
    """
    from bot.commands.restore import run

    raise typer.Exit(run(file, into, force=force, as_json=json_))


@cli.command("eval")
def eval_(
    suites: Annotated[list[str] | None, typer.Argument(help="Suites to run; without any, all of them.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Ask the model of the settings instead of none.")] = False,
    accept: Annotated[
        bool, typer.Option("--record", help="Accept these results as the new ones to compare with.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report here.")] = None,
    cases: Annotated[
        Path | None, typer.Option(help="Ask the cases of this file in your own home, and keep nothing of it.")
    ] = None,
    json_: Json = False,
) -> None:
    """Run the eval suites; exit status 1 where a threshold is missed.

    Example: seller eval golden --report golden.html
    """
    from evals.runner import run, run_own

    if cases:
        raise typer.Exit(run_own(cases, live=live, report=report, as_json=json_))

    raise typer.Exit(run(suites or [], live=live, accept=accept, report=report, as_json=json_))


@cli.command()
def serve(
    http: Annotated[int | None, typer.Option(help="Listen for Slack on this port instead of Socket Mode.")] = None,
) -> None:
    """Answer in Slack until stopped.

    Example: seller serve
    """
    from bot.commands.serve import run

    with opened(to_stderr=True) as app:
        run(app, http)


@slack.command("manifest")
def slack_manifest(
    http: Annotated[
        str | None, typer.Option(help="Public https address of your server: HTTP instead of Socket Mode.")
    ] = None,
    without_follow_ups: Annotated[
        bool, typer.Option("--without-follow-ups", help="Leave out what reads messages of channels without a mention.")
    ] = False,
) -> None:
    """Print the app manifest for Slack's "create from manifest".

    Example: seller slack manifest > manifest.json
    """
    import json

    from bot.slack.scopes import manifest

    made = manifest(http, follow_ups=not without_follow_ups)
    sys.stdout.write(json.dumps(made, indent=2, ensure_ascii=False) + "\n")


@cli.command()
def doctor(
    deep: Annotated[bool, typer.Option("--deep", help="Hold every store against the others as well.")] = False,
    json_: Json = False,
) -> None:
    """Check data folder, database, CRM, knowledge base, model and Slack, and say what to do.

    Example: seller doctor --deep
    """
    from bot import settings
    from bot.commands.doctor import run

    raise typer.Exit(run(settings.load(), deep=deep, as_json=json_))


def main() -> None:
    """Run the command line: one plain sentence for a known error, an incident id for an unknown one."""
    try:
        status = cli(standalone_mode=False) or 0
        if status == STOPPED:  # Typer takes Ctrl-C for itself and only returns this
            raise KeyboardInterrupt
        sys.exit(status)
    except (typer.Abort, KeyboardInterrupt):
        _say("Stopped; nothing half-done is left behind, and approved changes go on at the next start.")
        sys.exit(STOPPED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # the one place that catches everything: a person reads a sentence, the log the trace
        sys.exit(_failed(error))


def _failed(error: Exception) -> int:
    if isinstance(error, TyperException):
        error.show()  # type: ignore[attr-defined]  # wrong words: Typer's own sentence with the usage line
        return 2
    if isinstance(error, BotError) or _of_knowledge(error):
        _say(str(error))
        for i, name in enumerate(getattr(error, "candidates", ()), start=1):
            _say(f"  {i}. {name}")
        return getattr(error, "exit_status", 1)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        _say("The disk is full; free some space and try again.")
        return 1
    return _unknown(error)


def _of_knowledge(error: Exception) -> bool:
    """Say whether it is a KnowledgeError, without importing the room for commands that do without it."""
    return any(kind.__module__ == "knowledge.errors" for kind in type(error).__mro__)


def _unknown(error: Exception) -> int:
    import uuid

    incident = uuid.uuid4().hex[:8]
    file = log.file() or Path(tempfile.mkdtemp(prefix="seller-")) / "seller.log"
    if not log.LOGGER.handlers:
        log.configure(file=file)  # it failed before the home was open
    log.failure("incident", error, incident=incident)
    _say(f"Something went wrong that should not (incident {incident}); {file} says more.")
    return 1


def _say(text: str) -> None:
    from bot.screening import seen

    sys.stderr.write(seen(text) + "\n")


if __name__ == "__main__":
    main()
