"""A budget for each account on a network: of this process alone, or shared by all that run on one PostgreSQL."""

from collections.abc import Callable

from broadcasts.pace import Pace
from broadcasts.shared import SharedPace
from storage.database import Database


class Paces:
    """Makes them, and has them all by the name under which what was learned is kept."""

    def __init__(self, database: Database, told: Callable[[], None]) -> None:
        self._database, self._told = database, told
        self.all: dict[str, Pace] = {}

    def of(self, name: str, account: str, ceiling: float, rate: float = 0.0) -> Pace:
        """Up to ``ceiling`` a second; ``rate`` is believed, without it the limit is searched for."""
        if self._database.is_sqlite:
            pace = Pace(ceiling, rate)
        else:
            pace = SharedPace(self._database, account, ceiling, rate, told=self._told)
        self.all[name] = pace
        return pace

    @property
    def shared(self) -> list[SharedPace]:
        return [pace for pace in self.all.values() if isinstance(pace, SharedPace)]
