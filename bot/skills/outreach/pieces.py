"""What a letter is: its parts, its talking points, and the whole as plain text (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.skills.outreach.spec import Spec


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


def _paragraphs(parts: Sequence[Part]) -> str:
    """Sentences as paragraphs; what begins with a dash stays a list."""
    text = ""
    for before, part in zip([None, *parts], parts, strict=False):
        bulleted = part.text.startswith("- ")
        listed = before is not None and before.text.startswith("- ")
        text += ("" if before is None else "\n" if bulleted or (listed and bulleted) else "\n\n") + part.text
    return text
