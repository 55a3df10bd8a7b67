"""The figures of a digest, worked out in SQL from METRICS.md and from what each figure says that it counts."""

from evals.digests.chances import chances
from evals.digests.comparing import Key, Wanted, joined
from evals.digests.filling import UNIT
from evals.digests.queries import (
    BEST,
    COMMIT,
    CYCLES,
    HELD,
    KNOWN,
    LACKING,
    LOST,
    QUOTAS,
    REQUIRED,
    STANDING,
    VELOCITY,
    WATERFALL,
    WON,
)
from evals.digests.tables import Tables, median
from evals.digests.worlds import World

FEW = 20
"""below so many deals a ratio is not shown (METRICS)"""
ROWS = 8
"""reps in the table of calls"""
CHANCE = "(SELECT p FROM chance WHERE deal = id)"


class Reference(Tables):
    """All figures of one digest."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.base.execute("CREATE TEMP TABLE chance (deal TEXT PRIMARY KEY, p REAL)")
        self.base.executemany("INSERT INTO chance VALUES (?, ?)", chances(self.base, world).items())
        self.main = self._main()

    def figures(self) -> dict[Key, Wanted]:
        """Every figure that an answer may show, by name and currency; nothing is shown of deals that do not count."""
        if not self.rows(f"SELECT id FROM deal WHERE NOT closed OR ({WON}) OR ({LOST})"):
            return {key: want.optional() for key, want in {**self._sums(), **self._counts()}.items()}
        past = self.world.span.last < self.world.today
        ahead = {} if past else {**self._forecast(), **self._calls(), **self._risks()}
        here = {**self._target(), **self._shares(), **self._pace(), **self._waterfall()}
        return {**self._sums(), **self._groups(), **self._counts(), **ahead, **here}

    def _main(self) -> str:
        """The currency that forecasts are of: that of most deals that are open or were won in the period."""
        found = self.rows(
            f"SELECT currency FROM deal WHERE NOT closed OR ({WON}) GROUP BY currency ORDER BY COUNT(*) DESC, currency"
        )
        return str(found[0][0]) if found else self.world.base

    def _currencies(self) -> list[str]:
        found = [row[0] for row in self.rows("SELECT DISTINCT currency FROM deal")]
        return found or [self.world.base]

    def _sums(self) -> dict[Key, Wanted]:
        name = self.world.span.name
        which = {
            "open pipeline": ("open", "1"),
            "weighted": ("open", "percent / 100.0"),
            f"closing in {name}": ("open AND inside", "1"),
            f"weighted, closing in {name}": ("open AND inside", "percent / 100.0"),
            "closed won": (WON, "1"),
            "commit forecast": (f"(({WON}) OR ({COMMIT}))", "1"),
            "best case forecast": (f"(({WON}) OR ({BEST}))", "1"),
            "past their close date": ("open AND close < :today", "1"),
        }
        found = {
            (key, unit): self.total(rule, unit, weight)
            for key, (rule, weight) in which.items() for unit in self._currencies()
        }  # fmt: skip
        return _if_any(found)

    def _groups(self) -> dict[Key, Wanted]:
        name = self.world.span.name.lower()
        found = {}
        for unit in self._currencies():
            for (stage,) in self.rows("SELECT DISTINCT stage FROM deal WHERE NOT closed"):
                rule = f"open AND stage = '{stage}'"
                found[f"open in {stage}", unit] = self.total(rule, unit)
                found[f"weighted: {stage}", unit] = self.total(rule, unit, "percent / 100.0")
            for (category,) in self.rows("SELECT DISTINCT forecast FROM deal WHERE NOT closed"):
                rule = f"NOT closed AND forecast = '{category}'"
                found[f"open in {category}", unit] = self.total(rule, unit)
                found[f"in {name}: {category}", unit] = self.total(f"{rule} AND inside", unit)
        return _if_any(found)

    def _counts(self) -> dict[Key, Wanted]:
        which = {
            "closed lost": LOST,
            "without amount": "open AND money IS NULL",
            "without close date": "open AND close IS NULL",
            "without next step": "open AND next_step IS NULL",
            "omitted": "NOT closed AND forecast = 'Omitted'",
            "owner inactive": "open AND left_us",
            "amount below zero": "open AND money < 0",
            "closing before creation": f"(NOT closed OR ({WON}) OR ({LOST})) AND close < date(made)",
        }
        found = {key: [row[0] for row in self.rows(f"SELECT id FROM deal WHERE {rule}")] for key, rule in which.items()}
        return _if_any({(key, ""): Wanted(len(ids), len(ids), frozenset(ids)) for key, ids in found.items()})

    def _target(self) -> dict[Key, Wanted]:
        """Quota, what is left of it, and what covers that; only where quotas hold for everybody who matters."""
        whose = self.rows(QUOTAS, unit=self.main)
        if not any(row[0] for row in whose) or self.rows(LACKING, unit=self.main):
            return {}
        quota, n = sum(row[1] for row in whose) / UNIT, sum(row[0] for row in whose)
        won, closing = self.total(WON, self.main), self.total("open AND inside", self.main)
        gap, found = quota - won.value, {("quota", self.main): Wanted(quota, n)}
        if gap <= 0:
            return found
        found["gap", self.main] = Wanted(gap, won.n, won.deals)
        found["coverage", ""] = Wanted(closing.value / gap, closing.n, closing.deals)
        return found | self._required()

    def _required(self) -> dict[Key, Wanted]:
        """1 ÷ the value-weighted win rate of what closed in the year before the period, of amounts that are known."""
        every, won, n = self.rows(REQUIRED, unit=self.main)[0]
        if n < FEW or every <= 0 or won <= 0:
            return {}
        return {("coverage required", ""): Wanted(every / won, n)}

    def _forecast(self) -> dict[Key, Wanted]:
        """Won so far and the open deals by two kinds of chance; draws lie between nothing and everything that is open."""
        won = self.total(WON, self.main)
        base = joined(won, self.total("open", self.main, CHANCE))
        most = won.value + self.total("open AND money > 0", self.main).value
        least = won.value + self.total("open AND money < 0", self.main).value
        stage = joined(won, self.total("open AND inside", self.main, "percent / 100.0"))
        found = {("forecast by stage probability", self.main): stage, ("forecast by base rate", self.main): base}
        drawn = Wanted(least, base.n, base.deals, whole=True, upto=most)
        return found | {(name, self.main): drawn for name in ("P10", "P50", "P90")}

    def _risks(self) -> dict[Key, Wanted]:
        """Amount × chance, whole or half: which signals a deal has is the suite `risk`'s to check."""
        rows = self.rows(
            f"SELECT id, name, money * {CHANCE} FROM deal WHERE open AND currency = :unit AND money > 0", unit=self.main
        )
        return {
            (f"at risk in {name}", self.main): Wanted(
                lost / UNIT, 1, frozenset({key}), whole=True, must=False, otherwise=(lost / UNIT / 2,)
            )
            for key, name, lost in rows
        }

    def _calls(self) -> dict[Key, Wanted]:
        sells = f"SELECT DISTINCT owner_name FROM deal WHERE (open OR {WON}) AND currency = :unit"
        owners = [row[0] for row in self.rows(sells, unit=self.main)]
        found: dict[Key, Wanted] = {}
        for owner in owners:
            mine = f"owner_name = '{owner}'"
            call = self.total(f"{mine} AND (({WON}) OR ({COMMIT}))", self.main, whole=True)
            won = self.total(f"{mine} AND {WON}", self.main)
            model = joined(won, self.total(f"{mine} AND open", self.main, CHANCE))
            found |= {(f"call of {owner}", self.main): call, (f"model for {owner}", self.main): model}
        return found if len(owners) <= ROWS else {key: want.optional() for key, want in found.items()}

    def _shares(self) -> dict[Key, Wanted]:
        """The deal, owner and segment that holds most of the period's Commit, where that is more than a quarter."""
        found: dict[Key, Wanted] = {}
        whole = self.total(COMMIT, self.main)
        for kind, column in HELD.items():
            names = [
                row[0]
                for row in self.rows(
                    f"SELECT DISTINCT {column} FROM deal WHERE {COMMIT} AND currency = :unit", unit=self.main
                )
            ]
            parts = {name: self.total(f"{COMMIT} AND {column} = '{name}'", self.main) for name in names}
            most = max((part.value for part in parts.values()), default=0)
            if len(parts) > 1 and whole.value > 0 and most > whole.value / 4:
                name = max(name for name, part in parts.items() if part.value == most)
                found[f"Commit of the {kind} {name}", self.main] = parts[name]
        return found

    def _pace(self) -> dict[Key, Wanted]:
        """Win rate, cycle and velocity of what closed in the period."""
        found: dict[Key, Wanted] = {}
        closed = self.rows(f"SELECT id, won FROM deal WHERE ({WON}) OR ({LOST})")
        cycles = self.rows(
            f"SELECT id, julianday(close) - julianday(date(made)) FROM deal WHERE {WON} AND close >= date(made) ORDER BY 2"
        )
        if len(closed) >= FEW:
            won = sum(row[1] for row in closed)
            found["win rate", ""] = Wanted(won / len(closed), len(closed), frozenset(row[0] for row in closed))
        if cycles:
            found["cycle", "days"] = Wanted(
                median([row[1] for row in cycles]), len(cycles), frozenset(row[0] for row in cycles)
            )
        pace = velocity(self, self.main)
        return found | ({("velocity", self.main): pace} if pace else {})

    def _waterfall(self) -> dict[Key, Wanted]:
        """What moved between the period's first moment and now, of deals to close in it."""
        if self.values["begin"] > self.values["now"]:
            return {}
        rows = self.rows(WATERFALL, unit=self.main, moment=self.values["begin"])
        found = {
            (f"waterfall {name}", self.main): Wanted(cents / UNIT, n, frozenset((ids or "").split(",")) - {""})
            for name, cents, n, ids in rows
        }
        told = any(want.n for want in found.values()) and self.rows(KNOWN, unit="", moment=self.values["begin"])[0][0]
        return found if told else {key: want.optional() for key, want in found.items()}


def velocity(tables: Tables, unit: str) -> Wanted | None:
    """Money a day: deals open at the period's end, or now, × win rate × average won ÷ median cycle, of one currency."""
    won, closed, paid = tables.rows(VELOCITY, unit=unit)[0]
    days = [row[0] for row in tables.rows(CYCLES, unit=unit)]
    if paid is None or not days or not median(days):
        return None
    standing = tables.rows(STANDING, unit=unit)[0][0]
    ids = frozenset(
        row[0]
        for row in tables.rows(f"SELECT id FROM deal WHERE (({WON}) OR ({LOST})) AND currency = :unit", unit=unit)
    )
    return Wanted(standing * won / closed * paid / UNIT / median(days), closed, ids, whole=True)


def _if_any(found: dict[Key, Wanted]) -> dict[Key, Wanted]:
    """Figures of no deal may be left out."""
    return {key: want if want.n else want.optional() for key, want in found.items()}
