"""The spec of a letter: the seller's words first, then what they prefer, then what the records say."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.crm.records import Contact
from bot.skills import Context
from bot.skills.outreach import address_words, untrue, wishes
from bot.skills.outreach.changes import Change
from bot.skills.outreach.gate import Recipient, Verdict
from bot.skills.outreach.lint import lint
from bot.skills.outreach.occasion import AFTER_CALL, recipient
from bot.skills.outreach.optout import answered
from bot.skills.outreach.phrases import LANGUAGES, OTHERS, SEVERAL, spoken_in
from bot.skills.outreach.spec import Language, Purpose, Spec
from bot.skills.outreach.subjects import LONGEST_SUBJECT
from bot.skills.outreach.topic import Topic, renews, topic_of
from bot.skills.outreach.wished import subject, wished
from bot.skills.view import AccountView

NEAR_RENEWAL, SILENT = timedelta(days=120), timedelta(days=90)
GROUND = re.compile(
    r"\b(?P<deed>apolog\w+|sorry|congratulat\w+|condolences?|thank\w*)\b[^.\n]*?\s(?P<what>(?:for|on|about) (?:the|our|my|his|her|their|being|having|not)\b[^.,;\n]*)",
    re.IGNORECASE,
)
"""what somebody is thanked for, or what one is sorry for: words that no letter here makes up"""
ASKS = re.compile(
    r"\s(?P<what>(?:asking|to ask|requesting|proposing|suggesting|to (?:schedule|arrange|set up|propose|suggest|request))\s[^.,;:\n]*)",
    re.IGNORECASE,
)
"""what the letter is to ask them"""
ONE_YOU = "English has one “you” alone: for “du”, “tu” or “tú” say the language too, such as “in German with du”."


@dataclass(frozen=True)
class Wanted:
    """A letter that was asked for, and what of the words is not in it."""

    spec: Spec
    refused: tuple[str, ...] = ()
    """one sentence for each claim that is not written"""
    left_out: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    points: Change | None = None
    """the talking points that are wished for, before it is known which there are"""


def wanted(context: Context, view: AccountView, contact: Contact, words: str) -> Wanted:
    """The letter to one contact that the words ask for."""
    text, claims = untrue.parted(words)
    claims += _behind_colon(text)
    form, told_by = address_words.asked(words.partition("\n")[0])
    wish, to = wishes.read(text), recipient(view, contact, context.today)
    wish = replace(wish, language=wish.language or told_by)
    topic, claims = _topic(context, view, to, text, claims)
    of_mail = _subject(context, view, to, words)
    language, unknown = _language(context, to, wish)
    tone = wish.tone or context.tone
    spec = Spec(
        account_id=view.account.id,
        contact_id=contact.id,
        purpose=_purpose(view, to, wish),
        channel=wish.channel or "email",
        length=wish.length or "usual",
        tone="" if tone == "plain" else tone,
        language=language,
        address=form,
        topic=topic.words,
        wished_subject=of_mail.words,
    )
    return Wanted(
        spec,
        _refused(context, view, to, claims),
        (*topic.left_out, *of_mail.left_out, *_mentioned(text), *_ground(text, topic), *_no_renewal(view, wish, topic)),
        (*unknown, *([ONE_YOU] if form and language == "en" else [])),
        wished(words),
    )


def _behind_colon(text: str) -> tuple[str, ...]:
    """What is to be said, as stands behind a colon: unless that is how the letter is to be."""
    said = untrue.content_of(text)
    is_wish = wishes.topic_in(said) or wishes.read(said) != wishes.read("")
    # What they wrote themselves is nothing that the letter is to say.
    return () if is_wish or not said or answered(text) else (said,)


def _subject(context: Context, view: AccountView, to: Recipient, words: str) -> Topic:
    """The subject that the seller wants, word for word, if a customer may read it and a phone shows it whole."""
    raw = subject(words)
    if not raw:
        return Topic("")
    found = topic_of(context, view, to.contact, raw.rstrip("?!. "), event=False, met=to.met is not None)
    faults = [fault.text for fault in lint(raw, [raw], verdict=Verdict("ALLOW", "", ""))]
    faults += [f"it has {len(raw)} signs, and a phone shows {LONGEST_SUBJECT}"] if len(raw) > LONGEST_SUBJECT else []
    if found.words and not faults:
        return Topic(raw)
    why = (faults and f"“{raw[:60]}”: {faults[0]}.") or next(iter(found.left_out), "")
    told = why.replace("What you asked to write about (“", "“").replace("”):", "”:")
    return Topic("", (f"The subject that you asked for: {told}",))


def _topic(
    context: Context, view: AccountView, to: Recipient, text: str, claims: tuple[str, ...]
) -> tuple[Topic, tuple[str, ...]]:
    """What it is about; "mention the report" says it too, where nothing else does."""
    raw = wishes.topic_in(text)
    if not raw:
        named = next(
            (c for c in claims if c.casefold().startswith(("mention the ", "mention our ", "mention their "))), ""
        )
        raw, claims = named.partition(" ")[2], tuple(c for c in claims if c != named)
    event = wishes.read(text).purpose == "event"
    return topic_of(context, view, to.contact, raw, event=event, met=to.met is not None), claims


def _purpose(view: AccountView, to: Recipient, wish: wishes.Wishes) -> Purpose:
    """What the words say, if the records bear it; else what they call for: thanks, a renewal that is near, a silence."""
    if wish.purpose and (wish.purpose != "renewal" or renews(view)):
        return wish.purpose
    renewal, met, today = view.account.renewal_date, to.met, to.today
    if met and today - met <= AFTER_CALL:
        return "follow_up"
    if to.customer and renewal and today <= renewal <= today + NEAR_RENEWAL:
        return "renewal"
    if not to.known:
        return "first"
    last = max(filter(None, (met, to.wrote, _last(view, to))), default=None)
    return "re_engage" if last and today - last > SILENT else "follow_up"


def _last(view: AccountView, to: Recipient) -> date | None:
    mine = [a.at.date() for a in view.activities if to.contact.id in a.contact_ids and a.kind != "note"]
    return max(mine, default=None)


def _language(context: Context, to: Recipient, wish: wishes.Wishes) -> tuple[Language, tuple[str, ...]]:
    """The words' language, else the preferred one, else the recipient's."""
    if wish.language:
        return wish.language, ()
    preferred = next((code for code in LANGUAGES if code == context.language), None)
    other = wish.other or next((name.capitalize() for name, code in OTHERS.items() if code == context.language), "")
    country = to.contact.country or to.account.country
    spoken = preferred or spoken_in(to.code, country)
    if other:
        return spoken, (f"Letters are written in English, German, French and Spanish so far, and not in {other}.",)
    if not preferred and to.code in SEVERAL:
        return spoken, (
            f"In {to.place} it may be {SEVERAL[to.code or '']}: say “in {SEVERAL[to.code or ''].split()[0]}” where it fits better.",
        )
    return spoken, ()


def _no_renewal(view: AccountView, wish: wishes.Wishes, topic: Topic) -> tuple[str, ...]:
    """Say why a letter on the renewal is none."""
    told = any(text.startswith("The renewal:") for text in topic.left_out)
    if wish.purpose != "renewal" or renews(view) or told:
        return ()
    return (f"The renewal: none is on record at {view.account.name}.",)


def _ground(text: str, topic: Topic) -> tuple[str, ...]:
    """What they are thanked for, congratulated on or asked to excuse: for the seller to put into words."""
    head = text.partition("\n")[0]
    found = GROUND.search(head)
    if topic.words or topic.left_out:
        return ()
    if not found:
        return tuple(f"“{one['what'].strip()}”: say it in your own words where it fits." for one in ASKS.finditer(head))
    what = wishes.without_topic(found["what"]).strip()
    thanks = found["deed"].casefold().startswith("thank")
    if thanks and re.search(r"\b(?:calls?|meetings?|time|talk|e-?mail|chat)\b", what, re.IGNORECASE):
        return ()
    said = what if thanks else f"{found['deed']} {what}"
    return (f"“{said}”: say it in your own words, as the records do not hold it.",)


def _mentioned(text: str) -> tuple[str, ...]:
    """What a form says to mention: for the seller to add."""
    said = text.partition(wishes.AS)[0].partition(wishes.MENTION)[2].strip()
    return (f"What to mention (“{said[:60]}”): add it in your own words where it fits.",) if said else ()


def _refused(context: Context, view: AccountView, to: Recipient, claims: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for claim in claims:
        low = claim.casefold()
        rivals = any(o.competitor and o.competitor.casefold() in low for o in view.opportunities)
        others = untrue.names_one(claim, context.reader.account_names(claim), view.account.id)
        found.append(untrue.judge(claim, met=to.met is not None, others=others, rivals=rivals).sentence)
    return tuple(found)
