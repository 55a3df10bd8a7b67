"""Blocks stay within Slack's limits, say what the draft says, and carry nothing of the customer's as markup."""

import html
import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_limits import block_trouble, troubles, words

from bot.proposals import Action, Citation, Draft, Line, Section, Table
from bot.screening.inert import UNSEEN
from bot.slack.showing import views
from bot.slack.showing.actions import action_at
from bot.slack.showing.blocks import GAP, pieces, unlinked, without_tables
from bot.slack.showing.views import Block, Message

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HARD = (
    "<@U1>", "<!channel>", "<https://evil.test|click>", "<#C1|general>", "```code```", "*bold*", "&lt;", "a&b", "x" * 3500, "word " * 800, "שלום עולם", "\u202eevil\u202c", "👩‍👩‍👧‍👦" * 40, "\u200b", "\u200d\u200d", "line\nline", "\x00\x1b[31m", "| a | b |", "", " ",
)  # fmt: skip
text = st.one_of(st.sampled_from(HARD), st.text(max_size=60), st.lists(st.sampled_from(HARD), max_size=4).map(" ".join))
short = st.one_of(st.text(max_size=30), st.sampled_from(HARD))
cells = st.one_of(
    st.text(max_size=12), st.sampled_from(["<@U1>", "```", "", "\u202e1", "x" * 301, "👩‍👩‍👧‍👦", "| a |", "USD 48,000"])
)
grids = st.integers(1, 23).flatmap(
    lambda n: st.builds(
        Table,
        columns=st.lists(short, min_size=n, max_size=n).map(tuple),
        rows=st.lists(st.lists(cells, max_size=n).map(tuple), max_size=6).map(lambda rows: tuple(rows * 9)),
        numeric=st.lists(st.integers(0, n - 1), max_size=3).map(tuple),
    )
)
taps = st.lists(
    st.builds(
        Action,
        label=short,
        ask=st.sampled_from(["", "brief me on it"]),
        url=st.sampled_from(["", "https://kb.test/1", "mailto:a@b.test?subject=x", "javascript:alert(1)"]),
        about=short,
    ),
    max_size=7,
).map(tuple)
lines = st.builds(Line, text=text, cites=st.lists(st.integers(0, 40), max_size=5).map(tuple), actions=taps)
drafts = st.builds(
    Draft,
    skill=st.just("ask"),
    lead=text,
    sections=st.lists(
        st.builds(Section, title=short, lines=st.lists(lines, max_size=9).map(tuple), table=st.none() | grids),
        max_size=6,
    ).map(tuple),
    citations=st.lists(
        st.builds(
            Citation,
            n=st.integers(0, 40),
            title=short,
            source=st.sampled_from(
                ["", "mailto:a@b.test", "/srv/a.md", "javascript:alert(1)", "https://kb.test/" + "ä" * 900]
            )
            | short.map(lambda path: f"https://kb.test/{path}"),
            location=short,
            status=st.sampled_from(["verified", "due", "CRM", ""]),
            age_days=st.none() | st.integers(0, 900),
            owner=st.none() | short,
        ),
        max_size=30,
    ).map(tuple),
    unknowns=st.lists(text, max_size=5).map(tuple),
    actions=taps,
    notice=text,
    as_of=st.sampled_from([None, NOW]),
)


few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def shown(draft: Draft) -> list[Message]:
    """The first screen and all that comes behind More."""
    messages = views.answer(draft, "a1")
    while (key := _more(messages[-1])) is not None:
        messages += views.more(draft, "a1", key)
    return messages


def _more(message: Message) -> int | None:
    ids = [e["action_id"] for b in message.blocks if b["type"] == "actions" for e in b["elements"]]
    return next((int(i.split(":")[2]) for i in ids if i.startswith("more:")), None)


def _pieces(text: str) -> list[str]:
    """What a long text is broken into, which need not stand side by side."""
    return [_letters(html.unescape(piece)) for piece in pieces(views.escape(text), 1200)]


def _letters(words: str) -> str:
    """A text without spaces, of whatever width, and signs that steer a screen, as which two texts are compared."""
    return "".join(UNSEEN.sub("", words).replace("\u200b", "").split())


def texts(blocks: list[Block]) -> list[str]:
    """The mrkdwn of sections and small print, in order."""
    return [e["text"] for b in blocks for e in ([b["text"]] if b["type"] == "section" else b.get("elements", []))]


@few
@given(drafts)
def test_every_answer_fits_slack(draft: Draft) -> None:
    whole, behind = views.answer(draft), shown(draft)
    assert 1 <= len(whole) <= 3
    assert len(views.answer(draft, "a1")) == 1
    for message in (*whole, *behind, *map(without_tables, behind)):
        assert troubles(message.blocks) == []
        assert block_trouble(message.blocks) is None
        assert 0 < len(message.text) <= 4000


def test_titles_of_the_rest_are_only_begun_beside_more() -> None:
    titled = tuple(Section(title=f"{n} {'word ' * 700}", lines=()) for n in range(4))
    first = views.answer(Draft(skill="ask", sections=titled), "a1")[0]
    assert block_trouble(first.blocks) is None
    under = next(text for text in texts(first.blocks) if text.startswith("Under More: "))
    assert under.startswith("Under More: 1 word word") and "…, 2 word" in under and len(under) < 4 * 80


@few
@given(drafts)
def test_nothing_is_lost_behind_more(draft: Draft) -> None:
    said = _letters(html.unescape("".join(t for message in shown(draft) for b in message.blocks for t in words(b))))
    for section in draft.sections:
        for line in section.lines:
            assert [piece for piece in _pieces(line.text) if piece not in said] == []
        for row in section.table.rows if section.table else ():
            assert [cell for cell in row if _letters(cell) not in said] == []
    assert [piece for text in draft.unknowns for piece in _pieces(text) if piece not in said] == []


@few
@given(drafts)
def test_no_link_mention_or_turned_reading_comes_from_a_sources_words(draft: Draft) -> None:
    ours = {citation.source for citation in draft.citations} | {"mailto:a@b.test?subject=x"}
    for message in shown(draft):
        assert "<" not in message.text
        assert [t for b in message.blocks for t in words(b) if UNSEEN.search(t.replace(GAP, ""))] == []
        marked = [b.get("text") or b["elements"] for b in message.blocks if b["type"] not in ("table", "actions")]
        for part in (t for block in marked for t in words(block)):
            for address in re.findall(r"<([^|>]*)", part):
                assert unquote(html.unescape(address)) in ours
                assert address.startswith(("https://kb.test/", "mailto:a@b.test?"))


@pytest.mark.parametrize(
    "draft",
    [
        Draft(skill="ask"),
        Draft(skill="ask", sections=(Section(title="", lines=(Line(text="x" * 60_000),)),)),
        Draft(skill="ask", sections=(Section(title="T", lines=(Line(text="word " * 12_000),)),)),
        Draft(skill="ask", sections=tuple(Section(title=f"S{k}", lines=(Line(text="a line"),)) for k in range(200))),
        Draft(
            skill="ask",
            sections=(Section(title="T", lines=(Line(text="So.", cites=tuple(range(1, 501))),)),),
            citations=tuple(Citation(n=n, title="Page " * 9, source=f"https://kb.test/{n}") for n in range(1, 501)),
        ),
        Draft(skill="ask", notice="n" * 60_000, unknowns=("u" * 60_000,), lead="l" * 60_000),
    ],
    ids=["empty", "a long word", "a long line", "200 sections", "500 citations", "long notices"],
)
def test_an_answer_of_any_length_fits_and_loses_nothing(draft: Draft) -> None:
    every = shown(draft)
    assert [troubles(message.blocks) for message in every] == [[] for _ in every]
    assert [block_trouble(message.blocks) for message in every] == [None for _ in every]
    said = _letters("".join(t for message in every for b in message.blocks for t in words(b)))
    texts = [line.text for section in draft.sections for line in section.lines] + [*draft.unknowns, draft.notice]
    assert [piece[:9] for t in texts for piece in _pieces(t) if piece not in said] == []
    assert sum(map(len, texts)) <= len("".join(t for message in every for b in message.blocks for t in words(b)))
    assert [c.n for c in draft.citations if f"•[{c.n}]<{c.source}|" not in said] == []


@given(st.text("ab &<>;", min_size=1, max_size=8000).filter(str.strip))
def test_a_long_line_is_cut_without_loss_and_never_inside_an_entity(line: str) -> None:
    found = pieces(views.escape(line), 3000)
    assert html.unescape("".join(found)) == html.unescape(views.escape(line))
    assert [html.unescape(piece) for piece in found] == [
        piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for piece in found
    ]
    assert all(0 < len(piece) <= 3000 for piece in found)


def test_a_customers_words_are_no_markup() -> None:
    draft = Draft(skill="ask", sections=(Section(title="", lines=(Line(text="<!channel> & <https://evil|x>"),)),))
    [message] = views.answer(draft)
    assert message.blocks == [
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": "&lt;!channel&gt; &amp; &lt;https://evil|x&gt;",
                "verbatim": True,
            },
        }
    ]
    assert message.text == "&lt;!channel&gt; &amp; &lt;https://evil|x&gt;"


def test_sources_are_links_with_badge_owner_and_age() -> None:
    page = Citation(n=1, title="Price | value", source="https://kb.test/a b?x=1&y=<2>", status="verified", age_days=12)
    record = Citation(n=2, title="Acme", source="seller://account/A1", status="CRM", owner="Mia")
    line = Line(text="Say it.", cites=(1, 2))
    [message] = views.answer(
        Draft(skill="ask", sections=(Section(title="Play", lines=(line,)),), citations=(page, record))
    )
    url = "https://kb.test/a%20b?x=1&amp;y=%3C2%3E"
    assert texts(message.blocks) == [
        f"*Play*\n• Say it. <{url}|[1]>[2]",
        f"*Sources*\n• [1] <{url}|Price ¦ value> · verified · 12 days old\n• [2] Acme · CRM · Mia",
    ]


def test_places_of_one_page_share_a_row() -> None:
    def place(n: int, title: str = "Call", status: str = "verified") -> Citation:
        source = f"https://kb.test/{title}#L{n}"
        return Citation(n=n, title=title, source=source, location=f"line {n}", status=status, age_days=3)

    citations = (place(1), place(2, "Price"), place(3), place(4, "Deal", "CRM"), place(5, "Deal", "CRM"))
    [message] = views.answer(Draft(skill="ask", citations=citations))
    assert texts(message.blocks) == [
        "*Sources*\n• <https://kb.test/Call#L1|Call> · verified · 3 days old · [1] line 1; [3] line 3\n"
        "• [2] <https://kb.test/Price#L2|Price> · verified · 3 days old · line 2\n"
        "• [4] <https://kb.test/Deal#L4|Deal> · CRM · 3 days old\n"
        "• [5] <https://kb.test/Deal#L5|Deal> · CRM · 3 days old"
    ]


def test_an_empty_section_says_so_and_small_print_comes_last() -> None:
    draft = Draft(
        skill="brief", sections=(Section(title="Risks"),), unknowns=("who signs",), notice="Offline.", as_of=NOW
    )
    [message] = views.answer(draft)
    assert texts(message.blocks) == [
        "*Risks*\n• nothing on record",
        "*Unknown*\n• who signs",
        "Offline. CRM as of 2026-03-02 09:00 UTC.",
    ]


def section(title: str, *texts: str, table: Table | None = None) -> Section:
    """A section of these lines."""
    return Section(title=title, lines=tuple(Line(text=text) for text in texts), table=table)


def test_a_short_answer_has_no_button() -> None:
    [message] = views.answer(Draft(skill="ask", sections=(section("Play", *"abcdefgh"),)), "a1")
    assert [block["type"] for block in message.blocks] == ["section"]


def test_the_first_screen_takes_all_of_the_bottom_line_and_some_of_each_part() -> None:
    long = [f"{n} {'word ' * 24}".strip() for n in range(9)]
    pages = tuple(Citation(n=n, title=f"Page {n}", source=f"https://kb.test/{n}") for n in range(1, 13))
    draft = Draft(
        skill="brief",
        sections=(section("Bottom line", *long[:5]), section("People", *long), section("Risks", *long)),
        unknowns=("who signs",),
        citations=pages,
        notice="Offline.",
    )
    [first], [rest] = views.answer(draft, "a1"), views.more(draft, "a1", 1)
    heads = [text.splitlines() for text in texts(first.blocks[:-1])]
    assert [(lines[0], len(lines) - 1) for lines in heads[:5]] == [
        ("*Bottom line*", 5), ("*People*", 6), ("*Risks*", 3), ("*Unknown*", 1), ("*Sources*", 5),
    ]  # fmt: skip
    assert texts(first.blocks[:-1])[5:7] == ["Offline.", "Under More: People, Risks, Sources."]
    assert [(lines[0], len(lines) - 1) for lines in (text.splitlines() for text in texts(rest.blocks))] == [
        ("*People, continued*", 3), ("*Risks, continued*", 6), ("*Sources, continued*", 7),
    ]  # fmt: skip
    assert first.blocks[-1] == {
        "type": "actions",
        "block_id": "more:a1:1",
        "elements": [
            {
                "type": "button",
                "action_id": "more:a1:1",
                "value": "more:a1:1",
                "text": {"type": "plain_text", "text": "More"},
                "accessibility_label": "More of this answer: People, Risks, Sources",
            }
        ],
    }


def test_a_wide_table_shows_a_phones_part_first_and_comes_whole_behind_more() -> None:
    wide = Table(
        columns=tuple(f"C{k}" for k in range(8)),
        rows=tuple(tuple(str(k * n) for k in range(8)) for n in range(30)),
        numeric=(1, 7),
    )
    small_one = Table(columns=("Name", "Sum"), rows=(("a", ""),), numeric=(1,))
    draft = Draft(
        skill="pipeline", sections=(section("Deals", "30 deals.", table=wide), section("Sums", table=small_one))
    )
    [first], rest = views.answer(draft, "a1"), views.more(draft, "a1", 1)
    shape = [
        [(len(b["rows"]), len(b["rows"][0])) for b in message.blocks if b["type"] == "table"]
        for message in (first, *rest)
    ]
    assert shape == [[(11, 5)], [(31, 8)], [(2, 2)]]
    assert texts([b for b in first.blocks if b["type"] == "section"]) == ["*Deals*\n• 30 deals.", "*Deals*"]
    assert rest[1].text == "Sums\n\nName  Sum\na       –"


def test_the_text_says_what_the_blocks_show() -> None:
    page = Citation(n=1, title="Price", source="https://kb.test/1", status="verified", age_days=0, owner="Lena")
    draft = Draft(
        skill="ask", sections=(Section(title="Play", lines=(Line(text="Ask <why>.", cites=(1,)),)),), citations=(page,)
    )
    [message] = views.answer(draft, "a1")
    assert message.text == "Play\n• Ask &lt;why&gt;. [1]\n\nSources\n• [1] Price · verified · Lena · of today"


def test_what_does_not_fit_three_messages_is_said() -> None:
    lines = tuple(Line(text="x" * 2900) for _ in range(30))
    messages = views.answer(Draft(skill="ask", sections=(Section(title="", lines=lines),)))
    assert len(messages) == 3
    assert texts(messages[-1].blocks)[-1] == "The rest is too long for Slack."


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a *bold* word", "a *\u200bbold* word"),
        ("_it_ and ~gone~", "_\u200bit_ and ~\u200bgone~"),
        ("```code```", "`\u200b`\u200b`code`\u200b`\u200b`"),
        ("jane_holt@x.test, first_name", "jane_holt@x.test, first_name"),
        ("2 * 3 * 4 is ~24", "2 * 3 * 4 is ~24"),
        ("say `/kb due`", "say `/kb due`"),
    ],
)
def test_what_others_wrote_formats_nothing(written: str, shown: str) -> None:
    assert views.escape(written) == shown


def test_what_may_be_done_next_is_a_button_a_link_or_a_menu() -> None:
    call = Action(label="Log call", ask="spoke to Jane", about="Jane Holt")
    brief, page = Action(label="Brief", ask="brief me on Acme"), Action(label="Open", url="https://crm.test/1?a=1&b=2")
    mail = Action(label="Open in | mail", url="mailto:a@b.test?subject=Hi&body=%3Ca%3E")
    lines = (Line(text="one"), Line(text="two", actions=(call,)), Line(text="three", actions=(brief, call)))
    draft = Draft(skill="day", sections=(Section(title="T", lines=lines),), actions=(brief, mail, page))
    [message] = views.answer(draft, "a1")
    option = {"type": "plain_text", "text": "Log call"}
    assert message.text == "T\n• one\n\n• two\n\n• three\n\nOpen in ¦ mail"
    assert [b.get("accessory") for b in message.blocks] == [
        None,
        {
            "type": "button",
            "text": option,
            "action_id": "say:0.1.0",
            "value": "a1:0.1.0",
            "accessibility_label": "Log call: Jane Holt",
        },
        {
            "type": "overflow",
            "action_id": "say:0.2",
            "options": [
                {"text": {"type": "plain_text", "text": "Brief"}, "value": "a1:0.2.0"},
                {
                    "text": option,
                    "value": "a1:0.2.1",
                    "description": {"type": "plain_text", "text": "Jane Holt"},
                },
            ],
        },
        None,
        None,
    ]
    assert texts(message.blocks)[3] == "<mailto:a@b.test?subject=Hi&amp;body=%3Ca%3E|Open in ¦ mail>"
    assert message.blocks[4] == {
        "type": "actions",
        "block_id": "say:a1",
        "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": "Brief"}, "action_id": "say:0", "value": "a1:0"},
            {
                "type": "button",
                "text": {"type": "plain_text", "text": "Open"},
                "action_id": "open:2",
                "url": "https://crm.test/1?a=1&b=2",
            },
        ],
    }
    assert [action_at(draft, where) for where in ("0", "0.2.1", "9", "0.2.9", "-1", "x", "0.1", "")] == [
        brief, call, None, None, None, None, None, None,
    ]  # fmt: skip


def test_many_lines_with_buttons_stay_within_a_message() -> None:
    """Fifteen lines of a day, each with a tap: a section a line, nothing else between them."""
    tap = (Action(label="Brief", ask="brief me"),)
    day = Section(title="Day", lines=tuple(Line(text=f"{k}", actions=tap) for k in range(15)))
    [message] = views.answer(Draft(skill="day", sections=(day,)), "a1")
    assert [b["text"]["text"] for b in message.blocks] == ["*Day*\n• 0", *(f"• {k}" for k in range(1, 15))]
    mixed = tuple(Line(text=f"{k}", actions=tap * (k % 2)) for k in range(9))
    full = Draft(skill="day", sections=tuple(Section(title=f"S{k}", lines=mixed) for k in range(12)), actions=tap * 9)
    [message] = views.answer(full, "a1")
    assert (len(message.blocks) <= 46, troubles(message.blocks)) == (True, [])


def test_what_is_shown_without_blocks_is_no_link() -> None:
    shown = unlinked("See https://evil.example and www.evil.example.")
    assert shown == "See https:\u200b//evil.example and www\u200b.evil.example."
