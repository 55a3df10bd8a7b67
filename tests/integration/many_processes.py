"""What several processes do to one database in the same moment: `python many_processes.py URL WHAT NUMBER`, begun by a line."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from bot.errors import OverBudget
from bot.llm.budget import Budget
from bot.store.audit import AuditLine, record
from bot.store.database import open_engine, writing
from bot.store.model_calls import ModelCall, ModelCalls, Spent, new_id

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
EACH = 5
"""what each process does so many times"""
SIZE, LIMIT = 100, 700
"""tokens of one call, and of the day"""


def call(tokens: int = SIZE) -> ModelCall:
    """A call that is about to be made."""
    return ModelCall(
        id=new_id(), at=NOW, user_id="u-maya", request="r", thread="t", skill="ask", prompt="ask", prompt_version="1",
        model="fake:model", input_tokens=tokens, output_tokens=0,
    )  # fmt: skip


def reserve(engine: Engine, number: int) -> str:
    """Take from the budget until it says no; how many were taken."""
    check = Budget(tokens=LIMIT).check("fake:model", True, ZoneInfo("UTC"), NOW, [])
    taken = 0
    for _ in range(EACH):
        try:
            ModelCalls(engine).reserve(call(), check)
            taken += 1
        except OverBudget:
            break
    return str(taken)


def warn(engine: Engine, number: int) -> str:
    """Be warned of the same limit; of what."""
    calls, mine = ModelCalls(engine), call(1)

    def never(one: Spent, other: Spent) -> None:
        return None

    calls.reserve(mine, never)
    return " ".join(calls.warn(mine.id, lambda one, other: ["tokens"]))


def refuse(engine: Engine, number: int) -> str:
    """Ask where the limit is reached; alone in importing what takes its time."""
    from bot.llm.door import Door, Who
    from bot.people import LOCAL_ADMIN
    from bot.skills.battlecard import BattleWording
    from prompts import Rendered
    from tests.fake_model import FakeModel

    door = Door(engine, Budget(tokens=0))
    asked = door.bind(FakeModel({}), Who(LOCAL_ADMIN, f"r{number}", "t", NOW))
    assert asked
    for _ in range(EACH):
        try:
            asked.write(Rendered("battlecard", "1", "Be plain.", "What?"), BattleWording)
        except OverBudget as error:
            said = str(error)
    return said


def add(engine: Engine, number: int) -> str:
    """Add lines to the audit trail, of which every second transaction holds two."""
    for n in range(EACH):
        with writing(engine) as connection:
            for _ in range(n % 2 + 1):
                record(connection, AuditLine(at=NOW, actor=f"p{number}", verb="gate", detail={"n": n, "à": 0.1 * n}))
    return ""


def at_once(url: str, what: str, processes: int) -> list[str]:
    """Let so many processes do it, none before all are ready; what each said."""
    words = [sys.executable, str(Path(__file__)), url, what]
    begun = [
        subprocess.Popen(
            [*words, str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": PATH}
        )
        for n in range(processes)
    ]
    for one in begun:
        assert one.stdout and one.stdout.readline() == "ready\n"
    for one in begun:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate(timeout=60)[0].strip() for one in begun]
    assert [one.returncode for one in begun] == [0] * processes
    return said


ROOT = Path(__file__).parents[2]
PATH = f"{ROOT}:{ROOT / 'tests'}"
WHAT: dict[str, Callable[[Engine, int], str]] = {"reserve": reserve, "warn": warn, "refuse": refuse, "add": add}

if __name__ == "__main__":
    opened = open_engine(sys.argv[1])
    opened.connect().close()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(WHAT[sys.argv[2]](opened, int(sys.argv[3])) + "\n")
    opened.dispose()
