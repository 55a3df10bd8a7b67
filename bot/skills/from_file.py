"""Answer a question from one file that came with it, and from nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pydantic import BaseModel

from bot.errors import BotError
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Context
from bot.skills.extract import best, coverage
from bot.skills.ledger import Ledger
from bot.skills.summarising.clearing import RELEASE, labels_of
from bot.skills.summarising.recordings import check_recording
from bot.skills.wording import word
from knowledge.documents import Passage
from knowledge.errors import NotReadable
from knowledge.registry import Version

NEAR = 0.33
"""cosine below which no passage is shown as an answer, as in `ask`"""
SHARED = 0.5
"""share of the question's words that makes a passage an answer whatever its cosine"""
PASSAGES, SENTENCES = 3, 4


def answer(context: Context, ask: Ask, file: Path, schema: type[BaseModel]) -> Draft:
    """Answer from the file's nearest passages; say where it holds nothing near."""
    context.progress(f"reading {file.name}")
    words, chosen = labels_of(ask.text, (RELEASE,))
    ask = replace(ask, text=words)
    check_recording(context, ask, file, chosen)
    version = _version(context, file)
    passages, kind = _nearest(context, ask.text, version), f"file/{version.document.kind}"
    inside = version.document.inside or context.discretion.hides(kind, str(file))
    ledger = Ledger(context.reader, context.today)
    source = ask.link or file.name
    cites = [ledger.said(source, file.name, p.chunk.location, p.chunk.text, kind=kind, inside=inside) for p in passages]
    if not passages:
        nothing = Line(text=f"{file.name} holds nothing near this question.")
        return Draft(skill="ask", sections=(Section(title="", lines=(nothing,)),), unknowns=(ask.text,))
    wording = word(context, "ask", schema, ledger, question=ask.text, thread="(none)")
    lines = wording.lines.get("sentences", ()) or tuple(
        Line(text=pick.text, cites=(n,))
        for n, passage in zip(cites, passages, strict=True)
        for pick in best(ask.text, passage, SENTENCES)
    )
    sections, citations = ledger.settle([Section(title=f"From {file.name}", lines=lines)])
    return Draft(
        skill="ask",
        sections=sections,
        citations=citations,
        dropped=wording.dropped,
        notice=wording.notice,
        account_id=ask.account_id,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )


def _version(context: Context, file: Path) -> Version:
    # A name with a dot in front is passed over in a folder; here a person handed in this very file.
    name = file.name.lstrip(".") or file.name
    try:
        return context.library.read(name, file.read_bytes())
    except NotReadable as error:
        where = f", line {error.line}" if error.line else ""
        raise BotError(f"{file.name} cannot be read{where}: {error}.") from error
    except OSError as error:
        raise BotError(f"{file.name} cannot be opened ({error.strerror}); check its name.") from error


def _nearest(context: Context, question: str, version: Version) -> list[Passage]:
    cosines = context.library.rank(question, [chunk.text for chunk in version.chunks])
    return nearest(question, version, cosines, context.today)


def nearest(question: str, version: Version, cosines: Sequence[float], today: date) -> list[Passage]:
    """The passages that may answer, best first: near in meaning, or holding the question's own words."""
    found = [
        Passage(chunk, version.document, cosine, "the file itself", today, cosine)
        for cosine, chunk in zip(cosines, version.chunks, strict=True)
    ]
    fits = [one for one in found if one.cosine >= NEAR or coverage(question, one) >= SHARED]
    return sorted(fits, key=lambda one: -one.score - coverage(question, one))[:PASSAGES]
