"""A question over records, answered: by rules where they read all of it, else by an agent, else by saying what was not read."""

import re

from bot.crm.match import mentions
from bot.errors import BotError, NotFound
from bot.pipeline.period import period_in
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Context
from bot.skills.asking.answer import Answer, FoundWording, drafted
from bot.skills.asking.arguments import Arguments, Deals, Promises
from bot.skills.asking.by_agent import by_agent
from bot.skills.asking.crm import Crm
from bot.skills.asking.finding import find
from bot.skills.asking.framing import framed
from bot.skills.asking.pages import near
from bot.skills.asking.pages import sections as page_sections
from bot.skills.asking.query import Reading, read
from bot.skills.asking.telling import told
from bot.skills.extract import STOP
from bot.skills.ledger import Ledger, joined
from bot.skills.wording import OFFLINE, word

ONE = re.compile(r"^\W*(?:who|when|where|what)(?:['’]s| is| are| was)\b", re.IGNORECASE)
"""a question about the one account that it names, which its own lines and notes answer"""
PAGES = 4
"""passages on the second part of a question"""
CAN = (
    "Questions may name deals, accounts, people, activities and promises by owner, team, state, type, stage, forecast, dates, amount, what is missing, "
    "risk, silence, competitor, product, country, segment and industry."
)


def reading_of(context: Context, ask: Ask, kind: type[Arguments] | None = None) -> tuple[Reading, Crm] | None:
    """How the rules read a question over records, once a request; None where it is none."""
    if context.reader.as_of() is None:
        return None  # a CRM without records: only pages can answer
    crm, key = _crm(context), f"read {kind} {ask.named and ask.account_id} {ask.text}"
    if key not in context.kept:
        context.kept[key] = _reading(context, crm, ask, kind)
    found = context.kept[key]
    return (found, crm) if isinstance(found, Reading) else None


def _reading(context: Context, crm: Crm, ask: Ask, kind: type[Arguments] | None) -> Reading | None:
    accounts = named(context, ask)
    reading = read(ask.text, crm, accounts, kind)
    if reading is None or (accounts and ONE.match(ask.text) and not (reading.whole and reading.strong)):
        return None
    if not reading.strong and not (reading.whole and reading.narrowed) and not (kind and reading.narrow):
        return None
    return reading


def _crm(context: Context) -> Crm:
    """The CRM of one request: the router, the figures and the answer read it once."""
    found = context.kept.get("crm")
    crm = found if isinstance(found, Crm) else Crm(context)
    context.kept["crm"] = crm
    return crm


def named(context: Context, ask: Ask) -> dict[str, str]:
    """The accounts that a question names, by the words for them; those of which two have the name are left as they are."""
    said = mentions(ask.text, context.reader.account_names(ask.text))
    if ask.named and ask.account_id and len(said) < 2:
        account = context.reader.account(ask.account_id)
        return {said[0].text if said else account.name: account.id} if account else {}
    return {one.text: one.ids[0] for one in said if len(one.ids) == 1}


PEOPLE = re.compile(
    r"^\W*(?:which |list |the |all )*(?:people|contacts|deals|tasks|meetings|calls|e?-?mails)\b", re.IGNORECASE
)
"""records of an account that are asked for first"""


def knows(context: Context, text: str) -> bool:
    """Whether the rules read every word of a question over records that is more than one for the open promises."""
    asked = reading_of(context, Ask(text)) if context.reader.as_of() else None
    if asked is None:
        return False
    whole, strong, account = asked[0].whole, asked[0].strong, bool(named(context, Ask(text)))
    # "We lost Northwick to Brightquay" tells, and "do we win Meridale or not?" is for one deal.
    if not (whole and strong) and (not (whole or strong) or (account and not PEOPLE.match(text))):
        return False
    # Open and overdue promises without a further word, and those of one day, are the day's, which has them in order.
    given = asked[0].asked
    if (
        not isinstance(given, Promises)
        or asked[0].ties
        or given.owner not in ("", "me")
        or given.due_from != given.due_to
    ):
        return True
    return not given.model_fields_set <= {"state", "owner", "due_from", "due_to"}


LIST = re.compile(r"^\W*(?:which|list|name|deals|opportunities|opps)\b", re.IGNORECASE)


SCOPE = frozenset({"state", "owner", "account", "team", "region", "segment", "close_from", "close_to"})
"""what narrows a pipeline by whose, where and when"""


PIPELINE = re.compile(r"\b(?:pipeline|forecast)\b", re.IGNORECASE)


def instead_of_figures(context: Context, ask: Ask) -> Draft | None:
    """The deals themselves, where a pipeline's question asks for them or narrows them by more than whose and when."""
    asked = reading_of(context, ask, Deals)
    if asked and _scopes(asked[0], ask.text):
        return None
    if asked and not asked[0].whole and (asked[0].strong or asked[0].narrow):
        # The pipeline as a whole would be another answer than the one that was asked for.
        return over_records(context, ask, *asked)
    if asked is None or not asked[0].whole:
        return None
    args = asked[0].asked
    if not isinstance(args, Deals):
        return by_rules(context, ask, asked[0], args, asked[1]) if args else None
    meant = period_in(ask.text, context.today)
    spans = (args.close_from, args.close_to) not in ((None, None), (meant.first, meant.last) if meant else (None, None))
    narrow = args.state != "open" or spans or asked[0].narrow
    return by_rules(context, ask, asked[0], args, asked[1]) if narrow or LIST.match(ask.text) else None


def _scopes(reading: Reading, text: str) -> bool:
    """Whether words only say which pipeline: "EMEA next quarter", "pipeline of the AMER team"."""
    known = isinstance(reading.asked, Deals) and reading.asked.model_fields_set <= SCOPE
    meant = PIPELINE.search(text) is not None or not framed(text)
    return known and meant and set(reading.unread) <= {"team"}


def by_rules(context: Context, ask: Ask, reading: Reading, asked: Arguments, crm: Crm) -> Draft:
    """Answer a question that the rules read as a whole; a model words what the playbook says beside."""
    context.progress("looking through the CRM")
    answer = Answer(Ledger(context.reader, context.today))
    try:
        result = find(crm, asked, reading.ties)
    except NotFound as missing:
        # The question was understood: it asks for a name that the CRM does not hold, and none of it counts.
        # The names come from what the asker sees, so that the answer has a source which others may not share.
        line = answer.ledger.line(str(missing), answer.ledger.search("names that you may see"))
        answer.sections.append(Section(title="", lines=(line,)))
        return drafted(context, ask, answer)
    answer.results.append(result)
    answer.sections.append(told(result, reading.measure, answer.ledger))
    if reading.pages:
        _pages(context, ask, reading, answer)
    else:
        answer.notice = ""
    return drafted(context, ask, answer)


def _pages(context: Context, ask: Ask, reading: Reading, answer: Answer) -> None:
    """What the playbook says to the second part, in the words of what the first is about."""
    topic = answer.results[0].topic
    own = joined(w for w in reading.pages.split() if w.strip("?!.,").lower() not in STOP and w.lower() not in FRAMES)
    question = joined([topic, own.replace(",", "")], " ").strip(" ?.") or ask.text
    answer.passages = near(context, question, None, PAGES)
    for passage in answer.passages:
        answer.ledger.passage(passage)
    if answer.results[0].n and answer.passages:
        answer.wording = word(context, "found", FoundWording, answer.ledger, question=ask.text)
        answer.notice = answer.wording.notice
    lines = answer.wording.lines.get("sentences", ())
    if lines:
        answer.sections.insert(0, Section(title="", lines=lines))
        answer.sections[1] = answer.sections[1].model_copy(update={"title": "Found"})
        return
    shown = page_sections(question, answer.passages, answer.ledger, most=3, first=6, further=4)
    answer.sections += shown
    if not shown:
        answer.unknowns = (f"What the playbook says on: {question}.",)
        context.library.log_gap(
            ask.text, now=context.now, asker=context.asker.id, account=ask.account_id, passages=answer.passages
        )


FRAMES = frozenset(
    "playbook handbook guide guides guideline guidelines policy says say said recommend recommends recommended do does done what "
    "advise advises we should and then according wiki page pages next them these those best practice also to".split()
)
"""words of the second part that name where to look, and not what for"""


def over_records(context: Context, ask: Ask, reading: Reading, crm: Crm) -> Draft:
    """A question over records that the rules do not read as a whole: an agent's, or no answer to a part of it."""
    return by_model(context, ask, crm) or not_read(context, ask, reading, crm)


def by_model(context: Context, ask: Ask, crm: Crm) -> Draft | None:
    """The agent's answer; None without a model, or where it looked nothing up."""
    return by_agent(context, ask, crm, context.model) if context.model else None


def not_read(context: Context, ask: Ask, reading: Reading, crm: Crm) -> Draft:
    """Say which words were not understood, rather than answer something else."""
    words = joined((f"“{part}”" for part in reading.unread), " and ")
    told = f"I did not understand {words}, so I did not answer: without that it would be another question."
    ledger, lines = Ledger(context.reader, context.today), [Line(text=told)]
    if understood := _understood(reading, crm):
        lines.append(Line(text=f"Understood: {understood}.", cites=(ledger.search(understood),)))
    section = Section(title="", lines=(*lines, Line(text=CAN)))
    settled, citations = ledger.settle([section])
    unread = {"unread": list(reading.unread)}
    return Draft(
        skill="ask",
        sections=settled,
        citations=citations,
        unknowns=(ask.text,),
        notice=OFFLINE,
        data=unread,
        as_of=context.reader.as_of(),
    )


def _understood(reading: Reading, crm: Crm) -> str:
    """The filter that the rest of the words make; empty where they name what the CRM does not hold."""
    try:
        return find(crm, reading.asked, reading.ties).words if reading.asked else ""
    except BotError:
        return ""
