"""Who is meant, how their traces are told from those of others, and what keeps them out afterwards."""

import stat
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import Engine

from bot.crm.local import LocalReader, replace_all
from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityContactRole, Record, Task, User
from bot.crm.suppression import KEY_FILE, Suppression, names_held, read_key
from bot.erasing.files import prove
from bot.erasing.person import Person, find
from bot.erasing.report import Report
from bot.erasing.rows import Rows
from bot.erasing.words import Words
from bot.errors import Ambiguous, BotError, NotFound
from bot.store.database import open_engine, prepare
from bot.store.threads import Threads, Turn
from tests.conftest import TODAY
from tests.postgres import empty_database, reachable

pytestmark = reachable

ANNA = Contact(id="c1", account_id="a1", name="Anna Berg", email="anna@acme.example", phone="+47 22 33 44 55")
ACME, BIRK = Account(id="a1", name="Acme"), Account(id="a2", name="Birk")


def quiet(done: int, total: int, what: str) -> None:
    """Take progress that nobody looks at."""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    with (
        empty_database() if request.param == "postgresql" else nullcontext(f"sqlite:///{tmp_path / 'seller.db'}") as url
    ):
        engine = open_engine(url)
        prepare(engine)
        yield engine
        engine.dispose()


def crm(engine: Engine, *records: Record) -> LocalReader:
    replace_all(engine, [ACME, BIRK, ANNA, *records], as_of=TODAY)
    return LocalReader(engine)


def erased(engine: Engine, person: Person) -> Report:
    report = Report("", dry_run=False)
    Rows(engine, Words(person)).run(report, quiet, write=True)
    return report


def call(key: str, account: str | None, *contacts: str, text: str = "Anna Berg called") -> Activity:
    return Activity(id=key, kind="call", at=TODAY, subject=text, account_id=account, contact_ids=contacts)


def test_a_namesake_at_another_account_keeps_the_name(engine: Engine) -> None:
    twin = Contact(id="c2", account_id="a2", name="Anna Berg", email="anna@birk.example")
    calls = (
        call("mine", "a1"),
        call("tied", None, "c1"),
        call("theirs", "a2", "c2"),
        call("loose", None),
        call("both", "a1", "c1", "c2"),
    )
    reader = crm(engine, twin, *calls)
    person = find(reader, "anna@acme.example")
    assert person.reach == "account"
    erased(engine, person)
    assert {row.id: row.subject for row in reader.activities()} == {
        "mine": "[erased] called", "tied": "[erased] called", "theirs": "Anna Berg called", "loose": "Anna Berg called",
        "both": "Anna Berg called",
    }  # fmt: skip
    assert [row.contact_ids for row in reader.activities() if row.id == "both"] == [("c2",)]
    assert reader.contacts() == [twin]


def test_a_namesake_at_the_same_account_leaves_only_tied_records(engine: Engine) -> None:
    reader = crm(
        engine, Contact(id="c2", account_id="a1", name="anna berg"), call("loose", "a1"), call("tied", "a1", "c1")
    )
    person = find(reader, "c1")
    assert person.reach == "records"
    erased(engine, person)
    assert {row.id: row.subject for row in reader.activities()} == {
        "loose": "Anna Berg called",
        "tied": "[erased] called",
    }


@pytest.mark.parametrize(
    "other",
    [User(id="u1", name="Anna Berg"), Account(id="a3", name="Anna Berg")],
    ids=["a colleague", "a company"],
)
def test_a_name_that_a_colleague_or_a_company_has_stays_elsewhere(engine: Engine, other: Record) -> None:
    reader = crm(engine, other, call("mine", "a1"), call("theirs", "a2"))
    person = find(reader, "c1")
    erased(engine, person)
    assert {row.id: row.subject for row in reader.activities()} == {
        "mine": "[erased] called",
        "theirs": "Anna Berg called",
    }
    kept = reader.user("u1") or reader.account("a3")
    assert kept == other


def test_what_others_share_is_no_trace(engine: Engine) -> None:
    peer = Contact(id="c2", account_id="a1", name="Bo Lind", phone="0047 22334455", email="ANNA@acme.example")
    reader = crm(engine, peer, call("x", "a1", text="Ring 22 33 44 55 or +47 22334455, mail anna@acme.example"))
    with pytest.raises(Ambiguous) as several:
        find(reader, "anna@acme.example")
    assert several.value.candidates == (
        "c1: Anna Berg (anna@acme.example, Acme)", "c2: Bo Lind (ANNA@acme.example, Acme)",
    )  # fmt: skip
    person = find(reader, "c1")
    assert (person.email, person.phone) == (None, None)
    erased(engine, person)
    assert [row.subject for row in reader.activities()] == ["Ring 22 33 44 55 or +47 22334455, mail anna@acme.example"]
    assert reader.contacts() == [peer]


def test_a_first_name_alone_stays(engine: Engine) -> None:
    reader = crm(
        engine,
        Contact(id="c9", account_id="a2", name="Cher"),
        call("x", "a2", text="Cher sang; Anna Berg and Anna danced"),
    )
    assert find(reader, "Cher").reach == "nowhere"
    erased(engine, find(reader, "Anna Berg"))
    assert [row.subject for row in reader.activities()] == ["Cher sang; [erased] and Anna danced"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Anna's new number is 5", "[erased]'s new number is 5"),
        ("It is Anna\u2019s Plan", "It is [erased]\u2019s Plan"),
        ("Acme's Berg agreed", "Acme's [erased] agreed"),
        ("Anna Lund's number", "Anna Lund's number"),
    ],
)
def test_what_is_somebodys_names_them_too(engine: Engine, text: str, left: str) -> None:
    reader = crm(engine, call("x", "a1", text=text))
    erased(engine, find(reader, "c1"))
    assert [row.subject for row in reader.activities()] == [left]


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ((), "Answer [erased] today"),
        ((Contact(id="c2", account_id="a2", name="Anna Lund"),), "Answer Anna today"),
    ],
    ids=["nobody else of the name", "somebody else of the name"],
)
def test_in_a_day_of_several_accounts_a_first_name_goes_where_nobody_else_has_it(
    engine: Engine, others: tuple[Contact, ...], left: str
) -> None:
    person = find(crm(engine, *others), "c1")
    threads = Threads(engine)
    threads.add_turn("t:day", Turn(role="assistant", text="Answer Anna today", at=TODAY))
    erased(engine, person)
    assert [turn.text for turn in threads.turns("t:day")] == [left]


def test_a_colleague_of_ours_is_not_erased_as_a_contact(engine: Engine) -> None:
    reader = crm(engine, User(id="u1", name="Anna B", email="anna@acme.example"))
    with pytest.raises(BotError, match="Anna Berg is also a user of the CRM"):
        find(reader, "c1")


def test_an_unknown_address_has_the_nearest(engine: Engine) -> None:
    reader = crm(engine)
    with pytest.raises(NotFound) as unknown:
        find(reader, "ana@acme.example")
    assert str(unknown.value) == (
        "There is no contact with the e-mail ana@acme.example; the nearest are anna@acme.example. Nothing was erased."
    )


WORDS = Words(
    Person("c1", "Zoë Müller", "a1", "z@m.example", "+47 22 33 44 55", "anywhere", others=("Zoë Müller-Lang",))
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Zoë Müller's call", "[erased]'s call"),
        ("ZOË MÜLLER, zoë  müller", "[erased], [erased]"),
        ("Zoe\u0308 Mu\u0308ller", "[erased]"),
        ("Müller, Zoë", "[erased]"),
        ("Zoë\nMüller", "[erased]"),
        ("Zoë Müllerstein and Zoë Müller-Lang", "Zoë Müllerstein and Zoë Müller-Lang"),
        ("<Z@M.example>; az@m.example; z@m.example.org", "<[erased]>; az@m.example; z@m.example.org"),
        ("mail z@m.example.", "mail [erased]."),
        ("004722334455 or +47-22-33-44-55 or (47) 22334455", "[erased] or [erased] or [erased]"),
        ("14722334455 and 47223344551", "14722334455 and 47223344551"),
        ("Zoë and Mr Müller", "Zoë and Mr Müller"),
    ],
)
def test_how_a_trace_may_be_written(text: str, clean: str) -> None:
    assert WORDS.text(text, named=True) == clean


BRIEN = Words(Person("c2", "Zoë O'Brien-Müller", "a1", None, None, "anywhere"))


@pytest.mark.parametrize(
    "written",
    [
        "Zoë O'Brien-Müller", "Zoë O’Brien-Müller", "ZOE OBRIEN MULLER", "Zoe O`Brien-Mueller", "zoë o'brien-müller",
        "Zoë&nbsp;O'Brien\u2011Müller", "Zoé O'Brien-Muller", "O’Brien-Müller, Zoë", "zoe_o'brien-muller",
        "Zoe\u0308\u00a0O'Brien\u2010Mu\u0308ller",
    ],
)  # fmt: skip
def test_a_name_is_known_however_it_is_spelt(written: str) -> None:
    assert BRIEN.text(f"Then {written} came.", named=True) == "Then [erased] came."
    assert BRIEN.text(f"Then {written}mann came.", named=True) == f"Then {written}mann came."


@given(st.text(alphabet="abZoëMüller @.+4722334455\n", max_size=60))
def test_a_text_is_clean_after_one_pass(text: str) -> None:
    once = WORDS.text(text, named=True)
    assert WORDS.text(once, named=True) == once


@pytest.mark.parametrize("kept_as", ["+49 (0)170 1234567", "0049 170 1234567", "+49-170-123 45 67", "0170 1234567"])
@pytest.mark.parametrize(
    "written",
    ["+49 170 1234567", "+49 (0)170 1234567", "0170 1234567", "0170/123 45 67", "0049 170 1234567", "1701234567"],
)
def test_a_number_is_known_with_and_without_its_country(engine: Engine, kept_as: str, written: str) -> None:
    person = Person("c3", "Bo Ek", "a1", None, kept_as, "nowhere")
    suppression = kept(engine)
    suppression.add(person.hashes(suppression), TODAY)
    for erase in (suppression.redact, lambda text: Words(person).text(text, named=True)):
        assert erase(f"Ring {written}, now.") == "Ring [erased], now."
        assert erase("0160 1234567, 17012345671") == "0160 1234567, 17012345671"
        abroad = "Ring +41 170 1234567."
        assert erase(abroad) == ("Ring [erased]." if kept_as.startswith("01") else abroad)


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        (
            "O’Brien, Seán",
            "Seán O’Brien, Sean O'Brien and O'Brien, Sean called",
            "[erased], [erased] and [erased] called",
        ),
        ("van Dyke, Dick", "Dick van Dyke called", "[erased] called"),
        ("Ingrid Solheim", "then Solheim Ingrid called", "then [erased] [erased] called"),
        ("李小龙", "然后李小龙说可以。", "然后[erased]说可以。"),
        ("王芳", "昨天和王芳通了电话 (王芳)", "昨天和[erased]通了电话 ([erased])"),
        (
            "佐藤 健",
            "佐藤健さん、佐藤 健様、佐藤・健、佐藤さん。健康",
            "[erased]さん、[erased]様、[erased]、[erased]さん。健康",
        ),
    ],
)
def test_names_are_taken_out_in_each_order_and_of_scripts_without_spaces_in_one_pass(
    name: str, text: str, left: str, engine: Engine
) -> None:
    reader = crm(engine, Contact(id="c2", account_id="a1", name=name))
    assert Words(find(reader, "c2")).text(text, named=True, near=True) == left


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("王芳", "后来王芳又打来电话", "后来[erased]又打来电话"),
        ("李明", "李明、李明", "[erased]、[erased]"),
        ("佐藤 健", "佐藤健さん、佐藤 健様、佐藤さん、健康", "[erased]さん、[erased]様、[erased]さん、健康"),
        ("김민수", "김민수는 왔다", "[erased]는 왔다"),
        ("ガルシア・マリア", "ガルシア・マリア様", "[erased]様"),
    ],
)
def test_names_of_scripts_without_spaces_stay_out_of_what_comes_later(
    name: str, text: str, left: str, engine: Engine
) -> None:
    person = find(crm(engine, Contact(id="c2", account_id="a1", name=name)), "c2")
    suppression = kept(engine)
    suppression.add(person.hashes(suppression), TODAY)
    assert suppression.redact(text, "a1") == left
    assert suppression.redact(text, "a2") == text
    assert suppression(Contact(id="c9", account_id="a1", name=name))


def test_longer_names_of_others_in_such_scripts_stay(engine: Engine) -> None:
    others = (Contact(id="c3", account_id="a1", name="王芳华"), Contact(id="c4", account_id="a1", name="佐藤 花"))
    people = (Contact(id="c2", account_id="a1", name="王芳"), Contact(id="c5", account_id="a1", name="佐藤 健"))
    reader = crm(engine, *others, *people)
    wang, sato = find(reader, "c2"), find(reader, "c5")
    assert (wang.alone, sato.alone) == (("王芳",), ("佐藤健",))
    assert Words(wang).text("王芳华和王芳", named=True, near=True) == "王芳华和[erased]"
    suppression = kept(engine, "王芳华")
    suppression.add([*wang.hashes(suppression), *sato.hashes(suppression)], TODAY)
    assert suppression.redact("王芳华和王芳、佐藤健、佐藤花", "a1") == "王芳华和[erased]、[erased]、佐藤花"


def test_neither_loanwords_nor_others_written_without_a_space_lose_a_part(engine: Engine) -> None:
    people = (Contact(id="c2", account_id="a1", name="マリ"), Contact(id="c5", account_id="a1", name="佐藤 健"))
    reader = crm(engine, Contact(id="c4", account_id="a1", name="佐藤 健一"), *people)
    mari, sato = find(reader, "c2"), find(reader, "c5")
    assert Words(mari).text("サマリー、マリさん", named=True, near=True) == "サマリー、[erased]さん"
    assert Words(sato).text("佐藤健一さん、佐藤健さん", named=True, near=True) == "佐藤健一さん、[erased]さん"
    suppression = kept(engine, "佐藤 健一")
    suppression.add([*mari.hashes(suppression), *sato.hashes(suppression)], TODAY)
    assert suppression.redact("サマリー、マリさん、佐藤健一", "a1") == "サマリー、[erased]さん、佐藤健一"


def test_a_name_counts_only_where_it_means_the_person() -> None:
    assert WORDS.text("Zoë Müller, z@m.example", named=False) == "Zoë Müller, [erased]"


def test_a_value_loses_the_id_and_what_it_describes() -> None:
    write = {"kind": "set_contact_role", "opportunity_id": "o", "contact_id": "c1", "role": "champion"}
    assert WORDS.value(write, named=True) == write | {"contact_id": "[erased]"}
    task = {"kind": "create_task", "contact_id": "c1", "subject": "Ring Zoë Müller", "account_id": "c1x"}
    assert WORDS.value(task, named=True) == task | {"contact_id": None, "subject": "Ring [erased]"}
    receipt = {
        "record": "contact",
        "record_id": "c1",
        "link": "seller://contact/c1",
        "values": {"title": "CFO"},
        "previous": {},
    }
    assert WORDS.value({"receipt": receipt}, named=True) == {
        "receipt": {"record": "contact", "record_id": "[erased]", "link": "[erased]", "values": {}, "previous": {}}
    }


@pytest.mark.parametrize("size", [0, 16 * 2**20 - 5, 16 * 2**20 + 40])
@pytest.mark.parametrize("form", ["utf-8", "utf-16-le", "utf-16-be", "json", "capitals"])
def test_the_proof_finds_a_name_wherever_it_stands(tmp_path: Path, size: int, form: str) -> None:
    name = WORDS.person.name
    data = {"json": b"Zo\\u00eb M\\u00fcller", "capitals": name.upper().encode()}.get(form) or name.encode(form)
    (tmp_path / "a.bin").write_bytes(b"x" * size + data)
    (tmp_path / "b.bin").write_bytes(b"y" * size + "Zoë Müller-Lang".encode())
    proof = prove(tmp_path, WORDS, quiet)
    assert (proof.remaining, proof.files, proof.files_searched) == (1, (str(tmp_path / "a.bin"),), 2)
    assert proof.bytes == sum(path.stat().st_size for path in tmp_path.iterdir())


def kept(engine: Engine, *held: str) -> Suppression:
    return Suppression(engine, lambda: b"key", lambda: held)


def test_an_erased_person_is_known_by_each_of_their_marks(engine: Engine) -> None:
    reader = crm(engine)
    suppression = kept(engine)
    assert not suppression(ANNA)
    suppression.add(find(reader, "c1").hashes(suppression), TODAY)
    suppression.add(find(reader, "c1").hashes(suppression), TODAY)
    stranger = Contact(id="z", account_id="z", name="Zed Zed", email="z@z.example")
    assert suppression(stranger.model_copy(update={"id": "c1"}))
    assert suppression(stranger.model_copy(update={"email": " Anna@ACME.example"}))
    assert suppression(stranger.model_copy(update={"name": "ANNA  BERG", "account_id": "a1"}))
    assert suppression(OpportunityContactRole(id="r", opportunity_id="o", contact_id="c1", role="user"))
    assert not suppression(stranger)
    assert not suppression(stranger.model_copy(update={"name": "Anna Berg", "account_id": "a2"}))
    assert not suppression(Account(id="c1", name="Anna Berg"))


def test_what_a_sync_brings_of_others_is_scrubbed(engine: Engine) -> None:
    reader = crm(engine)
    suppression = kept(engine)
    suppression.add(find(reader, "c1").hashes(suppression), TODAY)
    task = Task(id="t", subject="Ring Anna Berg on +47 22-33-44-55", account_id="a1", contact_id="c1")
    assert suppression.scrub(task) == task.model_copy(
        update={"subject": "Ring [erased] on [erased]", "contact_id": None}
    )
    deal = Opportunity(id="o", name="Anna Bergs deal", stage="S", next_step="mail anna@acme.example")
    assert suppression.scrub(deal) == deal.model_copy(update={"next_step": "mail [erased]"})
    assert suppression.scrub(call("x", "a1", "c1", "c2")) == call("x", "a1", "c2", text="[erased] called")
    assert suppression.scrub(ANNA) is None
    user = User(id="u", name="Anna Berg")
    assert suppression.scrub(user) is user


def test_a_newcomer_of_the_same_name_is_named_in_pages(engine: Engine) -> None:
    suppression = kept(engine)
    suppression.add(find(crm(engine), "c1").hashes(suppression), TODAY)
    assert suppression.redact("Yesterday Anna Berg came. ANNA BERG left") == "Yesterday [erased] came. [erased] left"
    newcomer = kept(engine, "Anna Berg")
    assert newcomer.redact("Yesterday Anna Berg came") == "Yesterday Anna Berg came"
    assert newcomer.redact("Yesterday Anna Berg came", "a1") == "Yesterday [erased] came"


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("maría del carmen ruiz's plan", "[erased]'s plan"),
        ("Ruiz, Maria del Carmen: yes", "[erased]: yes"),
        ("Mari\u0301a del\nCarmen Ruiz", "[erased]"),
        ("Maria Carmen, Ruiz and Maria del Carmen Ruizen", "Maria Carmen, Ruiz and Maria del Carmen Ruizen"),
        ("Maria Maria del Carmen Ruiz Ruiz", "Maria [erased] Ruiz"),
    ],
)
def test_a_longer_name_is_taken_out_however_it_is_written(engine: Engine, written: str, clean: str) -> None:
    suppression = kept(engine)
    maria = Person("m", "Maria del Carmen Ruiz", "a1", None, None, "anywhere")
    suppression.add(maria.hashes(suppression), TODAY)
    assert suppression.redact(written) == clean


def test_who_is_erased_by_another_process_is_known_here(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.crm.suppression.FRESH_SECONDS", 0.0)
    crm(engine)
    running, other = kept(engine), kept(engine)
    assert running.redact("Anna Berg, anna@acme.example") == "Anna Berg, anna@acme.example"
    other.add(find(LocalReader(engine), "c1").hashes(other), TODAY)
    assert running.redact("Anna Berg, anna@acme.example") == "[erased], [erased]"
    assert running.scrub(ANNA) is None


def test_an_id_that_was_made_of_the_name_is_no_mark(engine: Engine) -> None:
    suppression = kept(engine)
    suppression.add([suppression.hash("id", "anna-berg")], TODAY)
    assert not suppression(Contact(id="anna-berg", account_id="a9", name="Anna Berg"))
    assert suppression(Contact(id="anna-berg", account_id="a9", name="A. B."))


def test_hashes_need_the_key(engine: Engine) -> None:
    suppression = kept(engine)
    suppression.add([suppression.hash("email", "anna@acme.example")], TODAY)
    assert suppression(ANNA)
    assert not Suppression(engine, lambda: b"another", list)(ANNA)
    assert all("anna" not in one for one in suppression.hashes)


def test_the_key_is_kept_for_its_owner_and_made_once(tmp_path: Path) -> None:
    key = read_key(tmp_path, None)
    assert (len(key), read_key(tmp_path, None)) == (64, key)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert read_key(tmp_path, SecretStr("given")) == b"given"


def test_the_names_of_now_are_contacts_and_users(engine: Engine) -> None:
    crm(engine, User(id="u", name="Ulf Ur"))
    assert sorted(names_held(engine)) == ["Anna Berg", "Ulf Ur"]
