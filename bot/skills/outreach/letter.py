"""A letter by code: its parts in the form of its channel, what it rests on, and the check of the whole (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.crm.match import Candidates, mentions
from bot.skills.outreach.footer import footer
from bot.skills.outreach.material import Material
from bot.skills.outreach.occasion import AFTER_CALL, Occasion
from bot.skills.outreach.phrases.book import pick
from bot.skills.outreach.spec import Spec, Voice
from bot.skills.outreach.subjects import FALSE_REPLY, LONGEST_SUBJECT, subjects

COLD = {"short": (50, 80), "usual": (50, 120), "long": (90, 125)}
"""words of a letter without greeting and footer"""
AFTER = {"short": (50, 125), "usual": (150, 210), "long": (160, 220)}
"""the same after a call"""
LINKEDIN, VOICEMAIL, SCRIPT = 300, 75, (30, 170)
"""signs of a note, words that take thirty seconds, and words of a script"""


@dataclass(frozen=True)
class Part:
    """A sentence of the body, why it is there, and the numbers of its sources."""

    text: str
    why: str
    cites: tuple[int, ...] = ()
    slot: str = ""
    """`opening` or `problem`, which a model may word"""
    point: str = ""
    """key of the talking point it makes"""
    label: str = ""
    """what is said where, in a script"""

    @property
    def blank(self) -> bool:
        """Whether it is for the seller to fill in."""
        return self.text.startswith(("[", "- ["))


@dataclass(frozen=True)
class Point:
    """A talking point: what the letter may speak about."""

    key: str
    text: str
    cites: tuple[int, ...] = ()
    used: bool = False


@dataclass(frozen=True)
class Letter:
    """Words that a person may send or say: nothing is sent from here."""

    spec: Spec
    subjects: tuple[str, ...]
    greeting: str
    parts: tuple[Part, ...]
    footer: tuple[str, ...]
    limits: tuple[int, int]
    """fewest and most words of the body; of a LinkedIn note, signs of the whole"""
    points: tuple[Point, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """Words of the body, without greeting and footer."""
        return sum(len(part.text.split()) for part in self.parts)

    @property
    def size(self) -> int:
        """What is held against the limits."""
        return len(self.text) if self.spec.channel == "linkedin" else self.words

    @property
    def body(self) -> str:
        """The sentences, as the channel sets them."""
        if self.spec.channel == "call":
            return "\n\n".join(f"{part.label}: {part.text}" for part in self.parts)
        return " ".join(part.text for part in self.parts) if self.spec.channel != "email" else _paragraphs(self.parts)

    @property
    def text(self) -> str:
        """The whole as plain text."""
        between = "\n" if self.spec.channel == "linkedin" else "\n\n"
        return between.join(filter(None, (self.greeting, self.body, "\n".join(self.footer))))


def compose(material: Material, spec: Spec, voice: Voice) -> Letter:
    """Write the letter from what may be said."""
    wanted = _Wanted.of(material, spec)
    letter = _CHANNELS[spec.channel](material, spec, voice, wanted)
    used = {part.point for part in letter.parts if part.point}
    points = tuple(Point(p.key, p.text, p.cites, p.key in used) for p in _points(material))
    return replace(letter, points=points, left_out=tuple(dict.fromkeys((*material.left_out, *letter.left_out))))


@dataclass(frozen=True)
class _Wanted:
    """The reasons, the problem and the proof that this letter is built on."""

    occasions: Sequence[Occasion]
    problem: str
    problem_cite: int
    problem_key: str
    proofs: Sequence[tuple[str, int, str]]
    """(sentence, number of its source, key)"""
    topic: str

    @classmethod
    def of(cls, material: Material, spec: Spec) -> "_Wanted":
        ticked = None if spec.points is None else set(spec.points)
        proofs = [(p.sentence, cite, p.key) for p, cite in material.proofs]
        problems = list(material.problems)
        if ticked is None:
            proofs, problems = _turned(proofs, spec.angle)[:1], _turned(problems, spec.angle)[:1]
            found = _turned(list(material.occasions), spec.angle)[:1]
        else:
            proofs = [row for row in proofs if row[2] in ticked][:2]
            problems = [row for row in problems if row[0] in ticked][:1]
            found = [one for one in material.occasions if one.key in ticked][:3]
        topic = material.topic if ticked is None or "topic" in ticked else ""
        key, problem, cite = problems[0] if problems else ("", "", 0)
        return cls(found, problem, cite, key, proofs, topic)

    @property
    def first(self) -> Occasion | None:
        return self.occasions[0] if self.occasions else None


def _turned(items: list, by: int) -> list:  # type: ignore[type-arg]
    at = by % len(items) if items else 0
    return items[at:] + items[:at]


def _points(material: Material) -> list[Point]:
    words = material.words
    found = [Point(one.key, _upper(one.sentence(words)), (one.cite,)) for one in material.occasions]
    found += [Point("topic", material.topic)] if material.topic else []
    found += [Point(key, problem, (cite,)) for key, problem, cite in material.problems]
    return found + [Point(proof.key, proof.sentence, (cite,)) for proof, cite in material.proofs]


def is_after_call(found: Occasion | None, spec: Spec, material: Material) -> bool:
    """Whether the letter follows a call or meeting of the last days that the asker was in."""
    if found is None or spec.purpose != "follow_up":
        return False
    recent = material.to.today - found.day <= AFTER_CALL
    return found.own and found.kind in ("call", "meeting") and recent


# E-mail


def _email(material: Material, spec: Spec, voice: Voice, wanted: _Wanted) -> Letter:
    after = is_after_call(wanted.first, spec, material)
    limits = (AFTER if after else COLD)[spec.length]
    heard = [Part(text, why) for text, why in material.words.recap] if after and spec.length != "short" else []
    core = _core(material, spec, wanted, heard)
    ask = _ask(material, spec, wanted, after)
    parts, left_out = _fitted(material, core, ask, limits)
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


def _core(material: Material, spec: Spec, wanted: _Wanted, heard: Sequence[Part] = ()) -> list[Part]:
    parts = [
        *_openings(material, spec, wanted),
        *_purpose(material, spec, wanted.topic),
        *_about(material, spec, wanted),
    ]
    return [*parts, *heard, *_problem(material, spec, wanted), *_proofs(material, wanted)]


def _openings(material: Material, spec: Spec, wanted: _Wanted) -> list[Part]:
    if not wanted.occasions:
        return [Part(material.words.occasion, "no dated signal is on record that they know of")]
    spoken = spec.channel in ("call", "voicemail")
    said = [one.sentence(material.words, spoken=spoken) for one in wanted.occasions]
    return [
        Part(text if at == 0 else _upper(text), one.why, (one.cite,), "" if at else "opening", one.key)
        for at, (one, text) in enumerate(zip(wanted.occasions, said, strict=True))
    ]


def _purpose(material: Material, spec: Spec, topic: str) -> list[Part]:
    table = {key: text for key, text in material.words.purpose.items() if key}
    if spec.purpose == "re_engage" and not material.occasions:
        return []
    text = pick(table, f"{spec.purpose}.{spec.tone}", spec.purpose)
    if not text:
        return []
    if spec.purpose != "event":
        return [Part(text, "what the letter is for")]
    return [Part(text.format(topic=topic or material.words.no_topic), "your own words", point="topic" if topic else "")]


def _about(material: Material, spec: Spec, wanted: _Wanted) -> list[Part]:
    """What it is about, where the first line or the invitation has not said it."""
    told = spec.purpose == "event" or (
        wanted.first is not None and wanted.first.kind == "renewal" and material.of_renewal
    )
    if told or not wanted.topic:
        return []
    return [Part(material.words.about.format(topic=wanted.topic), "your own words", point="topic")]


def _problem(material: Material, spec: Spec, wanted: _Wanted) -> list[Part]:
    if wanted.problem:
        text = pick(material.words.problem, spec.tone).format(problem=wanted.problem)
        return [Part(text, "what the proof point speaks to", (wanted.problem_cite,), "problem", wanted.problem_key)]
    if wanted.topic or spec.purpose in ("event", "renewal") or spec.points is not None:
        return []
    return [Part(material.words.no_problem, "no problem is on record that may be named", slot="problem")]


def _proofs(material: Material, wanted: _Wanted) -> list[Part]:
    return [
        Part(material.words.proof.format(sentence=sentence), "word for word from the page", (cite,), point=key)
        for sentence, cite, key in wanted.proofs
    ]


def _ask(material: Material, spec: Spec, wanted: _Wanted, after: bool) -> Part:
    purpose = "after" if after else spec.purpose
    if purpose == "renewal" and not (wanted.first and wanted.first.kind == "renewal"):
        purpose = "first"
    return Part(pick(material.words.ask, purpose, spec.tone), "one question that takes a line to answer")


def _fitted(
    material: Material, core: list[Part], ask: Part, limits: tuple[int, int]
) -> tuple[list[Part], tuple[str, ...]]:
    """Bring the parts to their length: sentences that leave a way out, or without the proof and the problem."""
    left_out = []
    while _count(core, ask) > limits[1] and (gone := next((p for p in reversed(core[1:]) if p.point), None)):
        core = [part for part in core if part is not gone]
        left_out.append(f"“{gone.text}”: it would make the letter too long.")
    more: list[Part] = []
    for text, why in material.words.more_after if limits in AFTER.values() else material.words.more:
        if _count([*core, *more], ask) < limits[0]:
            more.append(Part(text, why))
    return [*core, *more, ask], tuple(left_out)


def _count(parts: Sequence[Part], *others: Part) -> int:
    return sum(len(part.text.split()) for part in (*parts, *others))


def greeting(material: Material, spec: Spec, voice: Voice) -> str:
    """The first line, as the seller writes it where that is known."""
    name, first = material.names
    own = re.fullmatch(r"[^{}]*(?:\{(?:name|first)\}[^{}]*)*", voice.greeting) and voice.greeting
    return (own or pick(material.words.greeting, spec.tone)).format(name=name, first=first)


# LinkedIn, call and voicemail


def _linkedin(material: Material, spec: Spec, voice: Voice, wanted: _Wanted) -> Letter:
    words = material.words
    key = spec.purpose if spec.purpose in words.linkedin else "known" if material.to.known else ""
    ask = Part(words.linkedin[key], "one question that takes a line to answer")
    core = [part for part in _core(material, spec, wanted) if not part.point.startswith("proof-")]
    name = material.asker.name.split()[0] if material.asker.name.split() else ""
    letter = Letter(spec, (), greeting(material, spec, voice), (ask,), (name,), (1, LINKEDIN))
    kept: list[Part] = []
    for part in core:
        tried = replace(letter, parts=(*kept, part, ask))
        if len(tried.text) <= LINKEDIN and not (part.blank and kept):
            kept.append(part)
    gone = tuple(f"“{part.text}”: no room in {LINKEDIN} signs." for part in core if part not in kept and not part.blank)
    return replace(letter, parts=(*kept, ask), left_out=gone)


def _call(material: Material, spec: Spec, voice: Voice, wanted: _Wanted) -> Letter:
    words, (name, _) = material.words, material.names
    said = words.call
    core = _core(material, spec, wanted)
    reasons = [p for p in core if p.slot != "problem" and not p.point.startswith("proof-")]
    opener = said["opener"].format(name=name, asker=material.asker.name, company=material.company)
    parts = [Part(opener, "says who calls, and asks whether it suits", label=said["label.opener"])]
    for at, part in enumerate(reasons):
        text = said["reason"].format(reason=_upper(part.text)) if at == 0 else part.text
        parts.append(replace(part, text=text, slot="", label=said["label.reason"]))
    parts += [replace(p, label=said["label.question"]) for p in core if p.slot == "problem"]
    parts += [replace(p, label=said["label.proof"]) for p in core if p.point.startswith("proof-")]
    ask = pick({**said, "": said["ask"]}, f"ask.{spec.purpose}")
    parts.append(Part(ask, "one question that takes a line to answer", label=said["label.ask"]))
    parts.append(Part(said["no"], "a no is taken", label=said["label.no"]))
    return Letter(spec, (), "", tuple(parts), (), SCRIPT)


def _voicemail(material: Material, spec: Spec, voice: Voice, wanted: _Wanted) -> Letter:
    words, (name, _) = material.words, material.names
    opener = words.voicemail["opener"].format(name=name, asker=material.asker.name, company=material.company)
    first = Part(opener, "says who calls")
    back = Part(words.voicemail["back"].format(number=words.fill_number), "slowly, and twice")
    end = Part(words.voicemail["end"], "leaves them a way out")
    core = [p for p in _core(material, spec, wanted) if not p.point.startswith("proof-")]
    core = [replace(p, text=_upper(p.text)) for p in core]
    kept: list[Part] = []
    for part in core:
        if _count([first, *kept, part, back]) <= VOICEMAIL and not (part.blank and kept):
            kept.append(part)
    last = [back, end] if _count([first, *kept, back, end]) <= VOICEMAIL else [back]
    gone = tuple(f"“{part.text}”: no room in thirty seconds." for part in core if part not in kept and not part.blank)
    return Letter(spec, (), "", (first, *kept, *last), (), (1, VOICEMAIL), left_out=gone)


_CHANNELS: dict[str, Callable[[Material, Spec, Voice, _Wanted], Letter]] = {
    "email": _email, "linkedin": _linkedin, "call": _call, "voicemail": _voicemail,
}  # fmt: skip


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _paragraphs(parts: Sequence[Part]) -> str:
    """Sentences as paragraphs; what begins with a dash stays a list."""
    text = ""
    for before, part in zip([None, *parts], parts, strict=False):
        bulleted = part.text.startswith("- ")
        listed = before is not None and before.text.startswith("- ")
        text += ("" if before is None else "\n" if bulleted or (listed and bulleted) else "\n\n") + part.text
    return text


def faults(letter: Letter, names: Candidates, cleared: Sequence[str]) -> list[str]:
    """What is wrong with a letter: length, subjects, or a company that is named without clearance."""
    found, limits = [], letter.limits
    if not limits[0] <= letter.size <= limits[1]:
        found.append(f"{letter.size} instead of {limits[0]} to {limits[1]}")
    found += [f"subject “{text}”" for text in letter.subjects if len(text) > LONGEST_SUBJECT or FALSE_REPLY.match(text)]
    body = " ".join(part.text for part in letter.parts)
    for sentence in cleared:
        body = body.replace(sentence, " ")
    return found + [f"names {mention.text}" for mention in mentions(f"{body} {' '.join(letter.subjects)}", names)]
