"""Letters that were drafted, so that a conversation can go on with them."""

from sqlalchemy import Engine


class Letters:
    """Letters by conversation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
