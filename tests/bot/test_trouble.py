"""When something is an incident: each rule at its thresholds, and nothing in the gap between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trouble import RULES, failure_share, judged
from storage.enums import IncidentKind as K

TABLE = [
    (K.CHANNEL_DOWN, 2, None), (K.CHANNEL_DOWN, 3, True), (K.CHANNEL_DOWN, 0, False),
    (K.TOKEN, 1, True), (K.TOKEN, 0, False),
    (K.FAILURES, 0.2, True), (K.FAILURES, 0.15, None), (K.FAILURES, 0.1, False),
    (K.QUARANTINE, 5, True), (K.QUARANTINE, 4, None), (K.QUARANTINE, 0, False),
    (K.COUNTERS, 1, True), (K.COUNTERS, 0, False),
    (K.DISK, 1.0, True), (K.DISK, 1.5, None), (K.DISK, 2.0, False),
    (K.CERTIFICATE, 14, True), (K.CERTIFICATE, 14.5, None), (K.CERTIFICATE, 15, False), (K.CERTIFICATE, -3, True),
    (K.INBOX, 60, True), (K.INBOX, 30, None), (K.INBOX, 10, False),
    (K.BACKUP, 48, True), (K.BACKUP, 40, None), (K.BACKUP, 30, False),
    (K.ZALO_GRANT, 1, True), (K.ZALO_GRANT, 0, False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "wrong"), TABLE)
def test_a_rule_opens_and_closes_at_its_thresholds(kind: K, value: float, wrong: bool | None):
    assert judged(kind, value) is wrong


def test_every_kind_has_a_rule_and_is_in_the_table():
    assert set(RULES) == set(K) == {kind for kind, _, _ in TABLE}


@pytest.mark.parametrize(
    ("sent", "failed", "share"), [(0, 0, None), (40, 9, None), (40, 10, 0.2), (100, 0, 0.0), (0, 50, 1.0)]
)
def test_few_outcomes_say_nothing(sent: int, failed: int, share: float | None):
    assert failure_share(sent, failed) == share


@given(st.sampled_from(K), st.floats(-1e6, 1e6))
def test_what_opens_an_incident_never_closes_it(kind: K, value: float):
    rule = RULES[kind]
    assert rule.opens != rule.closes
    assert (judged(kind, rule.opens), judged(kind, rule.closes)) == (True, False)
    assert judged(kind, value) in (True, False, None)
