"""App Home and the prompts of a direct message, as they are drawn for one person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from slack_blocks import Plain, Shown, clickable
from slack_day import DAY
from slack_office import NOW, Office
from slack_server import SlackServer

from bot.crm.local import upsert_all
from bot.crm.records import Activity, Task
from bot.settings import Settings
from bot.store.preferences import Preference, Preferences


@pytest.fixture
def office(settings: Settings, slack: SlackServer) -> Iterator[Office]:
    """The app over HTTP; the way of delivery changes nothing here."""
    opened = Office(settings, slack, "http")
    yield opened
    opened.stop()


@pytest.fixture
def busy(office: Office) -> Office:
    """An office in which Mia has a full day."""
    upsert_all(office.app.engine, DAY, as_of=NOW)
    return office


def drawn(home: Shown) -> list[str]:
    """The texts and buttons of a tab, a line a block."""
    lines = []
    for block in home.blocks:
        able = [one for e in clickable(block) for one in e.get("options", [e])]
        buttons = " ".join(f"[{e['text']['text']} {e['value']}]" for e in able)
        if block["type"] == "actions":
            lines.append(buttons)
        elif block["type"] == "context":
            lines.append(block["elements"][0]["text"])
        else:
            lines.append(f"{block['text']['text']} {buttons}".rstrip())
    return lines


SETTINGS = (
    "*Settings*\n• Morning digest: off\n• Pipeline on Mondays: off\n• What your people need: off\n• Brief an hour before a meeting: off\n• Tone of drafts: no wish\n"
    "• Language of drafts: no wish\n• Times in {zone}"
)


def test_home_shows_the_day_in_the_order_of_what_is_at_stake(busy: Office) -> None:
    busy.mia.opens()
    home = busy.mia.sees_home("Monday")
    assert drawn(home) == [
        "Monday, 2026-03-02",
        "*First*\n• Call back (Pellworm &amp; Sons &lt;North&gt;), due today; USD 15,000 at stake\n"
        "• Send the price (Northwick Dairy), overdue by 3 days; USD 9,600 at stake",
        "*Today*",
        "*15:00* Quarterly review\nPellworm &amp; Sons &lt;North&gt;; Ove &lt;Lund&gt;, COO; 45 minutes [Prepare Prepare:meeting:M1]",
        "*Due*",
        "• Call back (Pellworm &amp; Sons &lt;North&gt;), due today; USD 15,000 at stake [Done Done:task:T2] [Draft Draft:task:T2]",
        "• Send the price (Northwick Dairy), overdue by 3 days; USD 9,600 at stake [Done Done:task:T1] [Draft Draft:task:T1]",
        "*Deals that need you*",
        "*Pellworm pilot (Pellworm &amp; Sons &lt;North&gt;)* · USD 30,000 at 50% in Proposal\n"
        "the close date 2026-02-26 passed 4 days ago; contact missing in the CRM → confirm the close date",
        "[Deal Deal:deal:O2] [Brief A2] [Log A2]",
        "*Northwick plant 2 (Northwick Dairy)* · USD 48,000 at 20% in Discovery\nno next step is set; contact missing in the CRM → agree a next step",
        "[Deal Deal:deal:O1] [Brief A1] [Log A1]",
        "*Promises*",
        "• Theirs: Jane asks legal (Northwick Dairy), due 2026-03-04; USD 9,600 at stake [Done Done:task:T3] [Draft Draft:task:T3]",
        SETTINGS.format(zone="Europe/Berlin"),
        "[Settings -]",
        "CRM as of 2026-03-02 10:00. Drawn at 10:00.",
        "[Refresh -]",
    ]
    assert busy.slack.made("views.publish")[0].params["view"]["private_metadata"] == "DUMIA"
    assert busy.slack.errors == []


def test_an_empty_day_says_what_to_do_next(office: Office) -> None:
    office.member("UOMAR", "omar@example.test", tz="America/New_York").opens()
    assert drawn(office.omar.sees_home("Monday")) == [
        "Monday, 2026-03-02",
        "Nothing is waiting for you today. A good hour to look ahead: ask for a brief on an account you want to open.",
        SETTINGS.format(zone="America/New_York"),
        "[Settings -]",
        "CRM as of 2026-03-02 04:00. Drawn at 04:00.",
        "[Refresh -]",
    ]


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (("UGUEST", "mia@example.test", {"is_restricted": True}), "Only members of this Slack workspace may use"),
        (("UGONE", "mia@example.test", {"deleted": True}), "Only members of this Slack workspace may use"),
        (("UNEW", "new@example.test", {}), "new@example.test is not a user of the CRM; ask your admin"),
        (("UBARE", None, {}), "Your Slack profile shows me no e-mail address"),
    ],
)
def test_who_gets_nothing_is_told_why(office: Office, member: tuple[str, str | None, Plain], sentence: str) -> None:
    user_id, email, profile = member
    person = office.member(user_id, email, **profile)
    person.opens()
    assert person.sees_home(sentence).buttons == ["home:refresh"]
    assert [m for m in office.slack.shown if m.channel == person.dm] == []


def test_a_person_sees_what_the_crm_lets_them_see(settings: Settings, slack: SlackServer) -> None:
    office = Office(settings.model_copy(update={"crm_sees": "own"}), slack, "http")
    upsert_all(office.app.engine, DAY, as_of=NOW)
    moved = [
        Task(id="T9", subject="Secret of Northwick", due=NOW.date(), owner_id="U-LENA", account_id="A1"),
        Activity(
            id="M9", kind="call", at=NOW + timedelta(hours=1), subject="Secret", account_id="A1", owner_id="U-LENA"
        ),
    ]
    upsert_all(office.app.engine, moved, as_of=NOW)
    office.lena.opens()
    home = office.lena.sees_home("Monday")
    office.lena.opens("messages")
    slack.wait(lambda: slack.made("assistant.threads.setSuggestedPrompts"))
    office.stop()
    assert "Nothing is waiting for you today." in home.words
    assert "Secret" not in home.words


def test_a_brief_comes_among_the_messages_and_follow_ups_know_the_account(busy: Office) -> None:
    busy.mia.opens()
    busy.mia.sees_home("Monday")
    busy.mia.click_home("home:brief", "A2")
    assert busy.mia.sees_home("The brief on Pellworm").words.count("comes in the Messages tab.") == 1
    brief = busy.mia.sees("Bottom line")
    opener = busy.mia.sees("Brief on Pellworm &amp; Sons &lt;North&gt;")
    assert (opener.thread_ts, brief.channel, brief.user, brief.thread_ts) == (None, "DUMIA", None, opener.ts)
    busy.mia.say("log that I spoke to their COO", thread_ts=opener.ts)
    assert "*1. Log activity* on Pellworm &amp; Sons &lt;North&gt;" in busy.mia.sees("Log activity").words


def test_what_happened_is_logged_on_the_account_of_the_button(busy: Office) -> None:
    busy.mia.opens()
    busy.mia.sees_home("Monday")
    busy.mia.click_home("home:log", "A2")
    modal = busy.slack.wait(lambda: busy.slack.modals[-1] if busy.slack.modals else None, "the form")
    assert [b["block_id"] for b in modal["blocks"]] == ["what_happened"]
    busy.mia.submit(modal, {"what_happened": "I spoke to their COO, follow up Tuesday"})
    card, opener = busy.mia.sees_card(), busy.mia.sees("To log on Pellworm")
    assert opener.text == "To log on Pellworm &amp; Sons &lt;North&gt;: I spoke to their COO, follow up Tuesday"
    assert card.thread_ts == opener.ts
    assert "on Pellworm &amp; Sons &lt;North&gt;" in card.words
    busy.mia.opens()
    home = busy.mia.sees_home("Waiting for you")
    waiting = drawn(home)[drawn(home).index("*Waiting for you*") + 1 :]
    proposal = busy.app.approvals.list("U-MIA")[0].id
    assert waiting[0] == (
        "*Log activity on Pellworm &amp; Sons &lt;North&gt;; Create task on Pellworm &amp; Sons &lt;North&gt;*\n"
        f"{proposal} · waiting for your yes [Show {proposal}]"
    )
    shown = len(busy.slack.shown)
    busy.mia.click_home("home:proposal", proposal)
    busy.slack.wait(lambda: len(busy.slack.shown) > shown, "the card")
    assert (busy.slack.shown[-1].words, busy.slack.shown[-1].channel) == (card.words, "DUMIA")
    busy.omar.opens()
    busy.omar.sees_home("Monday")
    assert "Waiting for you" not in busy.omar.sees_home("Monday").words


def test_settings_are_kept_and_a_bad_time_is_said_under_its_field(office: Office) -> None:
    office.mia.opens()
    office.mia.sees_home("Monday")
    office.mia.click_home("home:settings")
    modal = office.slack.wait(lambda: office.slack.modals[-1] if office.slack.modals else None, "the form")
    refused = office.mia.submit(modal, {"digest_at": "25:00"})
    said = "“25:00” is no time of day; write it like 08:00, or leave it empty for no digest."
    assert refused.payload == {"response_action": "errors", "errors": {"digest_at": said}}
    given = {
        "digest_at": "7.30",
        "brief_before_meetings": "yes",
        "tone_of_drafts": "formal",
        "language_of_drafts": "German",
    }
    office.mia.submit(modal, given)
    home = office.mia.sees_home("Your settings are kept.")
    assert (
        "• Morning digest: 07:30 on weekdays\n• Pipeline on Mondays: off\n• What your people need: off\n"
        "• Brief an hour before a meeting: on\n• Tone of drafts: formal\n"
        "• Language of drafts: German\n• Times in UTC"
    ) in home.words
    kept = Preferences(office.app.engine).get("U-MIA")
    assert kept == Preference(
        user_id="U-MIA", slack_id="UMIA", digest_at="07:30", briefs=True, tone="formal", language="de"
    )
    office.mia.click_home("home:settings")
    again = office.slack.wait(lambda: office.slack.modals[1] if len(office.slack.modals) > 1 else None, "the form")
    office.mia.submit(again, {"digest_at": "", "brief_before_meetings": "no"})
    office.mia.sees_home("• Morning digest: off")
    assert Preferences(office.app.engine).wanting() == []


def test_who_looks_after_pages_sees_what_waits_there(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    page = "---\nowner: lena@example.test\nverified: 2025-10-01\n---\n# Discount rules\n\nUp to ten percent.\n"
    (folder / "rules.md").write_text(page, encoding="utf-8")
    office.app.library.ingest([folder])
    office.lena.opens()
    home = office.lena.sees_home("Knowledge base")
    at = drawn(home).index("*Knowledge base*")
    [page] = [page.id for page in office.app.library.documents()]
    assert drawn(home)[at + 1] == f"*Discount rules*\nexpired · lapsed on 2025-12-30 [Show {page}]"
    office.lena.click_home("home:page")
    shown = office.lena.sees("Up to ten percent.")
    assert (shown.channel, shown.buttons) == ("DULENA", ["kb:verify", "kb:retire"])
    office.mia.opens()
    assert "Knowledge base" not in office.mia.sees_home("Monday").words


def test_a_repeated_opening_draws_once(office: Office) -> None:
    delivery = office.mia.opens()
    office.mia.sees_home("Monday")
    office.mia.repeat(delivery)
    assert office.slack.stays(lambda: len(office.slack.made("views.publish")) > 1)


def test_a_tab_that_slack_does_not_take_costs_the_tab_alone(busy: Office) -> None:
    busy.mia.opens()
    busy.mia.sees_home("Monday")
    busy.slack.fail("views.publish", 404, times=9)
    busy.mia.click_home("home:brief", "A2")
    busy.mia.sees("Bottom line")
    busy.mia.opens()
    busy.slack.wait(lambda: len(busy.slack.made("views.publish")) == 3)
    assert [m.words for m in busy.slack.shown if "Something went wrong" in m.words] == []


def test_an_unknown_error_is_an_incident_on_the_tab(office: Office) -> None:
    office.slack.decline("users.info", "nobody_foresaw_this")
    office.mia.opens()
    home = office.mia.sees_home("Something went wrong on my side")
    assert "give your admin the incident" in home.words
    assert home.buttons == ["home:refresh"]
    office.mia.click_home("home:refresh")
    office.mia.sees_home("Settings")


def test_a_click_on_an_account_that_went_out_of_sight_says_so(busy: Office) -> None:
    busy.mia.opens()
    busy.mia.sees_home("Monday")
    busy.mia.click_home("home:brief", "A2")
    busy.mia.sees("Bottom line")
    gone = {"action_id": "home:brief", "value": "A-GONE"}
    view = busy.slack.made("views.publish")[0].params["view"]
    view["blocks"].append({"type": "actions", "block_id": "gone", "elements": [{**gone, "type": "button"}]})
    busy.slack.made("views.publish")[-1].params["view"] = view
    busy.mia.click_home("home:brief", "A-GONE")
    busy.mia.sees("This account is not in the CRM any more, or you may not see it; press Refresh.")


def test_a_promise_is_ticked_off_from_the_tab(busy: Office) -> None:
    busy.mia.opens()
    busy.mia.sees_home("Send the price")
    busy.mia.click_home("home:act", "Done:task:T1")
    assert "the answer comes in the Messages tab." in busy.mia.sees_home("Mark “Send the price” as done").words
    card, opener = busy.mia.sees_card(), busy.mia.sees("Mark “Send the price” as done")
    assert (card.thread_ts, card.channel) == (opener.ts, "DUMIA")
    assert "Complete task" in card.words
    busy.mia.click(card, "approve:1")
    busy.slack.wait(
        lambda: not [t for t in busy.app.reader.tasks() if t.id == "T1" and t.status == "open"], "the task done"
    )
    busy.mia.opens()
    busy.slack.wait(lambda: "Send the price" not in busy.slack.home_of("UMIA").words, "the tab without it")  # type: ignore[union-attr]
    busy.mia.click_home("home:act", "Prepare:meeting:M1")
    assert "2026-03-02 15:00 (Europe/Berlin): Quarterly review; 45 minutes." in busy.mia.sees("*The meeting*").words


def test_a_click_on_what_is_not_in_the_day_any_more_says_so(busy: Office) -> None:
    busy.mia.opens()
    busy.mia.sees_home("Send the price")
    done = next(t for t in DAY if t.id == "T1")
    upsert_all(busy.app.engine, [done.model_copy(update={"status": "done"})], as_of=NOW)
    busy.mia.click_home("home:act", "Done:task:T1")
    busy.mia.sees("This is not in your day any more; ask “what needs me today?” for what is.")


def test_a_second_click_on_brief_brings_no_second_brief(busy: Office) -> None:
    busy.mia.opens()
    busy.mia.sees_home("Monday")
    busy.mia.click_home("home:brief", "A2")
    busy.mia.sees("Bottom line")
    busy.mia.click_home("home:brief", "A2")
    busy.slack.wait(lambda: len(busy.slack.made("views.publish")) == 3, "the tab drawn again")
    assert busy.slack.stays(lambda: len([m for m in busy.slack.shown if m.text.startswith("Brief on")]) > 1)
