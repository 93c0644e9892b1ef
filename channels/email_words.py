"""What an e-mail says around its content. Pure."""

CORRECTION = "Đính chính: {subject}"
CORRECTED_NOTE = "Thư này thay cho thư trước cùng tiêu đề; xin ông/bà không dùng bản cũ."
WHY_BULLETIN = (
    "Ông/bà nhận thư này vì có tên trong danh sách nhận bản tin. Nếu không muốn nhận nữa, xin bấm “Ngừng nhận”; "
    "không cần đăng nhập."
)
WHY_SURVEY = (
    "Ông/bà nhận thư này vì vừa làm thủ tục hành chính và được chọn để hỏi ý kiến. Việc trả lời là tự nguyện; "
    "nếu không muốn nhận nữa, xin bấm “Không nhận nữa”."
)
WHY_NOTICE = "Ông/bà nhận thư này vì được giao việc trong hệ thống Loa. Xin không trả lời thư này."
STOP = "Ngừng nhận"
STOP_SURVEY = "Không nhận nữa"
PREFERENCES = "Chọn lĩnh vực"
