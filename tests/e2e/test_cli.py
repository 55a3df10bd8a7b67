"""The command line as people and scripts use it, on the sample company."""

import json
from pathlib import Path

import pytest

from tests.conftest import Seller

NOW = ("--now", "2026-11-16T09:00:00Z")


@pytest.mark.usefixtures("sample_home")
def test_brief_task_approved_and_in_the_crm_then_undone(seller: Seller) -> None:
    brief = json.loads(seller("ask", "brief me on Northwick Dairy", "--json", *NOW).out)
    assert brief["skill"] == "brief"
    assert [section["title"] for section in brief["sections"]] == [
        "Bottom line", "Identity", "Relationship", "People", "Open opportunities", "What happened", "Commitments",
        "Risks and open questions", "The play",
    ]  # fmt: skip
    assert all(line["cites"] for section in brief["sections"] for line in section["lines"])
    assert brief["model"] == "offline"
    assert "Written without a language model." in brief["text"]
    [proposal] = brief["proposals"]
    before = json.loads(seller("crm", "tasks", "--account", "Northwick Dairy", "--json").out)

    decided = json.loads(seller("proposals", "approve", proposal, "--json", *NOW).out)
    assert [change["status"] for change in decided["changes"]] == ["applied"]
    task = decided["changes"][0]["receipt"]["record_id"]
    after = json.loads(seller("crm", "tasks", "--account", "Northwick Dairy", "--json").out)
    assert [row["id"] for row in after if row["id"] not in {old["id"] for old in before}] == [task]

    again = seller("proposals", "approve", proposal, *NOW)
    assert again.code == 1
    assert len(again.err.strip().splitlines()) == 1
    undone = json.loads(seller("proposals", "undo", proposal, "--json", *NOW).out)
    assert [change["status"] for change in undone["changes"]] == ["undone"]
    assert json.loads(seller("crm", "tasks", "--account", "Northwick Dairy", "--json").out) == before


@pytest.mark.usefixtures("sample_home")
def test_log_edit_one_reject_the_other(seller: Seller) -> None:
    words = "log that I spoke to the CFO of Northwick Dairy, follow up Tuesday"
    logged = json.loads(seller("ask", words, "--json", *NOW).out)
    call, task = logged["changes"]
    assert (call["kind"], call["new"]["contact_ids"]) == ("log_activity", ["c-ingrid-solheim"])
    assert (task["kind"], task["new"]["due"]) == ("create_task", "2026-11-17")
    [proposal] = logged["proposals"]

    edited = json.loads(seller("proposals", "edit", proposal, "due=2026-11-20", "--json", *NOW).out)
    assert (edited["revision"], edited["changes"][1]["new"]["due"]) == (2, "2026-11-20")
    rejected = json.loads(seller("proposals", "reject", proposal, "--only", "1", "--json", *NOW).out)
    assert [change["status"] for change in rejected["changes"]] == ["rejected", "pending"]
    applied = json.loads(seller("proposals", "approve", proposal, "--json", *NOW).out)
    assert [change["status"] for change in applied["changes"]] == ["rejected", "applied"]
    assert applied["changes"][1]["receipt"]["values"]["due"] == "2026-11-20"


@pytest.mark.usefixtures("sample_home")
def test_an_edit_reads_the_day_where_the_seller_is(seller: Seller) -> None:
    late = (
        "--now",
        "2026-11-16T23:30:00Z",
        "--as",
        "maya.lindqvist@fernhollow.example",
        "--json",
    )  # the 17th in Stockholm
    words = "log that I spoke to the CFO of Northwick Dairy, follow up Friday"
    [proposal] = json.loads(seller("ask", words, *late).out)["proposals"]
    edited = json.loads(seller("proposals", "edit", proposal, "due=tomorrow", *late).out)
    assert edited["changes"][1]["new"]["due"] == "2026-11-18"


@pytest.mark.usefixtures("sample_home")
def test_conversation_in_one_thread(seller: Seller) -> None:
    thread = ("--thread", "t1", "--json", *NOW)
    seller("ask", "brief me on Northwick", *thread)
    logged = json.loads(seller("ask", "log that I met their CFO, remind me on Friday to send the price", *thread).out)
    assert [change["record"] for change in logged["changes"]] == ["Northwick Dairy", "Northwick Dairy"]
    approved = json.loads(seller("ask", "approve 2", *thread).out)
    assert [change["status"] for change in approved["changes"]] == ["pending", "applied"]


@pytest.mark.usefixtures("sample_home")
def test_a_playbook_question_after_a_brief_is_answered_from_the_playbook(seller: Seller) -> None:
    thread = ("--thread", "t2", "--json", *NOW)
    seller("ask", "brief me on Northwick", *thread)
    answer = json.loads(seller("ask", "what do we say when they call us expensive?", *thread).out)
    titles = [section["title"].partition(" (")[0] for section in answer["sections"]]
    assert titles[0] == "Objection: you are too expensive"
    assert [c["source"] for c in answer["citations"] if "playbooks" not in c["source"]] == []


def test_what_the_crm_does_not_hold_is_said(seller: Seller, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("id,name,industry\na1,Cancity,Retail\n", encoding="utf-8")
    seller("crm", "import", str(tmp_path))
    owner = json.loads(seller("ask", "who owns Cancity?", "--json", *NOW).out)
    assert owner["unknowns"] == ["Segment, owner: not in the CRM."]
    touched = json.loads(seller("ask", "when did we last talk to Cancity?", "--json", *NOW).out)
    assert touched["sections"][0]["lines"][0]["text"] == (
        "No activity fits: activities that you may see, call or meeting, account Cancity; the latest 1."
    )


def test_demo_loads_talks_and_opens_again(seller: Seller, tmp_path: Path) -> None:
    said = "brief me on Northwick Dairy\nwhat are our discount limits?\nlog that I called Per Aune\napprove\nquit\n"
    first = seller("demo", *NOW, stdin=said)
    assert first.code == 0
    for expected in ("Ingrid Solheim", "10 %", "Log activity on Northwick Dairy: in the CRM", "seller://activity/"):
        assert expected in first.out
    second = seller("demo", *NOW, stdin="quit\n")
    assert (second.code, "Ready in" in second.err) == (0, False)


def test_demo_keeps_its_hands_off_a_home_of_ones_own(seller: Seller, tmp_path: Path) -> None:
    own = tmp_path / "crm"
    own.mkdir()
    (own / "accounts.csv").write_text("name\nMy Customer\n", encoding="utf-8")
    assert seller("crm", "import", str(own)).code == 0
    for words in (("demo",), ("demo", "--reset")):
        refused = seller(*words)
        assert refused.code == 1
        assert "holds data of your own" in refused.err
    assert [row["name"] for row in json.loads(seller("crm", "accounts", "--json").out)] == ["My Customer"]


@pytest.mark.usefixtures("sample_home")
def test_search_and_batch(seller: Seller, tmp_path: Path) -> None:
    found = json.loads(seller("search", "how much discount may I give", "-k", "3", "--json", *NOW).out)
    assert len(found) == 3
    assert {"document", "title", "location", "text", "score", "why", "status"} <= set(found[0])
    assert all(row["account"] is None for row in found)
    notes = json.loads(seller("search", "SOC 2", "--account", "Northwick", "-k", "20", "--json", *NOW).out)
    assert {row["account"] for row in notes} == {None, "a-northwick"}
    batch = tmp_path / "batch.jsonl"
    lines = [{"id": 1, "query": "pilot length"}, {"id": 2, "query": "and the\u2028price?", "thread": None}]
    batch.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    rows = [json.loads(line) for line in seller("search", "--batch", str(batch), *NOW).out.splitlines()]
    assert [(row["id"], sorted(row)) for row in rows] == [
        (1, ["answerable", "id", "passages", "score"]), (2, ["answerable", "id", "passages", "score"]),
    ]  # fmt: skip


def test_check_drops_what_the_source_does_not_say(seller: Seller, tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    document = "Ingrid Solheim, the CFO, asked for the SOC 2 report by 3 March 2026. The offer is USD 78,000."
    lines = [
        {"id": "a", "document": document, "text": "The offer is USD 78,000."},
        {"id": "b", "document": document, "text": "The offer is USD 87,000."},
        {"id": "c", "sources": [document], "facts": {"days": 12}, "text": "Ingrid asked for the SOC 2 report."},
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    ran = seller("check", str(file), "--offline")
    assert [(row["id"], row["supported"]) for row in map(json.loads, ran.out.splitlines())] == [
        ("a", True), ("b", False), ("c", True),
    ]  # fmt: skip


@pytest.mark.usefixtures("sample_home")
def test_a_team_is_found_in_any_case_and_one_that_is_none_is_said(seller: Seller, tmp_path: Path) -> None:
    (tmp_path / "lift.md").write_text("# Lift\n\nThe lift of the warehouse carries nine pallets.\n", encoding="utf-8")
    teams = "Enablement, Enterprise, Mid-Market, RevOps"
    refused = seller("ingest", str(tmp_path / "lift.md"), "--team", "EMEEA", *NOW)
    assert (refused.code, refused.err.strip()) == (1, f"There is no team “EMEEA”; the teams are {teams}.")
    assert (
        json.loads(seller("ingest", str(tmp_path / "lift.md"), "--team", "mid-market", "--json", *NOW).out)["warnings"]
        == []
    )
    written = "---\nteams: ENTERPRISE, Nordics\n---\n# Ramp\n\nThe ramp is open at night.\n"
    (tmp_path / "ramp.md").write_text(written, encoding="utf-8")
    why = f"it is for “Nordics”, and no such team is known, so nobody is in it; the teams are {teams}"
    report = json.loads(seller("ingest", str(tmp_path / "ramp.md"), "--json", *NOW).out)
    assert (report["files"], report["warnings"]) == (1, [{"file": str(tmp_path / "ramp.md"), "why": why}])
    pages = {
        page["title"]: page["teams"] for page in json.loads(seller("kb", "list", "--as", "Lena", "--json", *NOW).out)
    }
    assert (pages["Lift"], pages["Ramp"]) == (["Mid-Market"], ["Enterprise", "Nordics"])


@pytest.mark.usefixtures("sample_home")
def test_an_account_a_few_letters_off_is_said_and_gets_no_notes(seller: Seller, tmp_path: Path) -> None:
    (tmp_path / "lift.md").write_text("# Lift\n\nTheir lift carries nine pallets.\n", encoding="utf-8")
    refused = seller("ingest", str(tmp_path / "lift.md"), "--account", "Northwickx", *NOW)
    why = "There is no account called “Northwickx”; if Northwick Dairy is meant, write that."
    assert (refused.code, refused.err.strip()) == (1, why)
    (tmp_path / "ramp.md").write_text("---\naccount: Northwickx\n---\nTheir ramp is open.\n", encoding="utf-8")
    report = json.loads(seller("ingest", str(tmp_path / "ramp.md"), "--json", *NOW).out)
    assert report["failed"] == [{"file": str(tmp_path / "ramp.md"), "why": why, "line": 2}]
    for command in (("ask", "who is their CFO?"), ("search", "CFO"), ("kb", "list"), ("crm", "tasks")):
        taken = seller(*command, "--account", "Northwickx", "--json", *NOW)
        assert (taken.code, taken.err.splitlines()[0]) == (
            0,
            "No account is called “Northwickx”; Northwick Dairy is taken.",
        )
    assert seller("search", "CFO", "--account", "Northwick", "--json", *NOW).err == ""


@pytest.mark.usefixtures("sample_home")
def test_a_changed_page_with_a_bad_date_is_named_with_its_line(seller: Seller, tmp_path: Path) -> None:
    file = tmp_path / "rules.md"
    file.write_text("---\ntitle: Rules\nverified: 2026-13-01\n---\nText.\n", encoding="utf-8")
    said = seller("kb", "check", "Multi-year contracts", "--file", str(file), "--as", "Lena", *NOW)
    why = 'verified "2026-13-01" is not a date such as 2026-01-31; correct it and check it again.'
    assert (said.code, said.err.strip()) == (1, f"{file}, line 3: {why}")
