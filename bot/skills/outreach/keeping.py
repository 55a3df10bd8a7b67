"""A letter as it is kept, and what may be done with it next."""

from collections.abc import Mapping
from typing import Any

from bot.proposals import Action, Choice, Draft, Section
from bot.skills import Context
from bot.skills.ledger import joined
from bot.skills.outreach import voice as voices
from bot.skills.outreach.mailing import mailto
from bot.skills.outreach.points import Offered
from bot.skills.outreach.spec import Spec, Voice
from bot.store.letters import KeptLetter, new_id
from bot.store.memory import Memory

EACH = "Go on with one of them by name: “shorter for {name}”."
NOTHING_KEPT = "No letter is kept here, so none can be changed; ask for a new one."
MOST_CHOICES = 10
"""talking points that a form of Slack lists"""
TOO_LONG = (
    "The letter is too long for an address: what opens in the mail program has its subject alone, so paste the text."
)
_KEPT = "purpose channel length tone language address topic wished_subject angle account_id contact_id to to_email subject alternatives greeting footer".split()
_SENT = {"email": ("Log as sent", "I sent it"), "linkedin": ("Log as sent", "I sent it")}
_CALLED = ("Log the call", "I made the call")


def own_voice(context: Context, spec: Spec) -> Voice:
    """How the asker writes such letters; greeting and closing count in the tone that they always have."""
    if context.memory is None:
        return Voice()
    voice = voices.learn(context.memory.samples.of(context.asker.id), spec.channel, spec.language)
    usual = "" if context.tone == "plain" else context.tone
    if spec.tone in ("", usual):
        return voice
    address = "" if spec.tone == "formal" else voice.address
    return voice.model_copy(update={"greeting": "", "closing": "", "address": address})


def with_letters(context: Context, draft: Draft) -> Draft:
    """Keep what was drafted; one letter alone gets what may be done with it."""
    letters = [one for one in (draft.data or {}).get("letters", ()) if one.get("body") is not None]
    if len(letters) < 2 or context.memory is None:
        return with_letter(context, draft)
    kept = [_keep(context, context.memory, one) for one in reversed(letters)]
    by_text = {one.written: _each(one) for one in kept}
    ids = {one.contact_id: one.id for one in kept}
    told = [{**one, "id": ids[one["contact_id"]]} if one in letters else one for one in (draft.data or {})["letters"]]
    return draft.model_copy(
        update={
            "sections": tuple(_with_actions(section, by_text) for section in draft.sections),
            "data": {"letter": told[0], "letters": told},
            "notice": f"{draft.notice} {EACH.format(name=str(letters[-1]['to']).split()[0])}",
        }
    )


def _with_actions(section: Section, by_text: Mapping[str, tuple[Action, ...]]) -> Section:
    lines = tuple(line.model_copy(update={"actions": by_text.get(line.text, line.actions)}) for line in section.lines)
    return section.model_copy(update={"lines": lines})


def _each(kept: KeptLetter) -> tuple[Action, ...]:
    """What may be done with one letter of several."""
    edits = (one.model_copy(update={"ask": f"{one.ask} (letter {kept.id})"}) for one in _edits(kept) if not one.fill)
    address, _ = mailto(str(kept.spec.get("to_email") or ""), str(kept.spec.get("subject") or ""), kept.text)
    return (*edits, *_logged(kept), *_mail(address, kept.spec))


def with_letter(context: Context, draft: Draft, kept: KeptLetter | None = None) -> Draft:
    """Keep the letter of a draft, unless it is `kept` already, and say what may be done with it."""
    letter = (draft.data or {}).get("letter") or {}
    if letter.get("body") is None or context.memory is None:
        return draft
    kept = kept or _keep(context, context.memory, letter)
    address, whole = mailto(str(letter.get("to_email") or ""), str(letter.get("subject") or ""), str(letter["text"]))
    spec = Spec.model_validate(kept.spec)
    voice = own_voice(context, spec) if kept.edited is None else Voice()
    notes = [draft.notice, voices.told(voice, voices.form_of(spec, voice)), TOO_LONG if address and not whole else ""]
    actions = (*_edits(kept), *_points(kept), *_logged(kept), *_mail(address, letter))
    data = {**(draft.data or {}), "letter": {**letter, "id": kept.id}}
    return draft.model_copy(update={"actions": actions, "data": data, "notice": joined(notes, " ")})


def offered(letter: KeptLetter) -> Offered:
    """The talking points of a kept letter."""
    found: Offered = letter.spec.get("points_offered") or ()
    return found


def _keep(context: Context, memory: Memory, letter: Mapping[str, Any]) -> KeptLetter:
    points = letter.get("points") or []
    spec = {name: letter.get(name) for name in _KEPT}
    spec |= {
        "points": letter.get("ticked"),
        "points_offered": [{n: p[n] for n in ("key", "text", "used")} for p in points],
    }
    kept = KeptLetter(
        id=new_id(),
        thread=context.thread,
        user_id=context.asker.id,
        account_id=str(letter["account_id"]),
        contact_id=str(letter["contact_id"]),
        at=context.now,
        spec=spec,
        written=str(letter["text"]),
    )
    memory.letters.keep(kept)
    return kept


def _edits(kept: KeptLetter) -> tuple[Action, ...]:
    whom = f"the letter to {kept.spec.get('to') or 'them'}"
    return (
        Action(label="Shorter", ask="shorter", about=whom),
        Action(label="Warmer", ask="warmer", about=whom),
        Action(label="Other angle", ask="other angle", about=whom),
        Action(label="Edit", ask="use this:", about=whom, fill=kept.text),
    )


def _points(kept: KeptLetter) -> tuple[Action, ...]:
    choices = tuple(Choice(label=str(p["text"]), ticked=bool(p["used"])) for p in offered(kept)[:MOST_CHOICES])
    return (
        (Action(label="Talking points", ask="only", about="what it speaks about", choices=choices),) if choices else ()
    )


def _logged(kept: KeptLetter) -> tuple[Action, ...]:
    label, ask = _SENT.get(str(kept.spec.get("channel")), _CALLED)
    return (Action(label=label, ask=f"{ask} (letter {kept.id})", about=str(kept.spec.get("to") or "")),)


def _mail(address: str, letter: Mapping[str, Any]) -> tuple[Action, ...]:
    return (Action(label="Open in mail", url=address, about=str(letter.get("to") or "")),) if address else ()
