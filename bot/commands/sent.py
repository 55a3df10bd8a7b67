"""`seller sent`: what was sent to the language model for one's own answers."""

from zoneinfo import ZoneInfo

from bot import sent
from bot.app import App
from bot.commands.output import emit
from bot.errors import NotFound
from bot.store.model_calls import ModelCall, at_place
from bot.terminal import show_answer


def run(app: App, written: str | None, *, named: str | None, as_json: bool) -> None:
    """Print what was sent for one answer of the person, the last one without an id; nobody sees another's."""
    user, calls = app.user(named), app.door.calls
    found = calls.of_request(written.strip(), user.id) if written else calls.last(user.id, at_place(""))
    if written and not found:
        raise NotFound(f"No answer {written} of yours was sent to a model; `seller sent` shows your last one.")
    if found:
        app.tell("sent", {"whose": user.id, "answer": found[0].request, "calls": len(found)}, user.id)
    if as_json:
        emit([_plain(call) for call in found])
        return
    zone = ZoneInfo(user.time_zone)
    show_answer(sent.draft(found, zone, "" if written else sent.last(found, zone)))


def _plain(call: ModelCall) -> dict[str, object]:
    return call.model_dump(exclude={"user_id", "warned"})
