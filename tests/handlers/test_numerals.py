"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.vietnamese import decimal, digits, number, numbers, pointed, unpictured

UNITS = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def in_words(n: int) -> str:
    """A number up to 999,999 as it is read aloud."""
    thousands, rest = divmod(n, 1000)
    if thousands:
        tail = f" không trăm linh {UNITS[rest]}" if 0 < rest < 10 else f" không trăm {in_words(rest)}" if 0 < rest < 100 else f" {in_words(rest)}" if rest else ""  # fmt: skip
        return f"{in_words(thousands)} nghìn{tail}"
    hundreds, rest = divmod(rest, 100)
    tens, ones = divmod(rest, 10)
    last = (
        "lăm" if ones == 5 else "mốt" if ones == 1 and tens > 1 else "tư" if ones == 4 and tens > 1 else UNITS[ones]
    )
    small = UNITS[ones] if not tens else f"{'mười' if tens == 1 else UNITS[tens] + ' mươi'} {last}".strip()
    return " ".join(part for part in (
        f"{UNITS[hundreds]} trăm" if hundreds else "", "linh" if hundreds and not tens and ones else "", small) if part)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("3", 3), ("03", 3), (" 3 ", 3), ("3.", 3), ("3)", 3), ("３", 3), ("③", 3), ("3️⃣", 3), ("🔟", 10), ("٣", 3), ("~3", 3), ("0", 0),
        ("khoảng 3 lần", 3), ("khoang 3 lan", 3), ("tầm 3 lần", 3), ("tam 3 lan", 3), ("cỡ 3 ngày", 3), ("dạ 3 ạ", 3), ("3 lan62", 3),
        ("ba lần", 3), ("ba lan", 3), ("ba laanf", 3), ("tầm hai lần", 2), ("tôi đi 3 lần", 3), ("được 3 năm", 3), ("3 năm", 3), ("3lần", 3),
        ("20 phút", 20), ("20phút", 20), ("hai mươi phút", 20), ("hai muoi phut", 20), ("mất 20 phút", 20), ("2 tiếng", 2),
        ("1.000", 1000), ("12.500", 12500), ("1.000.000", 1_000_000), ("1 nghìn", 1000), ("2 ngàn", 2000), ("20 nghìn đồng", 20000),
        ("1 triệu", 1_000_000), ("một nghìn", 1000), ("hai nghìn không trăm linh năm", 2005), ("2 trăm", 200), ("ba triệu", 3_000_000),
        ("một", 1), ("mot", 1), ("hai", 2), ("bốn", 4), ("năm", 5), ("nam", 5), ("nawm", 5), ("na8m", 5), ("sáu", 6), ("sau", 6),
        ("bảy", 7), ("bẩy", 7), ("tám", 8), ("tam", 8), ("chín", 9), ("mười", 10), ("muoi", 10), ("mu7o7i2", 10),
        ("mười một", 11), ("mười lăm", 15), ("muoi lam", 15), ("mười tư", 14), ("hai mươi mốt", 21), ("hai mốt", 21), ("hăm mốt", 21),
        ("hăm hai", 22), ("ham hai", 22), ("hai lăm", 25), ("ba mươi tư", 34), ("ba muoi tu", 34), ("hai mươi lăm tuổi", 25), ("hai mươi nhăm", 25),
        ("một trăm", 100), ("một trăm linh năm", 105), ("một trăm lẻ năm", 105), ("mot tram le nam", 105), ("một trăm mười", 110),
        ("năm lần", 5), ("nam lan", 5), ("sau lan", 6), ("chỉ một lần thôi", 1),
        ("", None), ("3-4", None), ("3 - 4", None), ("3 4", None), ("1,5", None), ("1.5", None), ("1,000", None), ("-2", None), ("3/4", None),
        ("0.500", None), ("1.00", None), ("²", None), ("½", None), ("1h30", None), ("50k", None), ("3 hoặc 4", None), ("9" * 20, None), ("hơn 3 lần", None),
        ("trên 3", None), ("dưới 5 phút", None), ("ít nhất 2", None), ("gần 20", None), ("không", None), ("không 3", None), ("chưa lần nào", None),
        ("vài lần", None), ("nhiều", None), ("lần 3", None), ("hai ba lần", None), ("ba bốn", None), ("hai mươi năm", None), ("mười năm", None),
        ("ba năm", None), ("năm nay", None), ("năm ngoái", None), ("sau 3 ngày", None), ("sau muoi phut", None), ("tam muoi", None),
        ("hài", None), ("bà", None), ("tấm", None), ("tư", None), ("lăm", None), ("mốt", None), ("mươi lần", None), ("trăm", None), ("nghìn", None),
        ("một trăm hai", None), ("hai nghìn năm", None), ("ba rưỡi", None), ("2 tiếng rưỡi", None), ("hai mười", None), ("ba tư", None),
        ("một hai", None), ("nam nu", None), ("III", None), ("ba mẹ", None), ("số hài", None),
    ],
)  # fmt: skip
def test_number_that_was_said(said, meant):
    assert number(said) == meant


@pytest.mark.parametrize(
    ("said", "asked", "meant"),
    [
        ("20 phút", "Ông/bà chờ bao nhiêu phút?", 20), ("2 giờ", "Ông/bà chờ bao nhiêu phút?", None), ("2 tieng", "Mất mấy giờ?", 2),
        ("2 gio", "Mất mấy tiếng?", 2), ("2 ngày", "Mất mấy giờ?", None), ("3 lần", "Đã đi bao nhiêu lần?", 3), ("3 lần", "Mấy ngày?", 3),
        ("20 nghìn", "Hết bao nhiêu nghìn đồng?", None), ("20", "Hết bao nhiêu nghìn đồng?", 20), ("20 nghìn", "Hết bao nhiêu đồng?", 20000),
        ("5 nam", "Ở Việt Nam bao nhiêu tháng?", None), ("5 năm", "Đã ở đây bao nhiêu năm?", 5),
    ],
)  # fmt: skip
def test_number_in_another_unit_than_was_asked_for_is_none(said, asked, meant):
    assert number(said, asked) == meant


@given(st.integers(1, 999_999))
def test_number_read_aloud_is_itself(n):
    assert number(in_words(n)) == n
    assert number(str(n)) == n
    assert number(f"{n:,}".replace(",", ".")) == n


@pytest.mark.parametrize(
    ("said", "most", "meant"),
    [
        ("1 3 5", 5, {1, 3, 5}), ("1, 3 và 5", 5, {1, 3, 5}), ("1,3,5", 5, {1, 3, 5}), ("1;3", 5, {1, 3}), ("1 va 3", 5, {1, 3}), ("1 & 3", 5, {1, 3}),
        ("1+3", 5, {1, 3}), ("1 với 3", 5, {1, 3}), ("1. 3. 5.", 5, {1, 3, 5}), ("1) 3)", 5, {1, 3}), ("① ③", 5, {1, 3}), ("1-3", 5, {1, 2, 3}),
        ("1 - 3", 5, {1, 2, 3}), ("1–3", 5, {1, 2, 3}), ("1 đến 3", 5, {1, 2, 3}), ("từ 1 đến 3", 5, {1, 2, 3}), ("1-3, 5", 5, {1, 2, 3, 5}),
        ("3", 5, {3}), ("3 3", 5, {3}), ("số 1 và số 3", 5, {1, 3}), ("chọn 1, 3", 5, {1, 3}), ("dạ chọn 1 và 3 ạ", 5, {1, 3}), ("10, 2", 10, {2, 10}),
        ("một và ba", 5, {1, 3}), ("mot, hai va ba", 5, {1, 2, 3}), ("cả ba", 3, {1, 2, 3}), ("ca 3", 3, {1, 2, 3}), ("cả hai", 2, {1, 2}),
        ("tất cả", 3, {1, 2, 3}), ("tat ca", 2, {1, 2}), ("chọn hết", 2, {1, 2}), ("taast car", 2, {1, 2}), ("cả 1 và 3", 5, {1, 3}),
        ("", 5, None), ("1 6", 5, None), ("0", 5, None), ("1 0", 5, None), ("6", 5, None), ("3-1", 5, None), ("1-3-5", 5, None), ("135", 5, None),
        ("1.3", 5, None), ("-1", 5, None), ("1 không 3", 5, None), ("trừ 2", 5, None), ("tất cả trừ 2", 5, None), ("cả ba", 5, None), ("cả hai", 5, None),
        ("cả", 5, None), ("không có", 5, None), ("không 2", 5, None), ("hai ba", 5, None), ("ba", 5, None), ("hài", 5, None), ("1 và", 5, None),
        ("1 hoặc 3", 5, None), ("1/3", 5, None), ("1 3 x", 5, None), ("²", 5, None), ("4-9", 5, None), ("tất cả đều không", 5, None),
    ],
)  # fmt: skip
def test_several_that_were_picked(said, most, meant):
    assert numbers(said, most) == meant


@pytest.mark.parametrize(
    ("said", "scale", "rows", "meant"),
    [
        ("45344", 5, 5, (4, 5, 3, 4, 4)), ("4 5 3 4 4", 5, 5, (4, 5, 3, 4, 4)), ("4,5,3,4,4", 5, 5, (4, 5, 3, 4, 4)), ("4-5-3-4-4", 5, 5, (4, 5, 3, 4, 4)),
        ("4, 5, 3, 4, 4", 5, 5, (4, 5, 3, 4, 4)), ("4 - 5 - 3", 5, 5, (4, 5, 3)), (" 45 ", 5, 5, (4, 5)), ("4 5", 5, 5, (4, 5)), ("453", 5, 5, (4, 5, 3)),
        ("４５３", 5, 5, (4, 5, 3)), ("④⑤", 5, 5, (4, 5)), ("4️⃣5️⃣", 5, 5, (4, 5)), ("1" * 39, 4, 39, (1,) * 39), ("99", 9, 2, (9, 9)),
        ("", 5, 5, None), ("4", 5, 5, None), ("2024", 5, 5, None), ("46", 5, 5, None), ("453444", 5, 5, None), ("4,5", 5, 5, None), ("4-5", 5, 5, None),
        ("4 - 5", 5, 2, None), ("4/5", 5, 5, None), ("4.5.3", 5, 5, None), ("4 5,3", 5, 5, None), ("4-5 3", 5, 5, None), ("-45", 5, 5, None), ("45-", 5, 5, None),
        ("4,,5", 5, 5, None), ("45 34", 5, 5, None), ("4 5 3 x", 5, 5, None), ("4 năm 3", 5, 5, None), ("²²", 5, 5, None), ("10", 10, 5, None), ("11", 10, 5, None),
        ("0912345678", 5, 39, None), ("4\n5\n3", 5, 5, (4, 5, 3)),
    ],
)  # fmt: skip
def test_digits_for_rows_of_a_matrix(said, scale, rows, meant):
    assert digits(said, scale, rows) == meant


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("số 3", "3"), ("so 3", "3"), ("soos 3", "3"), ("câu 3", "3"), ("phương án 3", "3"), ("chọn 4", "4"), ("tôi chọn số 4", "4"), ("ý 2", "2"),
        ("cái thứ hai", "2"), ("cai thu hai", "2"), ("thứ nhất", "1"), ("thứ nhứt", "1"), ("thu nhat", "1"), ("thứ tư", "4"), ("thứ 2", "2"),
        ("số ba", "3"), ("phương án mười hai", "12"), ("4 ạ", "4"), ("dạ 4", "4"), ("chọn 4 nhé", "4"), ("đáp án 2", "2"), ("số ③", "3"), ("số 3.", "3"),
        ("A", "a"), ("B.", "b"), ("b)", "b"), ("câu b", "b"), ("chọn C", "c"), ("phương án d", "d"),
        ("", ""), ("ba", ""), ("hai", ""), ("chọn hai", ""), ("a", ""), ("à", ""), ("ạ", ""), ("E", ""), ("II", ""), ("số hài", ""), ("số điện thoại 3", ""),
        ("3 hay 4", ""), ("số 3 hoặc 4", ""), ("không chọn 3", ""), ("trừ số 3", ""), ("số -3", ""), ("số 1,5", ""), ("thứ tự", ""), ("câu hài lòng", ""),
    ],
)  # fmt: skip
def test_place_that_was_pointed_at(said, place):
    assert pointed(said) == place


@given(
    st.text(max_size=60) | st.text("0123456789 ,.-ha lgnmộtíểàs", max_size=20), st.integers(1, 12), st.integers(1, 40)
)
def test_any_text_is_a_number_in_range_or_none(text, most, rows):
    picked, row = numbers(text, most), digits(text, most, rows)
    assert picked is None or (picked and picked <= set(range(1, most + 1)))
    assert row is None or (2 <= len(row) <= rows and set(row) <= set(range(1, most + 1)))
    assert (number(text) or 0) >= 0
    assert pointed(text).isalnum() or pointed(text) == ""
    assert unpictured(unpictured(text)) == unpictured(text)


@pytest.mark.parametrize(
    ("said", "asked", "meant"),
    [
        ("1,5", "", 1.5), ("1.5", "", 1.5), ("0.125", "", 0.125), ("150.000", "", 150_000), ("1.500.000", "", 1_500_000),
        ("1.500,25", "", 1500.25), ("-2,5", "", -2.5), ("3 ạ", "", 3), ("ba mươi", "", 30), ("khoảng 3 triệu", "Mấy đồng?", 3_000_000),
        ("1,5 triệu", "Lệ phí bao nhiêu triệu đồng?", 1.5), ("150.000 đồng", "Lệ phí bao nhiêu đồng?", 150_000),
        ("1,5 triệu", "Lệ phí bao nhiêu đồng?", None), ("2,5 km", "Mấy giờ?", None), ("1.50.000", "", None), ("không rõ", "", None),
    ],
)  # fmt: skip
def test_decimal_as_it_is_written_here(said, asked, meant):
    assert decimal(said, asked) == meant


@pytest.mark.parametrize(
    ("said", "meant"), [("150,000", 150_000), ("1.5", 1.5), ("150.125", 150.125), ("1,500.5", 1500.5)]
)
def test_decimal_in_english_has_its_point(said, meant):
    assert decimal(said, "", "en") == meant
