"""What the knowledge base holds, in SQL: pages, chunks with their texts, ingested folders, gaps."""

from sqlalchemy import Engine

from knowledge.registry.gaps import GapLog, Inquiry
from knowledge.registry.registry import Registry
from knowledge.registry.rows import (
    INDEXED,
    PREVIEW,
    Partition,
    Staged,
    Stamp,
    StoredFile,
    Version,
    door,
    door_of,
    partition_of,
)
from knowledge.registry.tables import create_all, metadata
from knowledge.registry.uses import Finding, Use, Used, Uses

__all__ = [
    "INDEXED",
    "PREVIEW",
    "Engine",
    "Finding",
    "GapLog",
    "Inquiry",
    "Partition",
    "Registry",
    "Staged",
    "Stamp",
    "StoredFile",
    "Use",
    "Used",
    "Uses",
    "Version",
    "create_all",
    "door",
    "door_of",
    "metadata",
    "partition_of",
]
