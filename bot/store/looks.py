"""When a person last looked at an account, and how it stood then."""

from sqlalchemy import Engine


class Looks:
    """Looks by person and account."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
