"""What is done with a letter that is there: written in another form, rewritten, taken back, or logged as sent."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.crm.match import mentions
from bot.errors import BotError, NotAllowed
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Context, Said
from bot.skills.ledger import joined, plural
from bot.skills.outreach import changes, free, points
from bot.skills.outreach.addressee import addressees
from bot.skills.outreach.change_words import NAMED
from bot.skills.outreach.changes import Change
from bot.skills.outreach.checking import faults, sentence
from bot.skills.outreach.gate import Verdict
from bot.skills.outreach.keeping import NOTHING_KEPT, offered, own_voice, with_letter
from bot.skills.outreach.occasion import recipient
from bot.skills.outreach.sent import as_sent
from bot.skills.outreach.shown import LOOK_AT, look_at
from bot.skills.outreach.spec import Spec, Voice
from bot.skills.outreach.topic import topic_of
from bot.skills.outreach.voice import addressed
from bot.skills.view import AccountView
from bot.store.letters import KeptLetter, new_id
from bot.store.memory import Memory
from bot.store.samples import Sample

Draw = Callable[[Context, AccountView, Spec, Voice, str, Sequence[str]], Draft]
"""drafts the letter of a spec"""
NOT_SENT = "Nothing is sent from here: copy the letter, fill in what stands in brackets, and send it yourself."
NO_LETTER = "There is no letter here that could be changed; ask for one, such as “draft a note to their CFO”."
FIRST = "This is the first version of the letter; there is none before it."
BACK = "Say “the one before” to go back."
FOLLOWED = (
    "Written anew from the records: your own wording of before is not in it. Say “the one before” to get it back."
)
SAME = {
    "longer": "The letter is as short or long already as what it can say makes it.",
    "angle": "The records hold nothing else to build it on: record another call or meeting, or say what it is to be about.",
    "tone": "It is in that tone already.",
    "mine": "It follows what your own edits have shown so far: change it in your words (“use this: …”), and the next one follows that.",
    "address": "It addresses them so already.",
    "one you": "English has one “you” alone; say the language too, such as “in German with du”.",
}


def meant(words: str, letter: KeptLetter | None, *, last: bool) -> Change | None:
    """What words ask of the letter that a conversation has; `last`: whether that was the last thing here."""
    change = changes.read(changes.wishes(words, letter.text if letter else "")[0], letter.text if letter else "")
    if change is None or change.forget or not (last or (letter and change.certain)):
        return None
    named = (*change.ticked, *change.unticked, *(change.only or ()))
    return None if letter and named and not change.certain and not points.known(offered(letter), change) else change


def of_letter(context: Context, said: Said) -> Ask | None:
    """What words ask of the letter of this conversation, and on which account; None where they ask something else."""
    if context.memory is None:
        return None
    letter, words = letter_of(context.memory, context.thread, context.asker.id, said.text)
    change = meant(words, letter, last=said.follow)
    # A command's words name a new letter where they could be either.
    if change is None or (said.command and (change.to or change.topic is not None)):
        return None
    if letter is None:
        raise BotError(NO_LETTER)
    # “To Holger at Ostermark instead” goes to another account.
    found = mentions(change.to, context.reader.account_names(change.to)) if change.to else []
    named = {one.ids[0] for one in found if len(one.ids) == 1}
    return Ask(said.text, named.pop() if len(named) == 1 else letter.account_id, goes_on=True)


def letter_of(memory: Memory, thread: str, user_id: str, words: str) -> tuple[KeptLetter | None, str]:
    """The letter that words are about, by its id, by whom it goes to, or as the newest; and what they ask of it."""
    versions = memory.letters.versions(thread, user_id)
    newest = {one.contact_id: one for one in reversed(versions)}
    if named := NAMED.search(words):
        return memory.letters.get(named["letter"], user_id) or next(iter(versions), None), words
    for one in newest.values() if len(newest) > 1 else ():
        asked = _to_one(str(one.spec.get("to") or ""), words)
        if asked and changes.read(asked, one.text):
            return one, asked
    return next(iter(versions), None), words


def _to_one(name: str, words: str) -> str:
    """What words ask that name this recipient of several: “shorter for Per”, “Per: shorter”."""
    called = "|".join(re.escape(part) for part in (name, *name.split()) if part)
    found = re.fullmatch(rf"(?P<what>.+?),? (?:for|to) (?:{called})", words.strip(" .!"), re.IGNORECASE)
    found = found or re.fullmatch(rf"(?:for )?(?:{called})\s*[:,]\s*(?P<what>.+)", words.strip(" .!"), re.IGNORECASE)
    return found["what"] if found and called else ""


def changed(context: Context, view: AccountView, words: str, draw: Draw) -> Draft:
    """What comes of these words for the letter of this conversation; BotError where there is none, or they do not fit."""
    memory = context.memory
    if memory is None:
        raise BotError(NOTHING_KEPT)
    letter, words = letter_of(memory, context.thread, context.asker.id, words)
    first, *further = changes.wishes(words, letter.text if letter else "")
    if further:
        changed(context, view, first, draw)
        return changed(context, view, further[0], draw)
    change = changes.read(words, letter.text if letter else "")
    if letter is None or change is None:
        raise BotError(NO_LETTER)
    if change.send or change.cannot:
        raise BotError(change.cannot or NOT_SENT)
    if change.sent:
        return as_sent(context, memory, view, letter, change, words)
    if change.undo:
        return _taken_back(context, memory, view, letter, words, draw)
    if change.of_spec or change.other_language:
        return _anew(context, view, letter, change, words, draw)
    return _rewritten(context, memory, view, letter, change, words, draw)


def forgotten(context: Context) -> Draft:
    """Forget how the asker writes."""
    count = context.memory.samples.forget(context.asker.id) if context.memory else 0
    said = f"Forgotten: {plural(count, 'letter')} that you had edited. The next draft is in no style of yours." if count else (
        "There is nothing to forget: no letter that you edited is kept."
    )  # fmt: skip
    return Draft(skill="draft", sections=(Section(title="", lines=(Line(text=said),)),), as_of=context.reader.as_of())


def _anew(context: Context, view: AccountView, letter: KeptLetter, change: Change, words: str, draw: Draw) -> Draft:
    """The letter of another spec."""
    if change.other_language:
        raise BotError(
            f"Letters are written in English, German, French and Spanish so far, and not in {change.other_language}."
        )
    before = Spec.model_validate(letter.spec)
    spec, left_out = _spec(context, view, letter, change)
    voice = own_voice(context, spec)
    draft = draw(context, view, addressed(spec, voice), voice, words, left_out)
    if _text(draft) is None:
        return draft
    same = _text(draft) == letter.written and letter.edited is None and spec.contact_id == before.contact_id
    note = _same(change, spec.language) if same else FOLLOWED if letter.edited is not None else BACK
    draft = draft.model_copy(
        update={"lead": joined([note, draft.lead], " ")} if same else {"notice": f"{draft.notice} {note}"}
    )
    return with_letter(context, draft, letter if same else None)


def _same(change: Change, language: str) -> str:
    wished = (
        "longer"
        if change.longer or change.length
        else "angle"
        if change.angle
        else "tone"
        if change.tone is not None
        else ("one you" if language == "en" else "address")
        if change.address
        else "mine"
        if change.mine
        else ""
    )
    return f"This is the same letter as before. {SAME.get(wished, '')}".strip()


def _spec(context: Context, view: AccountView, letter: KeptLetter, change: Change) -> tuple[Spec, tuple[str, ...]]:
    """The spec that a change makes, with what it asks and may not say."""
    spec = changes.applied(Spec.model_validate(letter.spec), change)
    left_out: tuple[str, ...] = ()
    if change.to:
        [contact] = _one(addressees(view, f"to {change.to}"))
        spec = spec.model_copy(update={"account_id": view.account.id, "contact_id": contact.id, "points": None})
    if change.topic is not None:
        contact = next(one for one in view.contacts if one.id == spec.contact_id)
        met = recipient(view, contact, context.today).met is not None
        topic = topic_of(context, view, contact, change.topic, event=spec.purpose == "event", met=met)
        spec, left_out = spec.model_copy(update={"topic": topic.words}), topic.left_out
    if change.ticked or change.unticked or change.only is not None:
        spec = spec.model_copy(update={"points": points.chosen(offered(letter), change)})
    return spec, left_out


def _one(contacts: Sequence[Any]) -> Sequence[Any]:
    if len(contacts) != 1:
        raise BotError("One letter goes to one person; name one, such as “to Per instead”.")
    return contacts


def _rewritten(
    context: Context, memory: Memory, view: AccountView, letter: KeptLetter, change: Change, words: str, draw: Draw
) -> Draft:
    """The seller's own version, word for word, kept as a sample of how they write."""
    held = letter.spec
    own = free.headed(change, held, letter.text, context.asker.name) or free.rewritten(
        change, str(held.get("subject") or ""), letter.text, str(held.get("footer") or "")
    )
    others = [text for text in (held.get("subject"), *(held.get("alternatives") or ())) if text and text != own.subject]
    # The next of the subjects that were offered is no wording of the seller's.
    edited = letter.edited if change.subject == "" else own.text
    kept = letter.model_copy(
        update={
            "id": new_id(), "thread": context.thread, "at": context.now, "status": "drafted", "edited": edited,
            "spec": {**held, "subject": own.subject, "alternatives": others[:2] if held.get("alternatives") else []},
        }
    )  # fmt: skip
    draft = _shown(context, view, kept, words, draw)
    if _text(draft) is None:
        return draft
    memory.letters.keep(kept)
    if own.text not in (letter.written, letter.text):
        sample = {name: getattr(kept, name) for name in ("user_id", "at", "account_id", "written")}
        spoken = {"channel": held["channel"], "language": held["language"], "edited": own.text}
        memory.samples.keep(Sample.model_validate({**sample, **spoken}))
    return draft


def _taken_back(
    context: Context, memory: Memory, view: AccountView, letter: KeptLetter, words: str, draw: Draw
) -> Draft:
    """The version before, as it was."""
    every = memory.letters.versions(context.thread, context.asker.id)
    versions = every[[one.id for one in every].index(letter.id) + 1 :] if letter in every else []
    # The other letters of one request are no versions of this one.
    before = [one for one in versions if one.contact_id == letter.contact_id or one.at != letter.at]
    if not before:
        raise BotError(FIRST)
    draft = _shown(context, view, before[0], words, draw)
    if _text(draft) is not None:
        memory.letters.mark(letter.id, "taken_back")
        if letter.edited is not None:
            memory.samples.drop(context.asker.id, letter.edited)
    return draft


def _shown(context: Context, view: AccountView, kept: KeptLetter, words: str, draw: Draw) -> Draft:
    """A kept letter as an answer: its own text in the place of a new one, and what to look at before it is sent."""
    if not any(contact.id == kept.contact_id for contact in view.contacts):
        raise NotAllowed("The person that this letter is to is not on record here any more; ask for a new letter.")
    spec = Spec.model_validate(kept.spec)
    draft = draw(replace(context, model=None), view, spec, own_voice(context, spec), words, ())
    before = _text(draft)
    if before is None:
        return draft
    own = free.Own(str(kept.spec.get("subject") or ""), kept.text)
    told = draft.data["letter"] if draft.data else {}
    checks = _checks(context, view, kept, own, told["verdict"]) if kept.edited is not None else told["warnings"]
    sections = [
        _section(one, before, own, kept) for one in draft.sections if one.title != LOOK_AT or kept.edited is None
    ]
    if checks and kept.edited is not None:
        at = next(k for k, section in enumerate(sections) if any(line.text == own.text for line in section.lines)) + 1
        sections.insert(at, look_at(checks))
    letter = {**told, **_own_data(own, kept, checks)}
    draft = draft.model_copy(update={"sections": tuple(sections), "data": {"letter": letter}, "unknowns": ()})
    return with_letter(context, draft, kept)


def _own_data(own: free.Own, kept: KeptLetter, checks: Sequence[str]) -> Mapping[str, Any]:
    told: dict[str, Any] = {
        "subject": own.subject,
        "alternatives": kept.spec.get("alternatives") or [],
        "text": own.text,
        "points": kept.spec.get("points_offered", []),
    }
    if kept.edited is not None:
        told |= {
            "body": own.text,
            "greeting": "",
            "words": len(own.text.split()),
            "edited": True,
            "warnings": list(checks),
        }
    return told


def _section(section: Section, before: str, own: free.Own, kept: KeptLetter) -> Section:
    """A section of the answer with the kept text in the place of the new one."""
    if section.title.startswith("Subject of ") and own.subject:
        others = tuple(Line(text=f"Or: {text}") for text in kept.spec.get("alternatives") or ())
        return section.model_copy(update={"lines": (Line(text=own.subject), *others)})
    if any(line.text == before for line in section.lines):
        size = f"your version, {plural(len(own.text.split()), 'word')} in all"
        title = re.sub(r"\([^()]*\)$", f"({size})", section.title) if kept.edited is not None else section.title
        return Section(title=title, lines=(Line(text=own.text),))
    if section.title == "Why this" and kept.edited is not None:
        kept_lines = tuple(
            line for line in section.lines if not line.text.startswith("“") or _stands(line.text, own.text)
        )
        return section.model_copy(
            update={"lines": (Line(text="What you wrote yourself is your own word."), *kept_lines)}
        )
    return section


def _stands(why: str, text: str) -> bool:
    return why[1:].partition("”: ")[0] in text


def _checks(context: Context, view: AccountView, kept: KeptLetter, own: free.Own, told: Mapping[str, Any]) -> list[str]:
    """What to look at in the seller's own text: the lint's faults first, what no rule speaks of behind them."""
    contact = next(one for one in view.contacts if one.id == kept.contact_id)
    to, spec = recipient(view, contact, context.today), Spec.model_validate(kept.spec)
    verdict = Verdict(told["decision"], told["rule"], told["why"], must=tuple(told["must"]))
    cleared = [str(one["text"]) for one in offered(kept) if str(one["key"]).startswith("proof-")]
    found = faults(context, to, own.text, [own.subject] if own.subject else [], verdict, spec.language, cleared)
    return [*(sentence(fault) for fault in found), *free.warnings(own, kept.spec, kept.written)]


def _text(draft: Draft) -> str | None:
    """The text of the letter that a draft holds; None where the gate let none be written."""
    letter = (draft.data or {}).get("letter") or {}
    text = letter.get("text") if letter.get("body") is not None else None
    return str(text) if text else None
