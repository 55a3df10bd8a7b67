"""Time offline briefs and answers in a warm process, on the sample company and beside 100,000 further vectors.

`python -m evals.bench.brief [--shared N] [--rounds N]` prints one JSON line: milliseconds at p50 and p95 of whole
requests (routing, CRM, search, wording, storing the turn and the proposal), as `seller ask` and Slack make them.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot import demo
from bot.app import App
from bot.assistant import Request
from bot.settings import Settings
from evals.bench.pages import Pages, figures, fill
from knowledge.library import Library
from knowledge.registry import Registry

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
ACCOUNTS = ("Northwick Dairy", "Harrowgate Foods", "Castellane Ceramics", "Velden Bicycles", "Tarn & Vale Outdoor")
QUESTIONS = ("what do we say when they call us expensive?", "how long is a pilot?", "who signs off 25 % discount?")


def timed(app: App, texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Ask each text `rounds` times after one warm-up; give p50 and p95 in milliseconds."""
    user, taken = app.user("u-maya"), []
    for n in range(rounds + 1):
        for text in texts:
            started = time.perf_counter()
            app.assistant.answer(Request(text=text, user=user, now=NOW, thread=f"bench:{n}:{text}"))
            taken.append((time.perf_counter() - started) * 1000)
    counted = taken[len(texts) :]
    return figures(counted)


def run(shared: int, rounds: int, home: Path) -> dict[str, object]:
    """Load the sample company, time it, add synthetic pages, time it again."""
    briefs = [f"brief me on {name}" for name in ACCOUNTS]
    with App(Settings(home=home, model="offline"), lambda: NOW) as app:
        app.ready()
        demo.load_crm(app.engine, NOW)
        app.library.ingest([demo.write_pages(home, NOW)], resolve_account=app.account_key)
        result: dict[str, object] = {
            "brief": timed(app, briefs, rounds),
            "ask": timed(app, QUESTIONS, rounds),
        }
        if shared:
            _crowd(app.library, Registry(app.engine), shared)
            result |= {
                "chunks": app.library.stats().chunks,
                "brief_crowded": timed(app, briefs, rounds),
                "ask_crowded": timed(app, QUESTIONS, rounds),
            }
    return result


def _crowd(library: Library, registry: Registry, shared: int) -> None:
    """Add synthetic shared pages through the ingest's own steps."""
    pages = Pages(library._embedder)
    fill(library, registry, pages, pages.versions(shared, 0))


def main() -> int:
    """Run the benchmark of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(run(given.shared, given.rounds, Path(home))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
