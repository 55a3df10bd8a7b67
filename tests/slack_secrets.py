"""Secrets planted in the office of the tests: what is Mia's alone, her team's, and internal; and who saw what."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from slack_blocks import Call
from slack_office import NOW, Office

from bot.crm.local import upsert_all
from bot.crm.records import Account, Activity, Contact, Opportunity, Record, Task, User

SECRETS = (
    "zirkonia werke", "quillon", "fenwick", "obsidian", "773,311", "773311", "773k", "vermilion", "tangerine", "marzipan", "heliotrope",
)  # fmt: skip
"""of Mia's account, its note, and a page of her team"""
INTERNAL = "cobalt"
"""of a page that colleagues read, and nobody else"""
WORLD: tuple[Record, ...] = (
    User(id="U-MIA", name="Mia Reyes", email="mia@example.test", role="seller", team="EMEA"),
    User(id="U-OMAR", name="Omar Haddad", email="omar@example.test", role="seller", team="AMER"),
    Account(id="Z1", name="Zirkonia Werke", type="prospect", owner_id="U-MIA", created_at=NOW),
    Contact(id="ZC", account_id="Z1", name="Quillon Fenwick", title="CFO", email="q.fenwick@zirkonia.example"),
    Opportunity(
        id="ZO", name="Obsidian rollout", account_id="Z1", owner_id="U-MIA", amount=Decimal("773311"), stage="Proposal",
        close_date=date(2026, 2, 26), next_step="Agree on the vermilion plan", created_at=NOW,
    ),
    Task(id="ZT", subject="Send the vermilion memo", due=date(2026, 2, 27), owner_id="U-MIA", account_id="Z1", created_at=NOW),
    Activity(
        id="ZM", kind="meeting", at=NOW + timedelta(hours=5), subject="Tangerine council", account_id="Z1",
        owner_id="U-MIA", contact_ids=("ZC",), minutes=45,
    ),
    Activity(id="ZL", kind="call", at=NOW - timedelta(days=3), subject="Tangerine call", account_id="Z1", owner_id="U-MIA"),
    Account(id="P1", name="Plain Foods", type="prospect", owner_id="U-OMAR", created_at=NOW),
)  # fmt: skip
PAGES = {
    "ceiling": "---\nteams: [EMEA]\n---\n# Rebate ceiling\n\nThe ceiling of rebates for trade fairs is called heliotrope.\n",
    "margin": "# Margin\n\nThe margin of the yearly summit of our customers is called cobalt.\n",
    "clause": "---\nkind: note\naccount: Z1\n---\n# Clause\n\nThe clause on late delivery that they ask for is called marzipan.\n",
}


def plant(office: Office, tmp_path: Path) -> Office:
    """Fill CRM and pages."""
    upsert_all(office.app.engine, WORLD, as_of=NOW)
    folder = tmp_path / "planted"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    office.app.library.ingest([folder], resolve_account=office.app.account_key)
    return office


def told(calls: list[Call], words: tuple[str, ...] = SECRETS) -> list[str]:
    """The secrets in what Slack was given, each with where it stands."""
    said = [(call.method, json.dumps(call.params, ensure_ascii=False, default=str)) for call in calls]
    found = [(word, method, text, _told(word, text.lower())) for method, text in said for word in words]
    return [
        f"{word} in {method}: …{text[max(0, at.start() - 300) : at.end() + 100]}"
        for word, method, text, at in found
        if at
    ]


def _told(word: str, text: str) -> "re.Match[str] | None":
    """Where a secret stands; a figure among the signs of an id, which are drawn by lot, is none."""
    return re.search(rf"(?<![0-9a-z]){re.escape(word)}(?![0-9a-f])" if word[0].isdigit() else re.escape(word), text)


def beyond(calls: list[Call], slack_id: str) -> list[Call]:
    """What others than one person see; answers to this person's own commands and clicks are theirs alone."""
    return [call for call in calls if not _is_for(call, slack_id)]


def _is_for(call: Call, slack_id: str) -> bool:
    given = call.params
    where = str(given.get("channel") or given.get("channel_id") or "")
    if call.method == "chat.postEphemeral":
        return bool(given["user"] == slack_id)
    if call.method in ("response", "views.open", "views.update", "files.getUploadURLExternal", "upload"):
        return True
    return given.get("user_id") == slack_id or where in (slack_id, f"D{slack_id}")
