"""The form of an action that a person fills in first: a text to rewrite, or things to tick (pure)."""

import json
from dataclasses import dataclass

from bot.errors import BotError
from bot.proposals import Action
from bot.slack.showing.actions import short
from bot.slack.showing.blocks import Block, plain_text
from bot.slack.showing.forms import MOST_OPTION, MOST_TITLE, Field, form, form_input

CALLBACK = "say_form"
TEXT, TICKED = "text", "ticked"
"""names of the inputs"""
MOST_TICKS = 10
NOTHING_TICKED = "Tick at least one, or close this form."
NO_TEXT = "Write the text, or close this form."


@dataclass(frozen=True)
class KeptForm:
    """Which button opened a form, and where what it says is answered; Slack keeps it."""

    value: str
    channel: str
    thread_ts: str | None = None
    response_url: str | None = None

    @classmethod
    def loads(cls, text: str) -> "KeptForm":
        """Read what `action_form` wrote."""
        return cls(**json.loads(text))


def action_form(action: Action, kept: KeptForm) -> Block:
    """Return the form of an action."""
    fields = [Field(TEXT, action.fill, "text", required=True, label=short(action.about or action.label, 150))]
    shown = form(CALLBACK, short(action.label, MOST_TITLE), "Use it", fields, json.dumps(kept.__dict__))
    return shown if action.fill else {**shown, "blocks": [_ticks(action)]}


def words(action: Action, view: Block) -> str:
    """Return what is said with a form that was sent; BotError under the input that is empty."""
    states = {name: next(iter(state.values())) for name, state in view["state"]["values"].items()}
    if action.fill:
        text = (states[TEXT].get("value") or "").strip()
        if not text:
            raise _wrong(TEXT, NO_TEXT)
        return f"{action.ask}\n{text}"
    ticked = [str(one["value"]) for one in states[TICKED].get("selected_options") or ()]
    if not ticked:
        raise _wrong(TICKED, NOTHING_TICKED)
    return f"{action.ask} {', '.join(ticked)}"


def _ticks(action: Action) -> Block:
    choices = action.choices[:MOST_TICKS]
    options = [
        {"text": plain_text(short(one.label, MOST_OPTION)), "value": str(n)} for n, one in enumerate(choices, start=1)
    ]
    chosen = [option for option, one in zip(options, choices, strict=True) if one.ticked]
    element = {"type": "checkboxes", "action_id": "value", "options": options}
    label = short(action.about or action.label, 150)
    return form_input(Field(TICKED, "", required=True, label=label[:1].upper() + label[1:])) | {
        "element": element | ({"initial_options": chosen} if chosen else {})
    }


def _wrong(field: str, sentence: str) -> BotError:
    error = BotError(sentence)
    error.field = field
    return error
