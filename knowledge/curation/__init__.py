"""What people do to keep the knowledge base true: write, try, publish, verify, retire, and find what disagrees."""

from knowledge.curation.curation import Curation, GoldenLost
from knowledge.curation.finding import NoSuchPage, find
from knowledge.curation.writing import WRITTEN, NewPage

__all__ = ["WRITTEN", "Curation", "GoldenLost", "NewPage", "NoSuchPage", "find"]
