"""What skills keep of their own work, one door to it."""

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.store.calls import Calls
from bot.store.letters import Letters
from bot.store.looks import Looks
from bot.store.samples import Samples


@dataclass(frozen=True)
class Memory:
    """The stores of one home that skills may keep things in."""

    engine: Engine

    @property
    def letters(self) -> Letters:
        """Letters that were drafted."""
        return Letters(self.engine)

    @property
    def samples(self) -> Samples:
        """How people changed their letters."""
        return Samples(self.engine)

    @property
    def looks(self) -> Looks:
        """When people last looked at an account."""
        return Looks(self.engine)

    @property
    def calls(self) -> Calls:
        """What people said of recordings."""
        return Calls(self.engine)
