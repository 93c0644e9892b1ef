"""What stands beside figures in chat, on pages and in files alike, in Vietnamese, and how numbers are written there."""

from collections.abc import Mapping

REPORT_TITLE = "Chỉ số hài lòng"
OVERALL_LINE = "Chung: {value}"
TOO_FEW = "không hiện vì quá ít phiếu"
FOR_REFERENCE = "tham khảo"
METHOD_NOTE = (
    "Tỷ lệ “Hài lòng” và “Rất hài lòng” trên số câu trả lời hợp lệ; chỉ số chung là trung bình {n} tiêu chí."
)
INTERVAL_NOTE = "Trong ngoặc là khoảng tin cậy 95%."
POOLED_NOTE = "Có người bỏ trống tiêu chí: khoảng tin cậy của nhóm tiêu chí là của tỷ lệ gộp mọi câu trả lời."
OPEN_NOTE = "Người trả lời tự chọn tham gia qua đường dẫn mở, nên kết quả không có sai số và không đại diện cho mọi người dân."
RECRUITED: Mapping[str, str] = {
    "open": OPEN_NOTE,
    "invited": "Người trả lời được chọn từ danh sách và được mời.",
    "interviews": "Phỏng vấn trực tiếp ở các xã được giao.",
}
COUNTED_LINE = "Số phiếu được tính: {n}"
EFFECTIVE = ", tương đương mẫu ngẫu nhiên đơn giản {n} người"
UNWEIGHTED = "Không dùng quyền số: mọi phiếu như nhau."
WEIGHTED = "Có dùng quyền số; hiệu ứng của quyền số (Kish) là {effect}."
RAKED = "Gia quyền: quyền số được hiệu chỉnh theo cơ cấu dân số ({over}); hệ số thiết kế {effect}."
MODES_LINE = "Cách thu thập: {modes}."
MODES: Mapping[str, str] = {"chat": "trò chuyện {n}", "web": "trang web {n}", "interview": "phỏng vấn {n}"}
KEPT_OUT = "Không tính {n} phiếu: {why}."
NONE_KEPT_OUT = "Không loại phiếu nào."
AGAINST: Mapping[str, str] = {
    "QUICK": "trả lời quá nhanh {n}", "STRAIGHT": "mọi tiêu chí như nhau {n}", "DUPLICATE": "trùng số điện thoại {n}",
    "OVER_QUOTA": "vượt chỉ tiêu {n}",
}  # fmt: skip
FEW_NOTE = "“Tham khảo”: dưới 30 phiếu, chỉ dùng nội bộ."
PUBLISHED_MARK = "Cả nước {year}: {value}%"
PUBLISHED_LINE = (
    "Chỉ số SIPAS cả nước đã công bố: {years}. Từ năm 2022 đo theo phương pháp mới, không so với các năm trước."
)
CHANGE_LINE = "{name}: {difference}"
DIFFERENCE = "{value} điểm %{interval}{arrow}"
CHANGE_NOTE = "Mũi tên chỉ đặt ở khác biệt có ý nghĩa thống kê (mức 5%, đã hiệu chỉnh Holm cho {n} so sánh); chỗ khác không kết luận là có thay đổi."
CHANGE_OPEN_NOTE = "Ít nhất một cuộc khảo sát có người trả lời tự chọn tham gia, nên không kết luận là có thay đổi."
BRIEF_COUNTED = "{n} phiếu"
BRIEF_EFFECTIVE = "cỡ mẫu hiệu dụng {n}"
BRIEF_MARGIN = "sai số ±{margin} điểm % (khoảng tin cậy 95%)"
BRIEF_METHOD = "tỷ lệ trả lời hài lòng, rất hài lòng"
BRIEF_WEIGHTED = "có quyền số (Kish {effect})"
BRIEF_UNWEIGHTED = "không quyền số"
BRIEF_OUT = "không tính {n} phiếu: {why}"
BRIEF_NONE_OUT = "không loại phiếu nào"
BRIEF_TOO_FEW = "quá ít phiếu"
BRIEF_FEW = "* Tham khảo: 10–29 phiếu, chỉ dùng nội bộ."
PERIOD_LINE = "Từ {start} đến {end}"
TODAY = "nay"


def number(value: int) -> str:
    """A whole number as it is written in Vietnamese: 5.000."""
    return f"{value:,}".replace(",", ".")


def decimal(value: float, places: int = 2) -> str:
    """A number with the Vietnamese decimal comma: 83,94."""
    return f"{value:,.{places}f}".replace(",", " ").replace(".", ",").replace(" ", ".")
