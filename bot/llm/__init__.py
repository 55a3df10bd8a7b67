"""Ask a language model for a structured answer, within a time budget; cheap to import."""

from bot.llm.chat import ChatModel
from bot.llm.port import Completion, LanguageModel, OnPartial
from bot.settings import Settings

__all__ = ["ChatModel", "Completion", "LanguageModel", "OnPartial", "from_settings"]


def from_settings(settings: Settings) -> LanguageModel | None:
    """Return the model the settings name, or None where the offline writer is to answer; connects to nothing."""
    return None if settings.model_name == "offline" else ChatModel(settings)
