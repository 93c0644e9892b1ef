"""What a person meant, however it was typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import Choice
from handlers.choices import TYPED_LIMIT, chosen, named, stops, tidy, token, unpacked

LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
TICKED = ("✅ Loa phường", "▫️ Người quen", "● Mạng xã hội", "⬅ Quay lại", "⏸ Tạm dừng", "🗑 Xoá phiếu này")
ALIKE = ("Nam", "Năm", "Nấm", "Khác")
AGES = ("18-24 tuổi", "25-34 tuổi", "Trên 60 tuổi", "(không trả lời)")
SPANS = ("Dưới 35 tuổi", "Từ 35 đến 49 tuổi", "Từ 50 tuổi trở lên")
NUMBERED = ("10", "2", "1", "Nhiều hơn")
PLACED = ("Hoà", "Hoá", "Hóa đơn", "① Một")
JOBS = ("Đã nghỉ hưu", "Ở nhà, không đi làm", "Khác")


def choices(*labels: str) -> list[Choice]:
    return [Choice(str(n), label) for n, label in enumerate(labels, 1)]


@pytest.mark.parametrize(
    ("labels", "said", "meant"),
    [
        (LEVELS, "1", 1), (LEVELS, "5", 5), (LEVELS, " 4. ", 4), (LEVELS, "4)", 4), (LEVELS, "(4)", 4), (LEVELS, "4,", 4),
        (LEVELS, "04", 4), (LEVELS, "４", 4), (LEVELS, "4️⃣", 4), (LEVELS, "٤", 4),
        (LEVELS, "0", None), (LEVELS, "6", None), (LEVELS, "-4", None), (LEVELS, "4 5", None), (LEVELS, "4.5", None),
        (LEVELS, "²", None), (LEVELS, "9" * 5000, None), (LEVELS, "bốn", None),
        (LEVELS, "Hài lòng", 4), (LEVELS, "HÀI LÒNG", 4), (LEVELS, "hai long", 4), (LEVELS, "hài lòng.", 4),
        (LEVELS, "  hài   lòng ! ", 4), (LEVELS, unicodedata.normalize("NFD", "Hài lòng"), 4), (LEVELS, "haì lòng", 4),
        (LEVELS, "khong hai long", 2), (LEVELS, "Không", 2), (LEVELS, "binh", 3), (LEVELS, "Bình thường ạ", 3),
        (LEVELS, "Rất", None), (LEVELS, "rất hài", 5), (LEVELS, "hài", 4), (LEVELS, "hà", None),
        (LEVELS, "", None), (LEVELS, "   ", None), (LEVELS, "!!!", None), (LEVELS, "✅", None), (LEVELS, "👍", None),
        (TICKED, "loa phuong", 1), (TICKED, "✅ Loa phường", 1), (TICKED, "▫️ Loa phường", 1), (TICKED, "nguoi quen", 2),
        (TICKED, "● mạng xã hội", 3), (TICKED, "quay lại", 4), (TICKED, "⬅ quay lại", 4), (TICKED, "tam dung", 5),
        (TICKED, "xóa phiếu này", 6), (TICKED, "xoá", 6),
        (ALIKE, "Nam", 1), (ALIKE, "năm", 2), (ALIKE, "NẤM", 3), (ALIKE, "nàm", None), (ALIKE, "khac", 4),
        (AGES, "18-24", 1), (AGES, "18", 1), (AGES, "18-24 tuổi", 1), (AGES, "2", 2), (AGES, "trên 60", 3), (AGES, "không trả lời", 4),
        (AGES, "30", 2), (AGES, "tôi 30 tuổi", 2), (AGES, "67 tuổi ạ", 3), (AGES, "60", None), (AGES, "18 - 24", 1), (AGES, "20-24", None),
        (SPANS, "35-49", 2), (SPANS, "35 đến 49", 2), (SPANS, "từ 35 đến 49", 2), (SPANS, "40", 2), (SPANS, "17", 1), (SPANS, "61", 3), (SPANS, "60", 3), (SPANS, "2", 2),
        (AGES, "(khong tra loi)", 4), (AGES, "khong tra loi", 4), (AGES, "4", 4),
        (NUMBERED, "1", 3), (NUMBERED, "2", 2), (NUMBERED, "10", 1), (NUMBERED, "3", 3), (NUMBERED, "4", 4),
        (NUMBERED, "số 3", None), (NUMBERED, "①", 3), (LEVELS, "③", 3), (LEVELS, "số 3", 3), (LEVELS, "thứ tư", 4), (LEVELS, "chọn 4 ạ", 4),
        (PLACED, "hòa", 1), (PLACED, "hóa", 2), (PLACED, "hoá đơn", 3), (PLACED, "hoa", None), (PLACED, "hoaf", 1), (PLACED, "hoa1", 2), (PLACED, "① một", 4),
        (LEVELS, "ko hl", 2), (LEVELS, "hafi lofng", 4), (LEVELS, "ko", None), (AGES, "treen 60", 3), (AGES, "ko trả lời", 4), (AGES, "số 2", 2),
        (TICKED, "loa phuwowngf", 1), (TICKED, "bài", None), (ALIKE, "nawm", 2), (ALIKE, "nams", None), (JOBS, "da nghi huu", 1), (JOBS, "da", 1),
        (JOBS, "dạ", None), (JOBS, "ở nhà", 2), (JOBS, "o nha", 2), (JOBS, "ở nhà không đi làm", 2), (JOBS, "không đi làm", None),
        (("!!!", "Khác"), "không " * 60, None), (("Khác", "Xa", "Thứ 2 đầu tuần", "Thứ 2 cuối tuần"), "thứ 2", None),
    ],
)  # fmt: skip
def test_choice_that_was_typed(labels, said, meant):
    found = chosen(said, choices(*labels))
    assert (int(found.token) if found else None) == meant


@given(st.text(max_size=40), st.lists(st.text(max_size=10), max_size=6))
def test_whatever_is_typed_is_one_of_the_choices_or_none(said, labels):
    offered = choices(*labels)
    assert chosen(said, offered) in [None, *offered]
    assert named(said, offered) in [None, *offered]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("3", None),
        ("3.", None),
        ("③", None),
        ("số 3", None),
        ("C", None),
        ("bỏ qua", 1),
        ("ko trả lời", 2),
        ("boỏ qua", 1),
        ("qua", None),
        ("bor qua", 1),
    ],
)
def test_choices_that_nobody_counts_are_known_by_their_labels(said, meant):
    found = named(said, choices("Bỏ qua", "Không trả lời", "Không biết"))
    assert (int(found.token) if found else None) == meant


@pytest.mark.parametrize(
    "said",
    [
        "DỪNG", "dừng", " Dừng. ", "dung", "DUNG!", "/stop", "stop", "/dung", "ngừng", "ngung", "hủy", "huỷ", "huy",
        "Hủy đăng ký", "huỷ đăng ký", "huy dang ky", "Ngừng nhận", "dừng nhận", unicodedata.normalize("NFD", "Dừng"),
    ],
)  # fmt: skip
def test_who_wants_to_stop_is_understood(said):
    assert stops(said)


@pytest.mark.parametrize(
    "said", ["", "đúng", "dùng", "đừng", "dũng", "dụng", "không dừng", "dừng lại xem đã", "2", "stop it"]
)
def test_who_says_something_else_does_not_stop(said):
    assert not stops(said)


def test_text_is_kept_composed_trimmed_and_bounded():
    assert tidy("  " + unicodedata.normalize("NFD", "Cảm ơn") + "\n") == "Cảm ơn"
    assert len(tidy("x" * 10_000)) == TYPED_LIMIT


@given(
    st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True), st.lists(st.from_regex(r"[A-Za-z0-9_?-]{0,9}", fullmatch=True))
)
def test_token_is_unpacked_as_it_was_packed(kind, parts):
    assert unpacked(token(kind, *parts)) == (kind, parts)
    assert token("a", 7, 2, "ok") == "a:7:2:ok"
