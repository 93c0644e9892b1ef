"""What the results pages say, in Vietnamese first; how numbers are written in each language. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language; ``{…}`` are gaps that are filled when it is said."""

    point: str
    thousands: str
    to_content: str
    language: str
    staff: str
    public: str
    sections: str
    from_to: str
    until_today: str
    overall: str
    interval: str
    no_interval: str
    counted: str
    effective: str
    margin: str
    national_mark: str
    look_at: str
    everybody: str
    provinces: str
    months: str
    show: str
    of_part: str
    back: str
    no_detail: str
    factors: str
    factors_table: str
    criteria: str
    name: str
    share: str
    score: str
    people: str
    between: str
    hidden: str
    few: str
    hidden_short: str
    map: str
    by_province: str
    nobody: str
    province: str
    bands: tuple[str, str, str, str, str]
    map_few: str
    hoang_sa: tuple[str, str]
    truong_sa: tuple[str, str]
    rank: str
    rank_rule: str
    no_rank_rule: str
    no_places: str
    groups: str
    groups_note: str
    no_answer: str
    trend: str
    survey: str
    year: str
    published: str
    unconfirmed: str
    broken: str
    broken_note: str
    national_note: str
    trend_rule: str
    trend_alone: str
    rates: str
    rates_note: str
    open_rates_note: str
    rate: Mapping[str, str]
    disposition: Mapping[str, str]
    quality: str
    quality_note: str
    flag: Mapping[str, str]
    excluded: str
    none_excluded: str
    mode: Mapping[str, str]
    month: str
    how: str
    recruited: Mapping[str, str]
    method: str
    method_interval: str
    method_pooled: str
    weighted: str
    unweighted: str
    modes: str
    threshold_public: str
    threshold_staff: str
    table: str
    comments: str
    comments_note: str
    no_comments: str
    comments_by_place: str
    elsewhere: str
    earlier_page: str
    later_page: str
    page: str
    not_public: str
    not_public_more: str
    expired: str
    expired_more: str
    app_title: str
    app_wait: str
    app_go: str
    app_outside: str
    app_refused: str
    printed: str
    answers_open: str


VI = Words(
    point=",",
    thousands=".",
    to_content="Đến nội dung chính",
    language="English",
    staff="Nội bộ",
    public="Công khai",
    sections="Các phần của trang",
    from_to="Từ {start} đến {end}",
    until_today="hôm nay",
    overall="Chỉ số hài lòng chung",
    interval="Khoảng tin cậy 95%: {low}–{high}%",
    no_interval="Người trả lời tự chọn tham gia, nên không có sai số.",
    counted="{n} phiếu được tính",
    effective="cỡ mẫu hiệu dụng {n}",
    margin="sai số ±{margin} điểm %",
    national_mark="Cả nước {year}: {value}%",
    look_at="Xem số liệu của",
    everybody="Tất cả",
    provinces="Tỉnh, thành phố",
    months="Tháng",
    show="Xem",
    of_part="Số liệu của: {name}",
    back="Trở lại số liệu chung",
    no_detail="Không hiện yếu tố và tiêu chí của phần này: có nội dung quá ít phiếu, hoặc từ đó suy ra được số liệu phải giấu.",
    factors="Lĩnh vực và yếu tố",
    factors_table="Bảng lĩnh vực và yếu tố",
    criteria="Từng tiêu chí",
    name="Nội dung",
    share="Hài lòng",
    score="Điểm TB",
    people="Số phiếu",
    between="Khoảng tin cậy 95%",
    hidden="không hiện vì quá ít phiếu",
    few="tham khảo, dưới 30 phiếu",
    hidden_short="ít phiếu",
    map="Bản đồ",
    by_province="Theo tỉnh, thành phố",
    nobody="chưa có phiếu",
    province="Tỉnh, thành phố",
    bands=("từ 85%", "75 đến dưới 85%", "65 đến dưới 75%", "50 đến dưới 65%", "dưới 50%"),
    map_few="tham khảo: 10–29 phiếu",
    hoang_sa=("Quần đảo Hoàng Sa", "(Đà Nẵng)"),
    truong_sa=("Quần đảo Trường Sa", "(Khánh Hòa)"),
    rank="Hạng",
    rank_rule="Hạng ghi thành khoảng: chỉ xếp trên nhau khi khác biệt có ý nghĩa thống kê (mức 5%, hiệu chỉnh Holm cho mọi cặp).",
    no_rank_rule="Không xếp hạng, vì không có sai số để kết luận tỉnh nào hơn tỉnh nào.",
    no_places="Chưa có phiếu nào được tính.",
    groups="Theo nhóm người trả lời",
    groups_note="Mỗi bảng chia những người trả lời theo một đặc điểm; các đặc điểm không được ghép với nhau, để không ai bị nhận ra.",
    no_answer="Không trả lời",
    trend="Xu hướng",
    survey="Cuộc khảo sát",
    year="Năm",
    published="SIPAS cả nước đã công bố",
    unconfirmed="đã công bố, chưa kiểm chứng được nguồn",
    broken="2022: đổi phương pháp",
    broken_note="Từ năm {year}, SIPAS đo theo phương pháp mới; số liệu trước đó thuộc loại khác và không nối tiếp được.",
    national_note="Số liệu cả nước do Bộ Nội vụ công bố, đo bằng phiếu giấy và phỏng vấn; cách đo khác nên chỉ để tham chiếu.",
    trend_rule="Chỉ nối hai kỳ khi thay đổi có ý nghĩa thống kê (mức 5%, hiệu chỉnh Holm).",
    trend_alone="Chưa có kỳ trước cùng phiếu hỏi được hiện ở đây.",
    rates="Tỷ lệ trả lời",
    rates_note="Theo định nghĩa chuẩn của AAPOR (2023), trên danh sách người được chọn.",
    open_rates_note="Đường dẫn mở không có danh sách mẫu, nên không có tỷ lệ trả lời; chỉ biết người mở đường dẫn đi đến đâu.",
    rate={
        "rr1": "Tỷ lệ trả lời (RR1)",
        "rr3": "Tỷ lệ trả lời, ước người đủ điều kiện (RR3)",
        "coop1": "Tỷ lệ hợp tác (COOP1)",
        "ref1": "Tỷ lệ từ chối (REF1)",
        "con1": "Tỷ lệ liên lạc được (CON1)",
        "break_off": "Tỷ lệ bỏ dở",
        "participation": "Hoàn thành trên số người mở đường dẫn",
        "completion": "Hoàn thành trên số người đồng ý tham gia",
    },
    disposition={
        "pending": "Chưa mời",
        "invited": "Đã mời, chưa hồi âm",
        "opened": "Mở rồi bỏ dở",
        "refused": "Từ chối",
        "partial": "Đang trả lời dở",
        "complete": "Hoàn thành",
        "ineligible": "Không thuộc đối tượng",
        "unreachable": "Không liên lạc được",
    },
    quality="Chất lượng phiếu",
    quality_note="Dấu hiệu để xem xét; một phiếu có thể có nhiều dấu hiệu và vẫn được tính.",
    flag={
        "QUICK": "Trả lời quá nhanh",
        "STRAIGHT": "Chọn cùng một mức ở mọi câu",
        "DUPLICATE": "Trùng số điện thoại",
        "OVER_QUOTA": "Vượt chỉ tiêu",
    },
    excluded="Không tính {n} phiếu: {why}.",
    none_excluded="Không loại phiếu nào.",
    mode={"chat": "trò chuyện {n}", "web": "trang web {n}", "interview": "phỏng vấn {n}"},
    month="Tháng {month}/{year}",
    how="Cách tính và điều kiện của số liệu",
    recruited={
        "open": "Người trả lời tự tìm đến qua đường dẫn mở: số liệu nói về những người đã trả lời, không suy ra cho mọi người dân, nên không kèm sai số.",
        "invited": "Người trả lời được chọn từ danh sách và được mời.",
        "interviews": "Người trả lời được điều tra viên đến hỏi.",
    },
    method="Hài lòng là tỷ lệ trả lời “hài lòng” và “rất hài lòng” trong các câu trả lời có nghĩa của {n} tiêu chí; yếu tố, lĩnh vực và chỉ số chung là trung bình của các tiêu chí.",
    method_interval="Khoảng tin cậy 95% tính theo mẫu phân tầng (tuyến tính hoá Taylor, khoảng logit).",
    method_pooled="Nơi có câu bỏ trống, sai số là của tỷ số gộp, gần bằng của chính số liệu.",
    weighted="Có dùng quyền số; hiệu ứng của quyền số (Kish) là {effect}.",
    unweighted="Không dùng quyền số.",
    modes="Cách thu thập: {modes}.",
    threshold_public="Số liệu của dưới {fewest} người không hiện, và thêm những số liệu mà từ đó suy ra được chúng.",
    threshold_staff="Số liệu của dưới {fewest} người không hiện với bất kỳ ai; của {fewest}–29 người chỉ dùng nội bộ, để tham khảo.",
    table="Xem bảng số liệu",
    comments="Ý kiến viết",
    comments_note="Chỉ nội bộ. Số điện thoại, số giấy tờ và địa chỉ thư đã được che; xin vẫn không chuyển tiếp.",
    no_comments="Chưa có ý kiến nào.",
    comments_by_place="Số ý kiến theo nơi",
    elsewhere="Những nơi ít phiếu, gộp lại",
    earlier_page="Trang trước",
    later_page="Trang sau",
    page="Trang {n}/{of}",
    not_public="Kết quả của cuộc khảo sát này chưa được công bố.",
    not_public_more="Cán bộ phụ trách mở trang nội bộ bằng nút trong trò chuyện với Loa.",
    expired="Đường dẫn này đã hết hạn hoặc không đúng.",
    expired_more="Xin mở lại từ nút trong trò chuyện, hoặc xin đường dẫn mới.",
    app_title="Mở kết quả",
    app_wait="Đang kiểm tra với Telegram…",
    app_go="Mở kết quả",
    app_outside="Trang này mở từ nút trong trò chuyện với Loa trên Telegram.",
    app_refused="Telegram không xác nhận được ông/bà, hoặc ông/bà chưa có vai trò xem kết quả. Xin đóng trang này, mở lại từ nút trong trò chuyện, hoặc báo cho người quản trị.",
    printed="In từ {address}",
    answers_open="Cuộc khảo sát còn mở: số liệu còn thay đổi.",
)
EN = Words(
    point=".",
    thousands=",",
    to_content="Skip to the main content",
    language="Tiếng Việt",
    staff="Staff only",
    public="Public",
    sections="Parts of this page",
    from_to="{start} to {end}",
    until_today="today",
    overall="Overall satisfaction index",
    interval="95% interval: {low}–{high}%",
    no_interval="People chose themselves to answer, so there is no margin of error.",
    counted="{n} responses counted",
    effective="effective n {n}",
    margin="margin of error ±{margin} points",
    national_mark="Country {year}: {value}%",
    look_at="Show figures of",
    everybody="Everybody",
    provinces="Province",
    months="Month",
    show="Show",
    of_part="Figures of: {name}",
    back="Back to everybody",
    no_detail="Factors and criteria of this part are not shown: some have too few responses, or would give away figures that must stay hidden.",
    factors="Domains and factors",
    factors_table="Table of domains and factors",
    criteria="Each criterion",
    name="Item",
    share="Satisfied",
    score="Mean score",
    people="Responses",
    between="95% interval",
    hidden="not shown: too few responses",
    few="for reference, under 30 responses",
    hidden_short="too few",
    map="Map",
    by_province="By province",
    nobody="no responses",
    province="Province",
    bands=("85% and more", "75 to below 85%", "65 to below 75%", "50 to below 65%", "below 50%"),
    map_few="for reference: 10–29",
    hoang_sa=("Hoàng Sa Islands", "(Đà Nẵng)"),
    truong_sa=("Trường Sa Islands", "(Khánh Hòa)"),
    rank="Rank",
    rank_rule="Ranks are ranges: one stands above another only where the difference is significant (5%, Holm over all pairs).",
    no_rank_rule="No ranking: without an error nobody can tell which province is ahead.",
    no_places="No responses are counted yet.",
    groups="By who answered",
    groups_note="Each table divides people by one property; properties are never crossed, so that nobody can be recognised.",
    no_answer="No answer",
    trend="Trend",
    survey="Survey",
    year="Year",
    published="National SIPAS as published",
    unconfirmed="published, source not confirmed",
    broken="2022: new method",
    broken_note="From {year} on SIPAS is measured by a new method; earlier figures are of another kind and are not continued.",
    national_note="National figures are published by the Ministry of Home Affairs, measured on paper and by interview: for reference only.",
    trend_rule="Two surveys are joined only where the change is significant (5%, Holm).",
    trend_alone="No earlier survey with this questionnaire is shown here.",
    rates="Response rates",
    rates_note="By AAPOR's Standard Definitions (2023), of the people on the list.",
    open_rates_note="An open link has no sample, so there is no response rate; only how far those came who opened it.",
    rate={
        "rr1": "Response rate (RR1)",
        "rr3": "Response rate, eligibility estimated (RR3)",
        "coop1": "Cooperation rate (COOP1)",
        "ref1": "Refusal rate (REF1)",
        "con1": "Contact rate (CON1)",
        "break_off": "Break-off rate",
        "participation": "Complete of those who opened the link",
        "completion": "Complete of those who agreed",
    },
    disposition={
        "pending": "Not invited yet",
        "invited": "Invited, no answer yet",
        "opened": "Opened and left",
        "refused": "Refused",
        "partial": "Unfinished",
        "complete": "Complete",
        "ineligible": "Not eligible",
        "unreachable": "Not reached",
    },
    quality="Quality of responses",
    quality_note="Signs to look into; a response may have several and still count.",
    flag={
        "QUICK": "Answered too fast",
        "STRAIGHT": "The same answer everywhere",
        "DUPLICATE": "The same telephone number",
        "OVER_QUOTA": "Over the quota",
    },
    excluded="{n} responses are not counted: {why}.",
    none_excluded="No response is left out.",
    mode={"chat": "chat {n}", "web": "web {n}", "interview": "interview {n}"},
    month="{month}/{year}",
    how="How the figures came about",
    recruited={
        "open": "People came by themselves through an open link: the figures are of those who answered, not of all citizens, and have no margin of error.",
        "invited": "People were drawn from a list and invited.",
        "interviews": "People were visited by interviewers.",
    },
    method="Satisfied is the share of “satisfied” and “very satisfied” among valid answers to {n} criteria; factors, domains and the overall index are means of criteria.",
    method_interval="95% intervals are those of a stratified sample (Taylor linearisation, logit interval).",
    method_pooled="Where answers are missing, the error is that of the pooled ratio, close to that of the figure.",
    weighted="Weighted; the effect of the weights (Kish) is {effect}.",
    unweighted="Unweighted.",
    modes="Mode: {modes}.",
    threshold_public="Figures of fewer than {fewest} people are hidden, and with them those from which they could be worked out.",
    threshold_staff="Figures of fewer than {fewest} people are hidden from everybody; those of {fewest} to 29 are for staff, for reference.",
    table="Show the table",
    comments="Written comments",
    comments_note="Staff only. Telephone and document numbers and addresses are masked; please do not pass them on all the same.",
    no_comments="No comments yet.",
    comments_by_place="Comments by place",
    elsewhere="Places of few responses together",
    earlier_page="Previous page",
    later_page="Next page",
    page="Page {n} of {of}",
    not_public="The results of this survey are not published.",
    not_public_more="Staff open their page by the button in the chat with Loa.",
    expired="This link has expired or is not right.",
    expired_more="Please open it again from the chat, or ask for a new link.",
    app_title="Open the results",
    app_wait="Asking Telegram…",
    app_go="Open the results",
    app_outside="This page is opened by the button in the chat with Loa on Telegram.",
    app_refused="Telegram does not confirm who you are, or you may not see results. Please close this page and open it again from the chat, or tell your administrator.",
    printed="Printed from {address}",
    answers_open="The survey is still open: figures will change.",
)
LANGUAGES: Mapping[str, Words] = {"vi": VI, "en": EN}


def decimal(said: Words, value: float, places: int = 2) -> str:
    """'84,25' or '84.25'."""
    return f"{value:.{places}f}".replace(".", said.point)


def number(said: Words, value: float) -> str:
    """'12.345' or '12,345'."""
    return f"{round(value):,}".replace(",", said.thousands)
