"""HubSpot's values, rows, history, errors and cursors, without a server."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standins import hubspot_shapes as shapes

from bot.crm.hubspot import connect, failures, history, passes, reading, values
from bot.crm.hubspot.fields import FieldMap
from bot.crm.hubspot.pipelines import standard_stages
from bot.crm.hubspot.reading import Linked, Setting
from bot.crm.records import Opportunity
from bot.errors import BotError, CrmRejected, CrmUnavailable
from bot.settings import Settings

SETTING = Setting(
    FieldMap({}), UTC, "EUR", standard_stages(), {"hs_email_optout_11": "One to One", "hs_email_optout_12": "News"}
)
AT = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("1794821340250", datetime(2026, 11, 16, 9, 29, 0, 250_000, tzinfo=UTC)),
        ("2026-11-16T09:29:00.250Z", datetime(2026, 11, 16, 9, 29, 0, 250_000, tzinfo=UTC)),
        ("2026-11-16T10:29:00+01:00", datetime(2026, 11, 16, 9, 29, tzinfo=UTC)),
        ("2026-11-16", datetime(2026, 11, 16, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_read_whichever_way_they_are_written(raw: str | None, at: datetime | None) -> None:
    assert values.moment(raw) == at


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1)))
def test_milliseconds_are_exact(naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC, microsecond=naive.microsecond // 1000 * 1000)
    assert values.moment(str(values.millis(at))) == at == values.moment(values.stamp(at))


@given(
    st.dates(min_value=date(1971, 1, 1), max_value=date(2200, 1, 1)),
    st.sampled_from(sorted(["UTC", "US/Pacific", "Pacific/Auckland", "Asia/Kolkata"])),
)
def test_a_day_that_we_write_is_the_day_that_we_read(day: date, zone: str) -> None:
    assert values.day(values.noon(day, ZoneInfo(zone)), ZoneInfo(zone)) == day


@pytest.mark.parametrize(
    ("raw", "day"),
    [("2026-12-18T00:00:00Z", date(2026, 12, 18)), ("2026-12-18T03:00:00Z", date(2026, 12, 17)), ("x", None)],
)
def test_midnight_is_a_day_and_any_other_time_a_moment_of_the_portal(raw: str, day: date | None) -> None:
    assert values.day(raw, ZoneInfo("US/Eastern")) == day


@pytest.mark.parametrize(
    ("raw", "number"),
    [("120000.50", Decimal("120000.50")), ("1E+3", Decimal(1000)), ("", None), ("NaN", None), ("a lot", None)],
)
def test_numbers_are_exact(raw: str, number: Decimal | None) -> None:
    assert values.number(raw) == number


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), min_size=1)


@given(st.lists(LINES, min_size=1, max_size=4))
def test_a_text_comes_back_from_markup(lines: list[str]) -> None:
    text = "\n".join(lines).strip()
    assert values.plain(values.markup(text)) == values.text(text)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One &amp; two</p><p>Three</p>", "One & two\nThree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<div>x<style>p{}</style><script>y()</script></div>", "x"),
        ("Tom &lt;tom@x.example&gt;", "Tom <tom@x.example>"),
        ("  ", None),
    ],
)
def test_markup_becomes_text(markup: str, text: str | None) -> None:
    assert values.plain(markup) == text


def row(**properties: object) -> dict[str, object]:
    return {"id": "7", "createdAt": "2026-11-01T08:00:00Z", "properties": properties}


@pytest.mark.parametrize(
    ("properties", "out"),
    [
        ({}, False),
        ({"hs_email_optout": "true"}, True),
        ({"hs_email_optout_11": "true"}, True),
        ({"hs_email_optout_12": "true"}, False),
        ({"hs_email_optout_11": "false", "hs_email_optout_12": "false"}, False),
    ],
)
def test_who_opted_out_of_personal_mail_is_not_written_to(properties: dict[str, object], out: bool) -> None:
    assert reading.contact(row(**properties), SETTING, None).email_opt_out is out


@pytest.mark.parametrize(
    ("raw", "basis"),
    [
        ("Legitimate interest – prospect/lead", "legitimate_interest"),
        ("Legitimate interest – existing customer;Freely given consent from contact", "express"),
        ("Performance of a contract", "contract"),
        ("Not applicable", "none"),
        (None, None),
    ],
)
def test_the_legal_basis_is_put_into_our_words(raw: str | None, basis: str | None) -> None:
    assert reading.contact(row(hs_legal_basis=raw), SETTING, None).consent_basis == basis


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ({"lifecyclestage": "customer", "type": "PROSPECT"}, "customer"),
        ({"type": "RESELLER"}, "partner"),
        ({"lifecyclestage": "lead"}, "prospect"),
        ({}, None),
    ],
)
def test_a_companys_type_is_put_into_our_words(properties: dict[str, object], kind: str | None) -> None:
    assert reading.account(row(**properties), SETTING).type == kind


@pytest.mark.parametrize(
    ("stage", "raw", "category"),
    [("closedwon", "COMMIT", "Closed"), ("closedlost", None, "Omitted"), ("contractsent", "BEST_CASE", "Best Case")],
)
def test_a_closed_deal_is_forecast_as_its_stage_says(stage: str, raw: str | None, category: str) -> None:
    deal = reading.deal(row(dealstage=stage, hs_manual_forecast_category=raw), SETTING, None)
    assert (deal.forecast_category, deal.currency) == (category, "EUR")


def test_a_deal_of_an_unknown_stage_keeps_what_hubspot_says() -> None:
    deal = reading.deal(row(dealstage="999", hs_is_closed="true", hs_is_closed_won="false"), SETTING, "A")
    assert deal == Opportunity(
        id="7",
        name="Deal 7",
        account_id="A",
        currency="EUR",
        stage="999",
        is_closed=True,
        forecast_category="Omitted",
        created_at=datetime(2026, 11, 1, 8, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("markup", "subject", "body"),
    [
        (reading.note_html("What they <want>", "SOC 2\nby March"), "What they <want>", "SOC 2\nby March"),
        (reading.note_html("Only this", None), "Only this", None),
        ("<p>First line</p><p>Second</p>", "First line", "First line\nSecond"),
        ("Short", "Short", None),
        ("", "Note", None),
    ],
)
def test_a_note_has_its_first_line_as_subject(markup: str, subject: str, body: str | None) -> None:
    note = reading.activity("notes", row(hs_note_body=markup), Linked())
    assert (note.subject, note.body) == (subject, body)


def test_an_email_in_plain_text_keeps_its_angle_brackets() -> None:
    found = reading.activity("emails", row(hs_email_text="From <mira@x.example>"), Linked())
    assert found.body == "From <mira@x.example>"


def test_merged_ids_are_read_from_both_properties() -> None:
    rows = [row(hs_merged_object_ids="1;2", hs_calculated_merged_vids="3:1700000000000;7:1")]
    assert reading.merged_into(rows) == {"1": "7", "2": "7", "3": "7"}


def test_of_two_values_at_one_moment_the_newer_counts() -> None:
    at = values.stamp(AT)
    told = {"dealstage": [{"value": "closedwon", "timestamp": at}, {"value": "contractsent", "timestamp": at}]}
    rows = history.rows({"id": "7", "properties": {}, "propertiesWithHistory": told}, SETTING, str)
    assert [(entry.id, entry.stage) for entry in rows] == [(f"7-{values.millis(AT)}", "Closed Won")]


def test_what_was_set_before_the_stage_belongs_to_the_first_row() -> None:
    told = {
        "amount": [{"value": "5", "timestamp": values.stamp(AT)}],
        "dealstage": [
            {"value": "contractsent", "timestamp": values.stamp(AT + timedelta(seconds=1)), "updatedByUserId": 9}
        ],
    }
    rows = history.rows(
        {"id": "7", "properties": {}, "propertiesWithHistory": told}, SETTING, lambda user: f"owner {user}"
    )
    assert [(entry.amount, entry.user_id) for entry in rows] == [(Decimal(5), "owner 9")]


@pytest.mark.parametrize("cursor", ["", "{}", "not ours", '{"step":"list","began":1,"unknown":2}', "[1]"])
def test_a_cursor_that_is_not_ours_begins_a_full_pass(cursor: str) -> None:
    assert passes.begin(cursor, AT, full=False) == passes.Pass("list", values.millis(AT))


def test_a_full_pass_that_was_cut_off_goes_on_and_a_finished_one_begins_anew() -> None:
    cut = passes.Pass("list", 5, after="100")
    assert passes.begin(cut.text(), AT, full=True) == cut
    done = passes.ended(cut)
    assert passes.begin(done.text(), AT, full=True) == passes.Pass("list", values.millis(AT))
    assert passes.begin(done.text(), AT, full=False).step == "search"


def test_a_refusal_that_is_no_json_is_still_a_sentence() -> None:
    error = failures.of_answer(400, "<html>Bad Request</html>", write=True, what="the new stage")
    assert str(error) == "HubSpot refuses the new stage: status 400; correct the value, or ask your HubSpot admin."
    assert isinstance(error, CrmRejected)


def test_a_server_without_writes_is_told_from_a_refused_value() -> None:
    error = failures.of_answer(405, '{"detail": "Method Not Allowed"}', write=True, what="the new call")
    assert str(error) == "This server does not do that (the new call): check that SELLER_HUBSPOT_URL is HubSpot's."


def test_several_refused_values_are_all_told() -> None:
    wrong = [{"message": "A is wrong.", "error": "INVALID_OPTION"}, {"message": "B is required.", "error": "REQUIRED"}]
    body = json.dumps({"message": f"Property values were not valid: {json.dumps(wrong)}"})
    error = failures.of_answer(400, body, write=True, what="the new contact")
    assert "A is wrong; B is required" in str(error)


def test_a_part_that_failed_makes_a_batch_fail() -> None:
    failures.demand_all({"errors": [{"category": "OBJECT_NOT_FOUND"}]}, what="deals")
    with pytest.raises(CrmUnavailable, match="did not give all of deals"):
        failures.demand_all({"errors": [{"category": "INTERNAL", "message": "x"}]}, what="deals")


def test_a_missing_token_is_named() -> None:
    with pytest.raises(BotError, match="SELLER_HUBSPOT_TOKEN is not set"):
        connect(Settings(), lambda: AT)


def test_the_client_is_imported_with_the_first_call() -> None:
    code = "import sys, bot.crm.hubspot; print(sorted(name for name in sys.modules if name.split('.')[0] == 'hubspot'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("name", "body", "faults"),
    [
        ("update", {"properties": {"amount": "1"}}, []),
        ("update", {"properties": {"amount": 1}}, ["body.properties.amount is no text"]),
        (
            "update",
            {"fields": {}},
            ["body.fields is not known to SimplePublicObjectInput", "body.properties is missing"],
        ),
        (
            "batch/archive",
            {"inputs": [{"ids": 1}]},
            ["body.inputs[0].ids is not known to SimplePublicObjectId", "body.inputs[0].id is missing"],
        ),
        ("search", {"limit": "200"}, ["body.limit is no int"]),
    ],
)
def test_the_stand_in_holds_bodies_against_hubspots_specification(name: str, body: object, faults: list[str]) -> None:
    assert shapes.faults(name, body) == faults
