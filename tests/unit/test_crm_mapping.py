"""How columns become fields, what a dry run says, and what an export leaves to a spreadsheet program."""

import csv
import json
from pathlib import Path

import pytest

from bot.app import App
from bot.crm.files import Differences, Failed, Mapped, export_folder, import_folder, read_folder, read_mapping
from bot.crm.local import LocalReader, replace_all
from bot.crm.records import Account, Activity, Contact, Opportunity
from bot.errors import BotError, StorageError, UsageError
from tests.conftest import TODAY, Seller
from tests.unit.test_crm_files import memory

ACCOUNTS = "id;Company;Sector;Mascot;Employees\na1;Müller AG;Food;Cat;1.200\na2;Bo & Co;Food;Dog;many\n"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_the_mapping_says_what_was_guessed(tmp_path: Path) -> None:
    report = read_folder(write(tmp_path, accounts=ACCOUNTS)).report
    assert report.mapping == {
        "accounts.csv": (
            Mapped("id", "id", guessed=False),
            Mapped("Company", "name", guessed=True),
            Mapped("Sector", "industry", guessed=True),
            Mapped("Employees", "employees", guessed=False),
        )
    }
    assert report.unmapped == {"accounts.csv": ("Mascot",)}


def test_a_bad_cell_is_named_with_its_column_and_what_to_do(tmp_path: Path) -> None:
    report = read_folder(write(tmp_path, accounts=ACCOUNTS)).report
    fix = "write a whole number such as 1200"
    assert report.failed == (Failed("accounts.csv", 3, "Employees: many is no amount", "Employees", "many", fix),)


@pytest.mark.parametrize(
    ("table", "text", "expected"),
    [
        ("contacts", "name,account\n,Acme\n", Failed("contacts.csv", 2, "the name is missing", fix="correct the row and import again")),
        (
            "tasks", "subject,deal\nCall,Nowhere\n",
            Failed("tasks.csv", 2, "there is no opportunity called Nowhere", "deal", "Nowhere",
                   "give the id of an existing record, or add the record to its file"),
        ),
        (
            "activities", "kind,at,subject\nfax,2026-01-02,Old\n",
            Failed("activities.csv", 2, "kind fax: Input should be 'call', 'email', 'meeting' or 'note'", "kind", "fax",
                   "correct the row and import again"),
        ),
    ],
)  # fmt: skip
def test_what_else_may_be_wrong_with_a_row(tmp_path: Path, table: str, text: str, expected: Failed) -> None:
    assert read_folder(write(tmp_path, **{table: text})).report.failed == (expected,)


def test_columns_and_files_are_set_by_hand(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", Kunden="Nr,Firma,Branche,Name\n7,Acme,Food,ACM\n")
    said = tmp_path / "map.txt"
    said.write_text("# ours\nKunden=accounts\nKunden.Nr=id\nKunden.Firma=name\nKunden.Name=\n", encoding="utf-8")
    imported = read_folder(folder, by_hand=read_mapping([str(said), "accounts.Branche=industry"]))
    assert imported.records == [Account(id="7", name="Acme", industry="Food")]
    assert imported.report.mapping["Kunden.csv"] == (
        Mapped("Nr", "id", guessed=False), Mapped("Firma", "name", guessed=False), Mapped("Branche", "industry", guessed=False),
    )  # fmt: skip
    assert imported.report.unmapped == {"Kunden.csv": ("Name",)}


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("nonsense", "--map nonsense is neither a file nor a mapping; write it like accounts.Firma=name, or Kunden=accounts for what the file Kunden.csv holds."),
        ("Kunden=firms", "firms is no kind of record; choose one of users, stages, products, accounts, contacts, opportunities, opportunity_history, opportunity_contact_roles, activities, tasks, quotas."),
        ("orders.x=name", "--map names orders, and the folder holds no such file; it holds products."),
        ("products.Name=colour", "--map products.Name=colour: products have no field colour; choose one of id, name, family, list_price, currency."),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_says_what_would(tmp_path: Path, pair: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_folder(write(tmp_path, products="Name\nA\n"), by_hand=read_mapping([pair]))
    assert str(refused.value) == sentence


def test_a_column_that_is_not_there_fails_the_file(tmp_path: Path) -> None:
    report = read_folder(write(tmp_path, products="Name\nA\n"), by_hand=read_mapping(["products.Label=name"])).report
    assert [(bad.line, bad.why) for bad in report.failed] == [(0, "there is no column Label; the columns are Name")]


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    engine = memory()
    replace_all(
        engine,
        [Account(id="a1", name="Old"), Account(id="a3", name="Three"), Account(id="a4", name="Four")],
        as_of=TODAY,
    )
    folder = write(tmp_path, accounts="id,name\na1,New\na2,Two\na4,Four\n")
    before = LocalReader(engine).accounts()
    dry = import_folder(engine, folder, as_of=TODAY, dry_run=True)
    assert (dry.changes, dry.written) == ({"accounts": Differences(added=1, changed=1, removed=1, unchanged=1)}, False)
    merged = import_folder(engine, folder, as_of=TODAY, dry_run=True, merge=True)
    assert merged.changes == {"accounts": Differences(added=1, changed=1, removed=0, unchanged=2)}
    assert LocalReader(engine).accounts() == before
    done = import_folder(engine, folder, as_of=TODAY)
    assert (done.changes, done.written) == (dry.changes, True)
    assert sorted(row.name for row in LocalReader(engine).accounts()) == ["Four", "New", "Two"]
    engine.dispose()


FORMULAS = ("=1+1", "+47 22 33", "-SUM(A1)", "@cmd", "\t=1", "'=1", "'quoted'", "a=b", "=\u00e9\nline", "'")


def test_no_cell_of_an_export_is_a_formula_and_every_text_comes_back(tmp_path: Path) -> None:
    engine = memory()
    records = [Contact(id=f"c{at}", name=text, phone=text, title="CFO") for at, text in enumerate(FORMULAS)]
    replace_all(engine, [*records, Account(id="a", name="A", products=("=x", "y;z"))], as_of=TODAY)
    export_folder(LocalReader(engine), tmp_path)
    engine.dispose()
    with (tmp_path / "contacts.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    imported = read_folder(tmp_path)
    assert imported.report.failed == ()
    assert {row.id: row for row in imported.by_kind[Contact]} == {row.id: row for row in records}
    assert imported.by_kind[Account] == (Account(id="a", name="A", products=("=x", "y;z")),)


def test_an_export_that_was_opened_elsewhere_keeps_its_numbers(tmp_path: Path) -> None:
    folder = write(tmp_path, contacts="Name,Phone\nAna Rey,'+47 22 33 44 55\nO'Hara Bo,'tis\n")
    assert [row.model_dump(include={"name", "phone"}) for row in read_folder(folder).by_kind[Contact]] == [
        {"name": "Ana Rey", "phone": "+47 22 33 44 55"}, {"name": "O'Hara Bo", "phone": "'tis"},
    ]  # fmt: skip


def test_a_foreign_file_is_not_overwritten(tmp_path: Path) -> None:
    engine = memory()
    replace_all(engine, [Account(id="a", name="A")], as_of=TODAY)
    (tmp_path / "tasks.csv").write_text("what,when\nmilk,today\n", encoding="utf-8")
    with pytest.raises(StorageError) as refused:
        export_folder(LocalReader(engine), tmp_path)
    assert str(refused.value) == (
        f"{tmp_path / 'tasks.csv'} is there and no export wrote it: choose another folder, or move the file away."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["tasks.csv"]
    (tmp_path / "tasks.csv").unlink()
    first = export_folder(LocalReader(engine), tmp_path)
    assert export_folder(LocalReader(engine), tmp_path) == first
    assert first[tmp_path / "accounts.csv"] == 1
    engine.dispose()


def test_who_was_erased_is_left_out_of_an_import(sample: App, tmp_path: Path) -> None:
    sample.suppression.add(
        [sample.suppression.hash("email", "mira@acme.example"), sample.suppression.hash("id", "c1")], TODAY
    )
    folder = write(
        tmp_path / "in", accounts="id,name\na1,Acme\n",
        contacts="id,name,email,account_id\nc1,Mira Holt,Mira@Acme.example,a1\nc2,Bo Lind,bo@acme.example,a1\n",
        activities="id,kind,at,subject,account_id,contact_ids\nx1,call,2026-01-02,Call,a1,c1;c2\n",
    )  # fmt: skip
    report = import_folder(sample.engine, folder, as_of=TODAY, scrub=sample.suppression.scrub)
    assert (report.suppressed, report.counts["contacts"]) == (1, 1)
    assert [row.id for row in sample.reader.contacts()] == ["c2"]
    (call,) = sample.reader.activities()
    assert isinstance(call, Activity) and call.contact_ids == ("c2",)


def test_the_command_asks_with_a_dry_run_and_answers_with_its_status(seller: Seller, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", accounts=ACCOUNTS)
    dry = seller("crm", "import", str(folder), "--dry-run")
    assert (dry.code, dry.err) == (
        1, "not read: accounts.csv, line 3: Employees: many is no amount; write a whole number such as 1200\n",
    )  # fmt: skip
    assert (
        dry.out
        == (
            "accounts.csv: id → id, Company → name (guessed), Sector → industry (guessed), Employees → employees\n"
            "not used: Mascot of accounts.csv; --map sets a column by hand\n"
            "accounts: 1 added, 0 changed, 0 removed, 0 as they were\n"
            "1 accounts read; nothing was written (--dry-run).\n"
        )
        or "assumed" not in dry.out
    )
    assert json.loads(seller("crm", "accounts", "--json").out) == []
    done = seller("crm", "import", str(folder), "--json")
    assert (done.code, json.loads(done.out)["written"]) == (0, True)
    assert [row["name"] for row in json.loads(seller("crm", "accounts", "--json").out)] == ["Müller AG"]


def test_a_mistake_in_every_row_does_not_bury_the_rest(seller: Seller, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", accounts="id,name,employees\n" + "".join(f"a{n},A,many\n" for n in range(60)))
    said = seller("crm", "import", str(folder), "--dry-run").err.splitlines()
    assert (len(said), said[-1]) == (51, "10 more rows were not read; --json lists all of them.")


def test_an_export_without_stages_comes_back(tmp_path: Path) -> None:
    engine = memory()
    deal = Opportunity(id="o", name="Deal", stage="Open")
    replace_all(engine, [deal], as_of=TODAY)
    export_folder(LocalReader(engine), tmp_path)
    engine.dispose()
    assert read_folder(tmp_path).records == [deal]


def test_a_folder_of_other_names_says_how_to_map_it(tmp_path: Path) -> None:
    with pytest.raises(BotError) as refused:
        read_folder(write(tmp_path, Kunden="Firma\nA\n"))
    assert str(refused.value).endswith(
        "say what a file of another name holds with --map, such as --map Kunden=accounts."
    )
