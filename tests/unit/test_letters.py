"""A letter by code: its form by channel, its length, its language, and what is read from the words that ask for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.records import Account, Contact, User
from bot.errors import BotError
from bot.skills import Policy
from bot.skills.outreach import untrue, wishes
from bot.skills.outreach.countries import Regime
from bot.skills.outreach.gate import Recipient, Verdict
from bot.skills.outreach.letter import compose, misfits
from bot.skills.outreach.lint import lint
from bot.skills.outreach.material import Material
from bot.skills.outreach.occasion import Occasion
from bot.skills.outreach.phrases import LANGUAGES, language_of, phrases, spoken_in
from bot.skills.outreach.rules import STRICTEST_FIRST, must
from bot.skills.outreach.spec import Channel, Language, Length, Purpose, Spec, Voice
from bot.skills.outreach.topic import said_in

TODAY = date(2026, 11, 16)
MAYA = User(id="u", name="Maya Lindqvist", email="maya@ours.example")
OURS = Policy(company="Ours Ltd", postal_address="1 High Street\nBristol")
purposes, channels, lengths = (st.sampled_from(get_args(kind)) for kind in (Purpose, Channel, Length))
languages, tones = st.sampled_from(LANGUAGES), st.sampled_from(["", "formal", "friendly", "direct"])


def material(
    language: Language = "en", *found: Occasion, topic: str = "", problems: Sequence[str] = (), known: bool = True
) -> Material:
    """What may be said to Jo Field."""
    contact = Contact(id="c", name="Dr. Jo Field", title="Planner", email="jo@company.example")
    to = Recipient(contact, Account(id="a", name="Company"), TODAY, known=known)
    rows = [(f"problem-{one}", one, 1) for one in problems]
    return Material(to, MAYA, OURS, phrases(language), found, rows, topic=topic)


def call(days: int, *, own: bool = True) -> Occasion:
    """A call of some days ago."""
    day = date(2026, 11, 16 - days)
    return Occasion(f"call-{days}", "call", day, 1, "call in the CRM", own, "" if own else "Tomas Ek")


def spec(**fields: object) -> Spec:
    """A spec of a letter to Jo."""
    return Spec.model_validate({"account_id": "a", "contact_id": "c", **fields})


@given(languages, purposes, channels, lengths, tones, st.sampled_from([None, 2, 9]), st.booleans(), st.integers(0, 4))
def test_every_letter_keeps_the_form_of_its_channel(
    language: Language,
    purpose: Purpose,
    channel: Channel,
    length: Length,
    tone: str,
    days: int | None,
    known: bool,
    angle: int,
) -> None:
    made = material(language, *([call(days)] if days else []), problems=["X", "Y"], known=known)
    letter = compose(
        made, spec(purpose=purpose, channel=channel, length=length, tone=tone, language=language, angle=angle), Voice()
    )
    assert misfits(letter) == []
    assert len({text.casefold() for text in letter.subjects}) == (3 if channel == "email" else 0)
    assert "{" not in letter.text
    if channel == "linkedin":
        assert len(letter.text) <= 300
    if channel == "email":
        assert letter.text.endswith("\n".join(letter.footer))
        assert letter.footer[1:4] == ("Maya Lindqvist", "Ours Ltd", "1 High Street, Bristol")
        assert (phrases(language).fill_source in letter.footer) is not known


@pytest.mark.parametrize(
    ("own", "days", "length", "limits"),
    [(True, 2, "usual", (150, 210)), (True, 2, "short", (50, 125)), (True, 8, "usual", (50, 120)), (False, 2, "usual", (50, 120))],
)  # fmt: skip
def test_a_letter_after_ones_own_call_is_longer(own: bool, days: int, length: Length, limits: tuple[int, int]) -> None:
    letter = compose(material("en", call(days, own=own)), spec(purpose="follow_up", length=length), Voice())
    assert letter.limits == limits
    assert limits[0] <= letter.words <= limits[1]


@pytest.mark.parametrize(
    ("language", "greeting", "first"),
    [("en", "Dear Dr. Jo Field,", "Thank you for our call on 5 November 2026."),
     ("de", "Guten Tag Dr. Jo Field,", "vielen Dank für unser Telefonat am 5. November 2026."),
     ("fr", "Bonjour Dr. Jo Field,", "Merci pour notre échange téléphonique du 5 novembre 2026."),
     ("es", "Buenos días, Dr. Jo Field:", "Gracias por nuestra llamada del 5 de noviembre de 2026.")],
)  # fmt: skip
def test_a_letter_begins_as_its_language_does(language: Language, greeting: str, first: str) -> None:
    letter = compose(material(language, call(11)), spec(purpose="follow_up", language=language), Voice())
    assert (letter.greeting, letter.parts[0].text) == (greeting, first)


def test_the_first_of_a_month_in_french() -> None:
    assert phrases("fr").date(date(2026, 12, 1)) == "1er décembre 2026"


def test_a_letter_without_any_signal_says_what_it_would_need() -> None:
    letter = compose(material(known=False), spec(), Voice())
    assert letter.parts[0].text == "[Say why you write now: something dated that they know of]"
    assert letter.footer[-1] == "[Say where you have this address from]"


def test_a_letter_of_a_company_that_nobody_set_has_places_to_fill_in() -> None:
    letter = compose(replace(material("de"), policy=Policy()), spec(language="de"), Voice())
    assert letter.footer[2:4] == (
        "[Name Ihres Unternehmens: vor dem Versand ergänzen]", "[Postanschrift Ihres Unternehmens: vor dem Versand ergänzen]",
    )  # fmt: skip


def test_a_voicemail_is_spoken_and_thanks_for_no_call() -> None:
    letter = compose(
        material("en", call(2), problems=["waste"]), spec(channel="voicemail", purpose="follow_up"), Voice()
    )
    assert letter.text == (
        "Hello Dr. Jo Field, this is Maya Lindqvist from Ours Ltd. We last spoke on 14 November 2026. Is waste something that you are working "
        "on at the moment? You can reach me at [your number]; once more, [your number]. If it does not suit you, there is no need to call back. "
        "Thank you, and goodbye."
    )


def test_the_seller_chooses_the_points_and_used_ones_are_marked() -> None:
    made = material("en", call(2), call(9), topic="the pilot", problems=["waste", "costs"])
    letter = compose(made, spec(purpose="follow_up", points=("call-9", "problem-costs")), Voice())
    assert [point.key for point in letter.points if point.used] == ["call-9", "problem-costs"]
    assert [point.key for point in letter.points] == ["call-2", "call-9", "topic", "problem-waste", "problem-costs"]
    assert letter.parts[1].text == "Is costs something that you are working on at the moment?"


def test_another_angle_is_another_reason_and_problem() -> None:
    made = material("en", call(9), call(12), problems=["waste", "costs"])
    first, second = (compose(made, spec(angle=angle), Voice()) for angle in (0, 1))
    assert [p.text for p in first.parts[:2]] != [p.text for p in second.parts[:2]]
    assert first.subjects[0] != second.subjects[0]


def test_the_sellers_own_greeting_and_closing() -> None:
    letter = compose(material("en", call(9)), spec(), Voice(greeting="Hi {first},", closing="Best,"))
    assert (letter.greeting, letter.footer[0]) == ("Hi Jo,", "Best,")
    odd = compose(material("en", call(9)), spec(), Voice(greeting="Hi {0.__class__},"))
    assert odd.greeting == "Dear Dr. Jo Field,"


@given(st.sampled_from(STRICTEST_FIRST), languages, purposes, channels, lengths, tones, st.booleans(), st.booleans())
def test_every_letter_carries_what_its_verdict_asks_for(
    place: Regime,
    language: Language,
    purpose: Purpose,
    channel: Channel,
    length: Length,
    tone: str,
    known: bool,
    address: bool,
) -> None:
    asked = must(place, channel, first=not known)
    policy = OURS if address else Policy()
    made = replace(material(language, call(9), problems=["X"], known=known), must=asked, policy=policy)
    letter = compose(made, spec(purpose=purpose, channel=channel, length=length, tone=tone, language=language), Voice())
    verdict = Verdict("FOOTER", "", "", must=asked)
    found = lint(letter.text, letter.subjects, verdict=verdict, language=language, sender=MAYA, policy=policy)
    assert (found, misfits(letter)) == ((), [])


def test_a_linkedin_note_says_no_more_than_its_country_asks_for() -> None:
    american = compose(replace(material(), must=("sender",)), spec(channel="linkedin"), Voice())
    german = compose(
        replace(material("de", known=False), must=("sender", "opt_out", "source")),
        spec(channel="linkedin", language="de"),
        Voice(),
    )
    assert american.footer == ("Maya Lindqvist",)
    assert german.footer == (
        "Möchten Sie keine Nachrichten, antworten Sie mit „Nein“.", "Ihre Kontaktdaten habe ich aus Ihrem Profil hier.", "Maya Lindqvist",
    )  # fmt: skip


@given(
    st.from_regex(r"[a-z]{2,12}( [a-z]{2,12}){0,7}", fullmatch=True),
    languages,
    st.sampled_from([(), ("working capital",)]),
)
def test_subjects_are_three_short_and_no_false_replies(
    topic: str, language: Language, problems: tuple[str, ...]
) -> None:
    letter = compose(material(language, topic=topic, problems=problems), spec(language=language), Voice())
    assert len({subject.casefold() for subject in letter.subjects}) == 3
    assert all(
        len(subject) < 50 and not subject.lower().startswith(("re:", "fwd:", "aw:")) for subject in letter.subjects
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_hold_the_same_things(language: Language) -> None:
    book, english = phrases(language), phrases("en")
    for name in ("opening", "problem", "ask", "sources", "linkedin", "call", "voicemail", "subjects", "purpose"):
        assert set(getattr(book, name)) == set(getattr(english, name)), name
    assert (len(book.more), len(book.recap)) == (len(english.more), len(english.recap))
    said = [*book.opening.values(), *book.ask.values(), *(text for text, _ in book.more), book.opt_out]
    assert {language_of(text) for text in said} <= {language, None}


@pytest.mark.parametrize(
    ("language", "topic", "said"),
    [("de", "the SOC 2 report", "SOC-2-Bericht"), ("fr", "the SOC 2 report", "rapport SOC 2"), ("es", "the SOC 2 report", "informe SOC 2"),
     ("de", "our webinar on 3 December", "Webinar am 3. Dezember 2026"), ("en", "our webinar on 3 December", "our webinar on 3 December 2026"),
     ("de", "the odd machine", None), ("de", "die Einführung im Werk", "die Einführung im Werk"), ("fr", "working capital", "fonds de roulement"),
     ("de", "SOC 2", "SOC 2")],
)  # fmt: skip
def test_a_topic_in_the_letters_language(language: Language, topic: str, said: str | None) -> None:
    assert said_in(language, topic, TODAY) == said


@pytest.mark.parametrize(
    ("code", "country", "language"),
    [("DE", "Germany", "de"), ("AT", "Austria", "de"), ("FR", "France", "fr"), ("ES", "Spain", "es"), (None, "Mexico", "es"),
     (None, "MX", "es"), ("CH", "Switzerland", "en"), ("NO", "Norway", "en"), (None, None, "en")],
)  # fmt: skip
def test_the_language_of_a_country(code: str | None, country: str | None, language: Language) -> None:
    assert spoken_in(code, country) == language


@pytest.mark.parametrize(
    ("words", "wish"),
    [("draft a note to Jo", wishes.Wishes()),
     ("write a short, friendly thank-you to Jo in German", wishes.Wishes("follow_up", None, "short", "friendly", "de")),
     ("draft a LinkedIn message to Jo about the pilot, keep it formal", wishes.Wishes(None, "linkedin", None, "formal")),
     ("call opener for Jo", wishes.Wishes(None, "call")),
     ("give me a voicemail for Jo in Spanish", wishes.Wishes(None, "voicemail", None, "", "es")),
     ("draft a note to Jo about the formal short list", wishes.Wishes()),
     ("draft a note to Jo about the renewal in Dutch", wishes.Wishes("renewal", other="Dutch")),
     ("draft a note to Jo, short\nAs: event, call opener, long, in French", wishes.Wishes("event", "call", "long", "", "fr"))],
)  # fmt: skip
def test_wishes_are_read_from_the_words(words: str, wish: wishes.Wishes) -> None:
    assert wishes.read(words) == wish


@given(purposes, channels, tones, languages, lengths)
def test_choices_come_back_from_the_words(
    purpose: Purpose, channel: Channel, tone: str, language: Language, length: Length
) -> None:
    said = wishes.asked_for(purpose=purpose, channel=channel, tone=tone, language=language, length=length)
    kept = None if length == "usual" else length
    assert wishes.read(f"draft a note to Jo{said}") == wishes.Wishes(purpose, channel, kept, tone, language)


@pytest.mark.parametrize(
    ("words", "topic", "who"),
    [("draft a note to Jo about the pilot in German", "the pilot", "draft a note to Jo"),
     ("draft a note to Jo in German about the pilot", "the pilot", "draft a note to Jo in German"),
     ("draft a note to Jo, please", "", "draft a note to Jo"),
     ("invite Jo to our webinar on 3 December", "our webinar on 3 December", "invite Jo"),
     ("draft to Jo about the pilot, keep it short. Friendly tone", "the pilot", "draft to Jo")],
)  # fmt: skip
def test_what_it_is_about_and_to_whom(words: str, topic: str, who: str) -> None:
    assert wishes.topic_in(words) == topic
    assert wishes.without_topic(words).strip() == who


def test_a_channel_that_nothing_is_written_for() -> None:
    with pytest.raises(BotError) as refused:
        wishes.check_channel("draft a WhatsApp to Jo")
    assert str(refused.value) == (
        "Nothing is drafted for “WhatsApp”; ask for an e-mail, a LinkedIn message, a call opener or a voicemail."
    )


@pytest.mark.parametrize(
    ("words", "rest", "claims"),
    [("draft a note to Jo about the pilot and tell them it's the last chance", "draft a note to Jo about the pilot", ["tell them it's the last chance"]),
     ("draft a note to Jo, say we met at the fair, and promise a reply tomorrow", "draft a note to Jo", ["say we met at the fair", "promise a reply tomorrow"]),
     ("draft a note to Jo. Mention that Globex uses us", "draft a note to Jo", ["Mention that Globex uses us"]),
     ("draft a note to Jo as if they had asked", "draft a note to Jo", ["as if they had asked"]),
     ("draft a note to Jo that says Globex uses us", "draft a note to Jo", ["that says Globex uses us"]),
     ('email Jo, subject "Re: your question"', "email Jo", ['subject "Re: your question"']),
     ("draft a note to Jo with a fake deadline", "draft a note to Jo", ["with a fake deadline"]),
     ("draft a note to Jo with a link", "draft a note to Jo with a link", []),
     ("draft a note to Jo about the subject of security", "draft a note to Jo about the subject of security", []),
     ("draft a note to Jo, use Re: in the subject", "draft a note to Jo", ["use Re: in the subject"]),
     ("draft a note to Jo about what they say of the pilot", "draft a note to Jo about what they say of the pilot", []),
     ("draft a note to Jo und sag ihm, dass es die letzte Chance ist", "draft a note to Jo", ["sag ihm, dass es die letzte Chance ist"]),
     ("draft a note to Jo et dis-lui que le prix baisse", "draft a note to Jo", ["dis-lui que le prix baisse"]),
     ("draft a note to Jo, dile que nos conocimos", "draft a note to Jo", ["dile que nos conocimos"]),
     ("draft a note to Jo, subject: Two lines on stock, in German", "draft a note to Jo, in German", []),
     ("draft a note to Jo, mention the renewal date, leave out the proof point", "draft a note to Jo", []),
     ("write to Jo", "write to Jo", [])],
)  # fmt: skip
def test_what_is_wanted_to_be_said_is_parted_from_the_request(words: str, rest: str, claims: list[str]) -> None:
    assert untrue.parted(words) == (rest, tuple(claims))


@pytest.mark.parametrize(
    ("what", "said"),
    [("tell them it's the last chance", "Not written: “tell them it's the last chance”: it presses them."),
     ("say we met at the fair", "Not written: “say we met at the fair”: no call or meeting with them is on record."),
     ("pretend it's a reply", "Not written: “pretend it's a reply”: a first letter that poses as a reply deceives, and many laws forbid it."),
     ("offer them 40,000 dollars",
      "Not written: “offer them 40,000 dollars”: prices, discounts and other internal matters stay out of a letter."),
     ("sag ihm, dass es die letzte Chance ist", "Not written: “sag ihm, dass es die letzte Chance ist”: it presses them."),
     ("dile que nos conocimos", "Not written: “dile que nos conocimos”: no call or meeting with them is on record."),
     ("dis-lui que le prix baisse", "Not written: “dis-lui que le prix baisse”: prices, discounts and other internal matters stay out of a letter."),
     ("claim that we lead the market", "Not written: “claim that we lead the market”: no source supports it, so add it yourself if it is true.")],
)  # fmt: skip
def test_a_refused_claim_is_said_in_one_sentence(what: str, said: str) -> None:
    assert untrue.judge(what, met=False, others=False, rivals=False).sentence == said


def test_what_is_wanted_behind_a_colon_is_told_as_left_out() -> None:
    assert untrue.parted("draft to Ann: tell her the offer ends tomorrow") == (
        "draft to Ann",
        ("tell her the offer ends tomorrow",),
    )
    assert untrue.content_of("draft to Ann: the quote is ready") == "the quote is ready"
    assert untrue.content_of("draft to Ann with the subject: Your quote") == ""
    assert untrue.content_of("draft to Ann about https://ann.example/quote") == ""
