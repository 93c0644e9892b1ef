"""Keys left in Vietnamese words."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.telex import composed, spelled, tidy
from tests.handlers.keyboard import TELEX, VNI, struck, words_of

ROOT = Path(__file__).parents[2]
WRITTEN = "".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "surveys" / "questionnaires").glob("*.yaml"))
)
STRANGE = {"ℹ"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hafi lofng", "hài lòng"), ("haif longf", "hài lòng"), ("hai2 lo2ng", "hài lòng"), ("ha2i long2", "hài lòng"),
        ("HAFI LOFNG", "hài lòng"), ("haiff lofngff", "hài lòng"), ("hàif lòngf", "hài lòng"), ("hài2 lòng2", "hài lòng"),
        ("rat61", "rất"), ("ra61t", "rất"), ("raats", "rất"), ("rấts", "rất"), ("râts", "rất"), ("rasta", "rất"),
        ("khoong", "không"), ("kho6ng", "không"), ("khong6", "không"), ("khôong", "không"), ("khôông", "không"),
        ("bifnh thuwowfng", "bình thường"), ("bi2nh thu7o72ng", "bình thường"), ("binh2 thuong72", "bình thường"),
        ("thuowngf", "thường"), ("thuongwf", "thường"), ("thuwongf", "thường"), ("thuwowngff", "thường"),
        ("ddi", "đi"), ("d9i", "đi"), ("did", "đi"), ("dduowcj", "được"), ("duocwjd", "được"), ("d9uo75c", "được"),
        ("ow", "ơ"), ("uw", "ư"), ("w", "ư"), ("tw do", "tư do"), ("tuwj do", "tự do"), ("nhw", "như"),
        ("nawm", "năm"), ("naam", "nâm"), ("nams", "nám"), ("nuwx", "nữ"), ("nu74", "nữ"), ("cos", "có"), ("co1", "có"),
        ("quyeets", "quyết"), ("quoocs", "quốc"), ("quowis", "quới"), ("giair", "giải"),
        ("gifn", "gìn"), ("nghieeng", "nghiêng"), ("nghix", "nghĩ"), ("huwu", "hưu"), ("huwowu", "hươu"), ("yeeu", "yêu"),
        ("muaw", "mưa"), ("mua7", "mưa"), ("thuowr", "thuở"), ("hoaf", "hòa"), ("hoà", "hòa"), ("thuys", "thúy"), ("khoeo", "khoeo"),
        ("ngoafi", "ngoài"), ("viejet", "việt"), ("Vieetj Nam", "việt nam"), ("haisz", "hai"), ("ha1i0", "hai"), ("hasif", "hài"),
        ("ddaauf tw", "đầu tư"), ("cana", "cân"), ("xoawn", "xoăn"), ("khuya", "khuya"), ("thuees", "thuế"), ("oons", "ốn"),
    ],
)  # fmt: skip
def test_keys_make_the_word_that_was_meant(typed, meant):
    assert composed(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "haiz", "haizz", "haizzz", "next", "Facebook", "Zalo", "internet", "wifi", "email", "web", "app", "zoom",
        "google", "Peter", "Robert", "James", "Frank", "Joseph", "18-24", "covid19", "2024", "q5", "50k", "1h30", "h2o",
        "hapf", "hochx", "matf", "cef", "kaf", "ngees", "ghas", "hai2long", "s", "f", "j", "r", "x", "6", "9",
        "dd", "aw", "law", "new", "show" * 4, "khong", "binh thuong", "hai long", "ko", "hl",
    ],
)  # fmt: skip
def test_what_makes_no_syllable_is_left_alone(typed):
    assert composed(typed) == tidy(typed)


@pytest.mark.parametrize("keys", [TELEX, VNI], ids=["telex", "vni"])
@pytest.mark.parametrize("tone_last", [True, False])
def test_every_word_of_the_shipped_questionnaires_survives_its_keys(keys, tone_last):
    words = words_of(WRITTEN) - STRANGE
    lost = {word for word in words if composed(struck(word, keys, tone_last=tone_last)) != spelled(word)}
    assert len(words) > 300
    assert lost == set()


@given(st.text(max_size=60) | st.text("aâăeêioôơuưydđhngtcs123456789wfrxjz\u0301\u0300 ", max_size=20))
def test_any_text_can_be_composed(text):
    stray = any(unicodedata.combining(c) for c in tidy(text))
    assert stray or spelled(spelled(text)) == spelled(text)
    assert len(composed(text)) <= len(spelled(text))
