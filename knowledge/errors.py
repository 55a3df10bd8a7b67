"""The knowledge room's errors; each message is one plain sentence that says what to do next.

KnowledgeError
├── KnowledgeLocked       another process holds the folder; the sentence names it
├── EmbedderMismatch      the index was built with another embedder
├── EmbedderError         the embedder cannot be loaded or reached
├── KnowledgeStorageError disk full, folder not writable, database unreachable, damaged index
└── NotReadable           one file cannot be read; carries the line (an ingest lists it and goes on)
    └── NotAPage          it can be read and holds nothing for a knowledge base (an ingest skips it)
"""


class KnowledgeError(Exception):
    """A knowledge base that cannot do what was asked."""


class KnowledgeLocked(KnowledgeError):
    """Another process holds the knowledge folder."""


class EmbedderMismatch(KnowledgeError):
    """The index was built with another embedder."""


class EmbedderError(KnowledgeError):
    """The embedder cannot be loaded or reached."""


class KnowledgeStorageError(KnowledgeError):
    """The knowledge base cannot be read or written."""


class NotReadable(KnowledgeError):
    """One file cannot be read; `line` is 1-based where it is known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.line = line


class NotAPage(NotReadable):
    """A file can be read and holds nothing for a knowledge base, such as a program's settings in JSON."""
