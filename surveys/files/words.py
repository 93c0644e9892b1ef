"""What stands in files of a report: headings, columns, and sentences that change with the figures, in Vietnamese."""

from collections.abc import Mapping

TITLE = "BÁO CÁO"
SUBJECT = "Kết quả khảo sát mức độ hài lòng: {title}"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
NUMBER = "Số:       /BC-……"
PLACE_AND_DATE = "{place}, ngày {day} tháng {month} năm {year}"
RECIPIENTS = "Nơi nhận:"
RECIPIENT_LINES = ("- Như trên;", "- Lưu: VT.")
NO_AGENCY = "(TÊN CƠ QUAN BAN HÀNH)"
NO_PLACE = "…………"
NO_POSITION = "(CHỨC VỤ NGƯỜI KÝ)"
NO_SIGNER = "(Họ và tên người ký)"
SIGNATURE = "(Ký, ghi rõ họ tên, đóng dấu)"

GENERAL = "Thông tin chung"
WHOLE = "Kết quả chung"
FACTORS = "Kết quả theo yếu tố"
CRITERIA = "Kết quả theo tiêu chí"
PROVINCES = "Kết quả theo tỉnh, thành phố"
COMMUNES = "Kết quả theo xã, phường, đặc khu"
MONTHS = "Kết quả theo tháng"
WEIGHED = "Kết quả sau khi hiệu chỉnh theo dân số"
CHANGES = "So sánh với đợt khảo sát trước"
QUALITY = "Chất lượng và tỷ lệ trả lời"
METHOD = "Phương pháp"
SHEETS: Mapping[str, str] = {
    "whole": "Tổng hợp",
    "factors": "Yếu tố",
    "criteria": "Tiêu chí",
    "provinces": "Tỉnh, thành",
    "communes": "Xã, phường",
    "months": "Theo tháng",
    "weighed": "Hiệu chỉnh dân số",
    "changes": "So sánh",
    "quality": "Chất lượng & tỷ lệ trả lời",
    "method": "Phương pháp",
}

ASKED = "Cuộc khảo sát “{title}” dùng phiếu hỏi “{form}”. Thời gian: {period}."
POPULATION = "Đối tượng khảo sát: {population}."
RECEIVED = "Đã nhận {n} phiếu hoàn thành, {kept} phiếu được tính; {open} phiếu đang trả lời dở."
INDEX_IS = "Chỉ số hài lòng chung là {value}% (khoảng tin cậy 95%: {low}–{high}; sai số ±{margin} điểm %), tính trên {n} phiếu."
INDEX_BARE = "Chỉ số hài lòng chung trong số người trả lời là {value}%, tính trên {n} phiếu."
INDEX_HIDDEN = "Chưa đủ phiếu để công bố chỉ số hài lòng chung ({n} phiếu; cần ít nhất 10)."
INDEX_FEW = "Số phiếu dưới 30, kết quả chỉ để tham khảo nội bộ."
SCORE_IS = "Điểm trung bình các tiêu chí là {score}."
INSIDE = "Chỉ số SIPAS cả nước năm {year} đã công bố là {value}%, nằm trong khoảng tin cậy của cuộc khảo sát này."
OUTSIDE = "Chỉ số SIPAS cả nước năm {year} đã công bố là {value}%; chỉ số của cuộc khảo sát này {side}, khác biệt vượt ngoài khoảng tin cậy."
HIGHER, LOWER = "cao hơn", "thấp hơn"
BESIDE = "Chỉ số SIPAS cả nước năm {year} đã công bố là {value}%. Do người trả lời tự chọn tham gia, không kết luận cao hơn hay thấp hơn."
BESIDE_ALONE = "Chỉ số SIPAS cả nước năm {year} đã công bố là {value}%."

FACTOR, CRITERION, PROVINCE, COMMUNE = "yếu tố", "tiêu chí", "tỉnh, thành phố", "xã, phường"
EXTREMES = "Trong {n} {what}, cao nhất là {best} ({high}), thấp nhất là {worst} ({low})."
ALIKE = "{n} {what} có kết quả bằng nhau ({value})."
APART = "Khoảng tin cậy của hai {what} này không giao nhau: mức chênh lệch {gap} điểm % lớn hơn sai số chọn mẫu."
OVERLAP = "Khoảng tin cậy của hai {what} này giao nhau: chưa đủ cơ sở để kết luận có chênh lệch, không nên xếp hạng."
NO_ORDER = "Do người trả lời tự chọn tham gia, không có sai số và không xếp hạng."
HIDDEN_SOME = (
    "{n} {what} không hiện kết quả vì quá ít phiếu, hoặc vì nếu hiện thì suy ra được kết quả của nơi quá ít phiếu."
)
FEW_SOME = "{n} {what} có dưới 30 phiếu, ghi “tham khảo”, chỉ dùng nội bộ."
TABLE_IN_EXCEL = "Bảng đầy đủ {n} {what} có trong tệp Excel kèm theo."
CHANGED = "So với “{title}”, các khác biệt có ý nghĩa thống kê (mức 5%, đã hiệu chỉnh Holm cho {n} so sánh):"
CHANGED_UP = "{name} tăng {value} điểm % (khoảng tin cậy 95%: {low} đến {high})"
CHANGED_DOWN = "{name} giảm {value} điểm % (khoảng tin cậy 95%: {low} đến {high})"
UNCHANGED = (
    "So với “{title}”, không có khác biệt nào có ý nghĩa thống kê (mức 5%, đã hiệu chỉnh Holm cho {n} so sánh)."
)
NOT_TESTED = "So với “{title}”: ít nhất một cuộc khảo sát có người trả lời tự chọn tham gia, nên không kết luận là có thay đổi."
NOTHING_COMMON = "Không có số liệu chung nào để so sánh với “{title}”."
RATE_OF_SAMPLE = "Tỷ lệ trả lời (AAPOR RR1): {rr1}; tỷ lệ hợp tác: {coop}; tỷ lệ từ chối: {refused}."
RATE_OF_LINK = "Đường dẫn mở: {opened} người mở, {agreed} người đồng ý, {complete} người hoàn thành. Không biết bao nhiêu người đã thấy đường dẫn nên không có tỷ lệ trả lời."
FLAGGED = "Dấu hiệu chất lượng trên phiếu hoàn thành: {flags}."
NO_FLAGS = "Không có phiếu nào mang dấu hiệu chất lượng kém."
CHART_ALT = "Biểu đồ chỉ số hài lòng theo yếu tố. {said}"
CHART_CAPTION = "Biểu đồ: Chỉ số hài lòng chung và theo yếu tố (%){around}"
CHART_INTERVALS = "; vạch ngang là khoảng tin cậy 95%"
MADE_BY = "Lập ngày {day} từ số liệu của hệ thống khảo sát."
PAGE = "Trang"

NAME, VALUE, INTERVAL, PEOPLE, SCORE, NOTE = (
    "Nội dung",
    "Hài lòng (%)",
    "Khoảng tin cậy 95%",
    "Số phiếu",
    "Điểm TB",
    "Ghi chú",
)
LOW, HIGH, MARGIN, MINUS, PLUS = "Cận dưới (%)", "Cận trên (%)", "Sai số (±)", "Sai số dưới", "Sai số trên"
EFFECTIVE, EFFECT, CODE, MONTH = "Cỡ mẫu hiệu dụng", "Hiệu ứng thiết kế", "Mã", "Tháng"
DOMAIN, PLACE_NAME, PROVINCE_NAME, COMMUNE_NAME = "Lĩnh vực", "Đơn vị", "Tỉnh, thành phố", "Xã, phường"
DIFFERENCE, DIFFERENCE_LOW, DIFFERENCE_HIGH, P, CONCLUSION = (
    "Chênh lệch (điểm %)", "Cận dưới", "Cận trên", "p (Holm)", "Kết luận",
)  # fmt: skip
NOW_VALUE, BEFORE_VALUE = "Đợt này (%)", "Đợt trước (%)"
RISEN, FALLEN, NO_CHANGE, NO_TEST = "tăng", "giảm", "chưa kết luận có thay đổi", "không kiểm định"
TOO_FEW = "không hiện: quá ít phiếu"
REFERENCE = "tham khảo"
NOT_SHOWN = "–"
WHAT, NUMBER_OF = "Chỉ tiêu", "Số lượng"
MEANING = "Diễn giải"
AS_COUNTED, AS_WEIGHED = "Chưa hiệu chỉnh (%)", "Đã hiệu chỉnh (%)"
WEIGHED_NOTE = "Hiệu chỉnh sửa được mất cân đối về những đặc điểm này, không sửa được việc ai tự chọn trả lời. Các bảng khác trong báo cáo chưa hiệu chỉnh."
COMPLETE, UNFINISHED, COUNTED = "Phiếu hoàn thành", "Phiếu đang trả lời dở", "Phiếu được tính vào chỉ số"
PERIOD, RECRUITED_HOW, POPULATION_IS = "Thời gian", "Cách chọn người trả lời", "Đối tượng"
OVERALL = "Chỉ số hài lòng chung"
PUBLISHED = "SIPAS cả nước {year} (đã công bố)"
DISPOSITIONS: Mapping[str, str] = {
    "rr1": "Tỷ lệ trả lời RR1", "rr2": "Tỷ lệ trả lời RR2 (cả phiếu dở)", "rr3": "Tỷ lệ trả lời RR3",
    "coop1": "Tỷ lệ hợp tác", "ref1": "Tỷ lệ từ chối", "con1": "Tỷ lệ tiếp xúc", "break_off": "Tỷ lệ bỏ dở",
    "eligible_share": "Tỷ lệ đúng đối tượng (e)",
}  # fmt: skip
OPENED, AGREED, COMPLETION = "Người mở đường dẫn", "Người đồng ý trả lời", "Tỷ lệ hoàn thành trong số người đồng ý"
FLAGS: Mapping[str, str] = {
    "QUICK": "Trả lời quá nhanh", "STRAIGHT": "Mọi tiêu chí trả lời như nhau", "DUPLICATE": "Trùng số điện thoại",
    "OVER_QUOTA": "Vượt chỉ tiêu",
}  # fmt: skip
CHART_FACTORS, CHART_RANKING = "Chỉ số theo yếu tố (%)", "Chỉ số theo tỉnh, thành phố (%)"
EXCEL_FOOT = "Trang &P/&N"

QUESTION_SAID: Mapping[str, str] = {
    "left_out": "Bỏ qua", "unknown": "Không biết", "inapplicable": "Không áp dụng", "no": "Không chọn", "yes": "Có chọn",
    "none": "Không", "given": "Có trả lời",
}  # fmt: skip
ABOUT: Mapping[str, str] = {
    "day": "Ngày gửi phiếu", "unit": "Mã đơn vị", "province": "Tỉnh, thành phố", "stratum": "Tầng mẫu",
    "mode": "Cách thu thập", "language": "Ngôn ngữ", "weight": "Quyền số", "excluded": "Không tính vào chỉ số",
}  # fmt: skip
MODES: Mapping[str, str] = {"chat": "Trò chuyện", "web": "Trang web", "interview": "Phỏng vấn"}
RANKED = "{question} – thứ hạng của: {option}"
CHOSEN = "{question} – {option}"
