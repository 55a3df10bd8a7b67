"""The sentences of a letter, each with why it stands there and what it rests on (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.skills.outreach.material import Material
from bot.skills.outreach.occasion import AFTER_CALL, Occasion
from bot.skills.outreach.phrases.book import pick
from bot.skills.outreach.pieces import Part, Point
from bot.skills.outreach.spec import Spec

Item = TypeVar("Item")


@dataclass(frozen=True)
class Chosen:
    """The reasons, the problem and the proof that this letter is built on."""

    occasions: Sequence[Occasion]
    problem: str
    problem_cite: int
    problem_key: str
    proofs: Sequence[tuple[str, int, str]]
    """(sentence, number of its source, key)"""
    topic: str

    @classmethod
    def of(cls, material: Material, spec: Spec) -> "Chosen":
        ticked = None if spec.points is None else set(spec.points)
        proofs = [(p.sentence, cite, p.key) for p, cite in material.proofs]
        problems = list(material.problems)
        if ticked is None:
            proofs = [row for row in proofs if row[2] not in material.unfit]
            problems = [row for row in problems if row[0] not in material.unfit]
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


def _turned(items: list[Item], by: int) -> list[Item]:
    at = by % len(items) if items else 0
    return items[at:] + items[:at]


def points_of(material: Material) -> list[Point]:
    words = material.words
    found = [Point(one.key, upper(one.sentence(words)), (one.cite,)) for one in material.occasions]
    found += [Point("topic", material.topic)] if material.topic else []
    found += [Point(key, problem, (cite,)) for key, problem, cite in material.problems]
    return found + [Point(proof.key, proof.sentence, (cite,)) for proof, cite in material.proofs]


def is_after_call(found: Occasion | None, spec: Spec, material: Material) -> bool:
    """Whether the letter follows a call or meeting of the last days that the asker was in."""
    if found is None or spec.purpose != "follow_up":
        return False
    recent = material.to.today - found.day <= AFTER_CALL
    return found.own and found.kind in ("call", "meeting") and recent


def core_parts(material: Material, spec: Spec, wanted: Chosen, heard: Sequence[Part] = ()) -> list[Part]:
    parts = [
        *_openings(material, spec, wanted),
        *_purpose(material, spec, wanted.topic),
        *_about(material, spec, wanted),
    ]
    return [*parts, *heard, *_problem(material, spec, wanted), *_proofs(material, wanted)]


def _openings(material: Material, spec: Spec, wanted: Chosen) -> list[Part]:
    if not wanted.occasions:
        return [Part(material.words.occasion, "no dated signal is on record that they know of")]
    spoken = spec.channel in ("call", "voicemail")
    said = [one.sentence(material.words, spoken=spoken) for one in wanted.occasions]
    return [
        Part(text if at == 0 else upper(text), one.why, (one.cite,), "" if at else "opening", one.key)
        for at, (one, text) in enumerate(zip(wanted.occasions, said, strict=True))
    ]


def _purpose(material: Material, spec: Spec, topic: str) -> list[Part]:
    table = {key: text for key, text in material.words.purpose.items() if key}
    if spec.purpose == "re_engage" and (not material.occasions or material.lately):
        return []
    text = pick(table, f"{spec.purpose}.{spec.tone}", spec.purpose)
    if not text:
        return []
    if spec.purpose != "event":
        return [Part(text, "what the letter is for")]
    return [Part(text.format(topic=topic or material.words.no_topic), "your own words", point="topic" if topic else "")]


def _about(material: Material, spec: Spec, wanted: Chosen) -> list[Part]:
    """What it is about, where the first line or the invitation has not said it."""
    told = spec.purpose == "event" or (
        wanted.first is not None and wanted.first.kind == "renewal" and material.of_renewal
    )
    if told or not wanted.topic:
        return []
    return [Part(material.words.about.format(topic=wanted.topic), "your own words", point="topic")]


def _problem(material: Material, spec: Spec, wanted: Chosen) -> list[Part]:
    if wanted.problem:
        text = pick(material.words.problem, spec.tone).format(problem=wanted.problem)
        return [Part(text, "what the proof point speaks to", (wanted.problem_cite,), "problem", wanted.problem_key)]
    if wanted.topic or spec.purpose in ("event", "renewal") or spec.points is not None:
        return []
    return [Part(material.words.no_problem, "no problem is on record that may be named", slot="problem")]


def _proofs(material: Material, wanted: Chosen) -> list[Part]:
    return [
        Part(material.words.proof.format(sentence=sentence), "word for word from the page", (cite,), point=key)
        for sentence, cite, key in wanted.proofs
    ]


def ask_part(material: Material, spec: Spec, wanted: Chosen, after: bool) -> Part:
    purpose = "after" if after else spec.purpose
    if purpose == "renewal" and not (wanted.first and wanted.first.kind == "renewal"):
        purpose = "first"
    return Part(pick(material.words.ask, purpose, spec.tone), "one question that takes a line to answer")


def upper(text: str) -> str:
    return text[:1].upper() + text[1:]
