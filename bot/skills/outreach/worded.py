"""What a model may word of a letter, and when its words are taken: in the letter's language, and breaking no rule."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from bot.grounding import Claim
from bot.proposals import Line
from bot.skills import Context
from bot.skills.ledger import joined
from bot.skills.outreach.address_words import FORMS
from bot.skills.outreach.checking import faults
from bot.skills.outreach.gate import Verdict
from bot.skills.outreach.letter import Letter, Part, misfits
from bot.skills.outreach.lint import Fault, lint
from bot.skills.outreach.material import Material
from bot.skills.outreach.phrases import language_of
from bot.skills.outreach.spec import Spec
from bot.skills.outreach.topic import INTERNAL, PRIVATE
from bot.skills.outreach.voice import form_in
from bot.skills.wording import Wording

MOST_WORDS = 30
"""words of a sentence that a model wrote"""
BARE = Verdict("ALLOW", "", "")
"""asks nothing of a sentence alone"""
NEW_WORDS = 2
"""longer words that a model's sentence in another language than English may add to code's"""


class OutreachWording(BaseModel):
    """The worded parts of an outreach letter."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    opening: list[Claim] = Field(default_factory=list, max_length=2)
    """One sentence on why the seller writes now."""
    problem: list[Claim] = Field(default_factory=list, max_length=2)
    """One sentence on the one problem."""


def request(material: Material, letter: Letter) -> str:
    """What the model is told of the letter: nothing that the recipient may not read."""
    to, spec = material.to.contact, letter.spec
    about = f"About: {spec.topic}." if spec.topic else ""
    lines = [
        f"To {joined([to.name, to.title])} at {material.to.account.name}.",
        about,
        f"Purpose: {spec.purpose.replace('_', '-')}. Channel: {spec.channel}. Tone: {spec.tone or 'plain'}.",
        f"Language: {material.words.name}{_address(spec)}.",
    ]
    return joined(lines, " ")


def _address(spec: Spec) -> str:
    forms = FORMS.get(spec.language)
    return (
        f", with “{forms['familiar']}” and never “{forms['distant']}”" if forms and spec.address == "familiar" else ""
    )


def worded(
    context: Context, material: Material, letter: Letter, wording: Wording[OutreachWording], verdict: Verdict
) -> Letter:
    """Put the model's checked sentences in the place of code's; a letter that breaks a rule by them keeps code's."""
    taken = {
        name: next((line for line in lines if fits(line, material, letter)), None)
        for name, lines in wording.lines.items()
    }
    if not any(taken.values()):
        return letter
    tried = _refilled(
        material, replace(letter, parts=tuple(_reworded(part, taken.get(part.slot)) for part in letter.parts))
    )
    return letter if misfits(tried) or wrong(context, material, tried, verdict) else tried


def _refilled(material: Material, letter: Letter) -> Letter:
    """A letter that a shorter wording took below its length, with what else may stand in it."""
    for text, why in (*material.words.more, *material.words.more_after):
        short = letter.spec.channel == "email" and letter.words < letter.limits[0]
        if short and all(part.text != text for part in letter.parts):
            letter = replace(letter, parts=(*letter.parts[:-1], Part(text, why), letter.parts[-1]))
    return letter


def _reworded(part: Part, line: Line | None) -> Part:
    if not line or not part.slot or part.blank:
        return part
    return replace(part, text=line.text, why=f"worded by the model; {part.why}", cites=line.cites)


def fits(line: Line, material: Material, letter: Letter) -> bool:
    """Whether a sentence of the model may stand in the letter at all."""
    text = line.text
    plain = not any(sign in text for sign in "[]<>\n") and "http" not in text and len(text.split()) <= MOST_WORDS
    if not plain or INTERNAL.search(text) or PRIVATE.search(text) or lint(text, [text], verdict=BARE):
        return False
    return _in_language(text, material, letter)


def _in_language(text: str, material: Material, letter: Letter) -> bool:
    """Whether a sentence is in the letter's language.

    In another one than English the check of sense is blind to most of what changes it: so the sentence may hold no "not" that
    code's own has not, and next to no words of its own.
    """
    if letter.spec.language == "en":
        return language_of(text) in ("en", None)
    own = _words(" ".join(part.text for part in letter.parts if part.slot))
    new = _words(text) - own
    few = sum(len(word) > 3 for word in new) <= NEW_WORDS
    form = form_in(text, letter.spec.language) in ("", letter.spec.address or "distant")
    return language_of(text) == letter.spec.language and few and form and not new & material.words.negations


def _words(text: str) -> set[str]:
    return {word.strip('.,;:!?«»„“”"') for word in text.casefold().split()}


def wrong(context: Context, material: Material, letter: Letter, verdict: Verdict) -> tuple[Fault, ...]:
    """What the lint finds in a letter of ours."""
    return faults(context, material.to, letter.text, letter.subjects, verdict, letter.spec.language, material.cleared)
