"""What is left out because a portal lacks it or does not show it to this token, as sentences for the report."""

from collections.abc import Sequence

from bot.crm.hubspot.failures import Refused
from bot.errors import CrmError

PROPERTIES = "properties of "


class Notes:
    """One entry a part, so that what is there after all is no longer said to be missing."""

    def __init__(self) -> None:
        self._absent: dict[str, None] = {}
        self._said: dict[str, str] = {}

    def __contains__(self, part: str) -> bool:
        return part in self._absent or part in self._said

    def refused(self, part: str, error: CrmError) -> None:
        """Remember what could not be read, and why."""
        self.forget(part)
        if isinstance(error, Refused) and error.absent:
            self._absent[part] = None
        else:
            self._said[part] = f"{part[0].upper()}{part[1:]} are left out: {error}"

    def say(self, part: str, sentence: str) -> None:
        """Remember a sentence of its own."""
        self.forget(part)
        self._said[part] = sentence

    def forget(self, part: str) -> None:
        """The part could be read."""
        self._absent.pop(part, None)
        self._said.pop(part, None)

    def sentences(self) -> Sequence[str]:
        """What to tell: all that the server does not have in one sentence, anything else in one each."""
        kinds = [part.removeprefix(PROPERTIES) for part in self._absent if part.startswith(PROPERTIES)]
        parts = [part for part in self._absent if not part.startswith(PROPERTIES)]
        parts += [f"{PROPERTIES}{_listed(kinds)}"] if kinds else []
        absent = [f"This server does not have these, which are left out: {'; '.join(parts)}."] if parts else []
        return [*absent, *self._said.values()]


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
