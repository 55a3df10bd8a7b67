"""The sample company in a home of its own: loaded once, dated so that "today" is the day of the set-up."""

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.crm.local import replace_all
from bot.errors import BotError
from bot.sample.world import World, load_world, write_notes

SELLER = "u-maya"
MARKER = "demo.json"


def demo_seller(home: Path) -> str | None:
    """The sample company's seller in a home that demo made."""
    return str(marker(home)["seller"]) if marker(home) else None


def marker(home: Path) -> dict[str, Any]:
    """What demo noted about this home; empty where it did not make it."""
    try:
        found: dict[str, Any] = json.loads((home / MARKER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BotError(
            f"The file {home / MARKER} cannot be read ({error}); remove it or choose another home."
        ) from error
    return found


def check_home(home: Path, *, reset: bool, occupied: bool) -> None:
    """Refuse a home that demo did not make and that holds somebody's own data, or is to be reset."""
    if marker(home) or not (occupied or (reset and any(home.glob("seller.db*")))):
        return
    word = "reset" if reset else "filled with the sample company"
    raise BotError(f"The home {home} holds data of your own and is not {word}; set SELLER_HOME to an empty folder.")


def clear(home: Path) -> None:
    """Remove everything that demo and its conversation left."""
    for path in home.iterdir():
        if path.name.endswith(".lock"):
            continue  # locks are held by name; removing one would let a second process in
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def is_ready(home: Path) -> bool:
    """Whether the sample company is loaded completely."""
    return bool(marker(home).get("ready"))


def note(home: Path, today: date, *, ready: bool) -> None:
    """Write the marker, first as begun and at the end as ready, so that a kill in between is finished next time."""
    text = json.dumps({"made_by": "seller demo", "seller": SELLER, "today": today.isoformat(), "ready": ready})
    (home / MARKER).write_text(text, encoding="utf-8")


def load_crm(engine: Engine, now: datetime) -> World:
    """Put the sample company's records into the embedded CRM."""
    world = load_world(now.date())
    records = [
        *world.users, *world.stages, *world.products, *world.accounts, *world.contacts, *world.opportunities,
        *world.history, *world.roles, *world.activities, *world.tasks, *world.quotas,
    ]  # fmt: skip
    replace_all(engine, records, as_of=now, source="sample company")
    return world


def write_pages(home: Path, now: datetime) -> Path:
    """Write the notes, transcripts and playbook pages as files that citations can open; return their folder."""
    folder = home / "sample"
    write_notes(folder, now.date())
    return folder
