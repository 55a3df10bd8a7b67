"""Questions over many records on the sample company: who is asked what, what is cited, and how an agent is kept in bounds."""

from dataclasses import replace
from typing import Any

import pytest

from bot.app import App
from bot.assistant import Request
from bot.errors import ModelTimeout
from bot.people import teams_of
from bot.proposals import Draft
from bot.skills import Ask, Context, Policy, ask
from bot.skills.wording import OFFLINE
from evals.questions.bounds import QUESTION, Scripted
from tests.conftest import TODAY
from tests.fake_model import FakeModel

TWO_PARTS = "which open deals are against Slatework ERP Planner, and what does the playbook say to do?"


@pytest.fixture
def maya(shared: App) -> Context:
    """What a skill gets when Maya asks offline."""
    user = shared.user("u-maya")
    teams = teams_of(user, shared.reader.users())
    return Context(shared.reader, lambda: shared.library, None, user, teams, TODAY, shared.benchmarks)


def lines(draft: Draft, title: str = "") -> list[str]:
    return next([line.text for line in part.lines] for part in draft.sections if part.title == title)


def answered(app: App, words: str, who: str = "u-maya") -> Draft:
    return app.assistant.answer(Request(words, app.user(who), TODAY, f"t:{words}")).draft


def test_the_count_and_the_sum_come_first_and_each_record_has_its_source(maya: Context) -> None:
    draft = ask.run(maya, Ask("open deals against Odalisk over 100k"))
    first, *rest = lines(draft)
    assert first.startswith("2 deals, USD 362,550 in all: open deals that you may see, amount more than 100,000")
    assert [line.split(":")[0] for line in rest] == [
        "Quillon Medical Supply - Plan x2 + Dock x3 + Onboard", "Meridale Pharma - Plan + Insight for two sites",
    ]  # fmt: skip
    assert all(line.cites for part in draft.sections for line in part.lines)
    assert draft.records == ("opportunity:o-quillon-plan", "opportunity:o-meridale-plan")
    assert (draft.model, draft.writes, draft.unknowns) == ("offline", (), ())


def test_nothing_that_fits_is_an_answer_with_the_filter_in_words(maya: Context) -> None:
    draft = ask.run(maya, Ask("my renewals this quarter without an economic buyer"))
    [only] = lines(draft)
    assert only.startswith("No deal fits: open deals of Maya Lindqvist, type renewal, close date ")
    assert only.endswith("without an economic buyer.")


def test_a_second_part_is_answered_from_the_playbook_with_its_badge(maya: Context) -> None:
    draft = ask.run(maya, Ask(TWO_PARTS))
    titles = [part.title for part in draft.sections]
    assert titles[0] == ""
    assert any(title.startswith("Battlecard: Slatework ERP Planner (expired") for title in titles[1:])
    assert draft.notice == OFFLINE


def test_a_model_words_the_second_part_and_its_inventions_are_dropped(maya: Context) -> None:
    model = FakeModel(
        {"found": {"sentences": [{"text": "Slatework loses 99 deals a year.", "cites": [1]}], "unknown": []}}
    )
    draft = ask.run(replace(maya, model=model), Ask(TWO_PARTS))
    assert [one.claim for one in draft.dropped] == ["Slatework loses 99 deals a year."]
    assert lines(draft)[0].startswith("5 deals, USD ")
    assert len(model.sent) == 1


def test_words_that_were_not_understood_are_named_and_nothing_is_counted(maya: Context) -> None:
    draft = ask.run(maya, Ask("my open deals with a purple elephant"))
    assert lines(draft)[:2] == [
        "I did not understand “purple elephant”, so I did not answer: without that it would be another question.",
        "Understood: open deals of Maya Lindqvist.",
    ]  # fmt: skip
    assert (draft.figures, draft.records, draft.unknowns) == ((), (), ("my open deals with a purple elephant",))


def test_a_name_that_the_crm_does_not_hold_is_said_with_those_it_holds(maya: Context) -> None:
    [only] = lines(ask.run(maya, Ask("how many deals did we lose to Globex?")))
    assert only.startswith("There is no competitor “Globex” in the CRM; there is ")
    assert "Brightquay" in only


def test_a_question_for_a_rule_stays_with_the_pages(maya: Context) -> None:
    for question in (
        "which deals need legal review?",
        "how do renewals work?",
        "who has to approve deals over 20 % off?",
    ):
        assert ask.run(maya, Ask(question)).data is None, question


def test_a_pipelines_question_that_narrows_deals_is_answered_with_the_deals(shared: App) -> None:
    listed = answered(shared, "which deals have no next step?")
    assert bool(listed.data and listed.data["found"])
    assert answered(shared, "show me my open deals").charts != ()


def test_only_what_the_asker_may_see_is_counted(shared: App) -> None:
    own = shared.settings.model_copy(update={"crm_sees": "own"})
    with App(own, lambda: TODAY) as narrow:
        mine = answered(narrow, "how many open deals are against Brightquay?")
    every = [o for o in shared.reader.opportunities(open_only=True) if o.competitor == "Brightquay"]
    held = {f"opportunity:{o.id}" for o in every if o.owner_id == "u-maya"}
    assert set(mine.records) == held
    assert 0 < len(held) < len(every)


def step(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": arguments}


def by_agent(maya: Context, steps: list[dict[str, Any] | None], words: str, most: int = 6) -> Draft:
    model = Scripted(iter(steps), words, 200)
    return ask.run(replace(maya, model=model, policy=Policy(steps=most)), Ask(QUESTION))


def test_an_agent_answers_what_no_rule_reads_and_shows_each_step(maya: Context) -> None:
    seen: list[str] = []
    steps = [
        step("deals", owner="me", risks=["stalled in stage"]),
        step("pages", question="a deal that is stalled"),
        step("done"),
    ]
    draft = by_agent(replace(maya, progress=seen.append), steps, "Bexcombe Bakery is 17 days in Discovery.")
    how = lines(draft, "How this was found")
    assert how[0].startswith("1. deals: ")
    assert "open deals of Maya Lindqvist, signal: stalled in stage." in how[0]
    assert how[1].startswith("2. pages: “")
    assert [text for text in seen if text.startswith("step")] == [
        "step 1: looking up deals",
        "step 2: looking up pages",
    ]
    assert draft.prompt_version is not None
    assert draft.usage.input >= 600
    assert all(line.cites for part in draft.sections if part.title != "How this was found" for line in part.lines)


def test_an_agent_that_runs_out_of_steps_says_so_and_tells_what_it_found(maya: Context) -> None:
    steps: list[dict[str, Any] | None] = [step("deals", owner="me", top=at) for at in range(1, 20)]
    draft = by_agent(maya, steps, "Nothing.", 2)
    assert draft.lead == "It stopped after the most steps that one question may take; this is what was found."
    assert len(lines(draft, "How this was found")) == 2


def test_what_an_agent_typed_is_not_shown(maya: Context) -> None:
    planted = "Call +1 900 555 0199 for the refund"
    steps = [step("deals", owner="me"), step("pages", question=planted), step(planted), step("deals", account=planted)]
    draft = by_agent(maya, [*steps, step("done")], "Nothing.")
    how = lines(draft, "How this was found")
    assert how[2:] == ["3. This step did not fit and was left out.", "4. This step did not fit and was left out."]
    assert planted not in draft.model_dump_json()


def test_a_model_that_fails_at_once_leaves_the_rules_word(maya: Context) -> None:
    model = FakeModel({"steps": ModelTimeout("The language model did not answer within 20 s.")})
    draft = ask.run(replace(maya, model=model), Ask(QUESTION))
    assert lines(draft)[0].startswith("I did not understand ")


def test_two_passages_of_one_page_stand_under_its_title_once(maya: Context) -> None:
    for question in (
        "how do renewals work?",
        "what do we say when they call us expensive?",
        "how does the deal desk work?",
    ):
        titles = [part.title for part in ask.run(maya, Ask(question)).sections]
        assert len(titles) == len(set(titles)), question


@pytest.mark.parametrize(
    ("words", "filter_told"),
    [
        ("who do we lose deals to most?", "lost deals that you may see, with a competitor"),
        (
            "which accounts have I neglected?",
            "accounts of Maya Lindqvist, no call, meeting or e-mail in the last 30 days",
        ),
        ("what's our average sales cycle?", "won deals that you may see"),
        ("who owns the most open pipeline", "open deals that you may see"),
        ("deals that moved back a stage", "open deals that you may see, moved back to an earlier stage"),
        ("open deals of 60k USD or more", "open deals that you may see, in USD, amount at least USD 60,000"),
    ],
)
def test_a_question_names_its_filter(shared: App, words: str, filter_told: str) -> None:
    assert [found["filter"] for found in (answered(shared, words).data or {})["found"]] == [filter_told]


def test_what_is_not_on_record_is_not_answered_with_the_pipeline(shared: App) -> None:
    for words, unread in (("which of my deals will we win?", "“win”"), ("deals under 20k that I could drop", "“drop”")):
        draft = answered(shared, words)
        assert draft.sections[0].lines[0].text.startswith(f"I did not understand {unread}, so I did not answer")


def test_a_question_for_a_fact_writes_nothing_down(shared: App) -> None:
    for words in (
        "is the SOC 2 report to Ingrid overdue?",
        "do they get the pilot money back",
        "how much cheaper is brightquay than us",
    ):
        assert answered(shared, words).skill == "ask"


def test_a_question_that_names_nothing_of_a_pipeline_is_for_the_pages(shared: App) -> None:
    assert answered(shared, "who has to ok 18% off").skill == "ask"


@pytest.mark.parametrize(
    ("words", "filter_told"),
    [
        ("who are the champions in my open deals?", "people in deals of Maya Lindqvist, champion in an open deal"),
        (
            "which accounts have an open deal but no meeting planned?",
            "accounts that you may see, with open deals, without activities, meeting, still to come",
        ),
        (
            "list all deals over 50k with Brightquay as competitor and tell me how to beat them",
            "open deals that you may see, amount more than 50,000, competitor Brightquay",
        ),
        (
            "which of our lost deals were lost to Brightquay and why?",
            "lost deals that you may see, competitor Brightquay",
        ),
        (
            "customers in the United Kingdom not owned by me",
            "accounts not of Maya Lindqvist, type of account customer, accounts in United Kingdom",
        ),
        (
            "how many contacts do we have at Harrowgate without an email?",
            "people at accounts that you may see, account Harrowgate Foods, without an e-mail address",
        ),
        (
            "give me the total of what I won last quarter",
            "won deals of Maya Lindqvist, closed 2026-07-01 to 2026-09-30",
        ),
        (
            "compare Northwick and Castellane",
            "accounts that you may see, account Northwick Dairy or Castellane Ceramics",
        ),
        (
            "is there anybody at Tarn & Vale I have not met yet?",
            "people at accounts that you may see, account Tarn & Vale Outdoor, no meeting by Maya Lindqvist on record",
        ),
        ("what am I still waiting for from the other side", "tasks of Maya Lindqvist, open, promised by customers"),
    ],
)
def test_conditions_clauses_and_whose_it_is_combine(shared: App, words: str, filter_told: str) -> None:
    assert [found["filter"] for found in (answered(shared, words).data or {})["found"]] == [filter_told]


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        (
            "how many of the companies that we lost to price last year have a new CFO, and should I call them?",
            "new CFO",
        ),
        ("open deals where the buyer sounded annoyed", "annoyed"),
        ("contacts with a birthday in december", "birthday"),
        ("how many open deals and how many won deals do I have?", "open"),
        ("deals Maya closed for Priya", "Priya"),
    ],
)
def test_what_is_not_read_is_named_and_no_page_stands_in_for_it(shared: App, words: str, unread: str) -> None:
    draft = answered(shared, words)
    assert unread in " ".join((draft.data or {})["unread"])
    assert draft.figures == ()
    assert [part.title for part in draft.sections] == [""]


def test_a_first_name_that_only_one_person_has_names_the_account(shared: App) -> None:
    assert answered(shared, "what did Ingrid say about security?").account_id == "a-northwick"
    assert answered(shared, "how do I mark a deal as lost?").account_id is None


def test_a_model_looks_up_what_the_rules_cannot_read_before_any_page(maya: Context) -> None:
    model = Scripted(iter([step("deals", state="lost"), step("done")]), "Nothing.", 200)
    draft = ask.run(replace(maya, model=model), Ask("what is the average deal size for unhappy buyers?"))
    assert lines(draft, "How this was found")[0].startswith("1. deals: ")
    failing = FakeModel({"steps": ModelTimeout("The language model did not answer within 20 s.")})
    offline = ask.run(replace(maya, model=failing), Ask("what is the average deal size for unhappy buyers?"))
    assert lines(offline)[0].startswith("I did not understand “unhappy")
