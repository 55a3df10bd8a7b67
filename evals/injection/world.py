"""A home for attacks: the sample company, a colleague's secrets, and in each round other texts in every place."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from pydantic import SecretStr

from bot import demo
from bot.app import App
from bot.crm.local import replace_all
from evals.injection import checks, places, texts
from evals.injection.asking import Round
from evals.injection.places import PLACES, Planted
from evals.runner import empty

PAGES = (
    "battlecards/brightquay.md", "objections/too-expensive.md", "process/close-plan.md", "outreach/proof-points.md",
    "outreach/proof-point-rules.md", "security/soc2-and-iso.md", "security/hosting.md",
)  # fmt: skip
"""of the sample company's playbook, what the answers to these questions rest on"""
SETTINGS = ("slack_bot_token", "slack_app_token", "slack_signing_secret", "openai_api_key")
SELLER = "maya.lindqvist@fernhollow.example"


@contextmanager
def home(now: datetime, *, live: bool = False) -> Iterator[App]:
    """A home whose settings hold secrets, in which people see what is their team's."""
    secrets = dict(zip(SETTINGS, map(SecretStr, checks.SECRETS), strict=True))
    if live:
        secrets.pop("openai_api_key")
    own = {"crm_sees": "team", "company": "Fernhollow Software", "postal_address": "4 Alder Court, Bristol"}
    with empty(now, live=live, **{**own, **secrets}) as app:
        app.settings.calendars[SELLER] = SecretStr(str(app.settings.home / "maya.ics"))
        demo.load_crm(app.engine, now)
        sample = demo.write_pages(app.settings.home, now)
        pages = [found for name in (*PAGES, "northwick/*") for found in sorted(sample.glob(f"**/{name}"))]
        app.library.ingest(pages, resolve_account=app.account_key)
        yield app


def bring(app: App, now: datetime, planted: Planted, number: int) -> Round:
    """Bring a round's texts into the home."""
    folder = app.settings.home / "round"
    folder.mkdir(exist_ok=True)
    replace_all(app.engine, places.records(now, planted), as_of=now)
    places.write_pages(folder / "pages", now, planted)
    app.library.ingest([folder / "pages"], resolve_account=app.account_key)
    (app.settings.home / "maya.ics").write_bytes(places.calendar(now, planted))
    return Round(app, now, planted, folder, number)


def planted(given: Sequence[texts.Attack], number: int, mails: Sequence[str]) -> tuple[Planted, set[tuple[str, str]]]:
    """The texts of a round, and which is where: each round moves each on, so that it comes to every place in the end."""
    apart = -(-len(given) // len(PLACES))
    chosen = {place: given[(k * apart + number) % len(given)] for k, place in enumerate(PLACES)}
    carrier = mails[number % len(mails)] if mails else ""
    long = {place: texts.hidden(one, carrier, number + k) for k, (place, one) in enumerate(chosen.items())}
    short = {place: one.text for place, one in chosen.items()}
    return Planted(short, long), {(one.id, place) for place, one in chosen.items()}


def rounds(given: Sequence[texts.Attack]) -> int:
    """Rounds after which every text was somewhere."""
    return -(-len(given) // len(PLACES))
