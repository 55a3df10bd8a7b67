"""Search by words: a BM25 index beside the vectors, made from the registry; the only importer of tantivy."""

import json
import shutil
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise
from pathlib import Path

import tantivy
from filelock import FileLock
from tantivy import Document, Filter, Index, Occur, Query, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from knowledge.cleaning import clean
from knowledge.documents import Hits
from knowledge.errors import KnowledgeStorageError
from knowledge.registry import INDEXED, Registry, Staged

FORMAT = "1"
"""raise it whenever the same chunk gives other words: the index is then made anew"""
PAIR_WEIGHT = 0.3
"""what two words that stand together count beside each of them; 0.2-0.4 are alike on MTRAG-UN, 0 is 0.008 nDCG@5 worse"""
WRITER_BYTES = 50_000_000
MOST_TERMS = 256
"""terms of one question: a pasted page is cut here"""

Weighted = Sequence[tuple[str, float]]
"""texts with what each counts"""


class Lexical:
    """The words of all live chunks, brought in step with the registry before every search."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / f"v{FORMAT}" if folder else None
        self._analyzer = _analyzer()
        self._index = self._open()
        self._stamp = self._read_stamp()
        self._busy = threading.Lock()

    def search(self, question: Weighted, doors: Sequence[str], n: int, *, kinds: Collection[str] | None = None) -> Hits:
        """Give the n best chunks behind these doors by BM25, best first."""
        terms = self.terms(question)
        if not terms or not doors:
            return []
        parts = [_one_of(self._index.schema, "door", doors)]
        parts += [_one_of(self._index.schema, "kind", sorted(kinds))] if kinds else []
        return self._hits(terms, parts, n)

    def scores(self, question: Weighted, ids: Sequence[str]) -> dict[str, float]:
        """Give the BM25 of these chunks; those that hold no word of the question are left out."""
        terms = self.terms(question)
        if not terms or not ids:
            return {}
        return dict(self._hits(terms, [_one_of(self._index.schema, "id", ids)], len(ids)))

    def _hits(self, terms: Mapping[tuple[str, str], float], parts: Sequence[Query], n: int) -> Hits:
        searcher = self._index.searcher()
        found = searcher.search(_query(self._index.schema, terms, parts), n)
        return [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in found.hits]

    def terms(self, question: Weighted) -> dict[tuple[str, str], float]:
        """Give (field, term) → weight of a question's words and of the pairs that stand together."""
        terms: dict[tuple[str, str], float] = {}
        for text, weight in question:
            words = self._analyzer.analyze(text)[:MOST_TERMS]
            for field, term, share in _fields(words):
                terms[field, term] = terms.get((field, term), 0.0) + weight * share
        return terms

    def words(self, text: str) -> list[str]:
        """Give a text's words as the index knows them: lower case, stemmed, without stop words."""
        return list(self._analyzer.analyze(text))

    def frequencies(self, words: Iterable[str]) -> tuple[dict[str, int], int]:
        """Give in how many chunks each word stands, and how many chunks there are."""
        searcher = self._index.searcher()
        return {word: searcher.doc_freq("words", word) for word in words}, searcher.num_docs

    def sync(self, registry: Registry) -> None:
        """Take in what became live and drop what did not stay; free where nothing changed since the last time."""
        if self._stamp == registry.version():
            return
        with self._busy, self._alone():
            self._index.reload()
            self._stamp = self._read_stamp()
            version = registry.version()
            if self._stamp != version:
                self._catch_up(registry)
                self._stamp = version
                self._write_stamp()

    def clear(self) -> None:
        """Drop every word; the next search takes all of them in again."""
        with self._busy, self._alone():
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._index = self._open()
            self._stamp = ("", -1)

    def _catch_up(self, registry: Registry) -> None:
        held = self._ids()
        live = {chunk_id for partition in INDEXED for chunk_id in registry.live(partition)}
        try:
            writer = self._index.writer(WRITER_BYTES, 1)
            for chunk_id in held - live:
                writer.delete_documents_by_term("id", chunk_id)
            for row in registry.rows(live - held):
                writer.add_document(self._document(row))
            writer.commit()
            writer.wait_merging_threads()
        except (ValueError, OSError) as error:
            raise _cannot(self._folder, error) from error
        self._index.reload()

    def _ids(self) -> set[str]:
        searcher = self._index.searcher()
        hits = searcher.search(Query.all_query(), max(searcher.num_docs, 1)).hits
        return {str(searcher.doc(address)["id"][0]) for _, address in hits}

    def _document(self, row: Staged) -> Document:
        words = self._analyzer.analyze(clean(f"{row.context}\n{row.chunk.text}"))
        return Document(
            id=row.chunk.id, door=row.door, kind=row.kind, words=" ".join(words), pairs=" ".join(_pairs(words))
        )

    def _open(self) -> Index:
        if self._folder is None:
            return _registered(Index(_schema()))
        try:
            return _in(self._folder)
        except ValueError:
            # Damaged. Whatever it held can be made anew from the registry, and is at the next search.
            shutil.rmtree(self._folder, ignore_errors=True)
        except OSError as error:
            raise _cannot(self._folder, error) from error
        try:
            return _in(self._folder)
        except (ValueError, OSError) as error:
            raise _cannot(self._folder, error) from error

    def _alone(self) -> AbstractContextManager[object]:
        return FileLock(self._folder.with_suffix(".lock")) if self._folder else nullcontext()

    def _read_stamp(self) -> tuple[str, int]:
        path = self._stamp_path()
        if path is None or not path.exists():
            return ("", -1)
        try:
            stamp = json.loads(path.read_text(encoding="utf-8"))
            return str(stamp["born"]), int(stamp["version"])
        except (ValueError, KeyError, TypeError):
            # Cut short by a kill: what the index holds is compared anew.
            return ("", -1)

    def _write_stamp(self) -> None:
        path = self._stamp_path()
        if path is not None:
            born, version = self._stamp
            path.write_text(json.dumps({"born": born, "version": version}), encoding="utf-8")

    def _stamp_path(self) -> Path | None:
        return self._folder / "stamp.json" if self._folder else None


def held(folder: Path) -> tuple[tuple[str, int], set[str]] | None:
    """Give an index's stamp and the ids it holds, without mending it; None where there is none.

    Raises ValueError or OSError for one that is damaged.
    """
    folder = folder / f"v{FORMAT}"
    if not (folder / "meta.json").exists():
        return None
    searcher = _registered(Index.open(str(folder))).searcher()
    hits = searcher.search(Query.all_query(), max(searcher.num_docs, 1)).hits
    stamp = json.loads((folder / "stamp.json").read_text(encoding="utf-8")) if (folder / "stamp.json").exists() else {}
    ids = {str(searcher.doc(address)["id"][0]) for _, address in hits}
    return (str(stamp.get("born", "")), int(stamp.get("version", -1))), ids


def _schema() -> tantivy.Schema:
    builder = SchemaBuilder()
    for name in ("id", "door", "kind"):
        builder.add_text_field(name, stored=name == "id", tokenizer_name="raw", index_option="basic")
    for name in ("words", "pairs"):
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _in(folder: Path) -> Index:
    folder.mkdir(parents=True, exist_ok=True)
    return _registered(Index(_schema(), path=str(folder)))


def _registered(index: Index) -> Index:
    index.register_tokenizer("whitespace", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    return index


def _analyzer() -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(60)).filter(Filter.lowercase())
    return (
        builder.filter(Filter.ascii_fold()).filter(Filter.stopword("english")).filter(Filter.stemmer("english")).build()
    )


def _pairs(words: Sequence[str]) -> list[str]:
    near = [f"{first}_{second}" for first, second in pairwise(words)]
    return near + [f"{first}_{third}" for first, third in zip(words, words[2:], strict=False)]


def _fields(words: Sequence[str]) -> list[tuple[str, str, float]]:
    return [("words", word, 1.0) for word in words] + [("pairs", pair, PAIR_WEIGHT) for pair in _pairs(words)]


def _query(schema: tantivy.Schema, terms: Mapping[tuple[str, str], float], parts: Sequence[Query]) -> Query:
    any_term = [
        (Occur.Should, Query.boost_query(Query.term_query(schema, field, term), weight))
        for (field, term), weight in terms.items()
    ]
    return Query.boolean_query([(Occur.Must, part) for part in (Query.boolean_query(any_term), *parts)])


def _one_of(schema: tantivy.Schema, field: str, values: Sequence[str]) -> Query:
    # Which door a chunk stands behind must not count towards how well it fits.
    return Query.const_score_query(Query.term_set_query(schema, field, list(values)), 0.0)


def _cannot(folder: Path | None, error: Exception) -> KnowledgeStorageError:
    cause = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    return KnowledgeStorageError(
        f"The word index at {folder} cannot be used ({cause}): check disk space and permissions; if it is damaged, "
        "make it anew with `seller ingest --rebuild`."
    )
