"""Random knowledge bases for tests of who may read what, and a plain word on it that asks no code under test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hypothesis import strategies as st

from knowledge.library import Library

TEAMS = ("EMEA", "AMER", "AMER,EMEA", "EMEA|")
"""the last two look like a list of teams, or like two fields, to whoever writes them down carelessly"""
ACCOUNTS = ("acme", "globex", "acme|EMEA")
KINDS = ("playbook", "note", "transcript")
STATUSES = (None, None, "verified", "expired", "draft", "archived")
SUBJECTS = ("alpine", "bronze", "copper", "dahlia", "ember", "fjord", "garnet", "harbor")
FILES = tuple("abcdefgh")


@dataclass(frozen=True)
class Page:
    """A page as its author means it."""

    subject: str
    kind: str = "playbook"
    account: str | None = None
    teams: frozenset[str] = frozenset()
    audience: str = "internal"
    status: str | None = None
    decided: str | None = None
    long: bool = False

    def file(self) -> str:
        """Write the page; a long one is cut into several passages, each of which names the subject."""
        fields = {"kind": self.kind, "account": self.account, "audience": self.audience, "status": self.status}
        front = [f"{name}: '{value}'" for name, value in fields.items() if value] + [f"teams: {sorted(self.teams)}"]
        said = (
            f"The discount of {self.subject} needs {self.subject} papers, {self.subject} stamps and {self.subject} ink."
        )
        text = "\n\n".join([said + f" Step {i} of the {self.subject}." for i in range(40)] if self.long else [said])
        return "---\n" + "\n".join(front) + f"\n---\n# About {self.subject}\n\n{text}\n"


@dataclass(frozen=True)
class Reader:
    """Who asks, about which accounts, for whom."""

    accounts: frozenset[str]
    teams: frozenset[str]
    audience: Literal["internal", "customer"]
    alone: bool = False
    """whether only notes of these accounts are wanted"""


def may_read(reader: Reader, page: Page) -> bool:
    """Say it as a person would."""
    if (page.decided or page.status) in ("draft", "archived"):
        return False
    if reader.audience == "customer" and page.audience != "customer":
        return False
    if reader.alone and not page.account:
        return False
    if page.account and page.account not in reader.accounts:
        return False
    return not page.teams or any(team in reader.teams for team in page.teams)


Base = dict[str, Page]
"""file name → page; two files of one subject hold the same words"""
Decisions = dict[str, str]


def some(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=2)


PAGES = st.builds(
    Page,
    subject=st.sampled_from(SUBJECTS),
    kind=st.sampled_from(KINDS),
    account=st.sampled_from((None, None, *ACCOUNTS)),
    teams=st.one_of(st.just(frozenset()), some(TEAMS)),
    audience=st.sampled_from(("internal", "customer")),
    status=st.sampled_from(STATUSES),
    long=st.sampled_from((False, False, True)),
)
READERS = st.builds(
    Reader,
    some(ACCOUNTS),
    some(TEAMS),
    st.sampled_from(("internal", "internal", "customer")),
    st.sampled_from((False, False, True)),
)
BASES = st.dictionaries(st.sampled_from(FILES), PAGES, min_size=3, max_size=8)
DECISIONS = st.dictionaries(st.sampled_from(FILES), st.sampled_from(("archived", "verified")), max_size=3)


def write_all(library: Library, folder: Path, base: Base) -> None:
    """Make the folder hold these pages and no others, and read it."""
    for file in folder.iterdir():
        file.unlink()
    for name, page in base.items():
        (folder / f"{name}.md").write_text(page.file(), encoding="utf-8")
    report = library.ingest([folder], resolve_account=str)
    assert (report.failed, report.skipped, report.files) == ([], [], len(base))
