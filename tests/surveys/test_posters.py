"""Posters: one page each whatever they are called, every word on it, and QR codes that a camera reads."""

import re
from dataclasses import replace

import pytest
import segno
import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st

from surveys.charts.raster import own_fonts
from surveys.posters import LONGEST, LONGEST_SMALL, TEMPLATE, Poster, inputs, pdf, qr
from tests.surveys.paper import codes, fonts, pages, pixels

URL = "https://t.me/loa_khaosat_bot?start=k12_00004_Ab3dEf6hIj9kLm2n"
WEB = "https://khaosat.example.vn/k12_00004_Ab3dEf6hIj9kLm2n"
BA_DINH = Poster("Phường Ba Đình, Thành phố Hà Nội", "00004", URL, "Khảo sát 2026", "17:00 ngày 31/12/2026")
HOSTILE = '#panic() $x$ "[ ] \\ <b> *a* _b_ `c` @d = e / f // g'
PPI = 150
CENTIMETRE = PPI / 2.54
slow = settings(deadline=None, max_examples=25)


def words(poster: Poster) -> list[str]:
    (page,) = pages(pdf([poster]))
    return [line.words.replace("\xa0", " ").strip() for line in page]


def picture(poster: Poster, ppi: float) -> bytes:
    page = typst.compile(TEMPLATE, format="png", ppi=ppi, font_paths=own_fonts(), sys_inputs=inputs([poster]))
    assert isinstance(page, bytes)
    return page


def test_every_word_stands_on_the_page():
    assert words(BA_DINH) == [
        "Khảo sát 2026", "Mời ông/bà cho ý kiến", "về việc phục vụ tại", "Phường Ba Đình", "Thành phố Hà Nội",
        URL,
        "Quét mã", "để trả lời", "1", "Mở máy ảnh", "điện thoại", "hoặc ứng", "dụng quét mã", "2", "Bấm vào",
        "đường dẫn", "3", "Trả lời bằng", "cách bấm nút",
        "Không ảnh hưởng đến hồ sơ của ông/bà", "Không cần ghi tên; câu trả lời được tách khỏi người gửi",
        "Tự nguyện, dành cho người từ đủ 18 tuổi",
        "Nhận ý kiến đến 17:00 ngày 31/12/2026", "Xin cảm ơn ông/bà!", "Mã đơn vị: 00004",
    ]  # fmt: skip


def test_what_is_not_given_is_not_spoken_of():
    without = words(Poster("Phường Ba Đình", "00004", URL, "Khảo sát"))
    assert [said for said in without if "đến" in said or "Telegram" in said] == [
        "Không ảnh hưởng đến hồ sơ của ông/bà"
    ]


def test_those_without_the_app_are_shown_another_way():
    both = words(Poster("Phường Ba Đình", "00004", URL, "Khảo sát", second_url=WEB))
    assert " ".join(both).partition("Không dùng ")[2] == "Telegram? Trả lời trên trang web"
    assert both.count(URL) == 1


def test_pages_are_a4_in_the_order_given_and_always_the_same():
    many = [Poster(f"Xã Số {number}", f"{number:05}", URL, "Khảo sát") for number in range(34)]
    made = pdf(many)
    assert made == pdf(many)
    assert re.findall(rb"/Type/Pages/Count (\d+)", made) == [b"34"]
    assert set(re.findall(rb"/MediaBox\[(.*?)\]", made)) == {b"0 0 595.2756 841.8898"}
    assert [page[3].words for page in pages(made)] == [poster.office for poster in many]


def test_only_our_own_fonts_stand_in_it_whatever_is_written():
    assert fonts(pdf([Poster("Xã 😊 日本 한 ﷺ", "1", URL, "e\u0301 \u0301 €")])) == {
        "BeVietnamPro-Regular", "BeVietnamPro-Bold",
    }  # fmt: skip


def test_no_posters_are_no_pages():
    with pytest.raises(ValueError, match="no posters"):
        pdf([])


@pytest.mark.parametrize(
    ("url", "second"), [("t.me/x", ""), (URL, WEB), (f"https://t.me/{'w' * 32}?start={'W' * 64}", "")]
)
def test_camera_sees_the_codes_large_and_with_white_around(url: str, second: str):
    wanted = [segno.make_qr(link, error="q") for link in (url, second) if link]
    poster = Poster("Phường Ba Đình", "00004", url, "Khảo sát", second_url=second)

    seen = codes(picture(poster, PPI), [len(code.matrix) for code in wanted])

    assert [one.squares for one in seen] == [
        [[bool(dark) for dark in line] for line in code.matrix] for code in wanted
    ]
    for one in seen:
        assert one.white >= 4 * one.width / len(one.squares) - 3
    across = [one.width + 2 * 4 * one.width / len(one.squares) for one in seen]
    assert across[0] >= 9 * CENTIMETRE
    assert across[1:] == [] or 3 * CENTIMETRE <= across[1] < 4 * CENTIMETRE


def test_codes_are_drawn_as_lines_and_say_to_ears_where_they_lead():
    made = pdf([Poster("Phường Ba Đình", "00004", URL, "Khảo sát", second_url=WEB)])
    assert b"/Subtype/Image" not in made
    alternatives = re.findall(rb"/Alt<([0-9A-F]+)>", made)
    assert [bytes.fromhex(one.decode()).decode("utf-16") for one in alternatives] == [
        f"Mã QR: {URL}",
        f"Mã QR: {WEB}",
    ]


def test_short_urls_make_whole_qr_codes():
    assert 'width="29" height="29"' in qr("A")


def test_hostile_words_are_only_words():
    said = words(Poster(HOSTILE, "#c$", URL, f"#t {HOSTILE}", "#u$"))
    assert (said[0], " ".join(said[3:5])) == (f"#t {HOSTILE}", HOSTILE)
    assert said[-3:] == ["Nhận ý kiến đến #u$", "Xin cảm ơn ông/bà!", "Mã đơn vị: #c$"]


@pytest.mark.parametrize(
    ("office", "size"),
    [
        ("Phường Ba Đình", 40),
        ("Phường Văn Miếu - Quốc Tử Giám", 32),
        ("Trung tâm Phục vụ hành chính công Phường Văn Miếu - Quốc Tử Giám", 25),
        ("Dài " * 40, 17),
        ("W" * LONGEST, 12),
    ],
)
def test_longer_names_shrink_until_they_fit(office: str, size: float):
    (page,) = pages(pdf([Poster(office, "00004", URL, "Khảo sát")]))
    shown = page[3 : next(number for number, line in enumerate(page) if line.words == URL)]
    assert {line.size for line in shown} == {size}
    assert "".join(line.words for line in shown).translate({0x200B: "", 0x20: ""}) == office.replace(" ", "")


def test_what_no_page_could_hold_is_cut_with_a_sign():
    said = words(Poster("ô" * 500, "ô" * 500, URL, "ô" * 500, "ô" * 500))
    whole = "".join(said).replace("\u200b", "")
    assert [len(found) for found in re.findall("(ô{9,})…", whole)] == [LONGEST - 1] * 2 + [LONGEST_SMALL - 1] * 2


def test_link_too_long_for_its_place_covers_nothing_else():
    usual, long = (pixels(picture(replace(BA_DINH, url=url), 72)) for url in (URL, f"https://t.me/{'W' * 1500}"))
    below = round(len(usual) * 0.74)
    assert long[below:] == usual[below:]


anything = st.text(st.characters(), max_size=200) | st.text('#$[]"\\*_`<>@=-+/~ W,ệ\n\u202e\ud800', max_size=600)


@slow
@given(anything, anything, anything, anything, st.booleans())
@example(", ", "", "", "", False)
@example("W" * 999, "W" * 999, "W" * 999, "W" * 999, True)
@example("\ud800", "\x00", "\u202e", "\u200d", True)
def test_anything_is_one_page(office: str, code: str, title: str, until: str, second: bool):
    made = pdf([Poster(office, code, URL * 4, title, until, WEB * 4 if second else "")])
    assert re.findall(rb"/Type/Pages/Count (\d+)", made) == [b"1"]
