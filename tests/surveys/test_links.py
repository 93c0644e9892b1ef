"""Links into a survey are short, hold only what Telegram lets through, and cannot be forged."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.links import SurveyLink, genuine, payload, pseudonym, read
from tests.surveys.making import quick

KEY, OTHER = b"k" * 32, b"o" * 32
keys = st.binary(min_size=32, max_size=32)


@quick
@given(keys, st.integers(1, 999_999_999), st.sampled_from(["01", "79", "00004", "32248"]))
def test_link_says_where_it_leads_and_is_genuine(key, survey_id, unit):
    made = payload(key, survey_id, unit)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", made)
    link = read(made)
    assert link is not None
    assert (link.survey_id, link.unit) == (survey_id, unit)
    assert genuine(link, key)


@pytest.mark.parametrize(
    "made",
    [
        payload(OTHER, 7, "00004"),
        payload(KEY, 8, "00004").replace("k8_", "k7_"),
        payload(KEY, 7, "00070").replace("_00070_", "_00004_"),
        payload(KEY, 7, "00004")[:-1],
        payload(KEY, 7, "00004") + "A",
    ],
)
def test_changed_link_is_not_genuine(made):
    link = read(made)
    assert link is not None
    assert not genuine(link, KEY)


@pytest.mark.parametrize(
    "said",
    [
        "", "k", "k1", "k1_01", "k1_01_", "k1__x", "k_01_x", "x1_01_x", "K1_01_x", "k-1_01_x", "k1.5_01_x", "k²_01_x",
        "k١_01_x", "k1_01_é", "k1_01_x y", "k1_01_x\n", f"k{'9' * 10}_01_x", "i" + "a" * 20,
    ],
)  # fmt: skip
def test_what_is_no_link_reads_as_nothing(said):
    assert read(said) is None


@quick
@given(st.text(max_size=80).map(lambda said: "k" + said))
def test_anything_may_be_said_as_a_link(said):
    link = read(said)
    assert link is None or not genuine(link, KEY)


def test_signature_may_hold_any_sign_of_its_alphabet():
    assert read("k12_00004_a_b-C_9") == SurveyLink(12, "00004", "a_b-C_9")


def test_pseudonym_tells_people_and_surveys_apart_and_has_128_bits():
    same = pseudonym(KEY, "telegram", "42")
    assert same == pseudonym(KEY, "telegram", "42")
    assert len(same) == 16
    others = {pseudonym(OTHER, "telegram", "42"), pseudonym(KEY, "zalo_oa", "42"), pseudonym(KEY, "telegram", "43")}
    assert len(others - {same}) == 3
