"""What we say to officials and citizens, in Vietnamese. Short, polite, without jargon."""

from collections.abc import Mapping

from storage.enums import ChannelName
from surveys.report_words import decimal as decimal
from surveys.report_words import number as number

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
HELP_WAYS = "• KÊNH – chọn kênh nhận tin, liên kết Zalo hoặc Telegram"
NOT_UNDERSTOOD = "Xin lỗi, Loa chưa hiểu ý ông/bà.\n\n"
SOMETHING_WRONG = "Xin lỗi, hệ thống vừa gặp trục trặc. Ông/bà vui lòng thử lại sau ít phút."
OLD_BUTTON = "Nút này không còn dùng được."

CHANNEL: Mapping[ChannelName, str] = {
    ChannelName.TELEGRAM: "Telegram",
    ChannelName.ZALO_OA: "Zalo",
    ChannelName.ZALO_BOT: "Zalo Bot",
    ChannelName.EMAIL: "thư điện tử",
    ChannelName.WEB: "trang web",
    ChannelName.ZALO_PHONE: "Zalo theo số điện thoại",
    ChannelName.ZALO_ARTICLE: "bài viết Zalo phát chung",
}
WAYS_TITLE = "Ông/bà nhận bản tin qua:"
WAYS_NOT_SUBSCRIBED = (
    "Ông/bà chưa đăng ký nhận bản tin ở đây. Nếu đã nhận ở kênh khác, xin lấy mã liên kết tại đó rồi nhắn LK kèm mã."
)
WAY_FIRST = " – ưu tiên"
WAY_CLOSED = " – đang ngừng"
PREFER = "Ưu tiên {channel}"
PREFERRED = "Từ nay bản tin được gửi qua {channel} trước; khi kênh đó không gửi được thì gửi qua kênh còn lại."
GET_CODE = "Liên kết thêm kênh khác"
CODE_SHOWN = "Trên kênh kia, xin nhắn cho Loa:\n\nLK {code}\n\nMã dùng một lần, trong {minutes} phút. Xin không đưa mã cho người khác."
CODE_UNKNOWN = "Mã liên kết không đúng hoặc đã hết hạn. Xin lấy mã mới."
CODE_OF_ANOTHER = "Kênh này đang thuộc về {name} nên không liên kết với người khác được."
JOINED = "Đã liên kết {channel} với {name}. Mỗi bản tin chỉ được gửi một lần, qua một kênh; nhắn KÊNH để chọn kênh ưu tiên."
JOINED_BEFORE = "Kênh này đã được liên kết từ trước."

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

SURVEYS_OPEN = "Ông/bà đang trả lời dở {n} phiếu. Xin chọn phiếu muốn tiếp tục:"
SURVEY_OPEN = "▶ {title} ({answered}/{total})"
SURVEY_NONE = "Ông/bà không có phiếu khảo sát nào đang trả lời dở. Xin mở đường dẫn hoặc quét mã QR để bắt đầu."
INVITATION = """Kính chào ông/bà!

Ngày {day}, ông/bà làm thủ tục tại {place}. Mời ông/bà cho biết mức độ hài lòng về lần làm thủ tục đó.

Việc trả lời là tự nguyện, câu trả lời được tách khỏi người gửi và không ảnh hưởng đến hồ sơ của ông/bà."""
LATELY = "gần đây"
INVITATION_PLAIN = """Kính chào ông/bà!

Mời ông/bà trả lời cuộc khảo sát “{title}” về sự phục vụ tại {place}.

Việc trả lời là tự nguyện, câu trả lời được tách khỏi người gửi và không ảnh hưởng đến hồ sơ của ông/bà."""
INVITATION_AGAIN = "Loa xin nhắc lại lời mời này; nếu không muốn tham gia, xin bấm Không tham gia."
INVITATION_SUBJECT = "Mời ông/bà cho ý kiến về lần làm thủ tục hành chính"
INVITATION_SUBJECT_AGAIN = "Xin nhắc: mời ông/bà cho ý kiến về lần làm thủ tục hành chính"
INVITATION_YES = "Trả lời khảo sát"
INVITATION_NO = "Không tham gia"
REMINDER = "Phiếu khảo sát “{title}” của ông/bà còn {left} câu. Câu trả lời đã được lưu; mời ông/bà tiếp tục khi thuận tiện. Nếu không muốn trả lời nữa, xin bấm Xoá phiếu: Loa sẽ không nhắc lại."
INTERVIEW_AT = "📋 Phỏng vấn tại {place}"
SEND_WITH_PHONE = "📞 Gửi kèm số điện thoại phúc tra"
MORE_INTERVIEWS = "▶ Phần việc được giao"
PLACE_NOTED = "📍 Đã ghi vị trí phỏng vấn."

TYPE_A_NUMBER = "Nhắn số để chọn:"
TYPE_A_WORD = "Hoặc nhắn:"

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def exact(value: float) -> str:
    """A number with all the decimals that were given, and no others: 1,5 or 1.250."""
    return decimal(value, 10).rstrip("0").rstrip(",")


def bar(done: int, total: int, width: int = 10) -> str:
    """How far, as a bar of signs."""
    filled = width * done // total if total else 0
    return "▓" * filled + "░" * (width - filled)
