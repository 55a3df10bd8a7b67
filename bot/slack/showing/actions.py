"""What may be done next with an answer, as buttons, links and menus (pure)."""

from collections.abc import Sequence
from urllib.parse import quote

from bot.proposals import Action, Draft
from bot.screening import seen
from bot.slack.showing.blocks import MOST_BUTTON, Block, cut, mrkdwn, plain_text

SAY, OPEN = "say", "open"
"""how the ids of buttons begin: one is asked in the clicker's name, the other opens an address"""
MOST_BUTTONS = 8
"""buttons in a row beneath an answer; a phone shows two or three side by side"""
MOST_MENU = 5
"""entries of a menu, as Slack takes them"""
MOST_LINK = 2900
"""characters of an address in a message's text, whose section Slack cuts at 3,000"""
MOST_WEB = 3000
MOST_FILL = 3000
"""characters of a text that a form takes"""


def row(draft: Draft, answer_id: str) -> list[Block]:
    """The buttons for the whole answer, and a link for each address that no button of Slack opens."""
    shown = draft.actions[:MOST_BUTTONS]
    buttons = [_button(action, answer_id, str(k)) for k, action in enumerate(shown) if _by_button(action)]
    links = [link for action in shown if (link := _link(action))]
    blocks: list[Block] = []
    if links:
        blocks.append({"type": "section", "text": mrkdwn(" · ".join(links))})
    if buttons:
        blocks.append({"type": "actions", "block_id": f"{SAY}:{answer_id}", "elements": buttons})
    return blocks


def tap(actions: Sequence[Action], answer_id: str, where: str) -> Block | None:
    """What stands beside a line: a button for one thing to do, a menu for several."""
    able = [(k, action) for k, action in enumerate(actions) if _by_button(action)][:MOST_MENU]
    if not able:
        return None
    if len(able) == 1:
        k, action = able[0]
        return _button(action, answer_id, f"{where}.{k}")
    options = [_option(action, answer_id, f"{where}.{k}") for k, action in able]
    return {"type": "overflow", "action_id": f"{SAY}:{where}", "options": options}


def action_at(draft: Draft, where: str) -> Action | None:
    """The action that a button stands for: its place in the answer, such as 2, or 0.4.1 for a line's."""
    at = [int(part) for part in where.split(".") if part.isdecimal()]
    try:
        if len(at) == 1:
            return draft.actions[at[0]]
        part, line, k = at
        return draft.sections[part].lines[line].actions[k]
    except (ValueError, IndexError):
        return None


def _by_button(action: Action) -> bool:
    """Whether a button can stand for it; a form of Slack takes no text that is longer than its input."""
    return (bool(action.ask) and len(action.fill) <= MOST_FILL) or (not action.ask and _is_web(action.url))


def _is_web(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= MOST_WEB


def _button(action: Action, answer_id: str, where: str) -> Block:
    button: Block = {"type": "button", "text": plain_text(short(action.label, MOST_BUTTON))}
    if action.ask:
        button |= {"action_id": f"{SAY}:{where}", "value": f"{answer_id}:{where}"}
    else:
        button |= {"action_id": f"{OPEN}:{where}", "url": action.url}
    label = f"{action.label}: {action.about}" if action.about else ""
    return button | ({"accessibility_label": short(label, MOST_BUTTON)} if label else {})


def _option(action: Action, answer_id: str, where: str) -> Block:
    option: Block = {"text": plain_text(short(action.label, MOST_BUTTON)), "value": f"{answer_id}:{where}"}
    option |= {"description": plain_text(short(action.about, MOST_BUTTON))} if action.about else {}
    return option if action.ask else option | {"url": action.url}


def _link(action: Action) -> str:
    """An address of the mail program, which Slack opens out of a text and from no button."""
    if action.ask or not action.url.startswith("mailto:"):
        return ""
    address = quote(action.url, safe=":/?#[]@!$&()*+,;=%~-._").replace("&", "&amp;")
    return f"<{address}|{cut(action.label, MOST_BUTTON).replace('|', '¦')}>" if len(address) <= MOST_LINK else ""


def short(text: str, limit: int) -> str:
    """Shorten a text that is no markup; dots say that there is more."""
    words = " ".join(seen(text).split()) or "…"
    return words if len(words) <= limit else f"{words[: limit - 1].rstrip()}…"
