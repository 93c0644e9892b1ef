"""Places by code and by name, as offices and people write them."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.geography import (
    bare,
    commune_called,
    communes,
    place_name,
    plain,
    province_called,
    province_of,
    provinces,
)


def test_there_are_34_provinces_and_3321_communes():
    assert (len(provinces()), len(communes())) == (34, 3321)
    assert Counter(province.full_name.split()[0] for province in provinces().values()) == {"Tỉnh": 25, "Thành": 9}
    assert {commune.province for commune in communes().values()} == set(provinces())
    kinds = Counter(
        plain(commune.full_name).removesuffix(f" {plain(commune.name)}") for commune in communes().values()
    )
    assert kinds == {"xa": 2599, "phuong": 709, "dac khu": 13}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("01", "01"), ("1", "01"), (" 79 ", "79"), ("Hà Nội", "01"), ("HA NOI", "01"), ("Thành phố Hà Nội", "01"),
        ("TP. Hà Nội", "01"), ("TP.Hà Nội", "01"), ("tp hà nội", "01"), ("Hanoi", "01"), ("tỉnh Cao Bằng", "04"),
        (unicodedata.normalize("NFD", "Hà Nội"), "01"), ("Hồ Chí Minh", "79"), ("TP.HCM", "79"), ("TP. HCM", "79"),
        ("TPHCM", "79"), ("Ho Chi Minh", "79"), ("Huế", "46"), ("Thừa Thiên Huế", "46"), ("Thừa Thiên - Huế", "46"),
        ("Đắk Lắk", "66"), ("ĐĂK LĂK", "66"), ("Hoà Bình", "25"), ("Hòa Bình", "25"), ("Quảng Nam", "48"),
        ("Bà Rịa - Vũng Tàu", "79"), ("Bà Rịa – Vũng Tàu", "79"), ("Bà Rịa-Vũng Tàu", "79"), ("Bình Dương", "79"),
    ],
)  # fmt: skip
def test_province_is_found_by_code_or_by_any_of_its_names(said, code):
    found = province_called(said)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "said", ["", " ", "0", "02", "100", "²", "Hà", "Hà Nội 2", "tỉnh", "Sài Gòn Mới", "-", "*" * 10_000]
)
def test_what_is_no_province_finds_none(said):
    assert province_called(said) is None


def test_every_province_is_found_by_each_of_its_names():
    for province in provinces().values():
        for name in (
            province.name,
            province.full_name,
            province.name_en,
            plain(province.full_name),
            province.name.upper(),
        ):
            assert province_called(name) == province


def test_every_commune_is_found_by_code_and_by_name_in_its_province():
    for commune in communes().values():
        for said in (commune.code, commune.code.lstrip("0"), commune.full_name, commune.full_name.upper()):
            assert commune_called(said, commune.province) == commune, said


@pytest.mark.parametrize(
    ("said", "province", "code"),
    [
        ("Ba Đình", "01", "00004"), ("phường ba dinh", "01", "00004"), ("P. Ba Đình", "01", "00004"),
        ("P.Ba Đình", "01", "00004"), ("00004", "01", "00004"), ("4", "01", "00004"), ("00004", "", "00004"),
        ("00004", "79", None), ("Ba Đình", "79", None), ("Ba Đình", "", None), ("xã Ba Đình", "01", "00004"),
        ("", "01", None), ("²", "01", None), ("99999", "", None),
    ],
)  # fmt: skip
def test_commune_is_found_in_its_province_alone(said, province, code):
    found = commune_called(said, province)
    assert (found.code if found else None) == code


def test_communes_that_differ_in_diacritics_alone_need_them():
    lang, lăng = commune_called("Xã Văn Lang", "19"), commune_called("văn lăng", "19")
    assert lang is not None
    assert lăng is not None
    assert (lang.full_name, lăng.full_name) == ("Xã Văn Lang", "Xã Văn Lăng")
    assert commune_called("van lâng", "19") is None


def test_commune_and_ward_of_one_name_need_their_kind():
    found = {commune_called(said, "38") for said in ("Xã Đồng Tiến", "Phường Đông Tiến")}
    assert {commune.full_name for commune in found if commune} == {"Xã Đồng Tiến", "Phường Đông Tiến"}
    assert commune_called("dong tien", "38") is None


@pytest.mark.parametrize(
    ("code", "name", "province"),
    [
        ("00004", "Phường Ba Đình, Thành phố Hà Nội", "01"), ("01", "Thành phố Hà Nội", "01"), ("xx", "xx", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_name_and_province_of_a_unit(code, name, province):
    assert (place_name(code), province_of(code)) == (name, province)


@given(st.text(max_size=40))
def test_plain_text_is_plain_already(text):
    once = plain(text)
    assert once == " ".join(once.split())
    assert "đ" not in once
    assert plain(unicodedata.normalize("NFC", text)) == plain(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("Phường Ba Đình", "ba dinh"),
        ("Xã Xa Dung", "xa dung"),
        ("TP.HCM", "hcm"),
        ("Đặc khu Phú Quốc", "phu quoc"),
        ("Huế", "hue"),
    ],
)
def test_name_without_its_kind(name, without):
    assert bare(name) == without
