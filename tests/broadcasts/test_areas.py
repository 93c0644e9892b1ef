"""The seven areas: by name, as bits, and guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.areas import ALL, AREAS, area_called, guessed, mask, of_mask

IDS = [area.id for area in AREAS]


def test_areas_are_the_seven_of_the_programme_in_order():
    assert IDS == ["CDDH", "TC", "TTHC", "BM", "CV", "TCC", "CPDT"]


@given(st.sets(st.sampled_from(IDS), min_size=1))
def test_mask_holds_just_the_areas_that_went_in(ids):
    assert {area.id for area in of_mask(mask(ids))} == ids


def test_empty_mask_means_all_areas():
    assert (mask([]), of_mask(0), of_mask(ALL)) == (0, AREAS, AREAS)


def test_unknown_area_has_no_bit():
    with pytest.raises(KeyError):
        mask(["TTHC", "XYZ"])


@pytest.mark.parametrize(
    ("said", "id"),
    [
        ("TTHC", "TTHC"), ("tthc", "TTHC"), ("1", "CDDH"), ("7", "CPDT"), ("Chỉ đạo, điều hành", "CDDH"),
        ("cải cách thể chế", "TC"), ("thể chế", "TC"), ("the che", "TC"), ("Thủ tục hành chính", "TTHC"),
        ("hành chính", "TTHC"), ("tổ chức bộ máy", "BM"), ("công vụ", "CV"), ("TÀI CHÍNH CÔNG", "TCC"),
        ("tài chính", "TCC"), ("chính quyền số", "CPDT"), ("chính quyền điện tử", "CPDT"),
    ],
)  # fmt: skip
def test_area_is_found_as_people_write_it(said, id):
    found = area_called(said)
    assert found is not None
    assert found.id == id


@pytest.mark.parametrize("said", ["", "0", "8", "²", "thể thao", "cải cách", "chính", "TTHCC"])
def test_what_names_no_one_area_finds_none(said):
    assert area_called(said) is None


@pytest.mark.parametrize(
    ("headline", "text", "id"),
    [
        ("Sắp xếp đơn vị hành chính cấp xã", "Thủ tục hành chính. Thủ tục hành chính.", "BM"),
        ("Tin trong tuần", "Tỷ lệ giải ngân vốn đầu tư công và ngân sách", "TCC"),
        ("Tin trong tuần", "Chữ ký số, dữ liệu, VNeID", "CPDT"),
        ("Tuyển dụng công chức", "", "CV"),
        ("Một cửa liên thông", "", "TTHC"),
        ("DỰ THẢO LUẬT BAN HÀNH VĂN BẢN QUY PHẠM", "", "TC"),
        ("Tin trong tuần", "Trời nắng", "CDDH"),
    ],
)
def test_area_is_guessed_from_the_words_and_most_from_the_headline(headline, text, id):
    assert guessed(headline, text).id == id
