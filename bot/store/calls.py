"""What people said of a recording: that all agreed to it, that its host released it."""

from sqlalchemy import Engine


class Calls:
    """Calls by the fingerprint of their transcript."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
