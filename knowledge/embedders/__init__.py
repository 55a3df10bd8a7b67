"""Embedders that ship; `knowledge.embeddings.embedder` imports the one that is asked for."""
