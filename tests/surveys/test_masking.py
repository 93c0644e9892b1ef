"""What is masked in people's own words, and what is not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.masking import CARD, CASE, HANDLE, LINK, MAIL, PAPER, PHONE, PLATE, masked
from tests.surveys.making import quick

CASES = [
    ("Gọi tôi 0912345678 nhé", f"Gọi tôi {PHONE} nhé"),
    ("Gọi 0912 345 678.", f"Gọi {PHONE}."),
    ("Gọi 091 234 5678, buổi sáng", f"Gọi {PHONE}, buổi sáng"),
    ("SĐT:0912.345.678", f"SĐT:{PHONE}"),
    ("sđt 0912-345-678", f"sđt {PHONE}"),
    ("09 1234 5678", PHONE),
    ("09.12.34.56.78", PHONE),
    ("0912 34 56 78", PHONE),
    ("+84912345678", PHONE),
    ("+84 912 345 678", PHONE),
    ("(+84) 912 345 678", PHONE),
    ("84 91 234 5678", PHONE),
    ("0084912345678", PHONE),
    ("máy bàn 024 3825 1234", f"máy bàn {PHONE}"),
    ("(024) 38251234", PHONE),
    ("0281 3825 123", PHONE),
    ("0912345678 đồng ý gọi lại", f"{PHONE} đồng ý gọi lại"),
    ("0912345678/0987654321", f"{PHONE}/{PHONE}"),
    ("0912345678,0987654321", f"{PHONE},{PHONE}"),
    ("0912345678-0987654321", f"{PHONE}-{PHONE}"),
    ("Tôi tên Hoa,0912345678", f"Tôi tên Hoa,{PHONE}"),
    ("thư a.nguyen+1@gmail.com", f"thư {MAIL}"),
    ("gửi lan@hanoi.gov.vn", f"gửi {MAIL}"),
    ("CCCD 001099012345", f"CCCD {PAPER}"),
    ("số 001 099 012 345", f"số {PAPER}"),
    ("0010 9901 2345", PAPER),
    ("CMND 123456789", f"CMND {PAPER}"),
    ("CMND: 123.456.789", f"CMND: {PAPER}"),
    ("căn cước số 001099012345 của tôi", f"căn cước số {PAPER} của tôi"),
    ("hộ chiếu C1234567", f"hộ chiếu {PAPER}"),
    ("thẻ DN4010123456789", f"thẻ {PAPER}"),
    ("mã số thuế 0101243150", f"mã số thuế {PAPER}"),
    ("thẻ 9704 1234 5678 9012", f"thẻ {CARD}"),
    ("thẻ 9704123456789012", f"thẻ {CARD}"),
    ("STK 19031234567", f"STK {CARD}"),
    ("số tài khoản 0123456789012", f"số tài khoản {CARD}"),
    ("xe 29A-123.45 đỗ", f"xe {PLATE} đỗ"),
    ("xe 30E1-234.56", f"xe {PLATE}"),
    ("xe 29-B1 123.45", f"xe {PLATE}"),
    ("51F12345", PLATE),
    ("29X5-1234", PLATE),
    ("hồ sơ H26.21-240312-0012 chậm", f"hồ sơ {CASE} chậm"),
    ("hồ sơ 000.00.15.H29-240312-0001", f"hồ sơ {CASE}"),
    ("xem https://facebook.com/nguyen.van.a.", f"xem {LINK}."),
    ("xem www.abc.com/x?y=1", f"xem {LINK}"),
    ("facebook.com/lan.pham", LINK),
    ("https://dichvucong.gov.vn/p/home?ma=0912345678", LINK),
    ("Zalo @lan_pham88", f"Zalo {HANDLE}"),
    ("chị Lan rất tốt", "chị L. rất tốt"),
    ("ông Nguyễn Văn An làm chậm", "ông N.V.A. làm chậm"),
    ("Bà Trần Thị Bình thì không", "Bà T.T.B. thì không"),
    ("Tốt. Anh Đức nhiệt tình", "Tốt. Anh Đ. nhiệt tình"),
    ("cảm ơn anh Ước, chị Ý", "cảm ơn anh Ư., chị Ý."),
    ("ông chủ tịch Lê Văn Tám", "ông chủ tịch L.V.T."),
    ("gặp anh/chị Hoa", "gặp anh/chị H."),
    ("đồng chí Phạm Thị Lan Anh", "đồng chí P.T.L.A."),
    ("Cô Hằng ở phường, số 0987 654 321", f"Cô H. ở phường, số {PHONE}"),
]
KEPT_CASES = [
    "Nộp 500.000 đồng", "Nộp 1.250.000đ", "500000000 đồng", "1 250 000 đồng", "2,5 triệu", "123456789 đ", "0 đồng",
    "300k", "1.000.000.000 VND", "100 000 000 đồng", "1.234.567.890 đồng một năm", "giảm 12,5%",
    "ngày 26/11/2026", "26.11.2026", "26-11-2026", "3/2026", "03.12.2025 08 giờ", "từ 03.12.2025 đến 08.12.2025",
    "03.12.2025-08.12.2025", "8h30", "7h30-11h30", "năm 2025 2026", "2018-2025",
    "Nghị định 61/2018", "Nghị định 61/2018/NĐ-CP", "Luật số 91/2025/QH15", "Quyết định 766/QĐ-TTg", "Nghị định 30/2020/NĐ-CP",
    "thủ tục 1.001234.000.00.00.H01", "2.000815", "mẫu 01/ĐK", "mẫu số 05a", "phòng 12A", "tầng 3, quầy 5", "số nhà 123/45/6",
    "gọi 1022", "113", "115", "1900 1234", "tổng đài 18001096", "dichvucong.gov.vn rất chậm", "vneid",
    "Bà Rịa - Vũng Tàu", "đường Bà Triệu", "phường Bà Nà", "xã Đông Anh Hà Nội", "Ông/bà vui lòng chờ", "ông Chủ tịch xã",
    "Bà Rịa rất xa", "bà con Việt Nam", "anh em trong xóm", "chị ấy nói vậy", "Anh em", "tiếng Anh", "cô giáo",
    "xóm 4 thôn 12", "đợi 45 phút", "10 ngày làm việc", "4/5 người", "70.000 người", "1.234.567 người", "Tốt", "...", "",
    "học tập theo gương Bác Hồ", "lô A1-B2", "diện tích 120 m2", "thửa 123 tờ 45", "mã vạch", "năm 2025, 2026", "a@b",
    "Công văn số 1234/SNV-CCHC", "Điều 12.3.4", "IPv4 192.168.1.1",
]  # fmt: skip


@pytest.mark.parametrize(("said", "shown"), CASES)
def test_what_points_at_a_person_is_masked(said: str, shown: str):
    assert masked(said) == shown
    assert masked(unicodedata.normalize("NFD", said)) == shown


@pytest.mark.parametrize("said", KEPT_CASES)
def test_what_points_at_nobody_stays(said: str):
    assert masked(said) == said


@quick
@given(st.sampled_from([said for said, _ in CASES if said[-1].isdigit()]), st.sampled_from(KEPT_CASES))
def test_what_is_masked_alone_is_masked_among_other_words(said: str, other: str):
    assert masked(f"{other}\n{said}\n{other}") == f"{masked(other)}\n{masked(said)}\n{masked(other)}"


@quick
@given(
    st.from_regex(r"0[35789][0-9]{8}", fullmatch=True),
    st.sampled_from(["", " ", ".", "-"]),
    st.text("abc ôđ,!", max_size=9),
)
def test_no_mobile_number_is_left(number: str, between: str, around: str):
    written = between.join((number[:4], number[4:7], number[7:]))

    assert masked(f"{around} {written} {around}") == f"{around} {PHONE} {around}"


@quick
@given(st.text(max_size=80))
def test_masking_again_changes_nothing(said: str):
    assert masked(masked(said)) == masked(said)
