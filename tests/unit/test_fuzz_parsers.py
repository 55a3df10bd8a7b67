"""Whatever stands in a file or a Slack payload: a parser answers, or says what is wrong; `make fuzz` tries for longer."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.crm.files import import_folder
from bot.errors import BotError
from bot.skills.summarising.transcript import read
from bot.slack.words import message_words, plain
from bot.store.database import open_engine, prepare
from knowledge.errors import KnowledgeError
from knowledge.loaders import LOADERS, load
from tests.conftest import TODAY

EXAMPLES = int(os.environ.get("SELLER_TEST_FUZZ", "60"))
"""how many are tried; with more than usual they are drawn anew each time"""
fuzzed = settings(
    max_examples=EXAMPLES, derandomize=EXAMPLES <= 60, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip
ENDINGS = sorted(LOADERS)
PIECES = st.sampled_from(
    [
        "---\n", "title: x\n", "teams: [A, B]\n", "date: 2026-13-45\n", "a: &a [*a]\n", "questions:\n  - q\n", "? - : {\n", "!!python/object:os.system\n",
        "WEBVTT\n\n", "00:00:01.000 --> 00:00:02.000\n", "1\n00:00:01,000 --> 00:00:02,000\n", "99:99:99.999 --> \n", "<v Ann>Hello</v>\n", "NOTE x\n", "Ann: Hello\n",
        "Ann Lee  0:03\n", "[00:01] Ben: We will sign by Friday.\n", "# Title\n", "| a | b |\n|---|---|\n", "```\n", "> ", "- x\n", "\x00", "\ufeff", "\u2028", "\x85",
        '{"turns": [', '{"speaker": "Ann", "text": "Hi"}', "]}", "[", "{", '"', "null", "1e999", "-0", "\\ud800", "id,name\n", "a1,Acme\n", 'a2,"x\n', ";", "\t", "\r", "€",
        "<div>", "<table><tr><td>", "</", "<!--", "<script>", "&#x110000;", "&amp;", "From: a@b.c\n", "Subject: =?utf-8?q?=ff?=\n", "Content-Type: multipart/mixed; boundary=x\n", "\n",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).map("".join)
DATA = st.one_of(
    st.binary(max_size=200),
    TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")),
    TEXTS.map(lambda text: text.encode("utf-16", "surrogatepass")),
)
DEEP = [
    "[" * 100_000, '{"a":' * 100_000, "---\na: " + "[" * 5_000 + "\n---\n", "<div>" * 20_000, "> " * 20_000, "- " * 5_000 + "x", "(" * 50_000, "&a " * 10_000,
    "".join(f"{' ' * n}- x\n" for n in range(800)), "---\n" + "".join(f"{' ' * n}a:\n" for n in range(1_500)) + "---\n", "**" * 30_000, "`" * 60_001, "=?" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
@fuzzed
@given(DATA)
def test_a_file_is_read_or_refused(ending: str, data: bytes) -> None:
    try:
        load(f"file{ending}", data)
    except (KnowledgeError, BotError) as error:
        assert str(error)


@pytest.mark.parametrize(
    "ending", [one for one in ENDINGS if one in (".vtt", ".srt", ".txt", ".json", ".md", ".html", ".csv", ".eml")]
)
@pytest.mark.parametrize("text", DEEP, ids=range(len(DEEP)))
def test_what_is_nested_without_end_is_read_or_refused(ending: str, text: str) -> None:
    try:
        load(f"file{ending}", text.encode())
    except (KnowledgeError, BotError) as error:
        assert str(error)


@pytest.mark.parametrize("ending", [".txt", ".vtt", ".srt", ".json", ".md"])
@fuzzed
@given(DATA)
@example(b"Ann: Hi\nBen: Hi\nAnn: \xff\n")
def test_a_transcript_is_read_or_refused(ending: str, data: bytes) -> None:
    try:
        read(f"call{ending}", data)
    except (KnowledgeError, BotError) as error:
        assert str(error)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.text(max_size=9)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=6,
)
TEXT = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.sampled_from(["<@U1>", "<http://x|y>", "<!channel>", "<#C1|>", "<mailto:a@b|c>", "<<>>", "&lt;"]),
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXT,
        "attachments": st.one_of(st.none(), st.lists(st.fixed_dictionaries({}, optional={"text": TEXT, "fallback": TEXT}), max_size=3)),
        "blocks": st.lists(st.fixed_dictionaries({"type": st.sampled_from(["section", "divider", "actions"])}, optional={"text": st.fixed_dictionaries({"text": st.text(max_size=9)})}), max_size=3),
        "else": JSON,
    },
)  # fmt: skip


@fuzzed
@given(MESSAGES)
def test_any_message_of_slack_is_read(message: dict[str, object]) -> None:
    assert isinstance(message_words(json.loads(json.dumps(message))), str)


@fuzzed
@given(st.one_of(st.text(), TEXTS), st.one_of(st.none(), st.text(max_size=5)))
def test_any_words_of_slack_are_plain(text: str, bot: str | None) -> None:
    assert isinstance(plain(text, bot), str)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Tables that nothing is written to."""
    made = open_engine(f"sqlite:///{tmp_path_factory.mktemp('csv') / 'seller.db'}")
    prepare(made)
    return made


NAMES = ["accounts", "contacts", "opportunities", "activities", "tasks", "users", "quotas", "strange"]
HEADS = [
    "id,name",
    "id,name,account_id,email",
    "id,name,account_id,amount,currency,stage,close_date",
    "id;name;owner",
    "\ufeffId\tName",
    "",
    "id,id,id",
]
CELLS = st.one_of(
    st.sampled_from(
        [
            "a1",
            "1,5",
            "€ 1.000,00",
            "31/02/2026",
            "2026-02-31",
            "nan",
            "inf",
            "1e400",
            "=1+1",
            "'",
            '"',
            "\n",
            "\x00",
            "TRUE",
            "-",
            "٣",
        ]
    ),
    st.text(max_size=6),
)
ROWS = st.lists(st.lists(CELLS, max_size=8).map(",".join), max_size=6).map("\n".join)


@fuzzed
@given(
    st.sampled_from(NAMES),
    st.sampled_from(HEADS),
    st.one_of(ROWS.map(lambda rows: rows.encode("utf-8", "surrogatepass")), st.binary(max_size=80)),
)
def test_any_csv_is_imported_or_refused_row_by_row(engine: Engine, name: str, head: str, rows: bytes) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / f"{name}.csv").write_bytes(head.encode() + b"\n" + rows)
        try:
            import_folder(engine, Path(folder), as_of=TODAY, merge=True, dry_run=True)
        except BotError as error:
            assert str(error)
