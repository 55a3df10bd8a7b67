"""docs/cli.md is true: commands, options, examples, JSON fields and settings; other pages name no unknown ones."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.approvals.editing import EDITABLE
from bot.cli import cli
from bot.settings import Settings
from bot.text import TITLES
from tests.conftest import Seller

ROOT = Path(__file__).parents[2]
PAGES = {path: path.read_text(encoding="utf-8") for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))}
PAGE = PAGES[ROOT / "docs" / "cli.md"]
COMMANDS_PART, SETTINGS_PART = PAGE.split("\n## Settings\n")


def _commands(group: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        full = f"{path} {name}".strip()
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield full, command
            yield from _commands(command, full)
        else:
            yield full, command


COMMANDS: Mapping[str, Any] = dict(_commands(get_command(cli)))


def _command_of(words: str) -> str:
    """The longest command that the words begin with; empty where there is none."""
    return max((name for name in COMMANDS if re.match(rf"{name}(?:\s|$)", words)), key=len, default="")


def _sections() -> dict[str, str]:
    parts = re.split(r"^### `seller ([^`]+)`\n", re.sub(r"^## .*$", "", COMMANDS_PART, flags=re.MULTILINE), flags=re.M)
    return {_command_of(title) or title: text for title, text in zip(parts[1::2], parts[2::2], strict=True)}


SECTIONS = _sections()


def _examples() -> list[str]:
    blocks = re.findall(r"^```sh\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.partition("seller ")[2].partition(" > ")[0] for line in lines]


def _fields(section: str) -> set[str]:
    found = re.search(r"^JSON(?:, each \w+)?: ((?:`\w+`(?:,\s)?)+)", section, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", found[1])) if found else set()


def test_every_command_has_its_section_and_no_other_has() -> None:
    assert sorted(SECTIONS) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_options_are_those_of_the_command(name: str) -> None:
    told = set(re.findall(r"^\| `(--?[\w-]+)` \|", SECTIONS[name], re.MULTILINE))
    assert told == {opt for param in COMMANDS[name].params for opt in param.opts if opt.startswith("-")}


def test_every_example_parses() -> None:
    for words in _examples():
        name = _command_of(words)
        assert name, f"there is no command {words}"
        COMMANDS[name].make_context(name, shlex.split(words.removeprefix(name)))


def test_every_command_has_an_example() -> None:
    assert {_command_of(words) for words in _examples()} == set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_unknown_command_is_named(page: Path) -> None:
    groups = {name.partition(" ")[0] for name in COMMANDS}
    named = [words for words in re.findall(r"`seller ([a-z][^`]*)`", PAGES[page]) if words not in groups]
    assert [words for words in named if not _command_of(words)] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ask", ["ask", "brief me on Northwick Dairy", "--json"]),
        ("summarise", ["summarise", "{folder}/call.txt", "--account", "a-northwick", "--consent", "all", "--json"]),
        ("search", ["search", "discount limits", "-k", "1", "--json"]),
        ("ingest", ["ingest", "{folder}", "--json"]),
        ("check", ["check", "{folder}/claims.jsonl"]),
        ("pipeline stats", ["pipeline", "stats", "--from", "2026-10-01", "--to", "2026-12-31", "--json"]),
        ("kb list", ["kb", "list", "--json"]),
        ("kb show", ["kb", "show", "Discount rules", "--json"]),
        ("kb stats", ["kb", "stats", "--json"]),
        ("crm import", ["crm", "import", "{folder}", "--json"]),
        ("sync", ["sync", "--json"]),
        ("crm setup", ["crm", "setup", "--json"]),
        ("crm export", ["crm", "export", "{folder}", "--json"]),
        ("erase", ["erase", "Ingrid Solheim", "--dry-run", "--json", "--as", "sam.ito@fernhollow.example"]),
        ("costs", ["costs", "--json"]),
        ("purge", ["purge", "--dry-run", "--json"]),
        ("audit", ["audit", "--json", "--as", "sam.ito@fernhollow.example"]),
        ("audit verify", ["audit", "verify", "--json"]),
        ("doctor", ["doctor", "--json"]),
    ],
)
def test_the_json_fields_are_those_that_come_out(
    name: str, words: list[str], seller: Seller, sample_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "accounts.csv").write_text("id,name\na1,Acme\n", encoding="utf-8")
    (folder / "claims.jsonl").write_text(
        '{"id": 1, "document": "It is blue.", "text": "It is blue."}\n', encoding="utf-8"
    )
    (folder / "call.txt").write_text(
        "Maya Lindqvist: Hello.\nPer Aune: Hello.\nMaya Lindqvist: Bye.\n", encoding="utf-8"
    )
    if name == "audit":
        seller("ask", "brief me on Northwick Dairy")
    ran = seller(*[word.format(folder=folder) for word in words])
    printed = json.loads(ran.out)
    first = printed[0] if isinstance(printed, list) else printed
    assert set(first) == _fields(SECTIONS[name])


def test_the_json_fields_of_a_proposal_are_those_that_come_out(seller: Seller, sample_home: Path) -> None:
    proposal = json.loads(seller("ask", "brief me on Northwick Dairy", "--json").out)["proposals"][0]
    shown = json.loads(seller("proposals", "show", proposal, "--json").out)
    assert set(shown) == _fields(SECTIONS["proposals show"])
    told = re.search(r"`changes`: `\{(.+?), receipt\?\}`", SECTIONS["proposals show"])
    assert told
    assert set(shown["changes"][0]) == set(told[1].split(", "))


def test_the_editable_fields_are_those_of_the_gate() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \| (.+) \|$", SECTIONS["proposals edit"], re.MULTILINE)
    told = {change: tuple(re.findall(r"`(\w+)`", fields)) for change, fields in rows}
    kept = {TITLES[kind].lower(): fields for kind, fields in EDITABLE.items() if kind != "update_opportunity"}
    assert {change: fields for change, fields in told.items() if fields} == kept


def test_the_settings_and_their_defaults_are_those_of_the_code() -> None:
    told = re.findall(r"^\| `(\w+)` \| (.+?) \|", SETTINGS_PART, re.MULTILINE)
    assert dict(told) == dict(_default(name) for name in Settings.model_fields)


def _default(name: str) -> tuple[str, str]:
    field = Settings.model_fields[name]
    variable = name.upper() if name.startswith("openai_") else f"SELLER_{name.upper()}"
    if field.default_factory:
        return variable, "the platform's data folder"
    return variable, "–" if field.default in (None, "") else f"`{field.default}`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_unknown_setting_is_named(page: Path) -> None:
    known = {_default(name)[0] for name in Settings.model_fields}
    assert set(re.findall(r"\b(?:SELLER_(?!TEST_)|OPENAI_)[A-Z_]*[A-Z]", PAGES[page])) - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGES[page])
    assert [link for link in links if not (page.parent / link).exists()] == []
