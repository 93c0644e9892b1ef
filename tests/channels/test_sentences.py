"""Where Vietnamese sentences end, and where they only seem to."""

import pytest

from channels.sentences import cut_short, sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sáng nay họp. Chiều nay ký.", ["Sáng nay họp.", "Chiều nay ký."]),
        ("TP. Huế và PGS. TS. Nguyễn A. dự họp. Xong.", ["TP. Huế và PGS. TS. Nguyễn A. dự họp.", "Xong."]),
        (
            "Tăng 3.5 điểm, theo số 61/2018/NĐ-CP. Còn lại giảm",
            ["Tăng 3.5 điểm, theo số 61/2018/NĐ-CP.", "Còn lại giảm"],
        ),
        ("“Phải xong trước 30.6!” Ông nói vậy…", ["“Phải xong trước 30.6!”", "Ông nói vậy…"]),
        ("gồm giấy tờ v.v. và phí. Đ. Lê Lợi", ["gồm giấy tờ v.v. và phí.", "Đ. Lê Lợi"]),
        ("Được không? Được. 95 % đúng hạn.", ["Được không?", "Được.", "95 % đúng hạn."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_stop(text: str, found: list[str]):
    assert sentences(text) == found


@pytest.mark.parametrize(
    ("most", "cut"),
    [
        (40, "Sáng nay họp. Chiều nay ký quyết định."),
        (30, "Sáng nay họp. Chiều nay ký…"),
        (24, "Sáng nay họp."),
        (9, "Sáng…"),
    ],
)
def test_what_is_too_long_ends_with_a_sentence_or_after_a_word(most: int, cut: str):
    assert cut_short("Sáng nay họp. Chiều nay ký quyết định.", most) == cut
    assert len(cut) <= most
