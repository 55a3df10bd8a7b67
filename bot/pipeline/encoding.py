"""Rows of named values as a matrix: numbers in steps of their own quantiles, words by level; what is missing has a column (pure)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

Array = NDArray[np.float64]
Row = Mapping[str, float | str | None]
STEPS = (0.2, 0.4, 0.6, 0.8)
FEWEST, MOST = 15, 40
"""a level that fewer rows have is no column; so many levels a feature at most"""


class Column(BaseModel):
    """One column of the matrix: of which feature, and when it is on."""

    model_config = ConfigDict(frozen=True)

    feature: str
    kind: str
    """value, step, level or missing"""
    level: str = ""
    edge: float = 0.0
    mean: float = 0.0
    scale: float = 1.0

    def of(self, values: Sequence[float | str | None]) -> Array:
        """The column's numbers for the values of its feature; 0 for a value of another kind."""
        if self.kind == "missing":
            return np.array([float(value is None) for value in values])
        if self.kind == "level":
            return np.array([float(value == self.level) for value in values])
        numbers = np.array([value if isinstance(value, float) else np.nan for value in values])
        if self.kind == "step":
            return np.where(np.isnan(numbers), 0.0, (numbers > self.edge).astype(float))
        return np.nan_to_num(np.clip((numbers - self.mean) / self.scale, -3, 3))


def columns(rows: Sequence[Row]) -> tuple[Column, ...]:
    """The columns that these rows give rise to; a feature that never changes gives none."""
    found: list[Column] = []
    for name in dict.fromkeys(key for row in rows for key in row):
        values = [row.get(name) for row in rows]
        numbers = [value for value in values if isinstance(value, float)]
        words = Counter(value for value in values if isinstance(value, str))
        found += _of_numbers(name, np.array(numbers)) if numbers else []
        found += [
            Column(feature=name, kind="level", level=word)
            for word, n in words.most_common(MOST)
            if FEWEST <= n < len(rows)
        ]
        blank = len(values) - len(numbers) - sum(words.values())
        found += [Column(feature=name, kind="missing")] if FEWEST <= blank <= len(rows) - FEWEST else []
    return tuple(found)


def matrix(rows: Sequence[Row], found: Sequence[Column]) -> Array:
    """Rows by columns."""
    values = {name: [row.get(name) for row in rows] for name in {column.feature for column in found}}
    return (
        np.column_stack([column.of(values[column.feature]) for column in found]) if found else np.zeros((len(rows), 0))
    )


def _of_numbers(name: str, values: NDArray[Any]) -> list[Column]:
    spread = float(values.std())
    if spread == 0:
        return []
    edges = sorted({float(edge) for edge in np.quantile(values, STEPS)} - {float(values.max())})
    value = Column(feature=name, kind="value", mean=float(values.mean()), scale=spread)
    return [value, *(Column(feature=name, kind="step", edge=edge) for edge in edges)]
