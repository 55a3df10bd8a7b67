"""What people made of their drafts: samples of how they write."""

from sqlalchemy import Engine


class Samples:
    """Samples by person."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
