"""Forms of the loopback Slack as people see them."""

from typing import Any

from slack_blocks import Plain
from slack_office import Office

from bot.proposals import Change

CALL = (
    b"WEBVTT\n\nNOTE Consent: all parties\n\n00:00:01.000 --> 00:00:04.000\n<v Mia Reyes>Shall we start with plant 2?\n\n"
    b"00:00:05.000 --> 00:00:09.000\n<v Jane Holt>We have decided to start with plant 2.\n"
)
"""a transcript"""


def form(office: Office, n: int = 1) -> Plain:
    """Wait for the form."""
    return office.slack.wait(lambda: office.slack.modals[-1] if len(office.slack.modals) == n else None, "a form")


def inputs(modal: Plain) -> dict[str, Any]:
    """What a form shows in its inputs."""
    found = {}
    for block in modal["blocks"]:
        e = block["element"]
        chosen = (e.get("initial_option") or {}).get("text", {}).get("text")
        found[block["block_id"]] = e.get("initial_value") or e.get("initial_date") or chosen or ""
    return found


def changes(office: Office) -> list[Change]:
    """All changes that were proposed."""
    return [change for one in office.app.approvals.list() for change in one.changes]
