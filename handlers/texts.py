"""What we say to officials and citizens, in Vietnamese. Short, polite, without jargon."""

from collections.abc import Mapping

WELCOME = """Kính chào ông/bà!

Loa gửi bản tin cải cách hành chính hằng tuần tới cán bộ các cấp và lấy ý kiến người dân về sự phục vụ của cơ quan nhà nước.

Bấm nút bên dưới để đăng ký nhận bản tin. Nếu được mời trả lời khảo sát, xin mở đường dẫn hoặc quét mã QR tại nơi làm thủ tục."""
WELCOME_BACK = "Kính chào {name}! Ông/bà đang nhận bản tin cải cách hành chính hằng tuần."
WELCOME_STOPPED = "Kính chào {name}! Hiện ông/bà không đăng ký nhận bản tin. Có thể đăng ký bất cứ lúc nào."
INVITED = "Kính chào {name}{post}!\n\nMời ông/bà nhận bản tin cải cách hành chính hằng tuần qua kênh này."
INVITATION_USED = "Liên kết mời này đã được sử dụng. Nếu đó không phải là ông/bà, xin liên hệ người đã gửi liên kết."
INVITATION_UNKNOWN = "Liên kết mời không đúng hoặc không còn hiệu lực."
SUBSCRIBED = """Đã đăng ký. Từ nay ông/bà nhận bản tin cải cách hành chính mỗi khi phát hành.

Nhắn DỪNG bất cứ lúc nào để ngừng nhận."""
UNSUBSCRIBED = "Đã ngừng gửi bản tin. Ông/bà có thể nhận lại bất cứ lúc nào."
NOT_SUBSCRIBED = "Hiện ông/bà không đăng ký nhận bản tin nào."
NEVER_MIND = "Vâng, đã bỏ qua."
SURVEY_PAUSED_TOO = "Phiếu khảo sát đang trả lời dở được giữ nguyên; nhắn KS để tiếp tục hoặc xoá."
HELP = """Ông/bà có thể nhắn:
• TIN – bản tin mới nhất
• KHO – các bản tin đã phát hành
• TÌM từ khoá – tìm bài trong các bản tin
• LĨNH VỰC – chọn lĩnh vực quan tâm
• KS – tiếp tục phiếu khảo sát
• ĐĂNG KÝ – nhận bản tin hằng tuần
• DỪNG – ngừng nhận bản tin"""
NOT_UNDERSTOOD = "Xin lỗi, Loa chưa hiểu ý ông/bà.\n\n"
SOMETHING_WRONG = "Xin lỗi, hệ thống vừa gặp trục trặc. Ông/bà vui lòng thử lại sau ít phút."
OLD_BUTTON = "Nút này không còn dùng được."

SUBSCRIBE = "Đăng ký nhận bản tin"
RESUBSCRIBE = "Nhận lại bản tin"
CHOOSE_AREAS = "Chọn lĩnh vực"
LATEST = "Bản tin mới nhất"
ARCHIVE = "Kho bản tin"
STOP = "Ngừng nhận"

AREAS_ASKED = (
    "Ông/bà quan tâm lĩnh vực nào? Bấm để chọn hoặc bỏ chọn; bản tin được gửi khi có bài thuộc lĩnh vực đã chọn."
)
AREAS_NONE = "Chưa chọn lĩnh vực nào, nên ông/bà sẽ nhận tất cả."
AREAS_DONE = "Đã lưu. Ông/bà nhận bản tin về: {areas}."
ALL_AREAS = "tất cả lĩnh vực"
DONE = "Xong"

BULLETIN_TITLE = "BẢN TIN CẢI CÁCH HÀNH CHÍNH"
BULLETIN_LINE = "Số {number}/{year} · {date}"
CORRECTED = "🔄 Đính chính"
WITHDRAWN = "{title} đã được thu hồi. Xin ông/bà không sử dụng nội dung cũ."
BULLETIN_HINT = "Bấm số để đọc bài."
READ = "✅ Đã đọc"
READ_THANKS = "Cảm ơn ông/bà, đã ghi nhận."
READ_BEFORE = "Xin cảm ơn ông/bà."
BACK_TO_BULLETIN = "⬅ Về bản tin"
PAGE_BEFORE = "◀ Trang trước"
PAGE_AFTER = "Trang {page}/{pages} ▶"
NO_BULLETIN = "Chưa có bản tin nào được phát hành."
ARCHIVE_TITLE = "Các bản tin đã phát hành"
NEWER = "◀ Mới hơn"
OLDER = "Cũ hơn ▶"
FOUND = "Tìm thấy {n} bài có “{words}”:"
FOUND_NOTHING = "Không tìm thấy bài nào có “{words}”."
SEARCH_HOW = "Xin nhắn TÌM kèm từ khoá, ví dụ: TÌM một cửa."

SURVEY_UNKNOWN = "Đường dẫn khảo sát không đúng hoặc không còn hiệu lực."
SURVEY_CLOSED = "Cuộc khảo sát này đã kết thúc. Xin cảm ơn ông/bà đã quan tâm."
SURVEY_TAKEN = "Ông/bà đã trả lời cuộc khảo sát này. Xin trân trọng cảm ơn!"
SURVEY_NONE = "Ông/bà không có phiếu khảo sát nào đang trả lời dở. Xin mở đường dẫn hoặc quét mã QR để bắt đầu."
SURVEY_PLACE = "Nơi khảo sát: {place}"
AGE_ASKED = "Khảo sát dành cho người từ đủ 18 tuổi. Xin ông/bà cho biết độ tuổi:"
AGE_YES = "Tôi từ 18 tuổi trở lên"
AGE_NO = "Tôi dưới 18 tuổi"
UNDER_AGE = "Khảo sát chỉ dành cho người từ đủ 18 tuổi. Loa không giữ thông tin nào của bạn. Xin cảm ơn bạn!"
CONSENT_TITLE = "Thông báo và đồng ý (phiên bản {version})"
CONSENT_YES = "Đồng ý và bắt đầu trả lời"
CONSENT_NO = "Không tham gia"
DECLINED = "Đã ghi nhận ông/bà không tham gia. Xin cảm ơn. Nếu đổi ý, xin mở lại đường dẫn."

PROGRESS = "Câu {number}/{total}"
SEVERAL_HINT = "Có thể chọn nhiều phương án, rồi bấm Xong."
TEXT_HINT = "Xin nhập câu trả lời (tối đa {limit} ký tự; không ghi tên, số điện thoại hay số giấy tờ)."
NUMBER_HINT = "Xin nhập một số từ {lowest} đến {highest}."
NEXT = "Tiếp tục ▶"
BACK = "⬅ Quay lại"
PAUSE = "⏸ Tạm dừng"
EXPLAIN = "ℹ Giải thích"
SKIP = "Bỏ qua"
SKIP_SENSITIVE = "Không trả lời"
PAUSED = """Đã lưu {answered}/{total} câu. Ông/bà có thể tiếp tục bất cứ lúc nào, kể cả vài tuần sau, khi khảo sát còn mở: bấm nút dưới đây hoặc nhắn KS. Phiếu chưa gửi sẽ được xoá khi khảo sát đóng."""
RESUME = "▶ Tiếp tục trả lời"
DELETE = "🗑 Xoá phiếu này"
DELETE_SURE = "Xoá toàn bộ câu trả lời của phiếu này? Không thể khôi phục."
DELETE_YES = "Xoá hẳn"
DELETED = "Đã xoá phiếu và toàn bộ câu trả lời. Xin cảm ơn ông/bà."
REVIEW = """Ông/bà đã trả lời đủ {total} câu.

Bấm “Gửi phiếu” để hoàn tất. Sau khi gửi, câu trả lời được tách khỏi thông tin của ông/bà và không sửa được nữa."""
SEND = "✅ Gửi phiếu"
LOOK_THROUGH = "📝 Xem lại, sửa câu trả lời"
LOOK_TITLE = "Câu trả lời của ông/bà ({first}–{last}/{total}). Bấm vào một câu để sửa."
NOTHING_TO_GO_BACK = "Đây là câu đầu tiên."
LEFT_OUT = "(không trả lời)"
WRITTEN = "(đã ghi)"

REJECTED: Mapping[str, str] = {
    "no_such_option": "Chưa đúng phương án nào. Mời ông/bà bấm một nút, hoặc nhắn số thứ tự.",
    "required": "Câu này cần có câu trả lời.",
    "pick_one_at_least": "Mời ông/bà chọn ít nhất một phương án.",
    "not_a_number": "Xin nhập một số, ví dụ: 3.",
    "out_of_range": "Số này nằm ngoài khoảng cho phép.",
    "too_long": "Câu trả lời dài quá giới hạn, xin rút gọn.",
    "not_a_day": "Xin nhập ngày theo dạng ngày/tháng/năm, ví dụ: 26/11/2026.",
    "not_a_time": "Xin nhập giờ theo dạng giờ:phút, ví dụ: 8:30.",
    "not_a_file": "Câu này cần một tệp. Xin gửi tệp vào đây.",
    "not_a_place": "Câu này cần một vị trí. Xin gửi vị trí từ điện thoại.",
    "rank_all": "Mời ông/bà xếp thứ tự hết các phương án.",
    "constraint": "Câu trả lời này chưa phù hợp, mời ông/bà trả lời lại.",
    "not_asked": "Câu này không còn được hỏi.",
}

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def number(value: int) -> str:
    """A whole number as it is written in Vietnamese: 5.000."""
    return f"{value:,}".replace(",", ".")


def decimal(value: float, places: int = 2) -> str:
    """A number with the Vietnamese decimal comma: 83,94."""
    return f"{value:,.{places}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def bar(done: int, total: int, width: int = 10) -> str:
    """How far, as a bar of signs."""
    filled = width * done // total if total else 0
    return "▓" * filled + "░" * (width - filled)
