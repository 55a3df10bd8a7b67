"""What is shown of a call that waits for its host: which subjects it touches, how often, and who decides; no word of it."""

from bot.crm.records import Account
from bot.proposals import Action, Draft, Line, Section
from bot.skills import Context
from bot.skills.ledger import plural
from bot.skills.summarising.clearing import RELEASE, Cleared, touching
from bot.skills.summarising.plain import consent_plain, quarantine_plain
from bot.skills.summarising.reading import CallRead

LISTS = (
    "attendees", "bottom_line", "decisions", "suggestions", "open_questions", "objections", "competitors", "pains", "budget", "timeline",
    "paper_process", "sentiment", "to_machines",
)  # fmt: skip


def withheld(context: Context, call: CallRead, account: Account | None, cleared: Cleared) -> Draft:
    """Say that the call waits; its host gets the button that releases it."""
    host = cleared.host or context.asker
    told = touching(cleared.touches, lambda one: f"{one.subject} ({plural(len(one.lines), call.transcript.counts)})")
    mine = host.id == context.asker.id
    who = "you, who held it," if mine else f"{host.name}, who held it,"
    lines = [
        Line(text=f"{call.transcript.name} {told}; it waits until {who} decided."),
        Line(
            text=f"Say “{RELEASE}” to have it summarised."
            if mine
            else f"Only {host.name} can release it, with “{RELEASE}”."
        ),
    ]
    return Draft(
        skill="summary",
        sections=(Section(title="Held back", lines=tuple(lines)),),
        data={
            "account": {"id": account.id, "name": account.name} if account else None,
            "date": call.day.isoformat() if call.day else None,
            **{name: [] for name in LISTS},
            "next_steps": {"ours": [], "theirs": [], "unknown": []},
            "consent": consent_plain(cleared) | {"quote": "", "lines": []},
            "quarantine": quarantine_plain(cleared),
        },
        actions=(Action(label="Release it", ask=RELEASE),) if mine else (),
        account_id=account.id if account else None,
        records=(f"account:{account.id}",) if account else (),
        as_of=context.reader.as_of(),
    )
