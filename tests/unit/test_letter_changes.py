"""What words ask of a letter, which talking points they mean, and what a rewritten text is warned of."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError
from bot.skills.outreach import free, points, voice
from bot.skills.outreach.change_words import NOT_KNOWN, PRESSES
from bot.skills.outreach.changes import Change, applied, forgets, read, wishes
from bot.skills.outreach.common import COMMON
from bot.skills.outreach.going_on import meant
from bot.skills.outreach.mailing import MOST, mailto
from bot.skills.outreach.pieces import Letter, Part
from bot.skills.outreach.spec import Spec, Voice
from bot.store.letters import KeptLetter
from bot.store.samples import Sample

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SPEC = Spec(account_id="A1", contact_id="C1", length="usual", angle=1, points=("renewal",))
OFFERED: list[dict[str, Any]] = [
    {"key": "call-1", "text": "Thank you for our call on 14 November 2026.", "used": True},
    {"key": "renewal", "text": "Your agreement comes up for renewal on 1 March 2027.", "used": False},
    {"key": "problem-stock", "text": "stock-outs", "used": True},
    {"key": "proof-1", "text": "Harrowgate Foods cut stock-outs by 31 %", "used": True},
    {"key": "proof-2", "text": "Tarn & Vale halved its write-offs", "used": False},
]
TEXT = (
    "Hello Per Aune,\n\nThank you for our call. Is service level something that you work on?\n\n- one\n- two\n\n"
    "Would a short call be useful? A line is enough.\n\nKind regards\nMaya\nFernhollow\n1 High Street\nSay no to stop."
)
FOOTER = "Kind regards\nMaya\nFernhollow\n1 High Street\nSay no to stop."


def letter(**more: Any) -> KeptLetter:
    plain = {"id": "a1", "thread": "t", "user_id": "U1", "account_id": "A1", "contact_id": "C1", "at": NOW}
    spec = {"channel": "email", "points_offered": OFFERED}
    return KeptLetter.model_validate({**plain, "spec": spec, "written": TEXT, **more})


def test_a_change_makes_another_spec_and_nothing_else_of_it() -> None:
    assert applied(SPEC, Change(longer=-1)) == SPEC.model_copy(update={"length": "short"})
    assert applied(SPEC.model_copy(update={"length": "short"}), Change(longer=-1)).length == "short"
    assert applied(SPEC, Change(longer=1)).length == "long"
    assert applied(SPEC, Change(angle=True)) == SPEC.model_copy(update={"angle": 2, "points": None})
    assert applied(SPEC, Change(topic="the SOC 2 report")) == SPEC.model_copy(
        update={"topic": "the SOC 2 report", "angle": 0, "points": None}
    )
    wanted = Change(tone="formal", language="de", channel="linkedin")
    assert applied(SPEC, wanted) == SPEC.model_copy(update={"tone": "formal", "language": "de", "channel": "linkedin"})
    assert applied(SPEC.model_copy(update={"tone": "formal"}), Change(tone="less formal")).tone == ""
    assert applied(SPEC, Change(tone="less formal")).tone == "friendly"


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        (Change(unticked=("the proof point",)), ("call-1", "problem-stock")),
        (Change(ticked=("the renewal date",)), ("call-1", "renewal", "problem-stock", "proof-1")),
        (Change(ticked=("the other proof point",)), ("call-1", "problem-stock", "proof-1", "proof-2")),
        (Change(ticked=("Tarn & Vale",)), ("call-1", "problem-stock", "proof-1", "proof-2")),
        (Change(only=("2", "5")), ("renewal", "proof-2")),
        (Change(unticked=("1",), ticked=("#2",)), ("renewal", "problem-stock", "proof-1")),
        (Change(unticked=("our call", "the question")), ("proof-1",)),
    ],
)
def test_talking_points_are_told_by_number_kind_or_words(change: Change, keys: tuple[str, ...]) -> None:
    assert points.chosen(OFFERED, change) == keys


def test_a_talking_point_that_is_none_is_named_with_those_there_are() -> None:
    with pytest.raises(
        BotError, match=r"^No talking point is called “the price”; say its number, .* There are: 1\. Thank"
    ):
        points.chosen(OFFERED, Change(unticked=("the price",)))
    with pytest.raises(BotError, match="^This letter has no talking points"):
        points.chosen([], Change(ticked=("1",)))


def test_words_that_could_mean_something_else_count_right_after_the_letter_alone() -> None:
    told = [meant(words, letter(), last=last) for words in ("shorter", "undo", "to Per") for last in (True, False)]
    assert [one is not None for one in told] == [True, True, True, False, True, False]
    assert meant("drop the price to 40k", letter(), last=True) is None
    assert meant("drop Tarn & Vale", letter(), last=True) == Change(unticked=("Tarn & Vale",), certain=False)
    assert meant("shorter", None, last=False) is None
    assert meant("change useful to helpful", letter(), last=True) == Change(
        swaps=(("useful", "helpful"),), certain=False
    )
    assert meant("change the price to helpful", letter(), last=True) is None
    assert forgets("please forget my writing style.")


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (Change(drop="second sentence"), " Is service level something that you work on?", ""),
        (Change(drop="last sentence"), " A line is enough.", ""),
        (Change(drop="sentence about service"), " Is service level something that you work on?", ""),
        (Change(drop="last paragraph"), "Would a short call be useful? A line is enough.\n\n", ""),
        (Change(drop="bullets"), "- one\n- two\n\n", ""),
        (Change(drop="closing question"), "Would a short call be useful? ", ""),
        (Change(swaps=(("SHORT  call", "quick chat"),)), "short call", "quick chat"),
    ],
)
def test_a_free_edit_changes_what_it_names_and_nothing_else(change: Change, before: str, after: str) -> None:
    own = free.rewritten(change, "A subject", TEXT, FOOTER)
    assert own == free.Own("A subject", TEXT.replace(before, after))


def test_the_sellers_own_version_is_taken_word_for_word() -> None:
    own = free.rewritten(Change(text="Subject: Two lines\n\nHi Per,\n\n  a  b\n"), "Old", TEXT, FOOTER)
    assert own == free.Own("Two lines", "Hi Per,\n\n  a  b")
    assert free.rewritten(Change(text="Hi Per, a"), "Old", TEXT, FOOTER) == free.Own("Old", "Hi Per, a")
    with pytest.raises(BotError, match="^“nothing like it” does not stand in the letter"):
        free.rewritten(Change(swaps=(("nothing like it", "x"),)), "Old", TEXT, FOOTER)
    with pytest.raises(BotError, match="^There is no sentence 9 in the letter"):
        free.rewritten(Change(drop="sentence 9"), "Old", TEXT, FOOTER)


def test_what_to_look_at_again_is_named() -> None:
    held = {"channel": "email", "footer": FOOTER}
    own = free.Own(
        "Re: " + "x" * 50, "Hi Per,\n\nWe save 40 % on 3 March, act now, as at Globex. [fill in]\n\nMaya\n1 High Street"
    )
    assert free.warnings(own, held, TEXT) == [
        "The subject has 54 signs; beyond 49 it is cut on a phone.",
        "40 %: nothing here supports this figure.",
        "What stands in brackets is still to be filled in.",
    ]
    assert free.warnings(free.Own("A subject", TEXT), held, TEXT) == []


def test_a_letter_opens_in_the_mail_program_whole_or_without_its_text() -> None:
    url, whole = mailto("per.aune+x@a.test", "50 % & more?", "Hi Per,\n\nä ö „so“ #1")
    parts = urlsplit(url)
    assert (parts.scheme, unquote(parts.path), whole) == ("mailto", "per.aune+x@a.test", True)
    assert parse_qs(parts.query) == {"subject": ["50 % & more?"], "body": ["Hi Per,\r\n\r\nä ö „so“ #1"]}
    long, whole = mailto("a@b.test", "Hi", "word " * 500)
    assert (long, whole) == ("mailto:a@b.test?subject=Hi", False)
    assert mailto("", "Hi", "x") == ("", False)


@given(st.text(max_size=400), st.text(max_size=900))
def test_no_address_is_too_long_or_holds_a_sign_that_ends_it(subject: str, text: str) -> None:
    try:
        url, _ = mailto("a@b.test", subject, text)
    except UnicodeEncodeError:
        return
    assert len(url) <= MOST
    assert not set(url) & set(' \n\r<>"|&#'.replace("&", ""))


def sample(edited: str, written: str = TEXT, account: str = "A1", **more: str) -> Sample:
    plain = {"user_id": "U1", "at": NOW, "channel": "email", "language": "en", "account_id": account}
    return Sample.model_validate({**plain, "written": written, "edited": edited, **more})


@pytest.mark.parametrize(
    ("edited", "greeting", "closing"),
    [
        ("Hey Per,\n\nHi.\n\nCheers,\nMaya", "Hey {first},", "Cheers,"),
        ("Dear Per Aune,\n\nHi.\n\nAll the best\nMaya", "Dear {name},", "All the best"),
        ("Good morning!\n\nHi.\n\nThanks a lot!\nMaya", "Good morning!", "Thanks a lot!"),
        ("Dear Mr Aune,\n\nHi.\n\nYours truly from Oslo\nMaya", "", ""),
        ("Hello Per Aune,\n\nHi.\n\nKind regards\nMaya", "", ""),
        ("Per - the 48 pallets!\n\nHi.\n\nBest from Northwick\nMaya", "", ""),
        ("Hey you at Northwick Dairy in Oslo,\n\nHi.", "", ""),
    ],
)
def test_greeting_and_closing_are_learnt_and_no_name_with_them(edited: str, greeting: str, closing: str) -> None:
    learnt = voice.learn([sample(edited)], "email", "en")
    assert (learnt.greeting, learnt.closing, learnt.count) == (greeting, closing, 1)


def test_a_voice_is_of_one_channel_and_language() -> None:
    kept = [sample("Hey Per,\n\nx"), sample("Hoi Per,\n\nx"), sample("Hallo Per,\n\nx", language="de")]
    assert voice.learn(kept, "linkedin", "en") == Voice()
    german = voice.learn(kept, "email", "de")
    assert (german.greeting, german.address, german.count) == ("Hallo {first},", "", 1)
    assert voice.learn([sample("Hallo,\n\nhast du Zeit?", language="de")], "email", "de").address == "familiar"
    assert voice.learn([sample("Hallo,\n\nhaben Sie Zeit?", language="de")], "email", "de").address == "distant"


def test_words_that_two_customers_letters_replace_are_replaced_next_time() -> None:
    written = "Hi,\n\nWould a short call be useful? Northwick grows by 31 % at our site."
    own = "Hi,\n\nWould a quick chat be useful? Globex grows by 99 % at your plant."
    one = voice.learn([sample(own, written), sample(own, written)], "email", "en")
    assert one.replaced == ()
    two = voice.learn([sample(own, written), sample(own, written, account="A2")], "email", "en")
    assert two.replaced == (("short call", "quick chat"),)
    parts = (Part("A short call?", "w"), Part("A short call of ours saved 3.", "w", (1,)))
    followed = voice.follow(Letter(SPEC, (), "", parts, (), (1, 9)), two)
    assert [part.text for part in followed.parts] == ["A quick chat?", "A short call of ours saved 3."]


def test_usual_length_is_that_of_two_letters_without_their_footers() -> None:
    short = "Hello Per Aune,\n\nThank you for our call.\n\nKind regards\nMaya"
    assert voice.learn([sample(short)], "email", "en").length is None
    learnt = voice.learn([sample(short), sample(short, account="A2")], "email", "en")
    assert learnt.length == "short"
    assert voice.fitted(SPEC, learnt).length == "short"
    assert voice.fitted(SPEC.model_copy(update={"length": "long"}), learnt).length == "long"
    body = TEXT.removesuffix("Fernhollow\n1 High Street\nSay no to stop.").strip()
    assert voice.learn([sample(body), sample(body)], "email", "en").length is None


SECRET = st.sampled_from(
    ["Northwick", "Ingrid Solheim", "48,000", "per@northwick.example", "https://x.test/a", "Oracle", "31 %", "pallets",
     "write-offs", "+47 22 33 44 55", "flooded", "Øre", "Globex-7", "acquisition", "O'Brien", "Will Hope", "May"]
)  # fmt: skip


@given(st.lists(SECRET, min_size=1, max_size=6), st.sampled_from(["en", "de"]))
def test_nothing_of_a_customer_is_in_what_a_model_or_the_next_letter_gets(secrets: list[str], language: str) -> None:
    text = (
        f"Hi {secrets[0]},\n\nthanks for the chat about {' and '.join(secrets)}. {secrets[-1]} is good.\n\nBest,\nMaya"
    )
    kept = [sample(text, account=account, language=language) for account in ("A1", "A2")]
    learnt = voice.learn(kept, "email", language)
    told = "\n".join(
        [learnt.greeting, learnt.closing, *learnt.samples, *(part for pair in learnt.replaced for part in pair)]
    )
    assert "".join(secrets) not in told
    assert [word for word in told.replace("{first}", "").replace("{name}", "").split() if _names(word)] == []


def _names(word: str) -> bool:
    bare = word.strip(".,!?…:;()")
    return bool(bare) and (
        any(sign.isdigit() for sign in bare) or bare.casefold() not in COMMON or bare in ("Hope", "May")
    )


def test_letters_for_a_model_keep_their_tone_and_lose_what_they_say() -> None:
    text = "Hey Ingrid,\n\nThanks for the great chat at Northwick on 14 May! Could we talk next week about the 48 pallets?\n\nCheers,\nMaya"
    assert (
        voice.shown(text)
        == "Hey …,\n\nThanks for the great chat at … on …! Could we talk next week about the …?\n\nCheers,\n…"
    )


def test_the_style_that_is_followed_is_told() -> None:
    assert voice.told(Voice(count=3)) == ""
    learnt = Voice(greeting="Hey {first},", closing="Cheers,", replaced=(("kindly", ""),), length="short", count=2)
    assert voice.told(learnt) == (
        "In your style, from 2 letters that you edited: greeting “Hey {first},”, closing “Cheers,”, without “kindly”, "
        "short letters. Say “forget my style” to end that."
    )


def test_an_edit_is_read_with_its_own_words() -> None:
    assert read("Use this:\nHi Per,\n\nshorter") == Change(text="Hi Per,\n\nshorter")
    assert read('replace "a b" with "c d"') == Change(swaps=(("a b", "c d"),))
    assert read("I sent it (letter a3502ba4ef5d)") == Change(sent=True, letter="a3502ba4ef5d")


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("other subject", Change(subject="")),
        ("use a different subject line please", Change(subject="")),
        ("subject: Two lines on stock", Change(subject="Two lines on stock")),
        ("change the subject to “A date?”", Change(subject="A date?")),
        ("sign as Maya", Change(sign="Maya")),
        ("please sign it off as “Maya L”", Change(sign="Maya L")),
        ("make it sound like me", Change(mine=True)),
        ("less salesy", Change(tone="")),
        ("make it two lines", Change(longer=-1)),
        ("drop the second paragraph", Change(drop="second paragraph")),
        ("more urgent", Change(cannot=PRESSES, certain=False)),
        ("put some pressure on him", Change(cannot=PRESSES, certain=False)),
        ("add a P.S. about the book", Change(cannot=NOT_KNOWN, certain=False)),
        ("fix the grammar", Change(cannot=NOT_KNOWN, certain=False)),
        ("change the next step to call Per", None),
        ("what is the subject of their last e-mail?", None),
        ("sign the contract with Northwick", None),
    ],
)
def test_what_sellers_say_of_a_letter(words: str, change: Change | None) -> None:
    assert read(words, TEXT) == change


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("shorter, and without the last sentence", ("shorter", "without the last sentence")),
        ("drop the first sentence and make it warmer", ("make it warmer", "drop the first sentence")),
        ("make it shorter and drop the second sentence", ("make it shorter", "drop the second sentence")),
        ("shorter and warmer", ("shorter and warmer",)),
        ("shorter, who signs there?", ("shorter, who signs there?",)),
    ],
)
def test_a_new_form_and_a_change_of_the_text_are_two_wishes(words: str, parts: tuple[str, ...]) -> None:
    assert wishes(words) == parts


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        ("Danke für unser Telefonat am 10. November 2026.", "first sentence"),
        ("Das war im 3. Quartal besprochen.", "sentence 1"),
        ("Wir sprachen am 2. Mai.", "first sentence"),
    ],
)
def test_a_german_ordinal_ends_no_sentence(first: str, drop: str) -> None:
    text = f"Guten Tag Herr Aune,\n\n{first} Passt Ihnen ein Termin?\n\nMaya"
    own = free.rewritten(Change(drop=drop), "Termin", text, "")
    assert own.text == "Guten Tag Herr Aune,\n\nPasst Ihnen ein Termin?\n\nMaya"


def test_what_is_said_of_the_record_of_a_sent_letter_belongs_to_its_being_sent() -> None:
    assert read("Sent. Please record the mail on the account.") == Change(sent=True, certain=False)
    assert read("en français s'il te plaît") == read("en français")
