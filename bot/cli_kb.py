"""`seller kb`: the words of curation; what each does is in `bot/commands/kb.py`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import Account, As, Json, Now, opened

kb = typer.Typer(
    name="kb",
    help="Keep the knowledge base true: list, write, publish, verify, retire, and see what is missing or disagrees.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Page = Annotated[str, typer.Argument(help="Its title, file name, uri or id.")]
Force = Annotated[bool, typer.Option("--force", help="Although a golden question would no longer find the page.")]
Top = Annotated[int, typer.Option("-n", min=1, max=1000, help="How many to show.")]


@kb.command("list")
def kb_list(
    status: Annotated[str | None, typer.Option(help="draft, verified, due, expired, archived or unverified.")] = None,
    owner: Annotated[str | None, typer.Option(help="Pages of this owner.")] = None,
    due_in: Annotated[
        int | None, typer.Option(min=0, help="Pages whose verification lapses within so many days.")
    ] = None,
    account: Account = None,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """List the pages with status, owner and due date.

    Example: seller kb list --due-in 14
    """
    from bot.commands.kb import show_list

    with opened(now) as app:
        show_list(app, status=status, owner=owner, due_in=due_in, account=account, named=as_, as_json=json_)


@kb.command("show")
def kb_show(page: Page, as_: As = None, json_: Json = False, now: Now = None) -> None:
    """Show one page: what it says of itself, how it is used, its text.

    Example: seller kb show "Discount rules"
    """
    from bot.commands.kb import show

    with opened(now) as app:
        show(app, page, named=as_, as_json=json_)


@kb.command("add")
def kb_add(
    title: Annotated[str, typer.Argument(help="What it is about, in a few words.")],
    file: Annotated[Path | None, typer.Option(help="A file with the text; without it, standard input.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who answers for it; without it, you.")] = None,
    audience: Annotated[str, typer.Option(help="internal, or customer: may be quoted to customers.")] = "internal",
    team: Annotated[list[str] | None, typer.Option(help="Only this team may read it; may be given again.")] = None,
    product: Annotated[str | None, typer.Option(help="Product it is about.")] = None,
    region: Annotated[str | None, typer.Option(help="Region it holds for.")] = None,
    supersedes: Annotated[str | None, typer.Option(help="Title or file name of the page whose place it takes.")] = None,
    question: Annotated[
        list[str] | None, typer.Option(help="A question that must find it; may be given again.")
    ] = None,
    interval: Annotated[int, typer.Option(min=1, help="Days for which a verification holds.")] = 90,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Write a page; it is a draft, which no answer uses, until it is published.

    Example: seller kb add "Corvex battlecard" --file corvex.md --question "what do we say about Corvex?"
    """
    from bot.commands import kb as commands

    said = commands.Said(
        owner, audience, tuple(team or ()), product, region, supersedes, tuple(question or ()), interval
    )
    with opened(now) as app:
        commands.add(app, title, file, said, named=as_, as_json=json_)


@kb.command("edit")
def kb_edit(
    page: Page,
    file: Annotated[Path | None, typer.Option(help="A file with the new text; without it, standard input.")] = None,
    force: Force = False,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Give a page that was written here a new text; it is due until it is verified again.

    Example: seller kb edit "Corvex battlecard" --file corvex.md
    """
    from bot.commands.kb import edit

    with opened(now) as app:
        edit(app, page, file, force=force, named=as_, as_json=json_)


@kb.command("check")
def kb_check(
    page: Page,
    file: Annotated[Path | None, typer.Option(help="The changed page, tried before it is published.")] = None,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Ask a page's golden questions, and show its rank before and after a change.

    Example: seller kb check "Discount rules" --file discounts.md
    """
    from bot.commands.kb import check

    with opened(now) as app:
        check(app, page, file, named=as_, as_json=json_)


@kb.command("publish")
def kb_publish(page: Page, force: Force = False, as_: As = None, json_: Json = False, now: Now = None) -> None:
    """Bring a draft or a retired page into the answers, verified today.

    Example: seller kb publish "Corvex battlecard"
    """
    from bot.commands.kb import decide

    with opened(now) as app:
        decide(app, "publish", page, force=force, named=as_, as_json=json_)


@kb.command("verify")
def kb_verify(page: Page, as_: As = None, json_: Json = False, now: Now = None) -> None:
    """Say that a page is still true; that holds for its interval, or until its text changes.

    Example: seller kb verify "Discount rules"
    """
    from bot.commands.kb import decide

    with opened(now) as app:
        decide(app, "verify", page, force=False, named=as_, as_json=json_)


@kb.command("retire")
def kb_retire(page: Page, as_: As = None, json_: Json = False, now: Now = None) -> None:
    """Take a page out of all answers; it stays listed and can be published again.

    Example: seller kb retire "Discount rules"
    """
    from bot.commands.kb import decide

    with opened(now) as app:
        decide(app, "retire", page, force=False, named=as_, as_json=json_)


@kb.command("discard")
def kb_discard(page: Page, as_: As = None, json_: Json = False, now: Now = None) -> None:
    """Forget a draft that was written here; its question, if it answers one, waits for an answer again.

    Example: seller kb discard "Corvex battlecard"
    """
    from bot.commands.kb import discard

    with opened(now) as app:
        discard(app, page, named=as_, as_json=json_)


@kb.command("gaps")
def kb_gaps(n: Top = 20, as_: As = None, json_: Json = False, now: Now = None) -> None:
    """List the questions that could not be answered, alike ones as one, with the owner of the nearest page.

    Example: seller kb gaps
    """
    from bot.commands.kb_gaps import show_gaps

    with opened(now) as app:
        show_gaps(app, n, named=as_, as_json=json_)


@kb.command("answer")
def kb_answer(
    gap: Annotated[str, typer.Argument(help="The question's id, such as g12.")],
    file: Annotated[Path | None, typer.Option(help="A file with the answer; without it, standard input.")] = None,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Answer an open question: your words become a draft page; once it is published, those who asked are told in Slack.

    Example: seller kb answer g12 --file refunds.md
    """
    from bot.commands.kb_gaps import answer

    with opened(now) as app:
        answer(app, gap, file, named=as_, as_json=json_)


@kb.command("duplicates")
def kb_duplicates(n: Top = 20, as_: As = None, json_: Json = False, now: Now = None) -> None:
    """List pages that share passages, word for word or nearly so.

    Example: seller kb duplicates
    """
    from bot.commands.kb_findings import duplicates

    with opened(now) as app:
        duplicates(app, n, named=as_, as_json=json_)


@kb.command("contradictions")
def kb_contradictions(n: Top = 20, as_: As = None, json_: Json = False, now: Now = None) -> None:
    """List sentences of two pages that cannot both hold: other numbers, dates, names, or an opposite rule.

    Example: seller kb contradictions
    """
    from bot.commands.kb_findings import contradictions

    with opened(now) as app:
        contradictions(app, n, named=as_, as_json=json_)


@kb.command("dismiss")
def kb_dismiss(
    pair: Annotated[str, typer.Argument(help="The id that `duplicates`, `contradictions` or `gaps` shows.")],
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Put a duplicate or a contradiction aside until one of its two texts changes, or close a question that needs no page.

    Example: seller kb dismiss 3f9a2c71
    """
    from bot.commands.kb_findings import dismiss

    with opened(now) as app:
        dismiss(app, pair, named=as_, as_json=json_)


@kb.command("stats")
def kb_stats(n: Top = 20, as_: As = None, json_: Json = False, now: Now = None) -> None:
    """Show pages by status, what is overdue by owner, and how pages are used, judged and missed.

    Example: seller kb stats
    """
    from bot.commands.kb import stats

    with opened(now) as app:
        stats(app, n, named=as_, as_json=json_)
