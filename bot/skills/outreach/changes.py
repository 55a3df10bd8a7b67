"""What words ask of a letter that is there already: another form, another text, or that it is logged (pure)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.skills.outreach import address_words
from bot.skills.outreach import change_words as known
from bot.skills.outreach.change_words import Update
from bot.skills.outreach.phrases import WRITTEN
from bot.skills.outreach.spec import Address, Channel, Language, Length, Purpose, Spec

_BETWEEN = re.compile(
    r"\s*[,;.]\s+(?:and |but |then |und |et |y )?|\s+(?:and|then|but|und|et|y)\s+(?:then )?", re.IGNORECASE
)
STEPS: tuple[Length, ...] = ("short", "usual", "long")


@dataclass(frozen=True)
class Change:
    """All that one message may ask; what is empty stays as it is."""

    longer: int = 0
    """steps of length: -1 is shorter"""
    length: Length | None = None
    tone: str | None = None
    """empty: plain"""
    language: Language | None = None
    address: Address = ""
    """“du” or “Sie”; empty: as it was"""
    other_language: str = ""
    """one that letters are not written in"""
    channel: Channel | None = None
    purpose: Purpose | None = None
    angle: bool = False
    topic: str | None = None
    to: str = ""
    """whom it is to go to instead"""
    ticked: tuple[str, ...] = ()
    unticked: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    """talking points by what people call them"""
    text: str = ""
    """the seller's own version"""
    swaps: tuple[tuple[str, str], ...] = ()
    mine: bool = False
    """in the seller's own style"""
    subject: str | None = None
    """another one; empty: the next of those that were offered"""
    sign: str = ""
    """the name that stands under it"""
    drop: str = ""
    """what is to go, such as “second sentence”"""
    undo: bool = False
    sent: bool = False
    when: str = ""
    """when it was sent, in words"""
    letter: str = ""
    """id of the version that is meant; empty: the newest"""
    send: bool = False
    forget: bool = False
    cannot: str = ""
    """why what is asked is not done"""
    certain: bool = True
    """whether the words mean a letter wherever they are said; else right after it alone"""

    @property
    def of_text(self) -> bool:
        """Whether words of the letter as it stands are changed."""
        return bool(self.drop or self.swaps or self.sign) or self.subject is not None

    @property
    def of_spec(self) -> bool:
        """Whether the letter is to be written anew."""
        spec = (
            self.longer,
            self.length,
            self.language,
            self.address,
            self.channel,
            self.purpose,
            self.angle,
            self.to,
            self.mine,
        )
        points = (self.ticked, self.unticked, self.only is not None)
        return any((*spec, *points, self.tone is not None, self.topic is not None))


def applied(spec: Spec, change: Change) -> Spec:
    """The spec that a change makes of one; whom it goes to and its talking points are read from the records elsewhere."""
    step = STEPS[min(max(STEPS.index(spec.length) + change.longer, 0), 2)]
    update: Update = {"length": change.length or step}
    if change.tone is not None:
        update["tone"] = _toned(spec.tone, change.tone)
    for name in ("language", "channel", "purpose", "topic"):
        value = getattr(change, name)
        update |= {name: value} if value is not None else {}
    if change.address or change.language not in (None, spec.language):
        # Whom one calls “du” in German need not be “tu” in French.
        update["address"] = change.address
    if change.angle:
        # Another angle is the writer's choice of talking points.
        update |= {"angle": spec.angle + 1, "points": None}
    if change.topic is not None:
        update |= {"angle": 0, "points": None}
    return spec.model_copy(update=update)


def _toned(before: str, wanted: str) -> str:
    if wanted == known.LESS_FORMAL:
        return "" if before == "formal" else "friendly"
    return wanted


def read(words: str, letter: str = "") -> Change | None:
    """What the words ask of a letter, whose text helps to tell; None where they ask something else."""
    own = known.OWN.match(words)
    if own and len(own["text"].split()) > 1:
        return Change(text=own["text"].strip())
    bare = " ".join(words.split()).strip(" .!")
    if named := known.NAMED.search(bare):
        meant = read(bare[: named.start()], letter)
        return replace(meant, letter=named["letter"], certain=True) if meant else None
    # “Change Sie to du” is no change of two words alone.
    of_form = _specified(bare) if address_words.asked(bare)[0] else None
    found = _whole(bare) or of_form or _edited(bare, letter) or _specified(bare)
    return found or (Change(cannot=known.NOT_KNOWN, certain=False) if known.PART.match(bare) else None)


def wishes(words: str, letter: str = "") -> tuple[str, ...]:
    """The words, or two wishes in them that are no wish together: a new spec first, then a change of what it made."""
    # What cannot be done as a whole may be done in parts.
    if (whole := read(words, letter)) and not whole.cannot:
        return (words,)
    for match in _BETWEEN.finditer(words):
        parts = (words[: match.start()], words[match.end() :])
        first, second = (read(part, letter) for part in parts)
        if first and second and (first.of_spec or first.of_text) and (second.of_spec or second.of_text):
            return parts if first.of_spec else parts[::-1]
    return (words,)


def forgets(words: str) -> bool:
    """Whether the words ask to forget how somebody writes, which is of no letter."""
    return known.FORGET.fullmatch(" ".join(words.split()).strip(" .!")) is not None


def _whole(bare: str) -> Change | None:
    """What is said alone."""
    if forgets(bare):
        return Change(forget=True)
    if known.UNDO.fullmatch(_trimmed(bare)) or known.UNDO.fullmatch(bare):
        return Change(
            undo=True, certain=bare.casefold() not in ("undo", "back", "undo that", "undo it", "take that back")
        )
    sent = known.SENT.fullmatch(bare)
    if sent:
        short = not re.search(r"\bas sent\b|\bsent (?:it|that|this|the)\b", bare, re.IGNORECASE)
        return Change(
            sent=True,
            when=re.sub(r"^(?:just )?now$", "", sent["when"].strip()),
            certain=not short,
        )
    if known.PRESS.fullmatch(_trimmed(bare)):
        return Change(cannot=known.PRESSES, certain=False)
    return Change(send=True, certain=False) if known.SEND.fullmatch(bare) else None


def _edited(bare: str, letter: str) -> Change | None:
    """A change of some words of the text."""
    said = _trimmed(bare)
    if subject := known.NEW_SUBJECT.fullmatch(bare):
        return Change(subject=subject["subject"].strip())
    if known.NEXT_SUBJECT.fullmatch(bare) or known.NEXT_SUBJECT.fullmatch(said):
        return Change(subject="")
    if sign := known.SIGN.fullmatch(bare):
        return Change(sign=sign["name"])
    swaps = [(one["old"], one["new"]) for pattern in (known.SWAP, known.INSTEAD) for one in pattern.finditer(said)]
    left = known.INSTEAD.sub("", known.SWAP.sub("", said)).replace(" and ", " ").strip(" ,;.")
    if swaps and not left:
        return Change(swaps=tuple(swaps))
    bare_swap = known.BARE_SWAP.fullmatch(said)
    if bare_swap and letter and bare_swap["old"].casefold() in letter.casefold():
        return Change(swaps=((bare_swap["old"], bare_swap["new"]),), certain=False)
    drop = known.DROP.fullmatch(said)
    what = re.sub(r"^(?:the|that|its) ", "", drop["what"], flags=re.I) if drop else ""
    return Change(drop=what, certain=re.search("sentence|paragraph", what, re.I) is not None) if what else None


def _specified(bare: str) -> Change | None:
    """What makes another spec: several wishes in one sentence, each of which must be known."""
    if len(bare) > 200 or ("?" in bare and not known.ASKED.match(bare)):
        return None
    label = known.LABEL.search(bare)
    said = _trimmed(bare[: label.start() if label else None].rstrip("? "))
    said, form, certain = address_words.parted(said)
    change, named = Change(address=form, certain=certain), ""
    if form and not said:
        return change
    instead = re.search(r"\b(?:instead|rather|stattdessen)\b", bare, re.IGNORECASE) is not None
    if instead:
        said = re.sub(r"^(?:write|e-?mail|mail) (?=to\b)", "", said, flags=re.IGNORECASE)
    for clause in _clauses(said):
        added = _clause(clause)
        if added is None and named and known.NOUNS.fullmatch(clause):
            # “Only the call and the proof point” is one wish.
            added = {named: (*getattr(change, named), clause)}
        if added is None:
            return None
        named = next((name for name in ("only", "ticked", "unticked") if name in added), "")
        change = replace(change, **{**added, "certain": change.certain and bool(added.get("certain", True))})  # type: ignore[arg-type]
    if label:
        # What was chosen of those that we asked back for.
        return replace(change, to=f"{change.to}{label[0]}") if change.to else None
    certain = change.certain or (instead and bool(change.to or change.topic))
    return replace(change, certain=certain) if change.of_spec or change.other_language else None


def _clauses(said: str) -> list[str]:
    """The wishes of a sentence; what it is about may hold an “and” of its own."""
    head, about, topic = re.match(r"(?s)(.*?)(\b(?:about|regarding|concerning)\b|$)(.*)", said).groups()  # type: ignore[union-attr]
    numbered = re.search(r"\b(?:only|with|without|just|points?)\b[^a-z]*\d", head, re.IGNORECASE)
    parts = [head] if numbered else re.split(r"\s*(?:,\s*(?:and |but )?|;\s*|\s+and\s+|\s+but\s+|\s*\+\s*)", head)
    parts = [part for part in parts if part.strip()]
    if about:
        last = (
            parts.pop()
            if parts and re.search(r"(?:it|write|talk|rather|more|be|instead|but|sentence)\s*$", parts[-1])
            else ""
        )
        parts.append(" ".join(f"{last} {about}{topic}".split()))
    return parts


def _clause(clause: str) -> Update | None:
    said = _trimmed(clause)
    for pattern, update in known.SIMPLE.items():
        if re.fullmatch(pattern, said, re.IGNORECASE):
            return {**update}
    language = known.LANGUAGE.fullmatch(said)
    if language:
        name = language["name"].casefold()
        return {"language": WRITTEN[name]} if name in WRITTEN else {"other_language": name.capitalize()}
    return next((found for look in _LOOKS if (found := look(said, clause)) is not None), None)


def _topic(said: str, clause: str) -> Update | None:
    found = known.TOPIC.fullmatch(clause) or known.TOPIC.fullmatch(said)
    if not found:
        return None
    # “What about Pellworm” and “about time” alone say less than “about the SOC 2 report instead”.
    sure = bool(found["instead"]) or bool(
        re.match(r"(?:make|write|do) it\b|rather|change the topic|topic", clause, re.I)
    )
    topic = re.sub(r"\s+(?:instead|rather|please)$|,? (?:and )?not .*$", "", found["topic"]).strip(" .,")
    if topic.casefold() in ("time", "that", "this", "it", "them"):
        return None
    return {"topic": topic, "certain": sure or "instead" in clause.casefold()}


def _recipient(said: str, clause: str) -> Update | None:
    found = known.TO.fullmatch(known.BEFORE.sub("", clause)) or known.TO.fullmatch(said)
    if not found or re.match(
        r"(?:me|us|you|them|him|her|do|be|see|the point|sure|this|that|now)\b$", found["to"], re.I
    ):
        return None
    if len(found["to"].split()) > 6:
        return None
    return {"to": found["to"].strip(), "certain": bool(found["instead"])}


def _points(said: str, clause: str) -> Update | None:
    if known.DROP.fullmatch(said):
        return None  # a part of the text, not of what it is built on
    for name, pattern in (
        ("only", known.ONLY),
        ("unticked", known.WITHOUT),
        ("ticked", known.BACK_IN),
        ("ticked", known.WITH),
    ):
        found = pattern.fullmatch(said) or pattern.fullmatch(clause)
        if found:
            named = tuple(
                one.strip() for one in re.split(r"\s*(?:,|;|\band\b|(?<=\d)\s*&)\s*", found["points"]) if one.strip()
            )
            return {name: named, "certain": bool(known.NOUNS.fullmatch(found["points"]))}
    return None


_LOOKS: tuple[Callable[[str, str], Update | None], ...] = (_topic, _points, _recipient)


def _trimmed(said: str) -> str:
    """Words without what people put around a wish."""
    before = None
    while before != said:
        before = said
        said = known.AFTER.sub("", known.BEFORE.sub("", said) or said).strip(" ,.!")
    return said
