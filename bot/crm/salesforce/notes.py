"""Write a note with its links in one call; it can bear no key, so a doubtful one is looked up by what it says."""

import base64
from collections.abc import Sequence
from typing import Any

from bot.crm import checks
from bot.crm.salesforce import creating, soql, values
from bot.crm.salesforce.client import Row
from bot.crm.salesforce.desk import Desk, sent
from bot.crm.writes import Approval, LogActivity, Receipt
from bot.errors import CrmRejected, CrmUnknown


def note(desk: Desk, approval: Approval, write: LogActivity) -> Receipt:
    """A note on the deal, the account and the people."""
    checks.aware(write.at)
    title = checks.required("subject", write.subject)
    text = checks.text("body", write.body) or title
    desk.links(write.account_id, write.opportunity_id, write.owner_id, write.contact_ids)
    parents = [each for each in (write.opportunity_id, write.account_id, *write.contact_ids) if each]
    if not parents:
        raise CrmRejected("A note in Salesforce needs an account, a deal or a contact to hang on: name one.")
    if approval.doubtful:
        return _receipt(desk, approval, _made_before(desk, approval, title, parents))
    content = base64.b64encode(values.marked_up(text).encode()).decode()
    made = desk.client.together(_calls(desk, {"Title": title, "Content": content}, parents))
    with sent():
        row = desk.row("notes", made[0]["id"])
        if row is None:
            raise CrmUnknown("Salesforce took the note, but you may not read it: please check it there.")
        return _receipt(desk, approval, row)


def _calls(desk: Desk, body: Row, parents: Sequence[str]) -> list[dict[str, Any]]:
    root = desk.client.root()
    first = {"method": "POST", "url": f"{root}sobjects/ContentNote", "referenceId": "note", "body": body}
    links = [
        {
            "method": "POST",
            "url": f"{root}sobjects/ContentDocumentLink",
            "referenceId": f"link{number}",
            "body": {"ContentDocumentId": "@{note.id}", "LinkedEntityId": parent, "ShareType": "V"},
        }
        for number, parent in enumerate(parents)
    ]
    return [first, *links]


def _made_before(desk: Desk, approval: Approval, title: str, parents: Sequence[str]) -> Row:
    """The note that was written though no answer came; CrmUnknown where it is not one note alone."""
    row = creating.only(desk, "notes", [("Title", title)], approval, "the note", parents[0])
    links = [line for asked in soql.links_of_notes([row["Id"]]) for line in desk.client.rows(asked)]
    if not set(parents) <= {line["LinkedEntityId"] for line in links}:
        raise CrmUnknown(
            f"Nobody can tell whether the note was written: one of the same title hangs on other records; please check "
            f"{desk.source.link('activity', row['Id'])} and write it there if it is missing."
        )
    return row


def _receipt(desk: Desk, approval: Approval, row: Row) -> Receipt:
    record = creating.present(desk, "notes", row)
    at = values.time(row.get("CreatedDate"))
    return desk.receipt(approval, "activity", row["Id"], ("activity", row["Id"]), values.dump(record), at=at)
