"""Messages as Zalo shows them: every word, in order, in parts of its size, and every choice in reach."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from channels.blocks import Span, heading, item, lead, line, paragraph, plain_text
from channels.message import Choice, Message, Style, say
from channels.zalo_parts import about, parts_of
from channels.zalo_text import TEXT_LIMIT, TOKEN_MARK, Button, Hints, in_clear, laid_out
from tests.channels.making import bodies

HINTS = Hints("Nhắn số:", "Hoặc nhắn:")


def choices(count: int, **more: object) -> list[Choice]:
    return [Choice(f"a:{n}", f"Phương án {n}", **more) for n in range(1, count + 1)]  # type: ignore[arg-type]


def rows(*of: Choice) -> tuple[tuple[Choice, ...], ...]:
    return tuple((one,) for one in of)


BACK, PAUSE = Choice("b", "⬅ Quay lại", aside=True), Choice("p", "⏸ Tạm dừng", aside=True)


def words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()


@given(bodies)
def test_no_word_is_lost_and_no_part_is_too_long(body):
    laid = laid_out(Message(body), HINTS, most=0)

    assert "".join(words(" ".join(laid.texts))) == "".join(
        words(plain_text([block for block in in_clear(body) if block.text.strip()]))
    )
    assert all(0 < len(unicodedata.normalize("NFC", text)) <= TEXT_LIMIT for text in laid.texts)


@given(st.lists(st.booleans(), max_size=14), st.integers(0, 5))
def test_every_choice_is_in_reach_once(asides: list[bool], most: int):
    made = [Choice(f"t:{n}", f"Nhãn số {n}", aside=aside) for n, aside in enumerate(asides)]

    laid = laid_out(say("Câu hỏi", *rows(*made)), HINTS, most=most)

    by_button = [button.payload.removeprefix(TOKEN_MARK) for button in laid.buttons]
    assert len(by_button) <= most
    assert sorted(by_button + [token for _, token in laid.typed]) == sorted(choice.token for choice in made)


def test_a_scale_of_five_fits_the_buttons_exactly():
    laid = laid_out(say("Mức nào?", *rows(*choices(5), BACK, PAUSE)), HINTS)

    assert [button.title for button in laid.buttons] == [f"Phương án {n}" for n in range(1, 6)]
    assert laid.texts == ("Mức nào?\n\nHoặc nhắn: Quay lại · Tạm dừng",)
    assert laid.typed == (("Quay lại", "b"), ("Tạm dừng", "p"))


def test_more_options_are_numbered_and_ways_out_are_buttons():
    laid = laid_out(say("Nghề gì?", *rows(*choices(6), BACK, PAUSE)), HINTS)

    assert [button.title for button in laid.buttons] == ["⬅ Quay lại", "⏸ Tạm dừng"]
    assert laid.texts[0].splitlines()[2:4] == ["Nhắn số:", "1. Phương án 1"]
    assert laid.typed[5] == ("6", "a:6")


def test_what_stands_out_keeps_its_button():
    done = Choice("arx", "Xong", Style.PRIMARY)
    laid = laid_out(say("Lĩnh vực", *rows(*choices(7), done)), HINTS)
    assert ([b.title for b in laid.buttons], len(laid.typed)) == (["Xong"], 7)


def test_labels_that_are_numbers_are_their_own_numbers():
    laid = laid_out(say("Mấy lần?", *rows(*(Choice(f"a:{n}", f"📄 {n}") for n in range(3, 10)))), HINTS)
    assert laid.typed[0] == ("3", "a:3")
    assert laid.texts[0].endswith("Nhắn số: 📄 3, 📄 4, 📄 5, 📄 6, 📄 7, 📄 8, 📄 9")


def test_a_link_is_a_button_where_there_is_room_else_written_out():
    body = (paragraph("Xem ", Span("toàn văn", link="https://loa.vn/47"), "."),)
    assert laid_out(Message(body), HINTS).buttons == (Button("toàn văn", url="https://loa.vn/47"),)
    crowded = laid_out(Message(body, rows(*choices(5))), HINTS)
    assert crowded.texts == ("Xem toàn văn (https://loa.vn/47).",)


def test_marks_are_composed_before_they_are_counted():
    decomposed = unicodedata.normalize("NFD", "ế" * TEXT_LIMIT)
    assert [len(text) for text in laid_out(say(decomposed), HINTS).texts] == [TEXT_LIMIT]


def test_a_long_list_goes_into_a_message_of_its_own():
    laid = laid_out(say("x" * 1990, *rows(*choices(20))), HINTS)
    assert len(laid.texts) == 2
    assert laid.texts[1].startswith("Nhắn số:\n1. Phương án 1")


def test_the_last_text_carries_the_buttons_and_a_template_knows_what_it_is_about():
    body = (heading("📢 Bản tin CCHC"), line("Số 47/2026"), item("Một cửa"))
    [part] = parts_of(Message(body, rows(*choices(2))), HINTS)
    assert part.message["text"] == "📢 Bản tin CCHC\nSố 47/2026\n\n• Một cửa"
    assert part.message["attachment"]["payload"]["buttons"][0] == {
        "title": "Phương án 1", "type": "oa.query.hide", "payload": "loa:a:1",
    }  # fmt: skip
    assert about(Message(body)) == ("47/2026", "Bản tin CCHC", "")


LINK = {"art:7:0": "https://loa.vn/b/a/7", "art:8:0": "https://loa.vn/b/a/8", "rd:4": "https://loa.vn/b/4"}.get
READ = Choice("rd:4", "✓ Đã đọc", Style.SUCCESS)
OPEN = (Choice("art:7:0", "📄 1"), Choice("art:8:0", "📄 2"))


def bulletin(*leads: str) -> Message:
    """Two articles in one area, each with what it begins with."""
    headlines = [line("1. Một cửa"), lead(leads[0]), line("2. Chuyển đổi số"), *(lead(said) for said in leads[1:])]
    return Message(
        (heading("📢 Bản tin"), paragraph("Bấm số.")), (OPEN, (READ,)), brief=(line("Số 47/2026"), *headlines)
    )


def test_a_bulletin_says_what_each_article_begins_with_and_where_it_is():
    laid = laid_out(bulletin("Xã bỏ giấy. Dân khen."), HINTS, link=lambda choice: LINK(choice.token, ""))

    assert laid.texts == (
        "Số 47/2026\n1. Một cửa\nXã bỏ giấy. Dân khen.\nhttps://loa.vn/b/a/7\n2. Chuyển đổi số\nhttps://loa.vn/b/a/8",
    )
    assert [button.title for button in laid.buttons] == ["📄 1", "📄 2", "✓ Đã đọc"]


def test_first_sentences_are_shortened_alike_until_the_bulletin_is_one_message():
    short, long = "Câu ngắn.", "Xã đã bỏ giấy tờ và người dân rất hài lòng về điều đó. " * 60

    [text] = laid_out(bulletin(short, long), HINTS, link=lambda choice: LINK(choice.token, "")).texts
    assert short in text
    assert "rất hài lòng về điều đó.\nhttps://loa.vn/b/a/8" in text
    assert 1900 < len(text) <= TEXT_LIMIT


def test_first_sentences_go_where_there_is_no_room_and_stay_where_there_are_several_messages_anyway():
    full = (line("x" * 1940), line("1. Một cửa"), lead("Xã bỏ giấy. " * 20))
    [text] = laid_out(Message(brief=full), HINTS).texts
    assert "Xã bỏ giấy" not in text

    assert "Xã bỏ giấy" in laid_out(Message(brief=(line("x" * 2100), *full)), HINTS).texts[-1]


def test_a_template_leads_to_the_bulletin_where_it_has_a_page():
    assert about(bulletin("Xã bỏ giấy."), lambda choice: LINK(choice.token, ""))[2] == "https://loa.vn/b/4"
