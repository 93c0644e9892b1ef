"""What we say to editors and approvers, in Vietnamese."""

from collections.abc import Mapping

from storage.enums import BroadcastStatus, DeliveryStatus, Reason

NO_ROLE = "Ông/bà chưa được phân quyền cho việc này."
MENU = "Đợt phát bản tin"
NOTHING_YET = "Chưa có đợt phát nào."
NEW_FROM = "➕ Soạn đợt phát: số {number}/{year}"
REFRESH = "🔄 Cập nhật"
TO_MENU = "⬅ Danh sách"
TO_BROADCAST = "⬅ Về đợt phát"

STATUS: Mapping[BroadcastStatus, str] = {
    BroadcastStatus.DRAFT: "bản nháp",
    BroadcastStatus.SUBMITTED: "chờ duyệt",
    BroadcastStatus.APPROVED: "đã duyệt, chờ đến giờ",
    BroadcastStatus.HELD: "bị giữ lại, cần quyết định",
    BroadcastStatus.SENDING: "đang gửi",
    BroadcastStatus.PAUSED: "tạm dừng",
    BroadcastStatus.SENT: "đã gửi xong",
    BroadcastStatus.SENT_WITH_UNKNOWN: "đã gửi xong, còn người chưa rõ kết quả",
    BroadcastStatus.CANCELLED: "đã huỷ",
}
MARK: Mapping[BroadcastStatus, str] = {
    BroadcastStatus.DRAFT: "✏️",
    BroadcastStatus.SUBMITTED: "⏳",
    BroadcastStatus.APPROVED: "🕗",
    BroadcastStatus.HELD: "⚠️",
    BroadcastStatus.SENDING: "📤",
    BroadcastStatus.PAUSED: "⏸",
    BroadcastStatus.SENT: "✅",
    BroadcastStatus.SENT_WITH_UNKNOWN: "❓",
    BroadcastStatus.CANCELLED: "✖️",
}
DELIVERY: Mapping[DeliveryStatus, str] = {
    DeliveryStatus.PENDING: "đang chờ",
    DeliveryStatus.SENDING: "đang gửi",
    DeliveryStatus.SENT: "đã gửi",
    DeliveryStatus.FAILED: "không gửi được",
    DeliveryStatus.SKIPPED: "không gửi",
    DeliveryStatus.UNKNOWN: "chưa rõ",
}
REASON: Mapping[Reason, str] = {
    Reason.BLOCKED: "đã chặn bot",
    Reason.DEACTIVATED: "tài khoản đã xoá",
    Reason.NOT_FOUND: "không tìm thấy tài khoản",
    Reason.NOT_STARTED: "chưa mở trò chuyện với bot",
    Reason.MIGRATED: "nhóm đã đổi địa chỉ",
    Reason.REFUSED: "nội dung bị từ chối",
    Reason.TOO_LONG: "nội dung quá dài",
    Reason.THROTTLED: "bị giới hạn tốc độ",
    Reason.NETWORK: "lỗi mạng",
    Reason.SERVER: "lỗi máy chủ",
    Reason.UNAUTHORISED: "mã bot không hợp lệ",
    Reason.IN_DOUBT: "không rõ đã nhận hay chưa",
    Reason.NOT_MODIFIED: "không thay đổi",
    Reason.GONE: "tin không còn trong cuộc trò chuyện",
    Reason.TOO_OLD: "tin quá cũ, không sửa được",
    Reason.NO_CONTACT: "chưa có kênh liên hệ",
    Reason.UNSUBSCRIBED: "đã ngừng nhận",
    Reason.CANCELLED: "đợt phát đã huỷ",
    Reason.WINDOW_CLOSED: "quá 7 ngày chưa tương tác trên Zalo",
    Reason.QUOTA: "hết hạn mức tin Zalo",
    Reason.NIGHT: "Zalo không nhận tin vào giờ này",
    Reason.TRY_LATER: "mạng từ chối tạm thời",
    Reason.CANNOT_RECEIVE: "tài khoản không nhận được tin",
    Reason.DEFERRED: "máy chủ thư tạm thời không nhận",
    Reason.BOUNCED: "thư bị trả lại",
    Reason.NOT_AGREED: "chưa đồng ý nhận qua số điện thoại",
}

STATUS_LINE = "Trạng thái: {status}"
AUTHOR_LINE = "Người soạn: {name}"
APPROVER_LINE = "Người duyệt: {name}"
AUDIENCE_LINE = "Đối tượng: {audience} – {n} người, trong đó {reachable} người gửi được qua Telegram"
SEND_AT_LINE = "Giờ gửi: {when}"
NOTE_LINE = "Ghi chú: {note}"
RESTORED = "Dữ liệu vừa được khôi phục từ bản sao lưu: không biết ai đã nhận từ lúc sao lưu đến nay. Gửi tiếp thì có người có thể nhận hai lần."
PREVIEW = "👁 Xem trước"
AUDIENCE = "👥 Đổi đối tượng"
SUBMIT = "📨 Trình duyệt"
APPROVE_NOW = "✅ Duyệt, gửi ngay"
APPROVE_AT = "🕗 Duyệt, hẹn giờ"
RETURN = "↩️ Trả lại"
PAUSE = "⏸ Tạm dừng"
RESUME = "▶️ Gửi tiếp"
CANCEL = "✖️ Huỷ đợt phát"
REPORT = "📊 Ai nhận, ai chưa"
CORRECT = "✏️ Đính chính"
WITHDRAW = "🗑 Thu hồi"
CORRECTION_TITLE = "Đính chính: {title}"
WITHDRAWAL_TITLE = "Thu hồi: {title}"
ASK_CORRECTION = (
    "Xin nhắn nội dung đính chính, một hai câu. Nội dung này đứng đầu bản tin đã gửi; phần còn lại là bản tin hiện có "
    "trong kho. Bản đính chính phải được duyệt rồi mới sửa trên máy người nhận."
)
ASK_WITHDRAWAL = (
    "Thu hồi “{title}” ở {n} người đã nhận? Tin được xoá; tin gửi quá 48 giờ được thay bằng thông báo thu hồi. "
    "Xin nhắn lý do để xác nhận."
)
CHANGES_LINE = "Thay đổi tin đã gửi tới {n} người"
CHANGED_BY = "{mark} {title} – {status}"
RESEND_UNKNOWN = "🔁 Gửi lại cho {n} người chưa rõ"
PROBING = "🔎 “{title}”: đang dò xem {n} người chưa rõ đã nhận hay chưa."
ACCEPT_UNKNOWN = "☑️ Chấp nhận, không gửi lại"
SURE_RESEND = "Gửi lại cho {n} người chưa rõ? Ai thật ra đã nhận sẽ nhận hai lần, và được ghi tên trong danh sách."
CONFIRM_RESEND = "🔁 Xác nhận gửi lại"
CONFIRM_SEND = "✅ Xác nhận gửi tới {n} người"
CONFIRM_CANCEL = "✖️ Xác nhận huỷ"
PREVIEW_NOTE = "👁 Xem trước – người nhận sẽ thấy đúng như sau:"
SURE_SEND = "Gửi ngay “{title}” tới {n} người?"
SURE_CANCEL = "Huỷ đợt phát “{title}”? Người chưa nhận sẽ không nhận nữa."
ASK_TIME = "Gửi vào lúc nào? Bấm một nút, hoặc nhắn giờ, ví dụ: 8:00 thứ Hai, mai 7h30, 14:00 25/11."
ASK_NOTE = "Xin nhắn lý do trả lại để người soạn sửa."
ASK_AUDIENCE = "Gửi cho ai? Bấm một nút, hoặc nhắn điều kiện, ví dụ: tỉnh=Hà Nội và cấp=xã."
LEVELS: Mapping[str, str] = {
    "all": "Tất cả cán bộ",
    "level=central": "Cấp trung ương",
    "level=province": "Cấp tỉnh",
    "level=commune": "Cấp xã",
}
SUBMITTED = "Đã trình duyệt. Người duyệt được báo ngay."
APPROVED = "Đã duyệt. Sẽ gửi lúc {when}."
APPROVED_NOW = "Đã duyệt. Bắt đầu gửi trong giây lát."
RETURNED = "Đã trả lại người soạn kèm ghi chú."
BAD_TIME = "Chưa đọc được giờ gửi, hoặc giờ đó đã qua. Xin nhắn lại, ví dụ: 8:00 thứ Hai, mai 7h30, 14:00 25/11."
BAD_AUDIENCE = "Chưa đọc được đối tượng. Ví dụ: tất cả · cấp=xã · tỉnh=Hà Nội và không cấp=trung ương."

NOT_ALLOWED: Mapping[str, str] = {
    "wrong_status": "Không làm được: đợt phát đã ở trạng thái khác.",
    "own_broadcast": "Người soạn không được tự duyệt đợt phát của mình.",
    "past_time": "Giờ gửi phải sau thời điểm hiện tại. Xin chọn giờ khác.",
    "note_needed": "Trả lại cần kèm lý do.",
    "still_sending": "Đợt phát đang chạy. Xin chờ gửi xong, hoặc huỷ rồi đính chính.",
    "being_withdrawn": "Đợt phát này đang được thu hồi.",
    "is_a_change": "Xin chọn đợt phát gốc, không chọn lần đính chính hay thu hồi.",
    "nothing_sent": "Chưa có ai nhận tin của đợt phát này.",
    "withdrawn": "Bản tin này đã thu hồi.",
    "no_such_broadcast": "Không có đợt phát này.",
    "no_role": NO_ROLE,
}

PROGRESS_TITLE = "{mark} {title}"
PROGRESS_LINE = "{bar} {percent}"
SENT_LINE = "Đã gửi: {n}/{total}"
WAITING_LINE = "Đang chờ: {n}"
FAILED_LINE = "Không gửi được: {n}"
SKIPPED_LINE = "Bỏ qua, không gửi: {n}"
UNKNOWN_LINE = "Chưa rõ: {n}"
DOUBTFUL_LINE = "Có thể nhận hai lần (đã gửi lại sau sự cố): {n}"
WAYS_LINE = "Qua: {ways}"
TURNED_LINE = "Đã chuyển sang kênh khác vì kênh đầu không gửi được: {n}"
PLANNED_LINE = "Dự kiến: {ways}"
ZALO_FREE = "miễn phí {n}"
ZALO_PAID = "tính vào gói {n}"
ZALO_TEMPLATE = "mẫu ZBS {n} ≈ {cost} đ"
PAID_LINE = "Mẫu ZBS tính phí: theo tài khoản {known}, theo số điện thoại {phoned} ≈ {cost} đ (theo giá đã khai)"
BY_ARTICLE = "trong đó {n} người nhận bài viết Zalo phát chung, không gửi riêng"
ARTICLE_LINE = "Bài viết Zalo phát chung: Zalo không cho biết ai đã nhận; {n} người theo dõi được tính là đã phát"
ZALO_ELSEWHERE = "quá 7 ngày, chuyển kênh khác {n}"
NO_WAY = "chưa có cách gửi {n}"
READ_LINE = "Bấm “Đã đọc”: {n}"
REASON_LINE = "{reason}: {n}"
NOT_REACHED = "Chưa nhận được ({n}):"
AND_MORE = "… và {n} người nữa, xem tệp đính kèm."
LIST_COMING = "Danh sách có {n} người. Loa đang lập tệp và sẽ gửi ông/bà ngay khi xong."
LIST_FILE = "Danh sách người nhận (CSV)"
LIST_HEADINGS = (
    "Họ tên",
    "Chức vụ",
    "Đơn vị",
    "Kênh",
    "Trạng thái",
    "Lý do",
    "Chi tiết",
    "Có thể nhận hai lần",
    "Giờ gửi",
    "Đã đọc",
    "Kênh đã thử trước",
)
YES = "có"

NOTICE: Mapping[str, str] = {
    "submitted": "⏳ Có đợt phát chờ duyệt.",
    "returned": "↩️ Đợt phát được trả lại để sửa.",
    "approved": "✅ Đợt phát đã được duyệt.",
    "finished": "🏁 Đợt phát đã xong.",
    "paused": "⏸ Đợt phát tự tạm dừng vì lỗi: {note}",
    "held": "⚠️ Đợt phát bị giữ lại: {note}. Xin duyệt lại nếu vẫn muốn gửi.",
    "weekly results": "🗓 Kết quả khảo sát hằng tuần",
}

SURVEYS = "Kết quả khảo sát"
STAFF_HELP = """
• KẾT QUẢ – kết quả khảo sát mới nhất bằng hình
• BÁO CÁO – kết quả mọi cuộc khảo sát"""
NO_SURVEYS = "Chưa có cuộc khảo sát nào."
SURVEY_CLOSED = "🏁 Khảo sát đã đóng: {title}"
COMPLETE_LINE = "Phiếu hoàn thành: {n} · đang trả lời dở: {open}"
DOWNLOAD = "📥 Tải báo cáo"
DOWNLOADING = "Đang lập báo cáo. Loa gửi các tệp trong giây lát."
REPORT_CAPTION = "Báo cáo: {title} ({period})"
CHANGE_SINCE = "↕ So với: {title}"
CHANGE_TITLE = "{later} so với {earlier}"
NO_CHANGES = "Chưa có số liệu chung nào để so sánh."
NO_CHANGES_NOTE = (
    "Cột màu: thay đổi có ý nghĩa thống kê (5%, hiệu chỉnh Holm). Chấm rỗng: chưa đủ bằng chứng là có thay đổi."
)
OVERVIEW_TAB = "📊 Tổng quan"
FACTORS_TAB = "Yếu tố & tiêu chí"
RANKING_TAB = "Xếp hạng tỉnh"
MAP_TAB = "Bản đồ"
TREND_TAB = "Xu hướng"
BEFORE_TAB = "Kỳ trước"
WORDS_TAB = "Bằng chữ"
COMMENTS_TAB = "💬 Ý kiến"
COMMENTS_TITLE = "Ý kiến: {title}"
COMMENTS_COUNT = "{n} ý kiến ở {places} nơi. Chạm vào một nơi để đọc."
COMMENTS_AT = "{place}: {n} ý kiến"
COMMENTS_ELSEWHERE = "Những nơi ít phiếu, gộp lại"
COMMENTS_NOTE = "Chỉ dùng nội bộ. Số điện thoại, số giấy tờ, địa chỉ thư đã được che; xin không chuyển tiếp."
COMMENTS_TO_PLACES = "⬅ Các nơi"
COMMENTS_TO_RESULTS = "📊 Xem kết quả"
NO_COMMENTS = "Chưa có ý kiến nào, hoặc còn quá ít phiếu để hiện."
WEB_TAB = "🌐 Xem trên trang web"
WEB_LINK = "{title}\nTrang kết quả nội bộ, mở được trong {hours} giờ: {url}\nAi có đường dẫn đều xem được, xin giữ cho riêng mình."
WEEKLY_ON = "🗓 Gửi hằng tuần"
WEEKLY_OFF = "Thôi gửi hằng tuần"
WEEKLY_BEGUN = "Từ nay Loa gửi kết quả cho ông/bà vào 8 giờ sáng thứ Hai hằng tuần."
WEEKLY_ENDED = "Đã thôi gửi kết quả hằng tuần."
RANKING_TITLE = "Xếp hạng tỉnh, thành phố"
RANKING_ALL = "Vạch đứng – chung: {value}%"
RANK_NOTE = (
    "Hạng ghi thành khoảng: chỉ xếp trên nhau khi khác biệt có ý nghĩa thống kê (5%, hiệu chỉnh Holm cho mọi cặp)."
)
NO_RANK_NOTE = "Không xếp hạng: không có sai số nên không kết luận được tỉnh nào hơn tỉnh nào."
RANK_LINE = "{rank} {name}: {value}"
MAP_TITLE = "Bản đồ mức độ hài lòng"
MAP_BANDS = ("từ 85%", "75 đến dưới 85%", "65 đến dưới 75%", "50 đến dưới 65%", "dưới 50%")
MAP_FEW = "tham khảo: 10–29 phiếu"
MAP_HIDDEN = "không hiện: quá ít phiếu"
MAP_NOBODY = "chưa có phiếu"
MAP_LINE = "{band}: {names}"
HOANG_SA = ("Quần đảo Hoàng Sa", "(Đà Nẵng)")
TRUONG_SA = ("Quần đảo Trường Sa", "(Khánh Hòa)")
NO_PLACES = "Chưa có phiếu nào được tính."
TREND_TITLE = "Xu hướng"
TREND_PUBLISHED = "SIPAS cả nước đã công bố"
TREND_UNCONFIRMED = "đã công bố, chưa kiểm chứng được nguồn"
TREND_BREAK = "2022: đổi phương pháp"
TREND_NOTE = "Chỉ nối hai kỳ khi thay đổi có ý nghĩa thống kê (5%, hiệu chỉnh Holm)."
TREND_ALONE = "Chưa có kỳ trước cùng phiếu hỏi."
TREND_LINE = "{number}. {title}: {value}"
BEFORE_TITLE = "So với kỳ trước"
BEFORE_SUBTITLE = "{later} so với {earlier}"
BEST = "Cao nhất"
WORST = "Thấp nhất"
BY_PROVINCE = "Theo tỉnh, thành phố"
MORE_CRITERIA = "Xem {n} tiêu chí"
CRITERIA_TITLE = "Tiêu chí ({first}–{last}/{total})"
SCORE = "điểm {score}"

INTERVIEWS = "Phỏng vấn"
NO_TASKS = "Ông/bà chưa được giao xã nào trong cuộc khảo sát đang mở."
NOT_ASSIGNED = "Xã này không có trong phần việc được giao."
SURVEY_OVER = "Cuộc khảo sát này đã kết thúc."
TARGET_REACHED = "Đã đủ số phiếu được giao ở xã này."
TASK = "▶ {place}: {done}/{target} phiếu"
UNFINISHED = "⏸ {place}, dở {n} câu, {when}"
MY_PROGRESS = "📊 Tiến độ"
BACK_TO_TASKS = "⬅ Phần việc được giao"
READ_ALOUD = "Phỏng vấn tại {place}. Xin đọc cho người dân nghe:"
CONSENT_ALOUD = "Hỏi: Ông/bà từ đủ 18 tuổi và đồng ý trả lời chứ?"
RESPONDENT_AGREES = "Người dân từ 18 tuổi, đồng ý"
RESPONDENT_REFUSES = "Người dân từ chối"
REFUSAL_NOTED = "Đã ghi một người từ chối. Xin cảm ơn."
PROGRESS_OF = "{name}{place}: {done}/{target} phiếu, hôm nay {today}, từ chối {refused}{minutes}"
MINUTES = ", khoảng {n} phút một phiếu"
ASK_PHONE = "Nếu người dân tự nguyện cho, xin nhắn số điện thoại di động để phúc tra. Số này chỉ dùng để kiểm tra việc phỏng vấn và bị xoá khi khảo sát đóng."
BAD_PHONE = (
    "Chưa đúng số điện thoại di động. Xin nhắn lại, ví dụ: 0912 345 678; hoặc bấm Gửi phiếu để gửi không kèm số."
)
OLD = "Nút này không còn dùng được."
