"""Keep registry and index in step, also after a kill, a lost folder or a change of embedder."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from knowledge.cleaning import embedded_text
from knowledge.embeddings import Embedder
from knowledge.registry import INDEXED, Registry

if TYPE_CHECKING:
    from knowledge.index import Index
    from knowledge.ingest import Progress


class Recovery:
    """Bring the index to what the registry says, after each batch and after a kill in between."""

    def __init__(self, registry: Registry, index: "Index", embedder: Embedder) -> None:
        self._registry, self._index, self._embedder = registry, index, embedder

    def run(self, progress: "Progress | None" = None) -> None:
        """Drop what is dead, find what the index has lost or should not have, and embed what is missing."""
        self._registry.bury(self._registry.previews())
        self.sweep()
        unfinished = self._registry.unfinished()
        if not unfinished:
            self._compare()
            unfinished = self._registry.unfinished()
        for start in range(0, len(unfinished), 16):
            batch = unfinished[start : start + 16]
            self.finish(batch)
            if progress:
                progress(start + len(batch), len(unfinished), "")

    def rebuild(self, progress: "Progress") -> int:
        """Embed every page again with the present embedder; gives how many chunks there were."""
        self._index.clear(self._embedder)
        lost = [chunk_id for partition in INDEXED for chunk_id in self._registry.live(partition)]
        self._registry.restage(lost)
        self.run(progress)
        return len(lost)

    def finish(self, document_ids: Sequence[str]) -> int:
        """Embed the staged chunks of documents and make them live; gives how many were embedded."""
        rows = self._registry.staged(document_ids)
        indexed = [row for row in rows if row.partition in INDEXED]
        if indexed:
            vectors = self._embedder.embed_documents([embedded_text(r.context, r.chunk.text) for r in indexed])
            self._index.add(indexed, vectors)
        self._registry.publish([row.chunk.id for row in rows])
        self.sweep()
        return len(indexed)

    def sweep(self) -> None:
        """Drop dead chunks, from the index first: the registry's rows are the list of what to drop."""
        for partition, ids in self._registry.dead().items():
            if partition in INDEXED:
                self._index.remove(partition, ids)
            self._registry.purge(ids)

    def _compare(self) -> None:
        counts = self._registry.live_counts()
        for partition, held in self._index.counts().items():
            if held == counts.get(partition, 0):
                continue
            wanted = set(self._registry.live(partition))
            present = self._index.ids(partition)
            self._index.remove(partition, sorted(present - wanted))
            self._registry.restage(wanted - present)
