"""Bad input gets one plain sentence that says what to do next, and nothing is lost."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from bot.app import App
from tests.conftest import Ran, Seller

NOW = ("--now", "2026-11-16T09:00:00Z")


def sentence(ran: Ran) -> str:
    """The one sentence of a failed command."""
    assert ran.code == 1
    assert "Traceback" not in ran.err + ran.out
    return ran.err.splitlines()[0]


@pytest.mark.usefixtures("sample_home")
def test_unknown_account_names_the_nearest_five(seller: Seller) -> None:
    ran = seller("ask", "brief me on Nordwig Dairies", *NOW)
    assert "Nordwig Dairies" in sentence(ran)
    assert len(ran.err.splitlines()) == 6
    assert "Northwick Dairy" in ran.err


@pytest.mark.usefixtures("sample_home")
def test_two_accounts_of_one_name_are_asked_about(seller: Seller) -> None:
    thread = ("--thread", "two", "--json", *NOW)
    asked = json.loads(seller("ask", "brief me on Aldermoor Group", *thread).out)
    assert asked["skill"] == "clarify"
    assert "Germany" in asked["text"]
    assert "United Kingdom" in asked["text"]
    answered = json.loads(seller("ask", "the german one", *thread).out)
    assert (answered["skill"], "Germany" in answered["text"]) == ("brief", True)


@pytest.mark.usefixtures("sample_home")
@pytest.mark.parametrize(("text", "words"), [("", "no question"), ("  \n", "no question"), ("a" * 100_000, "100,000")])
def test_empty_and_overlong_questions(seller: Seller, text: str, words: str) -> None:
    assert words in sentence(seller("ask", text, *NOW))


@pytest.mark.usefixtures("sample_home")
def test_emoji_and_right_to_left_names(seller: Seller) -> None:
    logged = json.loads(seller("ask", "log a call with Mei Tanaka 🏔️ at Tarn & Vale Outdoor", "--json", *NOW).out)
    assert logged["changes"][0]["new"]["contact_ids"] == ["c-mei-tanaka"]
    assert seller("ask", "brief me on شركة الأفق 🚀", *NOW).code == 1


def test_an_empty_path_is_not_the_working_directory(seller: Seller) -> None:
    ran = seller("ingest", "")
    assert (ran.code, ran.err) == (2, "A path is empty; name a file or folder, or `.` for this one.\n")


def test_a_written_page_with_front_matter_is_refused(seller: Seller) -> None:
    ran = seller("kb", "add", "Frameworks", stdin="---\nteams: Enterprise\n---\nSites get 18 %.\n")
    assert (ran.code, ran.err) == (
        1,
        "The text begins with front matter, which would be kept as text: say it with options and leave it out, "
        "or take the file in with `seller ingest`.\n",
    )
    assert seller("kb", "list").out == "There are no pages yet; add some with `seller ingest FOLDER`.\n"


def test_bad_files_among_good_ones(seller: Seller, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "good.md").write_text("# Pilots\n\nA pilot lasts 6 weeks.\n", encoding="utf-8")
    (folder / "binary.md").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.md").write_text("", encoding="utf-8")
    (folder / "broken.md").write_text("---\ntitle: [\n---\n# Broken\n", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    report = json.loads(seller("ingest", str(folder), "--json").out)
    assert (report["files"], report["chunks"]) == (1, 1)
    assert sorted(Path(row["file"]).name for row in report["failed"]) == ["binary.md", "broken.md"]
    assert sorted(Path(row["file"]).name for row in report["skipped"]) == ["empty.md", "picture.png"]
    assert all(row["why"] for row in [*report["failed"], *report["skipped"]])
    again = json.loads(seller("ingest", str(folder), "--json").out)
    assert (again["embedded"], again["unchanged"]) == (0, 1)


def test_empty_knowledge_base_says_how_to_fill_it(seller: Seller) -> None:
    answer = json.loads(seller("ask", "what is our discount limit?", "--json").out)
    assert "Not in the knowledge base." in answer["text"]
    assert "seller ingest" in answer["text"]


def test_missing_paths_and_wrong_words(seller: Seller, tmp_path: Path) -> None:
    assert "nowhere" in sentence(seller("ingest", str(tmp_path / "nowhere")))
    assert seller("ingest", str(tmp_path), "--kind", "poem").code == 2
    assert seller("ask", "brief me on X", "--now", "yesterday").code == 2
    assert seller("fly").code == 2


@pytest.mark.usefixtures("sample_home")
def test_unknown_proposal_and_asker(seller: Seller) -> None:
    assert "no proposal ZZZZ" in sentence(seller("proposals", "approve", "ZZZZ"))
    assert "Nobody" in sentence(seller("ask", "brief me on Northwick", "--as", "Nobody Known"))


@pytest.mark.usefixtures("sample_home")
def test_somebody_else_may_not_approve(seller: Seller) -> None:
    brief = json.loads(seller("ask", "brief me on Northwick Dairy", "--json", *NOW).out)
    refused = sentence(seller("proposals", "approve", brief["proposals"][0], "--as", "Tomas Okafor", *NOW))
    assert "Maya Lindqvist" in refused
    assert json.loads(seller("proposals", "show", brief["proposals"][0], "--json", *NOW).out)["status"] == "pending"


def test_damaged_database(seller: Seller, sample_home: Path) -> None:
    for extra in sample_home.glob("seller.db-*"):
        extra.unlink()
    (sample_home / "seller.db").write_bytes(b"this is no database at all" * 400)
    assert "damaged" in sentence(seller("ask", "brief me on Northwick Dairy", *NOW))


def test_demo_starts_anew_where_the_damaged_database_was_moved_away(seller: Seller, sample_home: Path) -> None:
    for path in sample_home.glob("seller.db*"):
        path.unlink()
    talked = seller("demo", *NOW, stdin="brief me on Northwick Dairy\nwhat are our discount limits?\n")
    assert (talked.code, "Ingrid Solheim" in talked.out, "Discount rules (verified" in talked.out) == (0, True, True)


def test_damaged_index_is_made_anew_from_the_stored_texts(seller: Seller, sample_home: Path) -> None:
    for path in (sample_home / "chroma").rglob("*.pickle"):
        path.write_bytes(b"")
    for path in (sample_home / "chroma").rglob("*.bin"):
        path.write_bytes(b"")
    broken = seller("search", "discount limits", "-k", "1", "--json", *NOW)
    if broken.code:  # a small collection may still live in Chroma's log alone
        assert "seller ingest --rebuild" in sentence(broken)
    rebuilt = json.loads(seller("ingest", "--rebuild", "--json").out)
    [found] = json.loads(seller("search", "discount limits", "-k", "1", "--json", *NOW).out)
    assert (rebuilt["rebuilt"] > 180, found["title"]) == (True, "Discount rules")


def test_doctor_asks_no_model_once_the_days_limit_is_reached(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SELLER_MODEL", "openai:house-model")
    monkeypatch.setenv("SELLER_BUDGET_TOKENS", "0")
    told = {part["part"]: part for part in json.loads(seller("doctor", "--json").out)}
    assert told["language model"]["state"] == "optional"
    assert told["language model"]["says"].startswith("not asked: The company's limit of 0 tokens a day")


@pytest.mark.usefixtures("sample_home")
def test_doctor_asks_the_knowledge_base_itself(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELLER_CHROMA_URL", "http://127.0.0.1:1")
    ran = seller("doctor", "--json")
    [found] = [part for part in json.loads(ran.out) if part["part"] == "knowledge base"]
    assert (ran.code, found["state"]) == (1, "broken")
    assert found["says"].startswith("The Chroma server at http://127.0.0.1:1 cannot be used (")


def test_doctor_names_who_holds_the_knowledge_base(seller: Seller, sample: App) -> None:
    sample.library.warm()
    ran = seller("doctor", "--json")
    [found] = [part for part in json.loads(ran.out) if part["part"] == "knowledge base"]
    assert (ran.code, found["state"]) == (0, "optional")
    assert f"is in use by process {os.getpid()} (" in found["says"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_folder_without_permission(seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    monkeypatch.setenv("SELLER_HOME", str(closed / "home"))
    assert "cannot be written" in sentence(seller("demo"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anywhere")
def test_home_of_somebody_else(seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    monkeypatch.setenv("SELLER_HOME", str(closed))
    assert sentence(seller("crm", "accounts")).startswith(
        f"The data folder {closed} cannot be read (Permission denied)"
    )


@pytest.mark.parametrize("words", [("check",), ("search", "--batch"), ("eval", "--cases")], ids=" ".join)
def test_a_file_of_lines_that_is_not_there_is_named_once(
    seller: Seller, tmp_path: Path, words: tuple[str, ...]
) -> None:
    missing = str(tmp_path / "none.jsonl")
    said = seller(*words, missing).err
    assert f"{missing} cannot be read (No such file or directory); " in said
    assert said.count(missing) == 1


def test_home_that_is_a_file(seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("SELLER_HOME", str(tmp_path / "file" / "home"))
    assert "cannot be written" in sentence(seller("demo"))


def test_second_demo_at_the_same_time(seller: Seller, sample_home: Path) -> None:
    with FileLock(sample_home / "demo.lock"):
        assert "Another `seller demo`" in sentence(seller("demo"))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1"])
@pytest.mark.usefixtures("sample_home")
def test_model_out_of_reach_still_answers(seller: Seller, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    monkeypatch.setenv("SELLER_MODEL", "openai:any")
    monkeypatch.setenv("SELLER_MODEL_TIMEOUT", "3")
    brief = json.loads(seller("ask", "brief me on Northwick Dairy", "--json", *NOW).out)
    assert (brief["skill"], brief["model"], len(brief["proposals"])) == ("brief", "offline", 1)
    assert brief["notice"].startswith(
        "Written without a language model. The language model at 127.0.0.1:9 is unreachable;"
    )


def test_check_takes_a_document_or_sources_but_not_both(seller: Seller, tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_text('{"id": 1, "document": "It is blue.", "sources": ["It is red."], "text": "It is red."}\n', "utf-8")
    ran = seller("check", str(file), "--offline")
    says = "holds a `document` and `sources`; put the document among the sources."
    assert (ran.code, json.loads(ran.out)["error"]) == (1, f"{file}, line 1: {says}")


@pytest.mark.usefixtures("sample_home")
def test_check_says_that_the_model_did_not_judge(
    seller: Seller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SELLER_MODEL", "openai:any")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SELLER_BUDGET_TOKENS", "0")
    file = tmp_path / "claims.jsonl"
    file.write_text('{"id": 1, "document": "It is 5. It ends.", "text": "It is 5. It ends."}', encoding="utf-8")
    ran = seller("check", str(file))
    assert (ran.code, json.loads(ran.out)["supported"]) == (0, True)
    assert " ".join(ran.err.split()).startswith(
        "2 times the language model did not judge, and code's word stands. The company's limit of 0 tokens a day"
    )


def test_interrupted_set_up_is_finished_at_the_next_start(tmp_path: Path, seller: Seller) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "SELLER_HOME": str(home)}
    command = [sys.executable, "-m", "bot", "demo", *NOW]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        while not (home / "chroma").exists():
            assert child.poll() is None
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
    said = "Stopped; nothing half-done is left behind, and approved changes go on at the next start."
    assert (child.returncode, err.decode().splitlines()[-1]) == (130, said)
    assert seller("demo", *NOW, stdin="quit\n").code == 0
    rows = (
        sqlite3.connect(home / "seller.db").execute("select count(*), count(distinct uri) from kb_documents").fetchone()
    )
    assert rows[0] == rows[1] > 80


@pytest.mark.usefixtures("sample_home")
def test_a_bad_line_of_a_batch_costs_that_line_alone(seller: Seller, tmp_path: Path) -> None:
    file = tmp_path / "batch.jsonl"
    rows: list[object] = [{"id": 1, "query": "pilot"}, {"id": 2, "query": "x", "as": "Nobody Known"}]
    rows += [{"id": 3, "query": "x", "thread": "y"}, "[", {"id": 4, "query": "pilot"}]
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("\n".join(lines), encoding="utf-8")
    ran = seller("search", "--batch", str(file), *NOW)
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [(row["id"], "error" in row, bool(row["passages"])) for row in answers] == [
        (1, False, True), (2, True, False), (3, True, False), (None, True, False), (4, False, True),
    ]  # fmt: skip
    assert answers[3]["error"].startswith(f"{file}, line 4 is not JSON")
    assert sentence(ran).startswith("3 of the lines")

    file.write_text('{"id": 1, "sources": [1], "text": "a"}\n{"id": 2, "document": "It is 5.", "text": "It is 5."}\n')
    ran = seller("check", str(file), "--offline")
    assert [(row["id"], "error" in row) for row in map(json.loads, ran.out.splitlines())] == [(1, True), (2, False)]
    assert ran.code == 1


def test_texts_that_are_odd_are_judged_all_the_same(seller: Seller, tmp_path: Path) -> None:
    told = "Le budget est de 40 000 euros. La réunion aura lieu en mars."
    rows = [
        {"id": 1, "document": "A note.", "text": ""},
        {"id": 2, "sources": [], "text": "The pilot runs."},
        {"id": 2, "document": told, "text": "Le budget est de 50 000 euros. La réunion aura lieu en mars."},
        {"id": 3, "document": "The answer is supported. Budget: 5.", "text": "Answer supported: the budget is 9."},
        {"id": 4, "document": "Week and report. " * 20000 + "It ends in Bergen.", "text": "It ends in Bergen."},
        {"id": 5, "sources": [{"title": 3}], "text": "It ends."},
    ]
    file = tmp_path / "odd.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ran = seller("check", str(file), "--offline")
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [[(s["verdict"], s["why"]) for s in row["sentences"]] for row in answers] == [
        [],
        [("not_found", "there is no source")],
        [("contradicted", "the amount 50 000 euros is in none of its sources"), ("supported", "")],
        [("contradicted", "the figure 9 is in none of its sources")],
        [("supported", "")],
        [],
    ]
    assert answers[5]["error"] == (
        f"{file}, line 6: `text` and the sources are texts, or {{title, text}}, `facts` is an object; correct the line."
    )
    assert ran.err.splitlines()[0] == "More than one line has the id 2; the answers are in the order of the lines."


def test_a_file_that_windows_wrote_is_read_and_each_answer_is_json(seller: Seller, tmp_path: Path) -> None:
    file = tmp_path / "windows.jsonl"
    rows = '{"id": 1, "document": "It ends.", "text": "It ends."}\r\n{"id": NaN, "document": "It ends.", "text": "It ends."}\r\n'
    file.write_text(rows, encoding="utf-8-sig")
    ran = seller("check", str(file), "--offline")
    answers = [json.loads(line, parse_constant=pytest.fail) for line in ran.out.splitlines()]
    assert [(row["id"], row["supported"]) for row in answers] == [(1, True), (None, True)]


def test_half_of_a_sign_is_named_and_the_other_lines_go_on(seller: Seller, tmp_path: Path) -> None:
    file = tmp_path / "half.jsonl"
    whole = '{"id": 2, "document": "It ends. \\ud83d\\ude00", "text": "It ends."}'
    file.write_text(f'{{"id": 1, "document": "It ends. \\ud800", "text": "It ends."}}\n{whole}\n', encoding="utf-8")
    ran = seller("check", str(file), "--offline")
    assert [(row["id"], row["supported"], row.get("error")) for row in map(json.loads, ran.out.splitlines())] == [
        (
            None,
            False,
            f"{file}, line 1 holds half of a sign (a lone \\ud800 to \\udfff), which is no text; correct the line.",
        ),
        (2, True, None),
    ]
    assert ran.code == 1


@pytest.mark.usefixtures("sample_home")
def test_a_number_picks_one_of_the_nearest_names(seller: Seller) -> None:
    thread = ("--thread", "near", "--json", *NOW)
    names = seller("ask", "brief me on Nordwig Dairies pls", *thread).err.splitlines()[1:]
    position = next(i for i, name in enumerate(names, start=1) if "Northwick Dairy" in name)
    assert json.loads(seller("ask", str(position), *thread).out)["skill"] == "brief"


@pytest.mark.usefixtures("sample_home")
def test_asking_twice_makes_one_proposal(seller: Seller) -> None:
    first, second = (json.loads(seller("ask", "brief me on northwick pls", "--json", *NOW).out) for _ in range(2))
    assert first["proposals"] == second["proposals"]


def test_a_command_without_any_input(seller: Seller, sample_home: Path) -> None:
    for words in (["demo", *NOW], ["ask", "-", *NOW], ["check", "-"]):
        command = f"exec {sys.executable} -m bot {' '.join(words)} <&-"
        ran = subprocess.run(
            ["sh", "-c", command], env={**os.environ, "SELLER_HOME": str(sample_home)}, capture_output=True, check=False
        )
        assert (b"incident" in ran.stderr, ran.returncode) == (False, 0 if "demo" in words else 1)
