"""Saved pages: the article is told from what stands around it, and every cut is accounted for."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadcasts.article import BadArticle, Cut, clean
from broadcasts.furniture import article
from broadcasts.reading import read
from channels.blocks import Kind, paragraph
from channels.telegram_text import html

SAVED = Path(__file__).parents[3] / "shared" / "input" / "bulletin"
HEADLINE = "Bộ phận một cửa trả kết quả đúng hẹn"
LONG = (
    "Trong chín tháng, bộ phận một cửa của phường đã nhận 5.214 hồ sơ, trả đúng hẹn 99,8 phần trăm, không có hồ sơ nào "
    "phải trả lại vì thiếu giấy tờ."
)
MORE = "Phường sẽ nhận hồ sơ cả sáng thứ Bảy."


def page(*, above: str = "", under_headline: str = "", inside: str = "", below: str = "") -> str:
    parts = (above, HEADLINE, under_headline, LONG, inside, MORE, below)
    return "\n\n".join(part for part in parts if part)


def cuts(text: str) -> list[tuple[str, str]]:
    return [(cut.text, cut.why) for cut in article(text).cuts]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Xem với cỡ chữ : A- A A+", "page tools"),
        ("• Xem với cỡ chữ T T", "page tools"),
        ("• Inverts", "page tools"),
        ("In trang", "page tools"),
        ("Chia sẻ", "page tools"),
        ("Gửi email cho bạn bè", "page tools"),
        ("Lượt xem : 1468", "view counter"),
        ("• Lượt xem : 1468", "view counter"),
        ("Số lần xem: 12", "view counter"),
        ("Lượt truy cập : 34.706.740", "view counter"),
        ("Khách Online : 26", "visitor counter"),
        ("Hôm nay76,705", "visitor counter"),
        ("45", "a bare number"),
        ("3,503", "a bare number"),
        ("baokontum.com.vn", "a site's name"),
        ("WWW.MOHA.GOV.VN", "a site's name"),
        ("172712Quang%20c%E1%BA%A3nh%20Phi%C3%AAn ......", "a file's name"),
        ("anh-bia.JPG", "a file's name"),
        ("https://moha.gov.vn/tin?id=1", "a link"),
        ("Bạn đã không sử dụng Site, bấm vào đây để duy trì trạng thái đăng nhập", "session notice"),
        ("*****", "only signs"),
        ("Tác giả: Nguyễn Thị Hà", "credit"),
        ("Ảnh: TTXVN", "credit"),
        ("Nguồn: Báo Nhân Dân", "credit"),
        ("Quang cảnh buổi làm việc. Ảnh: TVP", "caption of a picture"),
        ("Trần Văn Phúc", "signature"),
        ("Văn phòng BCĐCCHC của Chính phủ", "signature"),
        ("Phòng Kiểm soát thủ tục hành chính", "signature"),
    ],
)
def test_line_of_furniture_is_cut_and_named(line, why):
    made = article(page(inside=line))
    assert [(cut.text, cut.why) for cut in made.cuts] == [(line, why)]
    assert (made.headline, made.body) == (HEADLINE, (paragraph(LONG), paragraph(MORE)))


@pytest.mark.parametrize(
    "line",
    [
        "Chia sẻ tại hội nghị, ông Nguyễn Văn A cho biết kết quả này có được nhờ sự cố gắng của mọi công chức.",
        "Lượt truy cập Cổng dịch vụ công quốc gia tăng gấp đôi so với cùng kỳ năm ngoái, đạt 34 triệu lượt.",
        "Hôm nay, 23/11/2026, phường tổ chức họp dân tại nhà văn hoá.",
        "Nguồn lực được bố trí đủ.",
        "Ảnh hưởng của việc sắp xếp là không lớn.",
        "Tin khác thường là không có thật.",
        "Tác giả: theo quy định của pháp luật thì người có sáng kiến được khen thưởng như người lập thành tích cao nhất.",
        "Sở Nội vụ đề nghị các xã. Phường báo cáo.",
        "- In ấn ít hơn một nửa.",
    ],
)
def test_sentence_that_begins_like_furniture_stays(line):
    made = article(page(inside=line))
    assert made.cuts == ()
    assert len(made.body) == 3


@pytest.mark.parametrize(
    ("line", "dated"),
    [
        ("23/08/2023 | 11:21 AM", date(2023, 8, 23)),
        ("Thứ hai - 01/04/2024 16:32", date(2024, 4, 1)),
        ("Chủ nhật, 05/05/2024", date(2024, 5, 5)),
        ("Cập nhật: 02/02/2024 17:38", date(2024, 2, 2)),
        ("Ngày 2-2-2024", date(2024, 2, 2)),
        ("10:46 24/03/2020 | Lượt xem : 1468", date(2020, 3, 24)),
    ],
)
@pytest.mark.parametrize(
    "headline", [HEADLINE, HEADLINE + " của người dân, tổ chức và doanh nghiệp" * 3], ids=["short", "long"]
)
def test_date_under_the_headline_is_the_articles(line, dated, headline):
    made = article(page(under_headline=line).replace(HEADLINE, headline))
    assert (made.dated, made.headline, made.body[0]) == (dated, headline, paragraph(LONG))
    assert made.cuts == (Cut(3, line, "date"),)


def test_date_further_down_belongs_to_the_text():
    made = article(page(inside="25/11/2026"))
    assert made.dated is None


@pytest.mark.parametrize(
    "marker",
    [
        "Tin liên quan", "Tin bài liên quan", "Các tin khác", "Tin khác", "Những tin mới hơn", "Những tin cũ hơn",
        "Tin Video", "Bài viết liên quan", "Thống kê truy cập", "Click để đánh giá bài viết",
        "Tổng số điểm của bài viết là: 0 trong 0 đánh giá",
    ],
)  # fmt: skip
def test_all_below_an_end_marker_goes_and_all_above_it_before_the_article(marker):
    below = article(page(below=f"{marker}\n\nPhường bên cạnh cũng làm tốt\n\n• Hôm nay76,705"))
    assert [(c.text, c.why) for c in below.cuts] == [
        (marker, "end of the article"),
        ("Phường bên cạnh cũng làm tốt", f"below “{marker}”"),
        ("• Hôm nay76,705", f"below “{marker}”"),
    ]
    above = article(page(above=f"Trang chủ\n\nGiới thiệu\n\n{marker}"))
    assert [(c.text, c.why) for c in above.cuts] == [
        ("Trang chủ", "above the article"), ("Giới thiệu", "above the article"), (marker, "above the article"),
    ]  # fmt: skip
    assert above.headline == below.headline == HEADLINE
    assert above.body == below.body == (paragraph(LONG), paragraph(MORE))


def test_marker_glued_to_a_line_is_cut_from_it():
    made = article(f"{HEADLINE}\n{LONG}\nPhòng KSTTHC, Văn phòng BộTin liên quan\nChuyện khác")
    assert made.body == (paragraph(LONG),)
    assert (made.source, made.cuts[1]) == (
        "Phòng KSTTHC, Văn phòng Bộ",
        Cut(3, "Tin liên quan", "end of the article"),
    )


def test_source_is_taken_from_credit_signature_or_link():
    assert article(page(below="Tác giả: Nguyễn Thị Hà")).source == "Nguyễn Thị Hà"
    assert article(page(below="Trần Văn Phúc")).source == "Trần Văn Phúc"
    assert (
        article(page(below="Trần Văn Phúc\nNguồn bài viết:\nhttp://bao.vn/a.html")).source == "http://bao.vn/a.html"
    )
    assert article(page()).source == ""


def test_gallery_takes_its_captions_with_it():
    gallery = "Một số hình ảnh tại đợt kiểm tra\nĐoàn làm việc tại xã\nĐoàn làm việc tại phường"
    assert cuts(page(below=gallery)) == [
        ("Một số hình ảnh tại đợt kiểm tra", "picture gallery"),
        ("Đoàn làm việc tại xã", "caption of a picture"),
        ("Đoàn làm việc tại phường", "caption of a picture"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "nothing is left after the page's furniture was cut away"),
        (" \n\u200b\n", "nothing is left"),
        ("Lượt xem : 5\n45\n", "nothing is left"),
        (HEADLINE, "there is a headline but no text below it"),
        ("x" * 301 + "\n" + LONG, "its first line has 301 characters; put the headline on a line of its own"),
    ],
)
def test_page_without_an_article_is_refused(text, problem):
    with pytest.raises(BadArticle) as caught:
        article(text)
    assert str(caught.value).startswith(problem)


LINES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [HEADLINE, LONG, MORE, "Tin khác", "Lượt xem : 1", "Nguồn:", "https://a.vn/b", "Trần Văn Phúc", "1/2/2026"]
    ),
)


@settings(deadline=None, max_examples=100)
@given(st.lists(LINES, max_size=12))
def test_every_line_is_kept_or_accounted_for(lines):
    """Whatever the page: all that was there is in the headline, in the text or in a cut."""
    text = "\n".join(lines)
    try:
        made = article(text)
    except BadArticle:
        return

    def letters(written: str) -> list[str]:
        return sorted(c for c in written if c.isalnum())

    found = made.headline + made.text + "".join(cut.text for cut in made.cuts)
    assert letters(found) == letters(clean(text))


HOSTILE = ["<b>đậm</b>", "&amp; &lt;", "<script>alert(1)</script>", "\u202eđảo", "ẩn\u200b\u2060", "</a><a href='x'>"]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_never_become_markup(words):
    made = article(f"{words} tiêu đề\n{LONG}\nĐoạn {words} này.")
    written = html(made.body)
    assert "<" not in written
    assert not set("\u202e\u200b\u2060") & set(made.headline + written)


@pytest.mark.parametrize("sign", ["ậ", ".", "A", "1", " .", "%20", "a-", "Ậậ ", "- ", "x.jpg ", "(", "\t|"])
def test_line_of_ten_thousand_signs_is_read(sign):
    """Backtracking once took hours over such lines."""
    line = sign * (10_000 // len(sign))
    for text in (f"{HEADLINE}\n{line}!x\n{LONG}\n{line}!x", f"{HEADLINE}\n{LONG}\n{line}"):
        assert article(text).headline == HEADLINE


REAL = {
    "000_59e15263239c68cd": (
        "MỘT SỐ NỘI DUNG TRONG CÔNG TÁC TUYÊN TRUYỀN, KIỂM TRA CẢI CÁCH HÀNH CHÍNH CỦA BAN CHỈ ĐẠO CẢI CÁCH THỦ TỤC HÀNH "
        "CHÍNH CỦA CHÍNH PHỦ THỜI GIAN QUA",
        date(2023, 8, 23), "Phòng KSTTHC, Văn phòng Bộ", 5,
        "Bên cạnh công tác quán triệt, chỉ đạo", "vi phạm kỷ luật, kỷ cương hành chính.",
        {"date": 1, "signature": 1, "end of the article": 1},
    ),
    "001_2c16bb1ff977af2a": (
        "Đẩy mạnh hoạt động tuyên truyền cải cách hành chính năm 2024",
        date(2024, 4, 1), "Nguyễn Thị Hà", 14,
        "Nhằm đẩy mạnh tăng cường công tác", "phát triển kinh tế - xã hội của tỉnh.",
        {"date": 1, "credit": 1, "end of the article": 1, "below": 21},
    ),
    "002_59dc86b630416615": (
        "Phiên họp thứ bảy Ban Chỉ đạo Cải cách hành chính của Chính phủ",
        date(2024, 2, 2),
        "http://baokontum.com.vn/thoi-su-chinh-tri/phien-hop-thu-bay-ban-chi-dao-cai-cach-hanh-chinh-cua-chinh-phu-37324.html",
        6, "Chiều 2/2, tại Thủ đô Hà Nội", "phục vụ tốt nhất cho nhân dân.",
        {"a bare number": 1, "a site's name": 1, "date": 1, "a file's name": 1, "caption of a picture": 1,
         "signature": 1, "source": 2},
    ),
    "003_3eacf7d331f09411": (
        "Bộ Nội vụ: Ban hành kế hoạch thông tin, tuyên truyền cải cách hành chính năm 2020",
        date(2020, 3, 24), "Văn phòng BCĐCCHC của Chính phủ", 10,
        "Triển khai Đề án “Tăng cường công tác", "tại các bộ, ngành, địa phương.",
        {"above the article": 3, "view counter": 2, "visitor counter": 1, "date": 1, "page tools": 2, "signature": 1,
         "end of the article": 1},
    ),
    "004_6aa94eea4809939d": (
        "HOÀN THÀNH KẾ HOẠCH KIỂM TRA CÔNG TÁC CẢI CÁCH HÀNH CHÍNH TRÊN ĐỊA BÀN TỈNH",
        None, "Như Ý", 8,
        "Để đánh giá khách quan, toàn diện", "đề ra trong giai đoạn 2021 – 2025.",
        {"page tools": 1, "picture gallery": 1, "caption of a picture": 7, "credit": 1, "end of the article": 1},
    ),
}  # fmt: skip
PRESENT = [path for path in sorted(SAVED.glob("*.txt")) if path.stem in REAL] if SAVED.exists() else []


@pytest.mark.parametrize("path", PRESENT, ids=lambda path: path.stem[:3])
def test_real_page_is_read(path: Path):
    headline, dated, source, blocks, first, last, why = REAL[path.stem]
    made = read(path)
    assert (made.headline, made.dated, made.source, len(made.body)) == (headline, dated, source, blocks)
    assert (made.text[: len(first)], made.text[-len(last) :]) == (first, last)
    counted: dict[str, int] = {}
    for cut in made.cuts:
        named = "below" if cut.why.startswith("below") else cut.why
        counted[named] = counted.get(named, 0) + 1
    assert counted == why


@pytest.mark.parametrize("path", PRESENT[1:2], ids=lambda path: path.stem[:3])
def test_real_list_is_items(path: Path):
    assert [block.kind for block in read(path).body] == [Kind.PARAGRAPH, *[Kind.ITEM] * 12, Kind.PARAGRAPH]
