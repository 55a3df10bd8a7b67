"""The letter by code: subjects, body within its length, footer of the region, and the check of the whole (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.crm.match import Candidates, mentions
from bot.crm.records import User
from bot.dates import long_date
from bot.skills.outreach.gate import Recipient
from bot.skills.outreach.occasion import AFTER_CALL, Occasion, data_source
from bot.skills.outreach.proof import Proof

LONGEST_SUBJECT = 49
SHORT, AFTER = (50, 125), (150, 220)
"""words of a first or a short letter, and of one after a call"""
FALSE_REPLY = re.compile(r"^\s*(?:re|fwd?|aw|wg|tr|rv)\s*:", re.IGNORECASE)
BLANK = "[Say why you write now: something dated that they know of]"
NO_PROBLEM = "[Name the one problem that you want to speak about, in their words]"
MORE = (
    ("If this is not the right moment, please say so and I will leave it there.", "leaves them a way out"),
    ("If somebody else looks after this on your side, I would be glad to know who that is.", "finds the right person"),
    ("I would rather ask than guess, so please correct me where I am wrong.", "invites a correction"),
)
FILL = "for you to fill in"
RECAP = (
    (
        "So that we both work from the same page, here is what I took from it. Please correct me wherever I am wrong, or "
        "where something is missing:",
        "a letter after a call says what was heard",
    ),
    ("- [What mattered most to them, in their own words]", FILL),
    ("- [What was decided, and apart from it what was only suggested]", FILL),
    ("- [Who does what by when, on both sides; “to be agreed” where no date was set]", FILL),
    (
        "Please feel free to pass this on to anybody who was not there; it is meant to be read without me.",
        "it will be forwarded to those who were not there",
    ),
)


@dataclass(frozen=True)
class Part:
    """A sentence of the body, why it is there, and the numbers of its sources."""

    text: str
    why: str
    cites: tuple[int, ...] = ()
    slot: str = ""
    """`opening` or `problem`, which a model may word"""


@dataclass(frozen=True)
class Letter:
    """An e-mail that a person may send: nothing is sent from here."""

    subjects: tuple[str, ...]
    greeting: str
    parts: tuple[Part, ...]
    footer: tuple[str, ...]
    limits: tuple[int, int]

    @property
    def words(self) -> int:
        """Words of the body, without greeting and footer."""
        return sum(len(part.text.split()) for part in self.parts)

    @property
    def text(self) -> str:
        """The whole letter as plain text."""
        return "\n\n".join([self.greeting, _paragraphs(self.parts), "\n".join(self.footer)])


def write(
    to: Recipient, asker: User, found: Occasion | None, proof: Proof | None, proof_cite: int, problem: str | None, topic: str,
    tone: str,
) -> Letter:  # fmt: skip
    """Write the letter from what may be said."""
    after = is_after_call(found, to)
    core = [_opening(found), *_purpose(topic), *([Part(*row) for row in RECAP] if after else [])]
    core += [_problem(problem, proof_cite), *_proof(proof, proof_cite)]
    ask = Part(_ask(found), "one question that takes a line to answer")
    limits = AFTER if after else SHORT
    parts = _long_enough(core, ask, limits[0])
    return Letter(
        _subjects(found, to, problem, topic, after), _greeting(to, tone), tuple(parts), _footer(to, asker), limits
    )


def is_after_call(found: Occasion | None, to: Recipient) -> bool:
    """Whether the letter follows a call or meeting of the last days that the asker was in."""
    return found is not None and found.own and found.kind in ("call", "meeting") and to.today - found.day <= AFTER_CALL


def _long_enough(core: Sequence[Part], ask: Part, least: int) -> list[Part]:
    parts, words = list(core), sum(len(part.text.split()) for part in [*core, ask])
    for text, why in MORE:
        if words < least:
            parts.append(Part(text, why))
            words += len(text.split())
    return [*parts, ask]


def _opening(found: Occasion | None) -> Part:
    if found is None:
        return Part(BLANK, "no dated signal is on record that they know of")
    return Part(found.sentence, found.why, (found.cite,), "opening")


def _purpose(topic: str) -> list[Part]:
    return [Part(f"I am writing about {topic}.", "your own words")] if topic else []


def _problem(problem: str | None, cite: int) -> Part:
    if not problem:
        return Part(NO_PROBLEM, "no problem is on record that may be named")
    question = f"Is {problem} something that you are working on at the moment?"
    return Part(question, "what the proof point speaks to", (cite,), "problem")


def _proof(proof: Proof | None, cite: int) -> list[Part]:
    return (
        [Part(f"One result that has been released: {proof.sentence}.", "word for word from the page", (cite,))]
        if proof
        else []
    )


def _ask(found: Occasion | None) -> str:
    if found and found.kind == "renewal":
        return "Shall we find a date for a short call about it? A one-line answer is enough."
    return "Would a short call be useful? A one-line answer is enough."


def _subjects(found: Occasion | None, to: Recipient, problem: str | None, topic: str, after: bool) -> tuple[str, ...]:
    """One subject and two alternatives, each below fifty characters."""
    wanted: list[str] = []
    if found and found.kind == "renewal":
        wanted += [f"Your renewal on {long_date(found.day)}", "Before your renewal", "A date for your renewal?"]
    if found and after:
        wanted += [
            f"After our {found.kind} on {long_date(found.day)}",
            f"What I took from our {found.kind}",
            "Did I get this right?",
        ]
    if topic:
        wanted += [f"{topic[0].upper()}{topic[1:]}", f"A question about {topic}"]
    if problem:
        wanted += [f"A question about {problem}", f"{problem[0].upper()}{problem[1:]} at {to.account.name}"]
    wanted += [f"A question for {to.account.name}", "A short question", "Worth a short call?"]
    fit = [text for text in dict.fromkeys(wanted) if len(text) <= LONGEST_SUBJECT and not FALSE_REPLY.match(text)]
    return tuple(fit[:3])


def _greeting(to: Recipient, tone: str) -> str:
    name = " ".join(re.sub(r"[^\w\s.'’-]", " ", to.contact.name).split())
    return f"Dear {name}," if tone in ("formal", "") else f"Hello {name.split()[0]},"


def _footer(to: Recipient, asker: User) -> tuple[str, ...]:
    """Who writes, from where, how to object and, at the first contact, where the address comes from."""
    lines = [asker.name, "[Name and postal address of your company: fill in before you send]"]
    lines += [asker.email] if asker.email else []
    lines.append("If you would rather not get e-mails like this, answer “no” and I will not write again.")
    if not to.known:
        source = data_source(to)
        lines.append(f"I have your address from {source}." if source else "[Say where you have this address from]")
    return tuple(lines)


def _paragraphs(parts: Sequence[Part]) -> str:
    """Sentences as paragraphs; what begins with a dash stays a list."""
    text = ""
    for before, part in zip([None, *parts], parts, strict=False):
        bulleted = part.text.startswith("- ")
        listed = before is not None and before.text.startswith("- ")
        text += ("" if before is None else "\n" if bulleted or (listed and bulleted) else "\n\n") + part.text
    return text


def faults(letter: Letter, names: Candidates, cleared: str) -> list[str]:
    """What is wrong with a letter: length, subjects, or a company that is named without clearance."""
    found = []
    if not letter.limits[0] <= letter.words <= letter.limits[1]:
        found.append(f"{letter.words} words instead of {letter.limits[0]} to {letter.limits[1]}")
    found += [f"subject “{text}”" for text in letter.subjects if len(text) > LONGEST_SUBJECT or FALSE_REPLY.match(text)]
    body = (
        " ".join(part.text for part in letter.parts).replace(cleared, " ")
        if cleared
        else " ".join(p.text for p in letter.parts)
    )
    return found + [f"names {mention.text}" for mention in mentions(f"{body} {' '.join(letter.subjects)}", names)]
