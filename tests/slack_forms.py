"""Forms of the loopback Slack as people see them."""

import threading
from time import monotonic
from typing import Any

from slack_blocks import Plain
from slack_office import Office

from bot.proposals import Change

TRANSCRIPT = {
    "id": "F1",
    "name": "call.vtt",
    "filetype": "vtt",
    "size": 10,
    "url_private_download": "https://x.test/F1",
}


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


def waited(taken: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What was handed over, once something was."""
    deadline = monotonic() + 10
    while not taken and monotonic() < deadline:
        threading.Event().wait(0.01)
    return taken
