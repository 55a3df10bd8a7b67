"""The order of an erasure: each step may be repeated, and the next run of the same goes on where a kill stopped it."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import log
from bot.crm.port import CrmReader
from bot.crm.suppression import Suppression
from bot.erasing import durable, journal, pages
from bot.erasing.files import drop_copies, prove, reword, vacuum
from bot.erasing.journal import Journal
from bot.erasing.person import Person, find, known_by_email
from bot.erasing.report import Proof, Report
from bot.erasing.rows import Advance, Rows
from bot.erasing.words import Words
from bot.errors import BotError, Locked, NotFound
from bot.settings import Settings
from bot.store.audit import AuditLine, record, redact
from bot.store.database import Connection, Engine, writing
from bot.store.leader import Leadership
from knowledge.holding import Holding
from knowledge.library import Library


@dataclass(frozen=True)
class Found:
    """What a look over the home has found."""

    rows: Rows
    by_place: list[str]
    """ids of pages whose uri names the person"""
    roots: list[str]
    """ingested folders that do"""
    sources: list[str]
    """files outside the home in which the person is named"""

    @property
    def pages(self) -> bool:
        """Whether the knowledge base names the person."""
        return bool(self.rows.pages or self.by_place or self.roots)


Track = Callable[[str], Advance]
"""gives a step's progress by its name"""


class Erasure:
    """Erases one person from one home."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        reader: CrmReader,
        library: Callable[[], Library],
        kept: Suppression,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings, self._engine, self._reader = settings, engine, reader
        self._library, self._kept, self._clock = library, kept, clock
        self._home = settings.home

    def find(self, written: str) -> Person:
        """The person who is meant, also where an erasure of theirs was cut off after the contact was gone."""
        begun = journal.read(self._home)
        if begun is None:
            return self._contact(written)
        if journal.meant(begun, written):
            return begun.person
        raise BotError(
            "The erasure of another person was cut off and has to be ended first: run `seller erase` for that person again; "
            f"{self._home / 'erasing.json'} says who it is."
        )

    def _contact(self, written: str) -> Person:
        try:
            return find(self._reader, written)
        except NotFound:
            known = known_by_email(self._kept, written)
            if known is None:
                raise
            return known

    def count(self, person: Person, track: Track) -> Report:
        """What an erasure would remove and redact; nothing is written."""
        started = time.perf_counter()
        report = self._report(person, dry_run=True)
        self._look(Words(person), report, track)
        report.seconds = time.perf_counter() - started
        return report

    def run(self, person: Person, by: str, track: Track) -> Report:
        """Erase the person and prove it; Locked or KnowledgeLocked where another process works in the home."""
        started, words, report = time.perf_counter(), Words(person), self._report(person, dry_run=False)
        with self._alone():
            found = self._look(words, self._report(person, dry_run=True), track)
            begun = (journal.read(self._home) or Journal(person)).with_found(found.sources, found.pages)
            journal.write(self._home, begun)
            self._kept.add(person.hashes(self._kept), self._clock())
            report.sources = list(begun.sources)
            self._rows(words, found, report, track, by)
            if begun.pages:
                self._library().renew(track("vectors and word index"))
            self._clean_files(words, report)
            report.proof = self._prove(words, track)
            if self._in_vectors(report.proof):
                # Chroma's files may hold what a process had in its memory, also where no page names the person.
                self._library().renew(track("vectors and word index"))
                self._clean_files(words, report)
                report.proof = self._prove(words, track)
            report.seconds = time.perf_counter() - started
            self._end(by, report)
        return report

    def _look(self, words: Words, report: Report, track: Track) -> Found:
        """Count everything."""
        rows = Rows(self._engine, words)
        rows.run(report, track("looking"), write=False)
        durable.erase(self._engine, self._home, words, rows.changes, report, write=False)
        by_place, roots = pages.named_by_place(self._engine, rows, words)
        report.count("pages named by their place", removed=len(by_place) + len(roots))
        lines, texts = reword(self._home, words, write=False)
        report.count("logs", redacted=lines)
        report.count("files of the home", redacted=texts)
        report.sources = self._outside(rows.pages | set(by_place))
        return Found(rows, by_place, roots, report.sources)

    def _rows(self, words: Words, found: Found, report: Report, track: Track, by: str) -> None:
        # What DBOS has recorded is known by the changes that name the person, so it goes before they are redacted.
        durable.erase(self._engine, self._home, words, found.rows.changes, report, write=True)
        for page in pages.move(self._engine, found.by_place, found.rows, words):
            self._library().forget(page)
        pages.forget(self._engine, found.roots)
        report.count("pages named by their place", removed=len(found.by_place) + len(found.roots))

        def redacted(connection: Connection, kept: Mapping[int, Any]) -> None:
            redact(connection, kept, self._clock(), by, "erase")

        Rows(self._engine, words, redacted).run(report, track("erasing"), write=True)

    def _clean_files(self, words: Words, report: Report) -> None:
        log.let_go()
        if drop_copies(self._home):
            report.notes.append(
                "What was kept of this home from before an upgrade or a restore was removed as a whole."
            )
        lines, texts = reword(self._home, words, write=True)
        report.count("logs", redacted=lines)
        report.count("files of the home", redacted=texts)
        self._library().close()
        self._engine.dispose()

    def _prove(self, words: Words, track: Track) -> Proof:
        """Clean the databases and search every file, while no other process may open the vectors."""
        with self._vectors_closed():
            vacuum(self._home)
            proof = prove(self._home, words, track("proving"))
        left = self._report(words.person, dry_run=True)
        self._look(words, left, track)
        files = [*proof.files, *(f"{one.store} (database)" for one in left.stores)]
        return Proof(proof.files_searched, proof.bytes, proof.remaining + left.traces, tuple(files), proof.seconds)

    def _in_vectors(self, proof: Proof) -> bool:
        folder = self._settings.chroma_folder
        return any(Path(file).is_relative_to(folder) for file in proof.files)

    def _end(self, by: str, report: Report) -> None:
        remaining = report.proof.remaining if report.proof else 0
        counts = {one.store: one.removed + one.redacted for one in report.stores}
        detail = {"person": report.person, "remaining": remaining, "counts": counts}
        with writing(self._engine) as connection:
            record(connection, AuditLine(at=self._clock(), actor=by, verb="erase", detail=detail))
        if not remaining:
            journal.close(self._home)

    def _report(self, person: Person, *, dry_run: bool) -> Report:
        return Report(
            self._kept.hash("id", person.id), dry_run, notes=_notes(person), elsewhere=self._elsewhere(person)
        )

    def _elsewhere(self, person: Person) -> list[str]:
        """What no search of the home can reach."""
        said = [
            "Backups of this home, messages in Slack, and what a model's provider logged are beyond reach: erase them there.",
        ]
        if self._settings.crm != "local":
            link = self._reader.link("contact", person.id)
            said.append(
                f"The person is still in {self._settings.crm}, where nothing is written without a yes: delete them at {link}."
            )
        if self._settings.chroma_url:
            said.append("The Chroma server keeps free pages in its own files: run `chroma vacuum` there.")
        if self._engine.dialect.name != "sqlite":
            said.append("PostgreSQL frees old versions of rows with its next vacuum, and its write-ahead log in time.")
        return said

    def _outside(self, page_ids: set[str]) -> list[str]:
        if not page_ids:
            return []
        uris = pages.uris(self._engine, page_ids)
        return sorted(uri for uri in uris if Path(uri).is_absolute() and not Path(uri).is_relative_to(self._home))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep workers and other users of the vectors out; the sentence names who holds them."""
        self._library().hold()
        leadership = Leadership(self._engine, self._home)
        if not leadership.acquire():
            raise Locked(
                f"Another process applies changes in the home {self._home}; end it (`seller serve`, `seller demo`), "
                "and run the same again."
            )
        try:
            yield
        finally:
            leadership.release()

    @contextmanager
    def _vectors_closed(self) -> Iterator[None]:
        if self._settings.chroma_url:
            yield
            return
        with Holding(self._settings.chroma_folder, 3.0):
            yield


def _notes(person: Person) -> list[str]:
    said = [
        f"{' or '.join(person.alone)} alone was taken out only of what is about this contact's account; elsewhere it stays."
        if person.alone
        else "First names and surnames alone stay, as they may mean anybody."
    ]
    if not person.name:
        said.append("This person was erased before: only the e-mail was looked for again.")
    if person.reach == "account" and person.namesakes:
        said.append("Somebody else has the same name: it was taken out only of what is about this contact's account.")
    if person.reach == "records":
        said.append(
            "A colleague at the account has the same name: it was taken out only of records tied to this contact."
        )
    return said
