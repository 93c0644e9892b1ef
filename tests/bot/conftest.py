"""Workers for the tests: born in a moment, from one process that has imported everything."""

from collections.abc import Iterator
from pathlib import Path

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


APART = ("test_demo", "test_faults", "test_faults_of_the_database", "test_mail_processes", "test_postfix",
         "test_processes", "test_several", "test_stopping", "test_upgrade", "test_zalo_kill")  # fmt: skip
"""Tests of whole processes that are killed, stopped and waited for: they go one after the other, in one process."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in APART and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group("processes"))
