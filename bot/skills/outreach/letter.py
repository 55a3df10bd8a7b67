"""A letter by code, in the form of its channel, and the check of the whole (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dates import long_date
from bot.skills.outreach.footer import footer, note_end, source
from bot.skills.outreach.material import Material
from bot.skills.outreach.parts import Chosen, ask_part, core_parts, is_after_call, points_of, upper
from bot.skills.outreach.phrases.book import Row, pick
from bot.skills.outreach.pieces import Letter, Part, Point
from bot.skills.outreach.spec import Spec, Voice
from bot.skills.outreach.subjects import LONGEST_SUBJECT, subjects

__all__ = ["Letter", "Part", "Point", "compose", "misfits"]

COLD = {"short": (50, 80), "usual": (50, 120), "long": (90, 125)}
"""words of a letter without greeting and footer"""
AFTER = {"short": (50, 125), "usual": (150, 210), "long": (150, 220)}
"""the same after a call"""
LINKEDIN, VOICEMAIL, SCRIPT = 300, 75, (30, 170)
"""signs of a note, words that take thirty seconds, and words of a script"""


def compose(material: Material, spec: Spec, voice: Voice) -> Letter:
    """Write the letter from what may be said."""
    wanted = Chosen.of(material, spec)
    letter = _CHANNELS[spec.channel](material, spec, voice, wanted)
    used = {part.point for part in letter.parts if part.point}
    points = tuple(Point(p.key, p.text, p.cites, p.key in used) for p in points_of(material))
    chosen = () if spec.points is not None else material.no_fit
    if spec.purpose == "re_engage" and material.lately and material.to.met:
        chosen = (*chosen, f"That it has been quiet: the last touch was on {long_date(material.to.met)}.")
    return replace(
        letter, points=points, left_out=tuple(dict.fromkeys((*material.left_out, *chosen, *letter.left_out)))
    )


def _email(material: Material, spec: Spec, voice: Voice, wanted: Chosen) -> Letter:
    after = is_after_call(wanted.first, spec, material)
    limits = (AFTER if after else COLD)[spec.length]
    heard = [Part(text, why) for text, why in material.words.recap] if after and spec.length != "short" else []
    core = core_parts(material, spec, wanted, heard)
    ask = ask_part(material, spec, wanted, after)
    more = material.words.more_after if after else material.words.more
    parts, left_out = _fitted(more, core, ask, limits, full=spec.length == "long")
    letter = Letter(
        spec,
        (),
        greeting(material, spec, voice),
        tuple(parts),
        footer(material, spec, voice),
        limits,
        left_out=left_out,
    )
    said = any(part.slot == "problem" and not part.blank for part in parts)
    return replace(
        letter, subjects=subjects(material, spec, wanted.first, wanted.topic, wanted.problem if said else "", after)
    )


def _fitted(
    rows: Sequence[Row], core: list[Part], ask: Part, limits: tuple[int, int], *, full: bool
) -> tuple[list[Part], tuple[str, ...]]:
    """Bring the parts to their length: sentences that leave a way out, or without the proof and the problem."""
    left_out = []
    while _count(core, ask) > limits[1] and (gone := next((p for p in reversed(core[1:]) if p.point), None)):
        core = [part for part in core if part is not gone]
        left_out.append(f"“{gone.text}”: it would make the letter too long.")
    more: list[Part] = []
    for text, why in rows:
        part, words = Part(text, why), _count([*core, *more], ask)
        if words < limits[0] or (full and words + _count([part]) <= limits[1]):
            more.append(part)
    return [*core, *more, ask], tuple(left_out)


def _count(parts: Sequence[Part], *others: Part) -> int:
    return sum(len(part.text.split()) for part in (*parts, *others))


def greeting(material: Material, spec: Spec, voice: Voice) -> str:
    """The first line, as the seller writes it where that is known."""
    name, first = material.names
    own = re.fullmatch(r"[^{}]*(?:\{(?:name|first)\}[^{}]*)*", voice.greeting) and voice.greeting
    return (own or pick(material.words.greeting, spec.tone)).format(name=name, first=first)


def _linkedin(material: Material, spec: Spec, voice: Voice, wanted: Chosen) -> Letter:
    words = material.words
    key = spec.purpose if spec.purpose in words.linkedin else "known" if material.to.known else ""
    ask = Part(words.linkedin[key], "one question that takes a line to answer")
    core = [part for part in core_parts(material, spec, wanted) if not part.point.startswith("proof-")]
    letter = Letter(spec, (), greeting(material, spec, voice), (ask,), note_end(material), (1, LINKEDIN))
    kept: list[Part] = []
    for part in core:
        tried = replace(letter, parts=(*kept, part, ask))
        if len(tried.text) <= LINKEDIN and not (part.blank and kept):
            kept.append(part)
    gone = tuple(f"“{part.text}”: no room in {LINKEDIN} signs." for part in core if part not in kept and not part.blank)
    return replace(letter, parts=(*kept, ask), left_out=gone)


def _call(material: Material, spec: Spec, voice: Voice, wanted: Chosen) -> Letter:
    words, (name, first) = material.words, material.names
    said = words.call
    core = core_parts(material, spec, wanted)
    reasons = [p for p in core if p.slot != "problem" and not p.point.startswith("proof-")]
    opener = said["opener"].format(name=name, first=first, asker=material.asker.name, company=material.company)
    parts = [Part(opener, "says who calls, and asks whether it suits", label=said["label.opener"])]
    for at, part in enumerate(reasons):
        text = said["reason"].format(reason=upper(part.text)) if at == 0 else part.text
        parts.append(replace(part, text=text, slot="", label=said["label.reason"]))
    parts += [replace(p, label=said["label.question"]) for p in core if p.slot == "problem"]
    parts += [replace(p, label=said["label.proof"]) for p in core if p.point.startswith("proof-")]
    ask = pick({**said, "": said["ask"]}, f"ask.{spec.purpose}")
    parts.append(Part(ask, "one question that takes a line to answer", label=said["label.ask"]))
    parts += _told_source(material, said["label.source"])
    parts.append(Part(said["no"], "a no is taken", label=said["label.no"]))
    return Letter(spec, (), "", tuple(parts), (), SCRIPT)


def _told_source(material: Material, label: str = "") -> list[Part]:
    """Where the number comes from, where the verdict asks for it."""
    if "source" not in material.must:
        return []
    text, why = source(material, material.words.call["source"]), "the rules ask for it at the first contact"
    return [Part(text, why, () if text.startswith("[") else (material.known_by,), label=label)]


def _voicemail(material: Material, spec: Spec, voice: Voice, wanted: Chosen) -> Letter:
    words, (name, first) = material.words, material.names
    said = words.voicemail["opener"]
    opener = Part(
        said.format(name=name, first=first, asker=material.asker.name, company=material.company), "says who calls"
    )
    back = Part(words.voicemail["back"].format(number=words.fill_number), "slowly, and twice")
    told = _told_source(material)
    end = Part(words.voicemail["end"], "leaves them a way out")
    core = [p for p in core_parts(material, spec, wanted) if not p.point.startswith("proof-")]
    core = [replace(p, text=upper(p.text)) for p in core]
    kept: list[Part] = []
    for part in core:
        if _count([opener, *kept, part, *told, back]) <= VOICEMAIL and not (part.blank and kept):
            kept.append(part)
    last = [*told, back, end] if _count([opener, *kept, *told, back, end]) <= VOICEMAIL else [*told, back]
    gone = tuple(f"“{part.text}”: no room in thirty seconds." for part in core if part not in kept and not part.blank)
    return Letter(spec, (), "", (opener, *kept, *last), (), (1, VOICEMAIL), left_out=gone)


_CHANNELS: dict[str, Callable[[Material, Spec, Voice, Chosen], Letter]] = {
    "email": _email, "linkedin": _linkedin, "call": _call, "voicemail": _voicemail,
}  # fmt: skip


def misfits(letter: Letter) -> list[str]:
    """What does not fit its channel: the length, or a subject."""
    found, limits = [], letter.limits
    if not limits[0] <= letter.size <= limits[1]:
        found.append(f"{letter.size} instead of {limits[0]} to {limits[1]}")
    return found + [f"subject “{text}”" for text in letter.subjects if len(text) > LONGEST_SUBJECT]
