"""Workers for the tests: born in a moment, from one process that has imported everything."""

from collections.abc import Iterator

import pytest

from benchmarks.kills.victims import Nursery, nursery
from tests.bot.workers import Hiring
from tests.world import World


@pytest.fixture(scope="session")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("workers")) as made:
        yield made


@pytest.fixture
def hiring(workers: Nursery, loa: World, database_url: str) -> Hiring:
    return Hiring(workers, loa, database_url)
