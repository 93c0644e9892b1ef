"""What people who type Vietnamese in a hurry are understood to say."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import Choice
from handlers.choices import chosen, named
from handlers.vietnamese import READINGS_LIMIT, abbreviated, agrees, candidates
from storage.geography import plain
from surveys.loading import parse
from tests.handlers.keyboard import TELEX, VNI, struck

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "surveys" / "questionnaires").glob("*.yaml"))
OFFICIAL = sorted((ROOT.parent / "shared" / "input" / "sipas").glob("questionnaire_2026.json"))
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
FITTING = ("Không phù hợp", "Khá phù hợp", "Phù hợp", "Rất phù hợp")
YES_NO = ("Có", "Không")
UNSURE = ("Có", "Không", "Không biết/Không trả lời")
JOBS = ("Đã nghỉ hưu", "Ở nhà, không đi làm", "Sinh viên", "Nhân viên doanh nghiệp", "Công việc khác")
SCHOOLS = ("Tiểu học", "Trung học cơ sở", "Trung học phổ thông", "Đại học trở lên")
TRUTH = ("Đúng", "Sai")
ALIKE = ("Nam", "Năm", "Nấm", "Khác")
CHANNELS = ("Người thân, bạn bè", "Báo, đài, ti vi", "Internet", "Trực tuyến")


def choices(*labels: str) -> list[Choice]:
    return [Choice(str(n), label) for n, label in enumerate(labels, 1)]


def lists_in(node: object) -> Iterator[tuple[str, ...]]:
    """Every scale and every list of options of a form in JSON."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("options", "scale") and isinstance(value, list):
                yield tuple(value)
            else:
                yield from lists_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from lists_in(value)


def every_list() -> list[tuple[str, ...]]:
    written = [question.options for path in SHIPPED for question in parse(path.read_text(encoding="utf-8")).questions]
    official = [options for path in OFFICIAL for options in lists_in(json.loads(path.read_text(encoding="utf-8")))]
    return sorted({options for options in (*written, *official) if options})


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("hài lòng", ("hai long",)), ("hafi", ("hafi", "hai")), ("ko hl", ("ko hl", "khong hai long", "khong hl", "ko hai long")),
        ("bt", ("bt", "binh thuong", "biet")), ("Đc", ("dc", "duoc")), ("kh", ("kh", "khong", "kha")), ("hồng", ("hong",)), ("hong", ("hong", "khong")),
        ("dạ có", ("da co", "co")), ("dạ", ("da",)), ("đã có", ("da co",)), ("w", ("w", "u")), ("Zalo", ("zalo",)), ("khl", ("khl",)),
        ("o nha, ko di lam", ("o nha, ko di lam", "o nha, khong di lam")), ("", ("",)), ("ko " * 90, (("ko " * 90).strip(),)),
    ],
)  # fmt: skip
def test_readings_of_a_text_begin_with_the_literal_one(text, readings):
    assert candidates(text) == readings


@pytest.mark.parametrize(
    ("labels", "said", "meant"),
    [
        # keys
        (LEVELS, "hai2 lo2ng", 4), (LEVELS, "hafi lofng", 4), (LEVELS, "rat61 ha2i lo2ng", 5), (LEVELS, "ra61t hài lòng", 5), (LEVELS, "hàif lòngf", 4),
        (LEVELS, "khoong hafi lofng", 2), (LEVELS, "raats khoong hafi lofng", 1), (LEVELS, "bifnh thuwowfng", 3), (LEVELS, "binh2 thuong72", 3),
        (LEVELS, "hafi", 4), (LEVELS, "hai2", 4), (LEVELS, "khoong", 2), (LEVELS, "HAFI LOFNG.", 4), (LEVELS, "hafi long", 4), (LEVELS, "bifnh", 3),
        (YES_NO, "cos", 1), (YES_NO, "co1", 1), (YES_NO, "khoong", 2), (YES_NO, "kho6ng", 2), (TRUTH, "ddungs", 1), (TRUTH, "d9u1ng", 1),
        (ALIKE, "nawm", 2), (ALIKE, "na8m", 2), (ALIKE, "naams", 3), (ALIKE, "nam", 1), (ALIKE, "khacs", 4), (("Nam", "Nữ"), "nuwx", 2),
        (JOBS, "nghir huwu", None), (JOBS, "ddax nghir huwu", 1), (JOBS, "owr nhaf, khoong ddi lafm", 2), (JOBS, "owr nhaf khoong ddi lafm", 2),
        # short forms
        (LEVELS, "ko hl", 2), (LEVELS, "k hl", 2), (LEVELS, "hl", 4), (LEVELS, "rat hl", 5), (LEVELS, "rất ko hl", 1), (LEVELS, "rat k hl", 1),
        (LEVELS, "ko hài lòng", 2), (LEVELS, "hok hai long", 2), (LEVELS, "hem hl", 2), (LEVELS, "hông hài lòng", 2), (LEVELS, "kh hl", 2), (LEVELS, "kg hl", 2),
        (LEVELS, "bt", 3), (LEVELS, "bth", 3), (LEVELS, "bthg", 3), (LEVELS, "btg", 3), (LEVELS, "BT", 3), (LEVELS, "binh thg", 3), (LEVELS, "dạ bt", 3),
        (LEVELS, "dạ hài lòng", 4), (LEVELS, "vâng, hài lòng", 4), (LEVELS, "da rat hl", 5), (FITTING, "ko phù hợp", 1), (FITTING, "k phu hop", 1),
        (YES_NO, "ko", 2), (YES_NO, "k", 2), (YES_NO, "kg", 2), (YES_NO, "hok", 2), (YES_NO, "hong", 2), (YES_NO, "hem", 2), (YES_NO, "dạ ko", 2), (YES_NO, "dạ không", 2),
        (YES_NO, "ok", 1), (YES_NO, "oke", 1), (YES_NO, "uh", 1), (YES_NO, "ừ", 1), (YES_NO, "uwf", 1), (YES_NO, "vâng", 1), (YES_NO, "vaang", 1), (YES_NO, "dạ", 1),
        (YES_NO, "dạ có ạ", 1), (YES_NO, "co", 1), (YES_NO, "dạ vâng", 1), (("Đồng ý", "Không đồng ý"), "ok", 1), (("Đồng ý", "Không đồng ý"), "ko dong y", 2),
        (UNSURE, "ko", 2), (UNSURE, "khong biet", 3), (UNSURE, "ko biết", 3), (UNSURE, "kb", 3), (UNSURE, "k bt", 3), (UNSURE, "kbiet", 3),
        (JOBS, "sv", 3), (JOBS, "nv dn", 4), (JOBS, "ở nhà ko đi làm", 2), (SCHOOLS, "thpt", 3), (SCHOOLS, "THCS", 2), (SCHOOLS, "đh", 4), (SCHOOLS, "dh", 4),
        (CHANNELS, "ng thân", 1), (CHANNELS, "onl", 4), (CHANNELS, "nguoi than ban be", 1), (CHANNELS, "báo đài ti vi", 2),
        # places
        (LEVELS, "số 3", 3), (LEVELS, "câu 3", 3), (LEVELS, "phương án 3", 3), (LEVELS, "chọn 4", 4), (LEVELS, "cái thứ hai", 2), (LEVELS, "thứ nhất", 1),
        (LEVELS, "thứ tư", 4), (LEVELS, "ý 2", 2), (LEVELS, "3.", 3), (LEVELS, "3)", 3), (LEVELS, "③", 3), (LEVELS, "３", 3), (LEVELS, "4 ạ", 4), (LEVELS, "số bốn", 4),
        (LEVELS, "A", 1), (LEVELS, "C", 3), (LEVELS, "câu a", 1), (YES_NO, "B", 2), (("1 lần", "3 lần", "5 lần"), "số 1", 1),
        # false friends
        (LEVELS, "ko", None), (LEVELS, "k", None), (LEVELS, "rat", None), (LEVELS, "ok", None), (LEVELS, "vâng", None), (LEVELS, "dạ", None), (LEVELS, "có", None),
        (LEVELS, "ko bt", None), (LEVELS, "kb", None), (LEVELS, "khl", None), (LEVELS, "chx hl", None), (LEVELS, "chưa hài lòng", None), (LEVELS, "cx hl", None),
        (LEVELS, "hài lòng lắm", None), (LEVELS, "không hài lòng lắm", None), (LEVELS, "ko hl lắm", None), (LEVELS, "hl?", None), (LEVELS, "không, hài lòng", None),
        (LEVELS, "ko, hl", None), (LEVELS, "ko. hl", None), (LEVELS, "hair", None), (LEVELS, "hais", None), (LEVELS, "haiz", None), (LEVELS, "haizz", None),
        (LEVELS, "long", None), (LEVELS, "hl ko hl", None), (LEVELS, "hl bt", None), (LEVELS, "chọn hai", None), (LEVELS, "chon hai", None), (LEVELS, "hai ba", None),
        (LEVELS, "số 0", None), (LEVELS, "số 6", None), (LEVELS, "số 3 hoặc 4", None), (LEVELS, "không chọn 3", None), (LEVELS, "4-5", None), (LEVELS, "45", None),
        (LEVELS, "II", None), (LEVELS, "a", None), (LEVELS, "b", None), (LEVELS, "B", None), (LEVELS, "E", None), (LEVELS, "à", None), (LEVELS, "dung", None),
        (FITTING, "kh phù hợp", None), (FITTING, "ko", None), (YES_NO, "hồng", None), (YES_NO, "hẻm", None), (YES_NO, "cor", None), (YES_NO, "C", None),
        (YES_NO, "có không", None), (YES_NO, "bt", None), (YES_NO, "kb", None), (YES_NO, "ko có gì", None), (TRUTH, "duwngf", None), (TRUTH, "dungf", None),
        (ALIKE, "nams", None), (ALIKE, "nafm", None), (("Có", "Đồng ý"), "ok", None), (("Khác", "Anh em"), "A", None), (("Thứ Ba", "Thứ Tư", "Thứ Năm"), "thứ hai", None),
        (("3 lần", "1 lần", "2 lần"), "số 1", None), (("Câu 2", "Câu 1", "Câu 3"), "câu 4", None), (CHANNELS, "internet net", None), (("Biết", "Bình thường"), "bt", None),
        (("Không biết", "Có"), "ko", None), (SCHOOLS, "th", None), (JOBS, "dạ", None),
    ],
)  # fmt: skip
def test_choice_that_was_typed_in_a_hurry(labels, said, meant):
    found = chosen(said, choices(*labels))
    assert (int(found.token) if found else None) == meant


@pytest.mark.parametrize("said", ["3", "③", "số 3", "thứ nhất", "A", "câu b", "4 ạ", "3."])
def test_choices_that_nobody_counts_are_only_named(said):
    assert named(said, choices("Bỏ qua", "Không trả lời", "Không biết")) is None


@pytest.mark.parametrize("options", every_list(), ids=lambda options: options[0][:20])
@pytest.mark.parametrize("keys", [TELEX, VNI], ids=["telex", "vni"])
@pytest.mark.parametrize("tone_last", [True, False], ids=["tone last", "tone inside"])
def test_every_option_means_itself_in_keys(options, keys, tone_last):
    offered = choices(*options)
    typed = [struck(label, keys, tone_last=tone_last) for label in options]
    assert [chosen(text, offered) for text in typed] == offered
    assert [chosen(text.lower(), offered) for text in typed] == offered
    assert [chosen(label, offered) for label in options] == offered
    assert [chosen(plain(label), offered) for label in options] == offered


@given(st.sampled_from(every_list()), st.sampled_from([TELEX, VNI]), st.integers(0, 2**32), st.data())
def test_every_option_means_itself_with_the_keyboard_half_on(options, keys, seed, data):
    offered = choices(*options)
    choice = data.draw(st.sampled_from(offered))
    assert chosen(struck(choice.label, keys, seed=seed), offered) == choice


@given(st.sampled_from(every_list()), st.text(max_size=30) | st.text("aikohlngbtàờđ 123sfrxjw.,", max_size=12))
def test_any_text_is_a_choice_or_none_and_has_its_literal_reading(options, text):
    offered = choices(*options)
    assert chosen(text, offered) in [None, *offered]
    assert candidates(text)[0] == plain(text)
    assert len(candidates(text)) <= 2 * READINGS_LIMIT + 1
    assert not (agrees(text) and abbreviated(text))


@given(
    st.lists(
        st.text("abhikltgnoàòáđế ", min_size=1, max_size=8).map(str.strip).filter(bool),
        min_size=1,
        max_size=6,
        unique_by=plain,
    )
)
def test_label_of_every_choice_means_itself(labels):
    offered = choices(*labels)
    assert [chosen(label, offered) for label in labels] == offered


def test_the_official_form_is_read_where_it_is():
    assert len(every_list()) >= 12 + 6 * len(OFFICIAL)
