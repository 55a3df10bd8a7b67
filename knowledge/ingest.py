"""Files into the knowledge base: what is unchanged costs nothing, what was cut short is finished."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from knowledge.chunking import CHUNKER_VERSION, pieces
from knowledge.documents import Chunk, Document, Failed, IngestReport, Skipped, Warned
from knowledge.embeddings import Embedder
from knowledge.errors import NotAPage, NotReadable
from knowledge.loaders import load, reason_to_skip
from knowledge.packed import Entry
from knowledge.pages import Overrides, ResolveAccount, to_document
from knowledge.recovery import Recovery
from knowledge.redacting import Redact, redacted
from knowledge.registry import Registry, Stamp, StoredFile, Version, door
from knowledge.walking import Found, absolute, find

if TYPE_CHECKING:
    from knowledge.index import Index

Progress = Callable[[int, int, str], None]
"""called with files done, files in all, and the present file"""

Trial = Callable[[Version], str]
"""asks a changed page's golden questions; gives why it may not take the place of the present one, or nothing"""

Refuse = Callable[[Document, int], str]
"""says of a page and its file's time why it is not to be kept, or nothing"""

BATCH_CHUNKS = 128
"""chunks embedded and made live in one go: what a killed ingest repeats at most"""

MANY_PAGES = 10
"""pages from which on a folder that is empty now is taken for a share that is not mounted"""
EMPTIED = (
    "the folder is empty, as a share is that is not mounted; its {:,} pages are kept. "
    "If they are gone for good, put any file into it and ingest it again"
)


@dataclass(frozen=True)
class _File:
    """A file to look at: `data` gives the bytes of what is no file of its own on this machine."""

    uri: str
    mtime_ns: int
    size: int
    said: Mapping[str, Any]
    recipe: str
    data: Callable[[], bytes] | None = None


class Ingest:
    """One run over some paths."""

    def __init__(
        self,
        registry: Registry,
        index: "Index",
        embedder: Embedder,
        resolve_account: ResolveAccount,
        progress: Progress,
        trial: Trial | None = None,
        teams: Collection[str] = (),
        redact: Redact | None = None,
        refuse: Refuse | None = None,
    ) -> None:
        self._redact, self._refuse = redact, refuse
        self._teams = {team.casefold(): team for team in teams}
        self._registry, self._embedder, self._trial = registry, embedder, trial
        self._resolve, self._progress = resolve_account, progress
        self._recovery = Recovery(registry, index, embedder)
        self._report = IngestReport()

    def paths(self, paths: Iterable[Path], overrides: Overrides) -> IngestReport:
        """Take in files and folders; pages whose file vanished from a folder are forgotten."""
        started = time.perf_counter()
        self._recovery.run()
        roots = [absolute(path) for path in paths]
        found = find(roots)
        read = [str(root) for root in roots if str(root) in found.files or str(root) in found.complete]
        said = self._said(read, overrides)
        self._report.skipped += found.skipped
        known = self._registry.files([str(root) for root in roots])
        found.complete += _deleted(roots, known)
        self._report.failed += [failed for failed in found.failed if failed.file not in found.complete]
        files = [_file(uri, stat.st_mtime_ns, stat.st_size, said) for uri, stat in found.files.items()]
        files += [_entry(entry, said) for entry in found.packed]
        with closing(found.unpacker):
            self._take_in(files, known)
        self._keep_emptied(found, known)
        self._forget_absent(found, known)
        self._report.seconds = time.perf_counter() - started
        return self._report

    def data(self, uri: str, data: bytes, overrides: Overrides) -> IngestReport:
        """Take in one page or transcript that is no file here."""
        started = time.perf_counter()
        self._recovery.run()
        said = overrides.given()
        file = _File(uri, 0, len(data), said, _recipe(said), lambda: data)
        self._take_in([file], {}, name=PurePath(uri).name)
        self._report.seconds = time.perf_counter() - started
        return self._report

    def read(self, uri: str, data: bytes, overrides: Overrides) -> Version:
        """Read one page without storing anything; NotReadable where it cannot be, or has no text."""
        said = overrides.given()
        file = _File(uri, 0, len(data), said, _recipe(said))
        stamp = Stamp(0, len(data), hashlib.sha256(data).hexdigest(), file.recipe)
        version = self._version(file, data, stamp, PurePath(uri).name, None)
        if version is None:
            raise NotReadable(self._report.skipped[-1].why)
        return version

    def _said(self, roots: Sequence[str], overrides: Overrides) -> dict[str, dict[str, Any]]:
        # A later ingest without the words must not make one account's notes everybody's pages.
        sources = self._registry.sources()
        for root in roots:
            merged = sources.get(root, {}) | overrides.given()
            if merged != sources.get(root):
                self._registry.remember_source(root, merged)
            sources[root] = merged
        return sources

    def _take_in(self, files: Sequence[_File], known: Mapping[str, StoredFile], name: str | None = None) -> None:
        batch: list[Version] = []
        for done, file in enumerate(files):
            self._progress(done, len(files), file.uri)
            version = self._changed(file, known.get(file.uri), name or PurePath(file.uri).name)
            batch += [version] if version else []
            if sum(len(v.chunks) for v in batch) >= BATCH_CHUNKS:
                self._finish(batch)
                batch = []
        self._finish(batch)
        if files:
            self._progress(len(files), len(files), files[-1].uri)

    def _changed(self, file: _File, known: StoredFile | None, name: str) -> Version | None:
        if known and _same_stat(file, known.stamp):
            self._unchanged(known)
            return None
        try:
            data = _bytes(file)
            stamp = Stamp(file.mtime_ns, file.size, hashlib.sha256(data).hexdigest(), file.recipe)
            if known and (known.stamp.sha256, known.stamp.recipe) == (stamp.sha256, stamp.recipe):
                self._registry.touch(known.document_id, stamp)
                self._unchanged(known)
                return None
            version = self._version(file, data, stamp, name, known)
            if version and self._refuse and (why := self._refuse(version.document, file.mtime_ns)):
                raise NotAPage(why)
            return version
        except NotAPage as error:
            self._report.skipped.append(Skipped(file.uri, str(error)))
            self._forget([known] if known else [])
            return None
        except NotReadable as error:
            kept = "; the version read before is still answered from" if known else ""
            self._report.failed.append(Failed(file.uri, f"{error}{kept}", error.line))
            return None

    def _version(self, file: _File, data: bytes, stamp: Stamp, name: str, known: StoredFile | None) -> Version | None:
        why = reason_to_skip(name, data)
        if why is None:
            parsed = load(name, data)
            document = self._for_known_teams(to_document(file.uri, parsed, file.said, self._resolve))
            if self._redact is not None:
                parsed, document = redacted(parsed, document, self._redact)
            cut = pieces(parsed, document.title, self._embedder.tokens, self._embedder.max_tokens)
            if cut:
                if parsed.left_out:
                    self._report.skipped.append(Skipped(file.uri, parsed.left_out))
                chunks = tuple(_chunk(document, stamp, i, p.location, p.text) for i, p in enumerate(cut))
                return self._tried(Version(document, chunks, tuple(p.context for p in cut), stamp), known)
        self._report.skipped.append(Skipped(file.uri, why or "no text below the front matter"))
        if known:
            self._forget([known])
        return None

    def _for_known_teams(self, document: Document) -> Document:
        """Write the page's teams as they are known; a page for an unknown one is taken in, and warned of."""
        unknown = sorted(team for team in document.teams if team.casefold() not in self._teams)
        if unknown and self._teams:
            names, known = ", ".join(f"“{team}”" for team in unknown), ", ".join(sorted(self._teams.values()))
            why = f"it is for {names}, and no such team is known, so nobody is in it; the teams are {known}"
            self._report.warnings.append(Warned(document.uri, why))
        return replace(document, teams=frozenset(self._teams.get(team.casefold(), team) for team in document.teams))

    def _tried(self, version: Version, known: StoredFile | None) -> Version:
        edited = known is not None and known.stamp.sha256 != version.stamp.sha256
        why = self._trial(version) if edited and self._trial else ""
        if why:
            raise NotReadable(f"{why}; correct the page or the question, or ingest it with --force")
        return version

    def _unchanged(self, known: StoredFile) -> None:
        self._report.files += 1
        self._report.unchanged += 1
        self._report.chunks += known.chunks

    def _finish(self, versions: Sequence[Version]) -> None:
        if not versions:
            return
        self._registry.stage(versions)
        self._report.embedded += self._recovery.finish([version.document.id for version in versions])
        self._report.files += len(versions)
        self._report.chunks += sum(len(version.chunks) for version in versions)

    def _keep_emptied(self, found: Found, known: Mapping[str, StoredFile]) -> None:
        """Keep the pages of a folder that is empty now: a share that is not mounted looks the same."""
        for folder in found.complete:
            lost = sum(_below(uri, [folder]) for uri in known)
            if lost >= MANY_PAGES and Path(folder).is_dir() and not any(Path(folder).iterdir()):
                found.unread.append(folder)
                self._report.failed.append(Failed(folder, EMPTIED.format(lost)))

    def _forget_absent(self, found: Found, known: Mapping[str, StoredFile]) -> None:
        seen = (
            set(found.files) | {entry.uri for entry in found.packed} | {failed.file for failed in self._report.failed}
        )
        gone = [
            file
            for uri, file in known.items()
            if uri not in seen and _below(uri, found.complete) and not _below(uri, found.unread)
        ]
        self._forget(gone)

    def _forget(self, files: Sequence[StoredFile]) -> None:
        self._registry.bury([file.document_id for file in files])
        self._report.removed += len(files)
        self._recovery.sweep()


def _file(uri: str, mtime_ns: int, size: int, sources: Mapping[str, Mapping[str, Any]]) -> _File:
    said: dict[str, Any] = {}
    for root in sorted((root for root in sources if _below(uri, [root])), key=len):
        said |= sources[root]
    return _File(uri, mtime_ns, size, said, _recipe(said))


def _entry(entry: Entry, sources: Mapping[str, Mapping[str, Any]]) -> _File:
    return replace(_file(entry.uri, entry.crc, entry.size, sources), data=entry.read)


def _deleted(roots: Sequence[Path], known: Mapping[str, StoredFile]) -> list[str]:
    """Give the files that were read by their own name and are gone, where their folder is still there with others."""
    names = [str(root) for root in roots if not os.path.lexists(root) and root.parent.is_dir()]
    files = [name for name in names if name in known or (name.lower().endswith(".zip") and _holds(name, known))]
    return [name for name in files if any(Path(name).parent.iterdir())]


def _holds(root: str, known: Mapping[str, StoredFile]) -> bool:
    return any(_below(uri, [root]) for uri in known)


def _recipe(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([CHUNKER_VERSION, dict(said)], sort_keys=True).encode()).hexdigest()[:16]


def _same_stat(file: _File, stamp: Stamp) -> bool:
    return (file.mtime_ns, file.size, file.recipe) == (stamp.mtime_ns, stamp.size, stamp.recipe)


def _bytes(file: _File) -> bytes:
    if file.data is not None:
        return file.data()
    try:
        return Path(file.uri).read_bytes()
    except OSError as error:
        raise NotReadable(f"it cannot be opened ({(error.strerror or str(error)).lower()})") from error


def _chunk(document: Document, stamp: Stamp, seq: int, location: str, text: str) -> Chunk:
    # Whatever changes the vector, its partition or who may read it gives another id, so versions never collide.
    content = "\n".join((stamp.sha256, stamp.recipe, door(document), document.kind, str(document.status)))
    version = hashlib.sha256(content.encode()).hexdigest()[:12]
    return Chunk(f"{document.id}-{version}-{seq}", document.id, seq, location, text)


def _below(uri: str, roots: Iterable[str]) -> bool:
    return any(uri == root or uri.startswith(root.rstrip("/") + "/") for root in roots)
