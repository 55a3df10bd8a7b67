"""What the knowledge base holds, in SQL: pages, chunks with their texts, ingested folders, gaps."""

from sqlalchemy import Engine

from knowledge.registry.registry import Registry
from knowledge.registry.rows import INDEXED, Partition, Staged, Stamp, StoredFile, Version, door, door_of, partition_of
from knowledge.registry.tables import create_all, metadata

__all__ = [
    "INDEXED",
    "Engine",
    "Partition",
    "Registry",
    "Staged",
    "Stamp",
    "StoredFile",
    "Version",
    "create_all",
    "door",
    "door_of",
    "metadata",
    "partition_of",
]
