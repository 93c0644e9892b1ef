"""What we say to operators of incidents, in Vietnamese: what is wrong, and what to do."""

from collections.abc import Mapping

NOT_AN_OPERATOR = "Chỉ người vận hành xem được sự cố."
ALL_WELL = "✅ Không có sự cố nào đang mở."
OPENED = "🔴 Sự cố: {what}\nTừ {since}.\nViệc cần làm: {todo}"
CLOSED = "🟢 Đã hết sự cố: {what}\nTừ {since} đến {until}. Ông/bà không phải làm gì thêm."
COUNTERS_OF = "số đếm của cuộc khảo sát “{title}” không khớp với các phiếu, kết quả đang hiện có thể sai"

WHAT: Mapping[str, str] = {
    "channel down": "không kết nối được kênh {subject} ({detail}); tin chưa gửi vẫn được giữ",
    "token refused": "kênh {subject} từ chối mã (token) của bot",
    "many failures": "đợt phát số {subject} có quá nhiều lượt gửi hỏng ({detail})",
    "quarantine growing": "nhiều tin đến không xử lý được trong 24 giờ qua ({detail})",
    "counters wrong": COUNTERS_OF,
    "disk low": "máy {subject} sắp hết chỗ trên đĩa (còn {detail})",
    "certificate ending": "chứng thư của {subject} sắp hết hạn ({detail})",
    "inbox stuck": "tin đến phải chờ quá lâu mới được xử lý ({detail})",
    "backup old": "bản sao lưu mới nhất trong {subject} đã cũ ({detail})",
    "zalo grant": "quyền gửi tin qua Zalo Official Account {subject} sắp hết hạn hoặc không gia hạn được ({detail})",
}
TODO: Mapping[str, str] = {
    "channel down": "chạy lệnh loa doctor trên máy chủ; nếu mạng bị chặn, đặt LOA_TELEGRAM_PROXY. Khi có mạng lại, bot tự gửi tiếp.",
    "token refused": "lấy mã mới từ @BotFather, đặt LOA_TELEGRAM_TOKEN rồi khởi động lại.",
    "many failures": "mở đợt phát, bấm “Ai nhận, ai chưa” để xem lý do; nếu nội dung sai thì tạm dừng.",
    "quarantine growing": "chạy lệnh loa doctor và gửi nhật ký cho người làm phần mềm; các tin vẫn được giữ.",
    "counters wrong": "chạy lệnh loa survey recount {subject}.",
    "disk low": "dọn bản sao lưu và nhật ký cũ, hoặc thêm đĩa. Đĩa đầy thì bot ngừng nhận tin.",
    "certificate ending": "gia hạn chứng thư trên máy chủ web trước ngày hết hạn.",
    "inbox stuck": "xem tải của máy và nhật ký của bot; khởi động lại bot không làm mất tin.",
    "backup old": "xem lịch sao lưu (systemctl status loa-backup.timer) rồi chạy loa backup.",
    "zalo grant": "quản trị viên OA cấp lại quyền cho ứng dụng, rồi đặt mã mới vào LOA_ZALO_OA_REFRESH_TOKEN.",
}
