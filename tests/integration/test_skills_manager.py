"""Deals, pipelines and drafts on the sample company: what a person reads, and what a model may add to it."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.crm.local import replace_all
from bot.crm.records import Opportunity, OpportunityContactRole, Stage, User
from bot.errors import Ambiguous, BotError, NotFound
from bot.people import LOCAL_ADMIN, teams_of
from bot.pipeline.chances import UNTESTED
from bot.proposals import Draft
from bot.settings import Settings
from bot.skills import Ask, Context, deal, draft, pipeline
from bot.skills.wording import OFFLINE
from tests.conftest import TODAY
from tests.fake_model import FakeModel


def context(app: App, who: str) -> Context:
    """What a skill gets when this person asks offline, with what they may see."""
    user = app.user(who)
    reader = app.rights.reader_for(user)
    return Context(reader, lambda: app.library, None, user, teams_of(user, reader.users()), TODAY, app.benchmarks)


def section(given: Draft, title: str) -> list[str]:
    """The lines of the first section whose title begins so."""
    return next([line.text for line in part.lines] for part in given.sections if part.title.startswith(title))


# deals


def test_a_deal_summary_rests_on_records_and_names_all_of_them(shared: App) -> None:
    told = deal.run(context(shared, "u-dana"), Ask("where is the Northwick deal?", "a-northwick"))
    assert [part.title for part in told.sections] == [
        "State of play", "The deal", "Chance", "Verdict", "Risks", "Why now", "Next step", "People", "Buying group", "Commitments",
        "MEDDPICC", "Questions to ask", "Changed in the last 30 days (since 2026-10-17)", "What happened", "Health",
    ]  # fmt: skip
    assert all(line.cites for part in told.sections for line in part.lines)
    assert {citation.record for citation in told.citations if not citation.page} <= set(told.records)
    assert (told.account_id, told.notice, told.writes) == ("a-northwick", OFFLINE, ())


def test_a_model_words_the_state_of_play_and_nothing_that_no_record_says(shared: App) -> None:
    claims = [
        {"text": "The deal is worth USD 78,000 and stands in Proposal.", "cites": [1]},
        {"text": "It will be won with a probability of 80 %.", "cites": [1]},
    ]
    model = FakeModel({"deal": {"state_of_play": claims}})
    asker = replace(context(shared, "u-dana"), model=model)
    told = deal.run(asker, Ask("where is the Northwick deal?", "a-northwick"))
    assert section(told, "State of play") == ["The deal is worth USD 78,000 and stands in Proposal."]
    assert [gone.claim for gone in told.dropped] == ["It will be won with a probability of 80 %."]


def test_several_open_deals_are_asked_about_and_the_answer_is_understood(shared: App) -> None:
    with pytest.raises(Ambiguous) as asked:
        deal.run(context(shared, "u-dana"), Ask("where is the Harrowgate deal?", "a-harrowgate"))
    chosen = f"where is the Harrowgate deal? ({asked.value.candidates[1]})"
    told = deal.run(context(shared, "u-dana"), Ask(chosen, "a-harrowgate"))
    assert section(told, "State of play")[0].startswith("Harrowgate Foods - Insight: USD 18,000 in Qualification")


def test_a_number_in_reply_picks_the_deal(shared: App) -> None:
    def say(text: str) -> str:
        return shared.assistant.answer(Request(text, shared.user("u-dana"), TODAY, "thread:deal")).text

    assert "which one do you mean?" in say("where is the Harrowgate deal?")
    assert "Harrowgate Foods - Dock for Leeds: USD 32,400 in Negotiation" in say("1")
    assert "Northwick Dairy - Plan + Insight: USD 78,000" in say("where is the Plan + Insight deal at Northwick?")
    assert "Northwick Dairy - Plan + Insight: USD 78,000" in say("where is the deal?")


def test_a_deal_of_an_account_that_one_may_not_see_is_not_found(sample_home: Path) -> None:
    with App(Settings(home=sample_home, model="offline", crm_sees="own"), lambda: TODAY) as app:
        with pytest.raises(NotFound, match="There is no account called “Northwick”"):
            app.assistant.answer(Request("where is the Northwick deal?", app.user("u-jonas"), TODAY, "t"))
        told = app.assistant.answer(
            Request(
                "Quillon Medical Supply - Plan x2 + Dock x3 + Onboard", app.user("u-priya"), TODAY, "t", skill="deal"
            )
        )
        assert "USD 206,550" in told.text


# pipelines


def test_a_pipeline_counts_every_record_and_says_its_filter(shared: App) -> None:
    told = pipeline.run(context(shared, "u-maya"), Ask("show me the pipeline"))
    assert (
        section(told, "Pipeline")[0]
        == "Deals of Maya Lindqvist; Q4 2026 (2026-10-01 to 2026-12-31); amounts as in the CRM."
    )
    figures = {figure.name: figure for figure in told.figures}
    assert figures["open pipeline"].filter == "deals of Maya Lindqvist; open, forecast category not Omitted"
    assert (
        f"USD {figures['open pipeline'].value:,.0f} in {figures['open pipeline'].n} deals"
        in told.sections[0].lines[1].text
    )
    assert len(told.records) == len(set(told.records)) > figures["open pipeline"].n
    assert figures["open pipeline"].n == len(figures["open pipeline"].deals)
    assert told.unknowns == (UNTESTED,)


def test_tables_are_aligned_and_the_chart_tells_its_figures(shared: App) -> None:
    told = pipeline.run(context(shared, "u-maya"), Ask("show me the pipeline"))
    table = next(part.table for part in told.sections if part.title == "Open by stage (USD)")
    chart = next(chart for chart in told.charts if chart.title == "Open pipeline by stage (USD)")
    assert table is not None
    assert (table.columns, table.numeric) == (("Stage", "Deals", "Open", "Weighted"), (1, 2, 3))
    assert [row[0] for row in table.rows] == list(chart.labels)
    assert [f"{value:,.0f}" for value in chart.series[0].values] == [row[2] for row in table.rows]
    assert all(f"{row[0]} USD {row[2]} in {row[1]} deal" in chart.alt for row in table.rows)


def test_the_answer_has_what_a_manager_asks_of_a_quarter(shared: App) -> None:
    told = pipeline.run(context(shared, "u-dana"), Ask("how does the quarter look?"))
    assert [part.title for part in told.sections] == [
        "Pipeline", "Forecast", "Do next", "Most at risk", "What moved since the start", "Rep call against the model (USD)",
        "Open by stage (USD)", "Open by forecast category (USD)", "Past their close date", "Largest open deals", "Pace",
        "To put right",
    ]  # fmt: skip
    assert [chart.kind for chart in told.charts] == ["fan", "waterfall", "barh", "funnel", "histogram"]
    assert len(section(told, "Do next")) == 3


def test_each_figure_opens_the_deals_behind_it(shared: App) -> None:
    asked = context(shared, "u-dana")
    told = pipeline.run(asked, Ask("how does the quarter look?"))
    figures = {figure.name: figure for figure in told.figures}
    assert [action.ask for action in told.actions][:1] == ["deals behind “closing in Q4 2026” in Q4 2026"]
    for action in told.actions:
        name = action.ask.partition("“")[2].partition("”")[0]
        opened = pipeline.run(asked, Ask(action.ask))
        assert opened.figures[0] == figures[name]
        assert opened.records == tuple(f"opportunity:{key}" for key in figures[name].deals)
    assert section(opened, "Behind")[0].endswith(
        f"in {figures[name].n} deal{'s' * (figures[name].n > 1)}: {figures[name].filter}."
    )
    with pytest.raises(NotFound, match="There is no figure “closed one”") as refused:
        pipeline.run(asked, Ask("deals behind “closed one” in Q4 2026"))
    assert refused.value.candidates[0] == "closed won"


def test_what_is_shown_adds_up(shared: App) -> None:
    told = pipeline.run(context(shared, "u-dana"), Ask("how does the quarter look?"))
    value = {figure.name: figure.value for figure in told.figures}
    parts = [
        value[f"waterfall {name}"]
        for name in ("begin", "new", "pulled in", "increased", "decreased", "slipped", "lost", "won")
    ]
    assert sum(parts[:4]) - sum(parts[4:]) == value["waterfall end"] == value["closing in Q4 2026"]
    assert value["closed won"] <= value["P10"] <= value["P50"] <= value["P90"]
    assert (
        value["gap"] == value["quota"] - value["closed won"]
        if value["quota"] > value["closed won"]
        else "gap" not in value
    )


def test_a_period_that_is_over_has_no_forecast_and_one_to_come_has(shared: App) -> None:
    over = pipeline.run(context(shared, "u-dana"), Ask("pipeline for Q2 2026"))
    assert "P50" not in {figure.name for figure in over.figures}
    coming = pipeline.run(context(shared, "u-dana"), Ask("pipeline for next quarter"))
    assert {"P10", "P50", "P90", "quota"} <= {figure.name for figure in coming.figures}
    assert "What moved since the start" not in [part.title for part in coming.sections]


def test_only_what_the_asker_may_see_is_counted(sample_home: Path) -> None:
    with App(Settings(home=sample_home, model="offline", crm_sees="own"), lambda: TODAY) as app:
        everybody = pipeline.run(context(app, "u-maya"), Ask("pipeline of everybody"))
        own = pipeline.run(context(app, "u-maya"), Ask("my pipeline"))
        hers = {o.id for o in app.reader.opportunities() if o.owner_id == "u-maya"}
        seen = {key.removeprefix("opportunity:") for key in everybody.records if key.startswith("opportunity:")}
        visible = {o.id for o in context(app, "u-maya").reader.opportunities()}
        assert seen <= visible
        assert {key.removeprefix("opportunity:") for key in own.records if "quota:" not in key} <= hers
        assert {key for key in own.records if "quota:" in key} == {"quota:q-maya-2026q4"}
        stranger = pipeline.run(context(app, "u-maya"), Ask("show me the Enterprise team's pipeline"))
        assert stranger.records == ()
        assert "No deal that you may see counts here" in section(stranger, "Pipeline")[1]


def test_an_unknown_segment_is_refused_with_the_names_of_the_others(shared: App) -> None:
    with pytest.raises(NotFound, match="There is no such segment; name one of Enterprise, Mid-Market, SMB"):
        pipeline.run(context(shared, "u-dana"), Ask("pipeline of the segment Public"))


def test_an_unknown_team_is_refused_with_the_names_of_the_others(shared: App) -> None:
    with pytest.raises(NotFound, match="There is no team or region called “APAC”; name one of AMER, EMEA"):
        pipeline.run(context(shared, "u-dana"), Ask("show me the APAC team's pipeline"))
    with pytest.raises(NotFound, match="There is no team or region called “Globex”"):
        pipeline.run(context(shared, "u-dana"), Ask("Globex next quarter"))


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("EMEA", "Deals of accounts in the region EMEA; Q4 2026"),
        ("emea next quarter", "Deals of accounts in the region EMEA; Q1 2027"),
        ("Enterprise", "Deals of the team Enterprise; Q4 2026"),
        ("next quarter", "Deals of Dana Whitfield and of 2 people led; Q1 2027"),
        ("December", "Deals of Dana Whitfield and of 2 people led; December 2026"),
        ("Maya Lindqvist", "Deals of Maya Lindqvist; Q4 2026"),
        ("the SMB segment next quarter", "Deals of accounts in the segment SMB; Q1 2027"),
        ("how do we look this month?", "Deals of Dana Whitfield and of 2 people led; November 2026"),
    ],
)
def test_the_arguments_of_the_command(shared: App, words: str, scope: str) -> None:
    assert section(pipeline.run(context(shared, "u-dana"), Ask(words)), "Pipeline")[0].startswith(scope)


def test_currencies_stay_apart_and_odd_deals_are_counted(tmp_path: Path) -> None:
    with App(Settings(home=tmp_path / "home", model="offline"), lambda: TODAY) as app:
        app.ready()
        stage = Stage(id="s", name="Proposal", order=1, probability=0.5, forecast_category="Best Case")
        amounts = [("1", "USD", Decimal(100)), ("2", "EUR", Decimal(50)), ("3", "EUR", None), ("4", "USD", Decimal(7))]
        rows = [
            Opportunity(id=key, name=f"Deal {key}", stage="Proposal", currency=c, amount=a) for key, c, a in amounts
        ]
        replace_all(app.engine, [stage, *rows], as_of=TODAY, source="test")
        told = pipeline.run(
            Context(app.reader, lambda: app.library, None, LOCAL_ADMIN, frozenset(), TODAY, dict), Ask("pipeline")
        )
    lines = section(told, "Pipeline")
    assert lines[1] == "Open pipeline: EUR 50 in 2 deals, 1 without an amount; weighted by stage probability EUR 25."
    assert lines[3] == "Open pipeline: USD 107 in 2 deals; weighted by stage probability USD 53.50."
    assert section(told, "To put right") == [
        "No amount: 1 deal of 4.",
        "No close date: 4 deals of 4.",
        "No next step: 4 deals of 4.",
    ]
    assert told.unknowns[0] == (
        "Amounts in EUR and USD are not added: no exchange rate is on record (SELLER_RATES); forecasts are of EUR alone."
    )
    assert told.unknowns[1] == "No quota is on record, so no gap and no coverage is computed."


def test_a_deal_without_an_account_is_summarised_from_what_hangs_on_it(tmp_path: Path) -> None:
    with App(Settings(home=tmp_path / "home", model="offline"), lambda: TODAY) as app:
        app.ready()
        loose = Opportunity(id="d", name="Loose end", stage="Proposal", amount=Decimal(5))
        people = [User(id="u", name="Ann Seller")]
        roles: list[OpportunityContactRole] = []
        replace_all(app.engine, [*people, loose, *roles], as_of=TODAY, source="test")
        told = app.assistant.answer(Request("Loose end", app.user("Ann Seller"), TODAY, "t", skill="deal")).draft
    assert section(told, "State of play")[0] == "Loose end: USD 5 in Proposal, no close date."
    assert "The deal hangs on no account, so its activities and promises are not read." in told.unknowns
    assert told.account_id is None


# drafts


def letter(given: Draft) -> str:
    """The e-mail's text."""
    return section(given, "E-mail (")[0]


def test_nobody_who_must_not_be_written_to_is_drafted_to(shared: App) -> None:
    for who in (
        "c-graham-tull",
        "c-odile-ferrand",
        "c-werner-pohl",
        "c-ken-dussault",
        "c-duarte-pinheiro",
        "c-silje-nygaard",
    ):
        contact = shared.reader.contact(who)
        assert contact is not None
        told = draft.run(context(shared, "u-maya"), Ask(f"draft a note to {contact.name}", contact.account_id))
        assert told.lead.startswith(f"No e-mail to {contact.name} was drafted: ")
        assert told.sections[0].title == "Why not"
        assert not any(part.title.startswith(("E-mail", "Subject")) for part in told.sections)


def test_a_refusal_offers_who_may_be_written_to_instead(shared: App) -> None:
    told = draft.run(context(shared, "u-jonas"), Ask("draft a note to Annette Kuhl", "a-ostermark"))
    assert section(told, "Why not") == [
        "Germany: a cold e-mail needs prior express consent, also between companies; on record: no consent and no legal "
        "basis (rule DE-3, table 2026-11.2).",
        "What would change that: record express consent with its source and day.",
    ]
    assert section(told, "What you can do instead") == [
        "Call the company's main line and ask who looks after this and how they wish to be contacted.",
        "Speak to them in person at an event.",
        "Write them a letter on paper.",
        "Others at Ostermark Fasteners who may be written to: Holger Brandt.",
    ]


def test_a_letter_says_what_both_sides_know_and_where_each_sentence_comes_from(shared: App) -> None:
    told = draft.run(context(shared, "u-tomas"), Ask("draft a mail to Lone Krag about the renewal", "a-pellworm"))
    assert section(told, "Subject of the e-mail to Lone Krag, CFO") == [
        "Your renewal on 1 January 2027", "Or: Before your renewal", "Or: A date for your renewal?",
    ]  # fmt: skip
    assert letter(told) == (
        "Dear Lone Krag,\n\nYour agreement with us comes up for renewal on 1 January 2027.\n\n"
        "If this is not the right moment, please say so and I will leave it there.\n\n"
        "If somebody else looks after this on your side, I would be glad to know who that is.\n\n"
        "Shall we find a date for a short call about it? A one-line answer is enough.\n\n"
        "Kind regards\nTomas Okafor\n[Name of your company: fill in before you send]\n"
        "[Postal address of your company: fill in before you send]\ntomas.okafor@fernhollow.example\n"
        "If you would rather not get e-mails like this, answer “no” and I will not write again."
    )
    assert section(told, "Why this")[0].endswith("”: the renewal date in the CRM.")
    assert told.writes == ()
    assert {citation.record for citation in told.citations if citation.record} <= set(told.records)


def test_a_renewal_that_is_not_on_record_is_not_written_about(shared: App) -> None:
    told = draft.run(context(shared, "u-maya"), Ask("draft a note to their CFO about the renewal", "a-northwick"))
    assert "renewal" not in letter(told)
    assert section(told, "Left out")[0] == "The renewal: none is on record at Northwick Dairy."


@pytest.mark.parametrize(
    "about",
    ["our floor price", "the discount of 30 %", "Brightquay", "what Per Aune said", "how Velden Bicycles plan", "42 days",
     "a very long matter that goes on and on and on for ever"],
)  # fmt: skip
def test_what_is_not_for_a_customer_stays_out_of_the_letter(shared: App, about: str) -> None:
    told = draft.run(context(shared, "u-maya"), Ask(f"draft a note to Ingrid Solheim about {about}", "a-northwick"))
    assert about not in letter(told)
    assert section(told, "Left out")[0].startswith(f"What you asked to write about (“{about[:60]}”): ")


def test_a_call_of_a_colleague_is_not_claimed(shared: App) -> None:
    words = Ask("draft a note to Ingrid Solheim", "a-northwick")
    own, other = (letter(draft.run(context(shared, who), words)) for who in ("u-maya", "u-tomas"))
    assert "Thank you for our call on 10 November 2026." in own
    assert "[What was decided" in own
    assert "Thank you for your call with my colleague Maya Lindqvist on 10 November 2026." in other
    assert "[What was decided" not in other


def test_a_model_words_only_what_the_reader_may_know(shared: App) -> None:
    answer = {
        "opening": [{"text": "Thank you for the call on 10 November 2026.", "cites": [1]}],
        "problem": [{"text": "We can go down to a floor price of USD 42,000 for you.", "cites": [2]}],
    }
    model = FakeModel({"draft": answer})
    asker = replace(context(shared, "u-maya"), model=model)
    told = draft.run(asker, Ask("draft a note to Ingrid Solheim about our floor price", "a-northwick"))
    assert "Thank you for the call on 10 November 2026." in letter(told)
    assert "floor" not in letter(told)
    sent = model.sent[0].user
    assert not [
        word
        for word in ("floor", "78,000", "Brightquay", "First call with the CFO", "SOC 2 Type II report")
        if word in sent
    ]


def test_whom_is_asked_back_and_another_channel_is_refused(shared: App) -> None:
    maya = context(shared, "u-maya")
    with pytest.raises(Ambiguous, match="To whom at Northwick Dairy"):
        draft.run(maya, Ask("draft a note to somebody there", "a-northwick"))
    with pytest.raises(Ambiguous, match="Several people are called “Gemma”"):
        draft.run(maya, Ask("draft a note to Gemma", "a-harrowgate"))
    with pytest.raises(Ambiguous, match="No Bob Smith is on record; to whom at Northwick Dairy"):
        draft.run(maya, Ask("draft a note to Bob Smith", "a-northwick"))
    with pytest.raises(BotError, match="Nothing is drafted for “SMS”; ask for an e-mail, a LinkedIn message"):
        draft.run(maya, Ask("draft an SMS to Ingrid Solheim", "a-northwick"))


def test_a_full_name_finds_the_account_and_a_number_picks_the_person(shared: App) -> None:
    def say(text: str, thread: str) -> str:
        return shared.assistant.answer(Request(text, shared.user("u-maya"), TODAY, thread)).text

    assert "Dear Femke de Groot," in say("draft a note to Femke de Groot", "thread:draft")
    assert "To whom at Northwick Dairy?" in say("draft a note to someone at Northwick", "thread:whom")
    assert "Dear Ingrid Solheim," in say("1", "thread:whom")


@pytest.mark.parametrize(
    ("topic", "why"),
    [
        ("the discount of thirty percent", "it is internal"),
        ("the price increase that Dana approved internally", "it is internal"),
        ("what Dana approved", "it names somebody else"),
        ("last chance offer today only", "it presses them"),
        ("redundancies at Northwick", "it is about somebody's private life or job"),
    ],
)
def test_a_topic_that_no_customer_should_read_is_left_out(shared: App, topic: str, why: str) -> None:
    told = draft.run(context(shared, "u-maya"), Ask(f"write to Ingrid Solheim about {topic}", "a-northwick"))
    assert section(told, "Left out")[0] == f"What you asked to write about (“{topic}”): {why}."
    assert topic not in section(told, "E-mail")[0]


def test_a_draft_that_is_to_be_sent_stays_with_the_seller(shared: App) -> None:
    user = shared.user("u-maya")
    shared.assistant.answer(Request("draft a note to Ingrid Solheim at Northwick", user, TODAY, "thread:send"))
    with pytest.raises(BotError, match="Nothing is sent from here"):
        shared.assistant.answer(Request("send it", user, TODAY, "thread:send"))
