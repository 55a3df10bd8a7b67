"""What skills keep of their own work, one door to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from bot.crm.suppression import Suppression
from bot.store.audit import AuditLine, record
from bot.store.calls import Calls
from bot.store.database import writing
from bot.store.letters import Letters
from bot.store.looks import Looks
from bot.store.optouts import Optouts
from bot.store.samples import Samples


@dataclass(frozen=True)
class Memory:
    """The stores of one home that skills may keep things in."""

    engine: Engine
    suppression: Suppression | None = None
    """gives keyed hashes; None: opt-outs hang on the contact's id alone"""

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

    @property
    def optouts(self) -> Optouts:
        """Who asked not to be written to or called."""
        return Optouts(self.engine, self.suppression)

    def audit(self, verb: str, actor: str, at: datetime, detail: Mapping[str, object], inputs: str = "") -> None:
        """Add a line to the audit trail; of what was decided upon only a keyed hash is kept."""
        kept = {"inputs": self.suppression.hash("inputs", inputs)} if self.suppression and inputs else {}
        self.line(AuditLine(at=at, actor=actor, verb=verb, detail={**detail, **kept}))

    def line(self, line: AuditLine) -> None:
        """Add a line to the audit trail, in a transaction of its own."""
        with writing(self.engine) as connection:
            record(connection, line)
