"""ARCHITECTURE.md is true: what it names exists, and its layers and states are those of the code."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from bot.app import App
from bot.crm.local import metadata as crm
from bot.proposals import TRANSITIONS
from bot.settings import Settings
from bot.store.tables import metadata as store
from knowledge.registry import metadata as knowledge

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
TICKED = sorted(set(re.findall(r"`([^`\n]+)`", PAGE)))
ROOMS = ("bot", "knowledge", "prompts", "evals")
ENDINGS = r"\.(?:py|md|json|yaml|toml|jsonl)"
ALLOWED = {"os.environ", "CrmContract"}
"""names that no room defines: the library's, and the tests' own"""
MADE_LATER = {
    "slack",
    "settings.toml",
    "audit.head",
    "seller.log",
    "demo.lock",
    "sync.lock",
    "purge.lock",
    "salesforce.url",
    "chroma.holder.json",
    "erasure.key",
    "erasing.json",
    "feedback",
    "backtest.json",
    "reports",
    "restoring",
    "restoring.step",
    "before-restore",
}
"""files that a person writes, or that stand there only while or after a command runs"""


def _paths() -> list[str]:
    found = [t for t in TICKED if re.fullmatch(rf"[\w./-]+(?:/|{ENDINGS})|[\w.-]+/[\w./-]+", t)]
    return [t for t in found if not t.startswith("SELLER_HOME/") and "NAME" not in t]


def _on_disk(path: str) -> bool:
    """A path from the root, or one below the room whose row names it."""
    return (ROOT / path).exists() or any(list((ROOT / room).rglob(path)) for room in ROOMS)


def _names(node: ast.AST) -> Iterator[str]:
    """Functions, classes, constants and fields that a module or class defines."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield child.name
        elif isinstance(child, ast.Assign | ast.AnnAssign):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


@cache
def _defined() -> frozenset[str]:
    """Every name of the code by module, class and member, and each ending of it: `a.b.C.d`, `b.C.d`, `C.d`, `d`."""
    found: set[str] = set()
    for path in (p for room in ROOMS for p in (ROOT / room).rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {module} | {f"{module}.{name}" for name in _names(tree)}
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found |= {f"{module}.{node.name}.{name}" for name in _names(node)}
    return frozenset(".".join(name.split(".")[at:]) for name in found for at in range(name.count(".") + 1))


def _exists(name: str) -> bool:
    return name in _defined()


def test_every_file_exists() -> None:
    assert [path for path in _paths() if not _on_disk(path)] == []


def test_every_dotted_name_exists() -> None:
    dotted = [t for t in TICKED if re.fullmatch(r"[A-Za-z_]\w*(?:\.\w+)+", t) and not re.search(rf"{ENDINGS}$", t)]
    assert [name for name in dotted if name not in ALLOWED and not _exists(name)] == []


def test_every_class_and_constant_exists() -> None:
    known = ALLOWED | {f"SELLER_{field.upper()}" for field in Settings.model_fields}
    named = [t for t in TICKED if re.fullmatch(r"[A-Z][a-z]\w*|[A-Z][A-Z_]+", t)]
    assert [name for name in named if name not in known and not _exists(name)] == []


def test_every_room_is_on_the_map() -> None:
    rows = "\n".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("|"))
    folders = [*(ROOT / "bot").iterdir(), *(ROOT / "knowledge").iterdir(), *(ROOT / "evals").iterdir()]
    rooms = [f for f in folders if f.name not in ("__init__.py", "__pycache__") and (f.is_dir() or f.suffix == ".py")]
    missing = [str(room.relative_to(ROOT)) for room in rooms if f"`{room.relative_to(ROOT)}" not in rows]
    assert missing == []


def test_the_layers_are_those_of_the_import_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    kept = ["\n".join(contract["layers"]) for contract in contracts if contract["type"] == "layers"]
    assert re.findall(r"^```\n(.+?)\n```$", PAGE, re.MULTILINE | re.DOTALL) == kept


def test_the_states_are_those_of_a_change() -> None:
    section = PAGE.partition("## The states of a change")[2].partition("\n## ")[0]
    told = {}
    for line in section.splitlines():
        cells = [set(re.findall(r"`(\w+)`", cell)) for cell in line.split("|")[1:3]] if line.startswith("|") else []
        told |= dict.fromkeys(cells[0], cells[1]) if cells else {}
    assert told == {state: set(to) for state, to in TRANSITIONS.items()}


@pytest.mark.parametrize("metadata", [store, crm, knowledge], ids=["store", "crm", "knowledge"])
def test_every_table_is_told_of(metadata: MetaData) -> None:
    assert [name for name in metadata.tables if f"`{name}`" not in PAGE] == []


def test_no_table_is_told_of_that_does_not_exist() -> None:
    known = {*store.tables, *crm.tables, *knowledge.tables}
    assert [t for t in TICKED if re.fullmatch(r"(?:crm|kb)_\w+", t) and t not in known] == []


def test_every_file_of_a_home_is_told_of(sample: App) -> None:
    sample.work()
    sample.library.warm()
    present = {path.name for path in sample.settings.home.iterdir() if not re.search(r"-(?:wal|shm)$", path.name)}
    told = {Path(t).name for t in TICKED if t.startswith("SELLER_HOME/")}
    assert present - told == set()
    assert told - present - MADE_LATER == set()
