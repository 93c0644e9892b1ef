"""What only the web says; the words around questions that the chat has too are in ``surveys.words``."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """One language; ``{…}`` are gaps that are filled when it is said."""

    to_content: str
    language: str
    account: str
    keep_title: str
    keep_why: str
    keep_label: str
    open_it: str
    rows_hint: str
    may_be_empty: str
    several_hint: str
    rank_hint: str
    rank_choose: str
    list_choose: str
    nothing_title: str
    answered_above: str
    place_hint: str
    latitude: str
    longitude: str
    file_hint: Mapping[str, str]
    file_there: str
    picture: str
    errors_title: str
    error: str
    questions: str
    save: str
    pause_title: str
    paused: str
    ready_title: str
    over_title: str
    look_hint: str
    change: str
    delete_title: str
    deleted_title: str
    sent_title: str
    may_close: str
    gone: str
    no_page: str
    refused: str
    too_large: str
    trouble: str
    rejected: Mapping[str, str]


VI = Texts(
    to_content="Đến nội dung chính",
    language="Ngôn ngữ",
    account="Trên trang này không cần tài khoản: câu trả lời đang làm được lưu theo một đường dẫn riêng của ông/bà, và trình duyệt giữ một tệp nhỏ (cookie) chỉ để ông/bà mở lại phiếu. Không có tin nhắn nào đi qua ứng dụng khác.",
    keep_title="Lưu đường dẫn này để trả lời tiếp",
    keep_why="Ông/bà có thể dừng bất cứ lúc nào và mở lại đường dẫn này, trên máy này hoặc máy khác. Ai có đường dẫn đều xem được câu trả lời chưa gửi, nên xin giữ cho riêng mình.",
    keep_label="Đường dẫn riêng của ông/bà",
    open_it="Mở đường dẫn",
    rows_hint="Mỗi nội dung, xin chọn một mức.",
    may_be_empty="Không bắt buộc, có thể để trống.",
    several_hint="Có thể chọn nhiều phương án.",
    rank_hint="Xin chọn thứ hạng cho từng phương án; 1 là cao nhất, mỗi thứ hạng chỉ dùng một lần.",
    rank_choose="Chọn thứ hạng",
    list_choose="Xin chọn một phương án",
    nothing_title="Hoặc",
    answered_above="Tôi trả lời ở trên",
    place_hint="Xin ghi toạ độ bằng độ, ví dụ vĩ độ 21,02850 và kinh độ 105,85420.",
    latitude="Vĩ độ",
    longitude="Kinh độ",
    file_hint={
        "image": "Xin chọn hoặc chụp một ảnh, nhiều nhất 10 MB.",
        "audio": "Xin chọn hoặc ghi một đoạn âm thanh, nhiều nhất 10 MB.",
        "file": "Xin chọn một tệp, nhiều nhất 10 MB.",
    },
    file_there="Đã có tệp: {name}. Nếu chọn tệp khác thì tệp này được thay thế.",
    picture="Hình minh hoạ của câu hỏi",
    errors_title="Xin xem lại {n} chỗ dưới đây",
    error="Chưa được:",
    questions="Câu {first}–{last}/{total}",
    save="Lưu",
    pause_title="Tạm dừng",
    paused="Đã lưu {answered}/{total} câu. Khi khảo sát còn mở, ông/bà có thể tiếp tục bất cứ lúc nào, kể cả vài tuần sau, bằng đường dẫn dưới đây. Phiếu chưa gửi sẽ được xoá khi khảo sát đóng.",
    ready_title="Đã trả lời xong",
    over_title="Kết thúc sớm",
    look_hint="Ông/bà có thể sửa bất cứ câu nào trước khi gửi.",
    change="Sửa",
    delete_title="Xoá phiếu này",
    deleted_title="Đã xoá",
    sent_title="Đã gửi phiếu",
    may_close="Ông/bà có thể đóng trang này.",
    gone="Phiếu này không còn: có thể đã được xoá. Nếu khảo sát còn mở, ông/bà có thể bắt đầu lại bằng đường dẫn hoặc mã QR ban đầu.",
    no_page="Không tìm thấy trang này. Xin kiểm tra lại đường dẫn.",
    refused="Yêu cầu này không đến từ trang khảo sát nên không được nhận. Xin mở lại đường dẫn của ông/bà và làm lại.",
    too_large="Nội dung gửi lên quá dài. Xin quay lại và rút gọn.",
    trouble="Xin lỗi, hệ thống vừa gặp trục trặc. Những câu đã lưu vẫn còn; ông/bà vui lòng thử lại sau ít phút.",
    rejected={
        "no_such_option": "Chưa đúng phương án nào, mời ông/bà chọn lại.",
        "both": "Ông/bà vừa ghi câu trả lời, vừa chọn không trả lời. Xin giữ một trong hai.",
        "rank_twice": "Có hai phương án cùng thứ hạng. Mỗi thứ hạng chỉ dùng một lần.",
        "not_a_picture": "Tệp này không phải là ảnh. Xin chọn một ảnh JPEG, PNG, WebP hoặc HEIC.",
        "not_a_sound": "Tệp này không phải là âm thanh. Xin chọn một tệp MP3, M4A, OGG hoặc WAV.",
        "not_a_place": "Xin ghi đủ vĩ độ và kinh độ bằng số, ví dụ 21,02850 và 105,85420.",
    },
)
EN = Texts(
    to_content="Skip to the main content",
    language="Language",
    account="This page needs no account: while you answer, your answers are kept under a link of your own, and your browser holds a small file (cookie) only so that you can open them again. No message passes through another application.",
    keep_title="Keep this link to go on later",
    keep_why="You may stop at any time and open this link again, on this device or another. Whoever has the link sees the answers that are not sent yet, so please keep it to yourself.",
    keep_label="Your own link",
    open_it="Open the link",
    rows_hint="Please choose one answer in each line.",
    may_be_empty="Not required, may stay empty.",
    several_hint="Choose as many as you like.",
    rank_hint="Please choose a rank for each option; 1 is the highest, and each rank is used once.",
    rank_choose="Choose a rank",
    list_choose="Please choose an option",
    nothing_title="Or",
    answered_above="I have answered above",
    place_hint="Please write the coordinates in degrees, such as latitude 21.02850 and longitude 105.85420.",
    latitude="Latitude",
    longitude="Longitude",
    file_hint={
        "image": "Please choose or take a picture of at most 10 MB.",
        "audio": "Please choose or record a sound of at most 10 MB.",
        "file": "Please choose a file of at most 10 MB.",
    },
    file_there="There is a file already: {name}. Another one takes its place.",
    picture="Picture that belongs to the question",
    errors_title="Please look at {n} of your answers again",
    error="Not yet:",
    questions="Questions {first}–{last}/{total}",
    save="Save",
    pause_title="Pause",
    paused="{answered} of {total} answers are saved. While the survey is open you may go on at any time, even weeks later, by the link below. What is not sent will be deleted when the survey closes.",
    ready_title="All answered",
    over_title="An early end",
    look_hint="You may change any answer before you send them.",
    change="Change",
    delete_title="Delete my answers",
    deleted_title="Deleted",
    sent_title="Sent",
    may_close="You may close this page.",
    gone="These answers are not here any more: they may have been deleted. While the survey is open, you may start again by the first link or QR code.",
    no_page="There is no such page. Please check the link.",
    refused="This request did not come from the survey's own page, so it was not taken. Please open your link again.",
    too_large="What you sent is too long. Please go back and shorten it.",
    trouble="Sorry, something went wrong. What you have saved is still there; please try again in a few minutes.",
    rejected={
        "no_such_option": "That is none of the options, please choose again.",
        "both": "You have both written an answer and chosen not to answer. Please keep one of the two.",
        "rank_twice": "Two options have the same rank. Each rank is used once.",
        "not_a_picture": "This file is not a picture. Please choose a JPEG, PNG, WebP or HEIC.",
        "not_a_sound": "This file is not a sound. Please choose an MP3, M4A, OGG or WAV.",
        "not_a_place": "Please write latitude and longitude as numbers, such as 21.02850 and 105.85420.",
    },
)
LANGUAGES: Mapping[str, Texts] = {"vi": VI, "en": EN}


def texts(language: str) -> Texts:
    """The texts of a language; Vietnamese where Loa does not speak it itself."""
    return LANGUAGES.get(language, VI)
