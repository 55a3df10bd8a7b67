"""Secrets are planted, and everybody tries every way: what is Mia's reaches Mia alone."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from slack_blocks import Shown
from slack_office import NOW, Office
from slack_secrets import INTERNAL, SECRETS, beyond, plant, told

from bot.crm.local import upsert_all
from bot.crm.records import Account, Opportunity
from bot.proposals import Citation, Draft, Line, Section
from bot.settings import Settings
from bot.slack.proposals.news import CLOSED
from bot.slack.readers import crowd
from bot.slack.readers.crowd import SHARED
from bot.slack.sending.outbox import Outbox, Place, web_client
from bot.slack.showing import views
from bot.slack.talk.more import MOVED
from bot.store.answers import Answer, Answers
from bot.store.preferences import Preference, Preferences

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
ASKED = (
    "brief me on Zirkonia", "how is the Zirkonia deal?", "show my pipeline", "what needs me today?", "what is due?",
    "who is the CFO at Zirkonia?", "draft an e-mail to Zirkonia about the plan", "draft a call script for Zirkonia",
    "log that I spoke to the CFO at Zirkonia, follow up Tuesday", "what does Zirkonia say of the clause on late delivery?",
    "what is the ceiling of rebates for trade fairs called?", "brief me on Zirkonja Werk", "brief me on Zirkonia Werk GmbH",
    "and their CFO?", "what changed at Zirkonia?", "what did we promise Zirkonia?",
)  # fmt: skip
LOG = "log for Zirkonia: spoke to the CFO, follow up Tuesday"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The office's settings, with own accounts alone."""
    return settings.model_copy(update={"crm_sees": "own"})


@pytest.fixture
def planted(office: Office, tmp_path: Path) -> Office:
    return plant(office, tmp_path)


def alone(office: Office, words: str, before: int) -> Shown:
    """Wait for what Mia is shown."""
    return office.slack.wait(
        lambda: next((m for m in office.slack.shown[before:] if m.user == "UMIA" or m.channel == "DUMIA"), None), words
    )


def test_what_mia_asks_in_a_channel_reaches_mia_alone(planted: Office) -> None:
    planted.slack.channel("C7", planted.mia.id, planted.omar.id)
    for words in ASKED:
        before = len(planted.slack.shown)
        planted.mia.mention(words, "C7")
        alone(planted, words, before)
    asked = planted.mia.mention("what is the yearly summit of our customers called?", "C7")
    planted.slack.wait(
        lambda: [m for m in planted.slack.shown if m.user is None and INTERNAL in m.words], "a public answer", 60
    )  # It waits for everything before it, the pictures of a pipeline included.
    planted.mia.edit(asked, "brief me on Zirkonia")
    planted.slack.wait(
        lambda: not [m for m in planted.slack.shown if m.user is None and INTERNAL in m.words], "its end"
    )
    planted.mia.chat("and their CFO?", "C7", asked["event"]["ts"])
    for _ in ("approve", "reject"):
        planted.mia.mention(LOG, "C7")
        card = planted.mia.sees_card()
        planted.mia.click(card, "approve:1")
    for command in ("/brief", "/deal", "/pipeline", "/draft", "/log"):
        planted.mia.command(command, "Zirkonia", "C7")
    planted.stop()
    calls = planted.slack.calls
    assert told(beyond(calls, "UMIA")) == []
    shown = " ".join(json.dumps(call.params, ensure_ascii=False) for call in calls).lower()
    assert [word for word in SECRETS if word not in shown] == ["773311", "773k"]


def omars_ways(
    office: Office, page_ids: list[str], answer: Shown, card: Shown, more: str
) -> list[Callable[[], object]]:
    """All that Omar can type, click and send, with ids that he cannot know."""
    omar, lent = office.omar, replace(answer, channel="C7", user=None)
    own, shared = replace(card, channel=omar.dm, user=None), replace(card, channel="C7", user=None)
    button = {"type": "button", "block_id": "b"}

    def click(action_id: str, value: str, at: Shown = lent) -> Callable[[], object]:
        return lambda: omar.send_click(at, {**button, "action_id": action_id, "value": value})

    def typed(command: str, text: str = "") -> Callable[[], object]:
        return lambda: omar.command(command, text, "C7")

    proposal = card.button("approve:1")["value"]
    answer_id = more.split(":")[1]
    place = {"channel": "DUMIA", "user": "UMIA", "direct": True, "thread": "DUMIA", "public": True}
    again = json.dumps({"key": "k", "place": place, "asked": "brief me on Zirkonia"})
    dropped = json.dumps({"file": "F1", "name": "x.md", "told": "a document", "account": "Z1"})
    return [
        *(lambda words=words: omar.say(words) for words in ASKED),  # type: ignore[misc]
        *(lambda words=words: omar.mention(words, "C7") for words in ASKED),  # type: ignore[misc]
        *(typed(command, "Zirkonia") for command in ("/brief", "/deal", "/pipeline", "/draft", "/log")),
        *(typed(command) for command in ("/brief", "/deal", "/pipeline", "/draft")),
        *(typed("/kb", rest) for rest in ("search rebates ceiling", "search clause late delivery", "show Rebate ceiling")),
        *(typed("/kb", rest) for rest in ("show Clause", "gaps", "drafts", "due", "stats", "contradictions", "duplicates")),
        lambda: omar.opens("home"),
        lambda: omar.opens("messages"),
        *(click(f"more:{answer_id}:{part}", more, at) for part in (1, 2) for at in (lent, own)),
        *(click(f"feedback:{way}", f"{way}:{answer_id}") for way in ("up", "down")),
        *(click(f"{verb}:1", proposal, at) for verb in ("approve", "edit", "reject", "undo") for at in (shared, own)),
        *(click(f"home:{verb}", "Z1", own) for verb in ("brief", "log")),
        click("home:proposal", proposal.partition(":")[0], own),
        *(click("home:page", key, own) for key in page_ids),
        *(click(f"kb:{verb}", key, own) for verb in ("edit", "publish", "verify") for key in page_ids[:2]),
        *(click("run:1", f"{skill}:Z1") for skill in ("brief", "deal", "draft")),
        click("again", again),
        *(click(f"file:{verb}", dropped, own) for verb in ("log", "note", "about")),
    ]  # fmt: skip


def test_whatever_omar_tries_shows_him_nothing_of_it(planted: Office) -> None:
    planted.slack.channel("C7", planted.mia.id, planted.omar.id)
    planted.mia.say("brief me on Zirkonia")
    answer = planted.mia.sees("Bottom line")
    planted.mia.say(LOG)
    card = planted.slack.wait(
        lambda: next((m for m in planted.slack.shown if "approve:2" in m.buttons), None), "a card"
    )
    more = next((action for action in answer.buttons if action.startswith("more:")), "")
    assert more
    pages = [page.id for page in planted.app.library.documents() if page.title in ("Rebate ceiling", "Clause")]
    ways = omars_ways(planted, pages, answer, card, more)
    start, changes = len(planted.slack.calls), planted.app.approvals.list()
    for way in ways:
        way()
    Preferences(planted.app.engine).save(
        Preference(user_id="U-OMAR", slack_id="UOMAR", digest_at="09:00", briefs=True), NOW
    )
    planted.bolt.remind(NOW)
    planted.stop()
    calls = [
        call
        for call in planted.slack.calls[start:]
        if "DUMIA" not in (call.params.get("channel"), call.params.get("channel_id"))
    ]
    assert (len(ways) >= 60, told(calls)) == (True, [])
    assert len([call for call in calls if call.method in ("response", "chat.postMessage", "chat.postEphemeral")]) >= 60
    planted.start()
    assert [one for one in planted.app.approvals.list() if one.requester == "U-MIA"] == changes


def test_forms_that_name_what_one_may_not_see_give_nothing_away(planted: Office) -> None:
    omar = planted.omar
    omar.command("/log", "", "C7")
    modal = planted.slack.wait(lambda: planted.slack.modals[-1] if planted.slack.modals else None, "the form")
    for text in ("", "Zirkonia", "Quillon", "Werke", "Z1"):
        assert omar.types(modal, "account", text) == ["Plain Foods"]
    for account in ("Z1", "Zirkonia Werk", "ZO"):
        ack = omar.submit({**modal, "id": f"V{account}"}, {"account": account, "what": "Spoke to them"})
        assert "Werke" not in json.dumps(ack.payload)
        assert ack.payload["response_action"] == "errors"
    kept = {"channel": "C7", "account": "Z1", "name": "x", "response_url": None}
    form = {"id": "V9", "type": "modal", "callback_id": "home_log", "private_metadata": json.dumps(kept), "blocks": [
        {"type": "input", "block_id": "what_happened", "element": {"type": "plain_text_input", "action_id": "value"}}]}  # fmt: skip
    omar.submit(form, {"what_happened": "Spoke to them"})
    omar.sees("may not see it")
    assert told(planted.slack.calls) == []
    assert [m for m in planted.slack.shown if m.channel == "C7" and m.user is None] == []


def test_an_answer_to_a_form_goes_to_no_other_host(planted: Office) -> None:
    mia = planted.mia
    mia.command("/log", "", "C7")
    modal = planted.slack.wait(lambda: planted.slack.modals[-1] if planted.slack.modals else None, "the form")
    kept = {**json.loads(modal["private_metadata"]), "response_url": "http://localhost:1/steal"}
    mia.submit({**modal, "private_metadata": json.dumps(kept)}, {"account": "Z1", "what": "Spoke to Quillon Fenwick"})
    assert mia.sees_card().user == "UMIA"


def test_what_moved_to_another_owner_is_closed_everywhere(planted: Office) -> None:
    mia, engine = planted.mia, planted.app.engine
    for words in ("brief me on Zirkonia", "show my pipeline"):
        mia.say(words)
        planted.slack.wait(lambda: [m for m in planted.slack.shown if m.channel == "DUMIA"], words)
    mia.say(LOG)
    card = mia.sees_card()
    answer = mia.sees("Bottom line")
    more = next(action for action in answer.buttons if action.startswith("more:"))
    [account] = [one for one in planted.app.reader.accounts() if one.id == "Z1"]
    deal = planted.app.reader.opportunity("ZO")
    assert deal is not None
    moved = [Account.model_validate({**account.model_dump(), "owner_id": "U-OMAR"}),
             Opportunity.model_validate({**deal.model_dump(), "owner_id": "U-OMAR"})]  # fmt: skip
    upsert_all(engine, moved, as_of=NOW)
    planted.slack.wait(
        lambda: [s["status"] != "processing" for s in planted.slack.sessions.values()] == [True] * 3, "the end"
    )
    start = len(planted.slack.calls)
    mia.click(answer, more)
    mia.sees("the rest stays closed")
    for verb in ("approve:1", "edit:1"):
        mia.click(card, verb)
    mia.opens("home")
    mia.opens("messages")
    mia.say("and their CFO?")
    mia.command("/brief", "")
    button = {"type": "button", "block_id": "b"}
    for action, value in (
        ("home:brief", "Z1"),
        ("home:log", "Z1"),
        ("home:proposal", card.button("approve:1")["value"][:4]),
    ):
        mia.send_click(card, {**button, "action_id": action, "value": value})
    Preferences(engine).save(Preference(user_id="U-MIA", slack_id="UMIA", digest_at="09:00", briefs=True), NOW)
    planted.bolt.remind(NOW)
    planted.stop()
    # Her own words and tasks stay hers; nothing of the account is told any more.
    assert told(planted.slack.calls[start:], ("zirkonia werke", "quillon", "obsidian", "773", "marzipan")) == []


def public(office: Office, words: str) -> Shown:
    """Wait for something that all see in the channel."""
    return office.slack.wait(
        lambda: next(
            (m for m in office.slack.shown if m.channel == "C7" and m.user is None and words in m.words), None
        ),
        words,
    )


def test_a_kept_list_of_deals_is_closed_with_the_rights_to_them(planted: Office) -> None:
    cited = Citation(n=1, title="Obsidian rollout", source="", status="CRM", record="opportunity:ZO")
    lines = tuple(Line(text=f"{n}. " + "words of a deal " * 20, cites=(1,)) for n in range(40))
    draft = Draft(skill="pipeline", sections=(Section(title="Deals", lines=lines),), citations=(cited,))
    kept = Answer(id="ab12", at=NOW, user_id="U-MIA", channel="DUMIA", question="?", draft=draft)
    Answers(planted.app.engine).save(kept)
    [first] = views.answer(draft, "ab12")
    Outbox(web_client(planted.settings)).say(Place("DUMIA", "UMIA", True, "t"), first)
    deal, account = planted.app.reader.opportunity("ZO"), planted.app.reader.account("Z1")
    moved = [one.model_copy(update={"owner_id": "U-OMAR"}) for one in (deal, account) if one]
    upsert_all(planted.app.engine, moved, as_of=NOW)
    planted.mia.click(planted.slack.shown[-1], "more:ab12:1")
    assert planted.mia.sees("stays closed").text == MOVED


def test_a_card_leaves_a_channel_that_somebody_without_rights_has_joined(
    planted: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crowd, "REMEMBERED", timedelta(seconds=-1))
    planted.slack.channel("C7", planted.mia.id)
    planted.mia.mention(LOG, "C7")
    card = planted.slack.wait(
        lambda: next(
            (m for m in planted.slack.shown if m.channel == "C7" and m.user is None and "approve:2" in m.buttons), None
        )
    )
    planted.slack.channel("C7", planted.mia.id, planted.omar.id)
    planted.mia.click(card, "approve:1")
    planted.slack.wait(lambda: card.words == CLOSED, "the end of the public card")
    assert planted.mia.sees("in the CRM").channel == "DUMIA"


def test_a_channel_is_shared_from_the_first_delivery_that_says_so(planted: Office) -> None:
    planted.slack.channel("C7", planted.mia.id, planted.omar.id)
    planted.mia.mention("what is the yearly summit of our customers called?", "C7")
    public(planted, INTERNAL)
    event = {"type": "app_mention", "channel": "C7", "user": "UMIA", "ts": "1770009999.000100"}
    event["text"] = "<@UBOT> what is the margin of the yearly summit of our customers?"
    body = {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "EvShared",
        "event": event,
        "is_ext_shared_channel": True,
    }
    planted.mia.by.send("events_api", body)
    assert planted.mia.sees(SHARED).user == "UMIA"


def test_a_note_needs_the_persons_own_word_for_its_account(planted: Office) -> None:
    text = b"# Minutes\n\naccount: Zirkonia Werke\n\nThey asked about late delivery at Zirkonia Werke.\n"
    planted.mia.share(planted.slack.drop("minutes.md", text), text="keep this as a note")
    asked = planted.mia.sees("What shall I do with it?")
    assert "Account: *Zirkonia Werke*, named in the text." in asked.words
    assert [page.title for page in planted.app.library.documents() if page.kind == "note"] == ["Clause"]
