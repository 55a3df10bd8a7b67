"""What to say where a competitor is named: when they win, when we win, landmines, proof, what not to say, our history."""

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from bot.crm.match import fold
from bot.crm.records import Account, Opportunity
from bot.grounding import Claim
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Card, Context, load
from bot.skills.asking.pages import near as near_passages
from bot.skills.asking.pages import sections as page_sections
from bot.skills.battle.history import history
from bot.skills.battle.parsing import ASKING, Part, Said, read
from bot.skills.battle.proof import cleared
from bot.skills.battle.record import Sheet, met, open_deals, record
from bot.skills.battle.rivals import Rival, in_words, names, near, pages_on, said_name
from bot.skills.extract import badge, stems
from bot.skills.ledger import Ledger, joined
from bot.skills.wording import OFFLINE, Wording, word
from knowledge.documents import Document, Passage
from knowledge.errors import KnowledgeError
from knowledge.question import Question

_THEY = (
    r"(?:they|he|she|the (?:customer|prospect|buyer|client|cfo|account|other side|champion)|"
    r"(?!(?:what|who|whom|which|when|how|why|where|did|do|does|is|are|may|can|should|i|we)\b)[\w&'’. -]{2,40}?)"
)
CARD = Card(
    name="battlecard",
    description="What to say where a competitor is named: when they win, when we win, landmines, proof, our record against them.",
    examples=("they mention Brightquay", "how do we win against Odalisk?", "battlecard Slatework"),
    triggers=(
        r"^(?:(?:please |can you |could you )?(?:show|give|get|send|pull up|open|find) (?:me |us )?)?(?:the |our |your |my |a )?battle ?cards?(?: (?:for|on|about|against))?:?(?P<rest> .+)$",
        r"^(?!(?:(?:show|give|get|send|pull up|open|find) )?(?:me |us )?(?:the |our |an? )?battle)(?:(?:show|give|get|send|pull up|open|find)(?: me| us)?(?: the| our)?)?(?P<rest> ?.+?) battle ?card[?.! ]*$",
        rf"^(?P<rest>{_THEY} (?:just )?(?:mention(?:ed|s)?|brought up|bring up) .+)$",
        r"^(?P<rest>how (?:do|can|could|should|would) (?:we|i) (?:win|compete|sell|position (?:us|ourselves)|stand out|differentiate|go up|play)(?: \w+){0,2} (?:against|with|versus|vs\.?|from) .+)$",
        r"^(?P<rest>how (?:do|can|could|should) (?:we|i) (?:beat|outsell|counter|displace|replace) .+)$",
        r"^(?P<rest>(?:who(?:['’]s| is| are|m)?(?: are| do)? (?:we|i) (?:up|running|competing|fighting|playing|going)(?: up)? ?(?:against|with)?|who(?:['’]s| is| are)(?: the| our)? (?:competitors?|competition|rivals?)|who else (?:is|are)(?: .+)?)\b.*)$",
    ),
)
TITLES: tuple[tuple[Part, str], ...] = (
    ("they", "When they win"), ("we", "When we win"), ("ask", "Landmines: questions to plant"), ("answer", "When they say"),
    ("proof", "Proof"), ("never", "What not to say"),
)  # fmt: skip
MOST = {"sum": 3, "they": 5, "we": 6, "ask": 5, "proof": 3, "answer": 6, "never": 5}
EXPLICIT = re.compile(r"battle ?card|compet|up against|rival", re.IGNORECASE)
"""words that can only mean a competitor"""
CLAIM = re.compile(
    r"\b(?:say|says|said|claims?|claimed|tells?|told|argues?|quotes?|quoted|offers?|offered|promises?|is|are)\b.*\b(?:cheap\w*|free|better|faster|"
    r"easier|less|more|below|under|lower|expensive|price\w*|%|percent|included|bundle\w*|discount\w*)",
    re.IGNORECASE,
)
"""what is said of a competitor's offer, as against a question about its page"""


class BattleWording(BaseModel):
    """What to say now."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    say: list[Claim] = Field(max_length=4)
    """Two to four sentences: what to say and ask in this situation, the most useful first."""


def claimed(context: Context, text: str) -> bool:
    """Whether the words tell what a known competitor says or offers ("Brightquay says they are cheaper")."""
    return bool(CLAIM.search(text)) and bool(in_words(text, names(context.reader.opportunities())))


def run(context: Context, ask: Ask) -> Draft:
    """Show what the pages and the CRM hold on the competitor that is meant; pages out of reach cost these alone."""
    deals = context.reader.opportunities()
    account = context.reader.account(ask.account_id or "")
    context.progress("looking for the competitor")
    try:
        return _from_all(context, ask, deals, account)
    except KnowledgeError as error:
        return _from_crm(context, ask, deals, account, str(error))


def _from_crm(context: Context, ask: Ask, deals: Sequence[Opportunity], account: Account | None, trouble: str) -> Draft:
    """What the CRM alone holds: our record, and the open deals."""
    ledger, words = Ledger(context.reader, context.today), _words(ask, account)
    name, said = in_words(words, names(deals)), said_name(words)
    found = [Rival(one) for one in ([name] if name else _against(deals, account, said))]
    if found:
        sheet = Sheet(context, ask, ledger, found[0], history(deals, found[0].name), account)
        draft = _draft(sheet, [*met(sheet, found), record(sheet), *open_deals(sheet)], Wording(notice=""))
    elif said:
        line = Line(text=f"No deal that you may see names “{said}” as a competitor.")
        sheet = Sheet(context, ask, ledger, Rival(said, known=False), history((), ""), account)
        draft = _draft(sheet, [Section(title="", lines=(line,))], Wording(notice=""))
    else:
        draft = _nobody(context, ask, ledger, deals, account)
    return draft.model_copy(update={"unknowns": (f"Playbook and battlecards: {trouble}", *draft.unknowns)})


def _from_all(context: Context, ask: Ask, deals: Sequence[Opportunity], account: Account | None) -> Draft:
    ledger = Ledger(context.reader, context.today)
    if account and _is_rival(context, ask, account, names(deals)):
        found, account = [_rival(context, account.name)], None
    else:
        found = _meant(context, ask, deals, account)
    if not (found and found[0].known) and not EXPLICIT.search(ask.text) and (not found or _answerable(context, ask)):
        # "They mentioned the SOC 2 report": that is no competitor, and a page may answer it.
        answered: Draft = load("ask").run(context, ask)
        return answered
    if not found:
        return _nobody(context, ask, ledger, deals, account)
    rival = found[0]
    sheet = Sheet(context, ask, ledger, rival, history(deals, rival.name), account)
    mentions = [] if rival.page else _mentions(sheet)
    if not rival.known and not mentions:
        return _unknown(sheet, names(deals))
    sections = [
        *met(sheet, found),
        *(_card(sheet, rival.page) if rival.page else mentions),
        record(sheet),
        *open_deals(sheet),
    ]
    wording = _worded(sheet)
    lines = wording.lines.get("say", ())
    return _draft(sheet, [Section(title="Say now", lines=lines), *sections] if lines else sections, wording)


def _answerable(context: Context, ask: Ask) -> bool:
    scope = context.scope(ask.account_id)
    return context.library.retrieve(Question(ask.text), scope=scope, k=3, now=context.now).answerable


def _is_rival(context: Context, ask: Ask, account: Account, known: Sequence[str]) -> bool:
    """Whether the account stands where a competitor's name stands, and a deal or a page names it as one."""
    said = fold(said_name(ask.text))
    if not said or not in_words(said, [account.name]):
        return False
    return bool(in_words(account.name, known)) or bool(pages_on(context, account.name))


def _meant(context: Context, ask: Ask, deals: Sequence[Opportunity], account: Account | None) -> list[Rival]:
    """The competitors that are meant, the first one first; empty where none is named anywhere."""
    words = _words(ask, account)
    if name := in_words(words, names(deals)):
        return [_rival(context, name)]
    said = said_name(words)
    if said and (pages := pages_on(context, said)):
        return [Rival(said, pages[0])]
    if against := _against(deals, account, said):
        return [_rival(context, name) for name in against]
    return [Rival(said, None, known=False)] if said and not _leans(account, said) else []


def _words(ask: Ask, account: Account | None) -> str:
    """The words without the account's own name, which may be like a competitor's."""
    own = account.name.split()[0] if account else ""
    return re.sub(re.escape(own), " ", ask.text, flags=re.IGNORECASE) if own else ask.text


def _leans(account: Account | None, said: str) -> bool:
    """Whether the words name nobody ("they mention a competitor"), so that the account's deals tell who is meant."""
    return account is not None and not (said and said[:1].isupper())


def _against(deals: Sequence[Opportunity], account: Account | None, said: str) -> list[str]:
    """The competitors on the account's open deals, where the words name none themselves."""
    if account is None or not _leans(account, said):
        return []
    own = (o for o in deals if o.account_id == account.id and not o.is_closed and o.competitor)
    return list(dict.fromkeys(o.competitor or "" for o in own))


def _rival(context: Context, name: str) -> Rival:
    pages = pages_on(context, name)
    return Rival(name, pages[0] if pages else None)


def _card(sheet: Sheet, page: Document) -> list[Section]:
    """The page by its parts; what is said in answer to the very words comes first."""
    chunks = sheet.context.library.chunks(page.id)
    said = [_asked(one) for one in read(chunks, sheet.rival.name)]
    today = sheet.context.today
    whole = [Passage(chunk, page, 1.0, "battlecard", today) for chunk in chunks]
    sheet.passages += whole
    by_chunk = {passage.chunk.id: passage for passage in whole}
    first = badge(whole[0]) if whole else ""
    lead = f"{page.title} ({joined([first, f'owner {page.owner}' if page.owner else None])})"
    order = sorted(TITLES, key=lambda row: row[0] != "answer") if CLAIM.search(sheet.ask.text) else TITLES
    sections = [_part(sheet, said, by_chunk, "sum", lead)]
    sections += [_part(sheet, said, by_chunk, part, title) for part, title in order]
    shown = [section for section in sections if section.lines]
    missing = [title.lower() for part, title in TITLES if part != "answer" and title not in {s.title for s in shown}]
    if missing:
        sheet.unknowns.append(f"The page “{page.title}” does not say: {joined(missing, '; ')}.")
    return shown


def _asked(one: Said) -> Said:
    """A question in quotes is one to ask, wherever it stands among the reasons to win."""
    return Said("ask", one.heading, one.text, one.chunk) if one.part == "we" and ASKING.search(one.text) else one


def _part(sheet: Sheet, said: Sequence[Said], by_chunk: dict[str, Passage], part: Part, title: str) -> Section:
    own = [one for one in said if one.part == part]
    if part == "answer":
        wanted = stems(sheet.ask.text)
        own.sort(key=lambda one: -len(wanted & stems(f"{one.heading} {one.text}")))
    flag = " (from an internal page: not to be quoted)" if part == "proof" else ""
    lines, before = [], ""
    for one in own[: MOST[part or "sum"]]:
        n = sheet.ledger.passage(by_chunk[one.chunk.id])
        # Which of several claims a line answers, its heading tells.
        head = f"{one.heading}: " if part == "answer" and one.heading != before and len(one.heading.split()) > 2 else ""
        before = one.heading
        lines.append(Line(text=f"{head}{one.text}{flag}", cites=(n,)))
    if part == "proof":
        about = joined((one.text for one in said if one.part == "we"), " ")
        lines += _cleared(sheet, about)
    return Section(title=title, lines=tuple(lines))


def _cleared(sheet: Sheet, about: str) -> list[Line]:
    """Results that customers have cleared, word for word; these may be quoted."""
    lines = []
    for sentence, passage in cleared(sheet.context, f"{sheet.rival.name} {about}", sheet.account):
        n = sheet.ledger.passage(passage)
        lines.append(Line(text=f"“{sentence}” (cleared: may be quoted to customers)", cites=(n,)))
    return lines


def _mentions(sheet: Sheet) -> list[Section]:
    """Where there is no page on the competitor: what other pages say of it, and that a page is missing."""
    name = sheet.rival.name
    found = near_passages(sheet.context, name, None, 6)
    naming = [p for p in found if name.casefold() in p.chunk.text.casefold()]
    if not naming and not sheet.rival.known:
        return []
    sheet.passages += naming
    sheet.unknowns.append(f"A battlecard on {name}: there is none in the knowledge base.")
    _gap(sheet, naming)
    sheet.lead = f"There is no battlecard on {name}" + ("; these pages mention it." if naming else ".")
    return page_sections(name, naming, sheet.ledger, most=3, first=5, further=3)


def _gap(sheet: Sheet, passages: Sequence[Passage]) -> None:
    context, ask = sheet.context, sheet.ask
    context.library.log_gap(
        ask.text, now=context.now, asker=context.asker.id, account=ask.account_id, passages=passages
    )


def _worded(sheet: Sheet) -> Wording[BattleWording]:
    """Two to four sentences that fit the situation; without a page there is nothing to word."""
    if not sheet.passages:
        return Wording()
    for passage in sheet.passages:
        sheet.ledger.passage(passage)
    return word(
        sheet.context, "battlecard", BattleWording, sheet.ledger, question=sheet.ask.text, rival=sheet.rival.name
    )


def _nobody(context: Context, ask: Ask, ledger: Ledger, deals: Sequence[Opportunity], account: Account | None) -> Draft:
    """No competitor is named: say so, and name those there are."""
    known = names(deals)
    where = (
        f"No open deal at {account.name} names a competitor." if account else "Which competitor? The words name none."
    )
    hint = f"Those on record: {joined(known[:5])}." if known else "No deal on record names a competitor."
    section = Section(title="", lines=(Line(text=where), Line(text=hint)))
    sheet = Sheet(context, ask, ledger, Rival(""), history((), ""), account)
    return _draft(sheet, [section], Wording(notice=""))


def _unknown(sheet: Sheet, known: Sequence[str]) -> Draft:
    """Neither a page nor a deal knows it: the nearest names, and a gap."""
    name = sheet.rival.name
    nearest = near(name, known)
    lines = [
        Line(text="Not in the knowledge base."),
        Line(text=f"No page and no deal that you may see names “{name}” as a competitor."),
    ]
    if nearest:
        lines.append(Line(text=f"The nearest are {joined(nearest)}."))
    _gap(sheet, ())
    sheet.unknowns.append(f"A battlecard on {name}; the question is kept for those who look after the pages.")
    return _draft(sheet, [Section(title="", lines=tuple(lines))], Wording(notice=""))


def _draft(sheet: Sheet, sections: Sequence[Section], wording: Wording[BattleWording]) -> Draft:
    context = sheet.context
    settled, citations = sheet.ledger.settle(sections)
    lapsed = [c for c in citations if c.page and c.status in ("expired", "draft", "unverified")]
    warning = "Part of this rests on a page that is not verified at present." if lapsed else None
    draft = Draft(
        skill="battlecard",
        sections=settled,
        citations=citations,
        unknowns=tuple(sheet.unknowns),
        dropped=wording.dropped,
        numbers=tuple(sheet.ledger.numbers),
        records=tuple(f"opportunity:{o.id}" for o in sheet.past.counted),
        data=_plain(sheet),
        lead=sheet.lead,
        notice=joined([wording.notice if sheet.passages or wording.notice != OFFLINE else None, warning], " "),
        account_id=sheet.account.id if sheet.account else None,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )
    return context.rested_on(draft, sheet.ask.text)


def _plain(sheet: Sheet) -> dict[str, object]:
    """The record as plain values, for machines."""
    past = sheet.past
    return {
        "competitor": sheet.rival.name or None,
        "page": sheet.rival.page.id if sheet.rival.page else None,
        "won": len(past.won),
        "lost": len(past.lost),
        "win_rate": past.rate.value if past.rate.n else None,
        "interval": [past.rate.low, past.rate.high] if past.rate.n else None,
        "since": past.since.isoformat() if past.since else None,
        "reasons": dict(past.reasons),
        "open": [o.id for o in past.open],
    }
