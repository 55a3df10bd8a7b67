"""Load on the app in Slack: `python -m evals.bench.slack`, or with `--seconds N --rate N` for another run.

A loopback Slack delivers questions over Socket Mode to `seller serve`, a process of its own on the sample company,
whose language model takes 2 s: 4 questions a second for 60 s, bursts of 20, then more than it can bear. Beside it, in
the same run, a minimal Bolt app that only echoes gets the same questions. The figure is the ratio of the times to an
acknowledgement (p99), ours to the echo's.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import demo
from bot.app import App
from bot.settings import Settings
from bot.slack.arrivals import work
from evals.bench.slack_office import Model, Office

MODEL_SECONDS = 2.0
QUESTION = "what do we say when they call us expensive?"
BURSTS, BURST = 3, 20
OVERLOAD_RATE, OVERLOAD_SECONDS = 24.0, 15.0
FEWER = work.ANSWERS // 2
"""places for answers in a second run: where as much is answered with half of them, something else sets the limit"""
SERVE = "from bot.slack.arrivals import work; work.ANSWERS = {}; from bot.cli import main; main()"
WARM = 40
"""questions before anything is measured, so that all threads are there and memory tells of the load alone"""
TARGET_MS = 300.0
STARTS = 120.0
PATIENCE = 180.0
TOKENS = {"SELLER_SLACK_BOT_TOKEN": "xoxb-bench", "SELLER_SLACK_APP_TOKEN": "xapp-bench"}


class Child:
    """The app under load, and what it costs."""

    def __init__(self, words: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", *words], env={**os.environ, **environment}, stderr=subprocess.DEVNULL
        )

    def rss_mb(self) -> float:
        """Memory in use."""
        text = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii", errors="replace")
        return round(next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS")) / 1024, 1)

    def cpu_seconds(self) -> float:
        """Time of a processor spent so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it as an operator does."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()


def steady(office: Office, rate: float, seconds: float) -> list[str]:
    """Ask at a rate; gives the threads."""
    threads, started = [], time.perf_counter()
    for number in range(round(rate * seconds)):
        time.sleep(max(0.0, started + number / rate - time.perf_counter()))
        threads.append(office.ask(QUESTION))
    return threads


def bursts(office: Office) -> list[str]:
    """Ask many at once, a few times; gives the threads."""
    threads: list[str] = []
    for _ in range(BURSTS):
        began = [office.ask(QUESTION) for _ in range(BURST)]
        office.wait(began, PATIENCE)
        threads += began
    return threads


def figures(office: Office, threads: list[str]) -> dict[str, Any]:
    """Acknowledgements and answers of some questions."""
    office.wait(threads, PATIENCE)
    asked = [office.asked[ts] for ts in threads]
    acks = sorted((one.acked - one.sent) * 1000 for one in asked if one.acked)
    answers = sorted(one.answered[0] - one.sent for one in asked if one.answered)
    return {
        "asked": len(asked),
        "not_acknowledged": len(asked) - len(acks),
        "not_answered": len(asked) - len(answers),
        "answered_twice": sum(len(one.answered) > 1 for one in asked),
        "ack_ms": {"p50": _at(acks, 0.5), "p99": _at(acks, 0.99), "max": _at(acks, 1.0)},
        "answer_s": {"p50": _at(answers, 0.5), "p99": _at(answers, 0.99)},
    }


def _at(values: list[float], share: float) -> float | None:
    return round(values[min(len(values) - 1, int(len(values) * share))], 2) if values else None


def overload(office: Office, child: Child) -> dict[str, Any]:
    """Ask more than can be answered; gives how many a second are, and how busy the process is."""
    cpu, started = child.cpu_seconds(), time.perf_counter()
    threads = steady(office, OVERLOAD_RATE, OVERLOAD_SECONDS)
    found = figures(office, threads)
    last = max((max(office.asked[ts].answered, default=started) for ts in threads), default=started)
    took = last - started
    return {
        **found,
        "asked_a_second": OVERLOAD_RATE,
        "answered_a_second": round(len(threads) / took, 1),
        "processors_busy": round((child.cpu_seconds() - cpu) / took, 2),
    }


def saturation(full: dict[str, Any], fewer: dict[str, Any]) -> dict[str, Any]:
    """Say what sets the most that is answered in a second."""
    rates = {work.ANSWERS: full["answered_a_second"], FEWER: fewer["answered_a_second"]}
    share = rates[FEWER] / rates[work.ANSWERS]
    by = {places: round(places / MODEL_SECONDS, 1) for places in rates}
    if share > 0.9:
        why = "the processor: half of the places answer as much"
    elif share < 0.6:
        why = "the places for answers, each of which waits for the model: half of the places answer half as much"
    else:
        why = "not the places alone: half of them answer more than half as much"
    return {
        "answered_a_second": rates,
        "places_would_allow": by,
        "processors_busy": full["processors_busy"],
        "set_by": why,
    }


@contextmanager
def started(words: list[str], environment: dict[str, str], office: Office) -> Iterator[Child]:
    """An app that is connected and warm."""
    child = Child(words, environment)
    try:
        office.connected(STARTS)
        figures(office, [office.ask(QUESTION) for _ in range(WARM)])
        yield child
    finally:
        child.stop()


@contextmanager
def serving(home: Path, *words: str) -> Iterator[tuple[Office, Child, Model]]:
    """`seller serve` in a home of its own, with a model that takes its time."""
    with Model(MODEL_SECONDS).open() as model, Office(_furnish(home)).open() as office:
        environment = {
            **TOKENS, "SELLER_SLACK_API_URL": office.api, "SELLER_HOME": str(home), "OPENAI_BASE_URL": model.url,
            "OPENAI_API_KEY": "bench", "SELLER_MODEL": "openai:bench", "SELLER_REINGEST_MINUTES": "0",
        }  # fmt: skip
        with started([*words, "serve"], environment, office) as child:
            yield office, child, model


def ours(given: argparse.Namespace, home: Path) -> dict[str, Any]:
    """`seller serve` under load."""
    with serving(home / "all", "-m", "bot") as (office, child, model):
        before = child.rss_mb()
        found: dict[str, Any] = {"steady": figures(office, steady(office, given.rate, given.seconds))}
        memory = {"start": before, "after_steady": child.rss_mb()}
        found["bursts"] = figures(office, bursts(office))
        found["overload"] = overload(office, child)
        found |= {"rss_mb": {**memory, "end": child.rss_mb()}, "model_asked": model.asked}
    with serving(home / "fewer", "-c", SERVE.format(FEWER)) as (office, child, _):
        return {**found, "saturation": saturation(found["overload"], overload(office, child))}


def echo(given: argparse.Namespace) -> dict[str, Any]:
    """The same questions to an app that only echoes."""
    with Office("nobody@example.com").open() as office:
        environment = {**TOKENS, "SELLER_SLACK_API_URL": office.api}
        with started(["-m", "evals.bench.slack", "--echo"], environment, office):
            found = {"steady": figures(office, steady(office, given.rate, given.seconds))}
            return {**found, "bursts": figures(office, bursts(office))}


def _furnish(home: Path) -> str:
    """Load the sample company; gives the address of a seller."""
    now = datetime.now(UTC)
    with App(Settings(home=home, model="offline")) as app:
        app.ready()
        demo.load_crm(app.engine, now)
        app.library.ingest([demo.write_pages(home, now)], resolve_account=app.account_key)
        return str(app.user("u-maya").email)


def run_echo() -> None:
    """Be the minimal Bolt app, until killed."""
    from slack_bolt import App as Bolt  # of the child alone
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk import WebClient

    client = WebClient(os.environ["SELLER_SLACK_BOT_TOKEN"], base_url=os.environ["SELLER_SLACK_API_URL"])
    bolt = Bolt(client=client)

    @bolt.event("message")
    def message(event: dict[str, Any]) -> None:
        client.chat_postMessage(channel=event["channel"], thread_ts=event["thread_ts"], text=event["text"])

    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    SocketModeHandler(bolt, os.environ["SELLER_SLACK_APP_TOKEN"], web_client=client).start()  # type: ignore[no-untyped-call]


def main() -> int:
    """Run the benchmark of the command line; status 1 where something is lost, doubled or acknowledged late."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=4.0, help="questions a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--echo", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.echo:
        run_echo()
        return 0
    beside = echo(given)
    with TemporaryDirectory() as home:
        found = ours(given, Path(home))
    ratio = {
        load: round(found[load]["ack_ms"]["p99"] / beside[load]["ack_ms"]["p99"], 2) for load in ("steady", "bursts")
    }
    print(json.dumps({"bench": "slack", "ratio_of_ack_p99": ratio, "ours": found, "echo": beside}))
    loads = [found[load] for load in ("steady", "bursts", "overload")]
    whole = all(not (one["not_acknowledged"] or one["not_answered"] or one["answered_twice"]) for one in loads)
    return 0 if whole and all(found[load]["ack_ms"]["p99"] <= TARGET_MS for load in ("steady", "bursts")) else 1


if __name__ == "__main__":
    sys.exit(main())
