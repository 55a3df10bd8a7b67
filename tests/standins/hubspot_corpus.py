"""A small fictional company as a corpus for `backlot`, one JSON line a record.

Start it with:
    python -m standins.hubspot_corpus > corpus.jsonl && backlot import corpus.jsonl --data-dir data
    BACKLOT_DATA_DIR=data backlot serve --port 8310
"""

import json
from collections.abc import Iterator
from typing import Any

ACCOUNTS = (
    ("northwick", "Northwick Dairy", "northwick.example"),
    ("brightwell", "Brightwell & Söhne", "brightwell.example"),
)
PEOPLE = (
    ("mira", "Mira", "Holt", "CFO", "northwick"),
    ("jon", "Jon", "Berg", "Head of Logistics", "northwick"),
    ("zoe", "Zoë", "Åberg", "COO", "brightwell"),
)
DEALS = (
    ("cold", "Northwick - Cold chain", "120000.50", "contractsent", "2026-12-18T00:00:00Z", "northwick", "mira"),
    ("lab", "Brightwell - Lab", "", "closedwon", "1781697600000", "brightwell", "zoe"),
)
ACTIVITIES = (
    ("calls", {"hs_call_title": "First call", "hs_call_body": "<p>Budget &amp; plan</p><p>Agreed.</p>"}),
    ("emails", {"hs_email_subject": "Re: Offer", "hs_email_html": "<div>Thank you,<br>we look at it.</div>"}),
    ("meetings", {"hs_meeting_title": "Site visit", "hs_meeting_body": "Toured the plant."}),
    ("notes", {"hs_note_body": "<ul><li>Wants SOC 2</li><li>by March</li></ul>"}),
    ("tasks", {"hs_task_subject": "Send the offer", "hs_task_status": "NOT_STARTED"}),
)


def records() -> Iterator[dict[str, Any]]:
    """Every record of the corpus."""
    for key, name, domain in ACCOUNTS:
        yield _record("companies", key, name, {"name": name, "domain": domain, "lifecyclestage": "customer"}, [])
    for key, first, last, title, account in PEOPLE:
        given = {"firstname": first, "lastname": last, "jobtitle": title, "email": f"{key}@{account}.example"}
        yield _record("contacts", key, f"{first} {last}", given, [{"to": account, "label": "Primary"}])
    for key, name, amount, stage, close, account, person in DEALS:
        given = {"dealname": name, "amount": amount, "dealstage": stage, "pipeline": "default", "closedate": close}
        links = [{"to": account, "label": "Primary", "type_id": 5}, {"to": person, "label": "Decision maker"}]
        yield _record("deals", key, name, given, links)
    for at, (kind, given) in enumerate(ACTIVITIES):
        stamped = {"hs_timestamp": f"2026-11-{at + 10:02}T09:30:00.250Z", **given}
        links = [{"to": "northwick"}, {"to": "mira"}] if at % 2 else [{"to": "cold"}, {"to": "mira"}, {"to": "jon"}]
        yield _record(kind, f"{kind}-1", kind.title(), stamped, links)


def _record(kind: str, key: str, title: str, given: dict[str, str], links: list[dict[str, Any]]) -> dict[str, Any]:
    changed = "1794821340000" if key == "cold" else "1794729600000"  # 2026-11-16T09:29Z and 2026-11-15T08:00Z
    stamp = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
    return {
        "source_type": "hubspot",
        "doc_id": key,
        "object_type": kind,
        "title": title,
        "content": title,
        "author_email": "ana@seller.example",
        "visibility": "public",
        "created": "2026-10-01T08:00:00Z",
        "updated": int(changed) // 1000,
        "properties": {**given, "hubspot_owner_id": "77", stamp: changed},
        "associations": links,
    }


if __name__ == "__main__":
    for record in records():
        print(json.dumps(record, ensure_ascii=False))  # noqa: T201
