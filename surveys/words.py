"""What a respondent reads around the questions, in chat and on the web, in each language that Loa speaks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

FAR = 10**9


@dataclass(frozen=True, slots=True)
class Words:
    """One language; ``{…}`` are gaps that are filled when it is said."""

    name: str
    unknown_link: str
    closed: str
    taken: str
    sample_only: str
    place: str
    age_asked: str
    age_yes: str
    age_no: str
    of_age_too: tuple[str, ...]
    under_age_too: tuple[str, ...]
    under_age: str
    consent_title: str
    consent_yes: str
    consent_no: str
    consent_too: tuple[str, ...]
    refusal_too: tuple[str, ...]
    declined: str
    enough: str
    not_for_you: str
    progress: str
    several_hint: str
    rank_hint: str
    text_hint: str
    within: str
    from_on: str
    at_most: str
    number_hint: str
    decimal_hint: str
    day_hint: str
    time_hint: str
    file_hint: str
    place_hint: str
    list_hint: str
    fast_hint: str
    fast_done: str
    next: str
    done: str
    again: str
    back: str
    pause: str
    explain: str
    today: str
    yesterday: str
    skip: str
    skip_sensitive: str
    dont_know: str
    inapplicable: str
    paused: str
    resume: str
    delete: str
    delete_sure: str
    delete_yes: str
    deleted: str
    review: str
    send: str
    finish: str
    look_through: str
    look_title: str
    first_question: str
    form_gone: str
    survey_gone: str
    left_out: str
    written: str
    rejected: Mapping[str, str]

    def span(self, lowest: int, highest: int, written: Callable[[int], str]) -> str:
        """Which numbers are taken; an end as far away as nobody would write is left unsaid."""
        ends = {"lowest": written(lowest), "highest": written(highest)}
        match abs(lowest) < FAR, abs(highest) < FAR:
            case True, True:
                return self.within.format(**ends)
            case True, False:
                return self.from_on.format(**ends)
            case False, True:
                return self.at_most.format(**ends)
        return ""


VI = Words(
    name="Tiếng Việt",
    unknown_link="Đường dẫn khảo sát không đúng hoặc không còn hiệu lực.",
    closed="Cuộc khảo sát này đã kết thúc. Xin cảm ơn ông/bà đã quan tâm.",
    taken="Ông/bà đã trả lời cuộc khảo sát này. Xin trân trọng cảm ơn!",
    sample_only="Cuộc khảo sát này chỉ dành cho người được mời riêng. Xin mở đường dẫn trong thư mời của ông/bà.",
    place="Nơi khảo sát: {place}",
    age_asked="Khảo sát dành cho người từ đủ 18 tuổi. Xin ông/bà cho biết độ tuổi:",
    age_yes="Tôi từ 18 tuổi trở lên",
    age_no="Tôi dưới 18 tuổi",
    of_age_too=("Trên 18 tuổi", "Đủ 18 tuổi", "Tôi đủ 18 tuổi", "Tôi trên 18 tuổi", "Từ 18 tuổi trở lên", "Rồi"),
    under_age_too=("Dưới 18 tuổi", "Chưa đủ 18 tuổi", "Tôi chưa đủ 18 tuổi", "Chưa"),
    under_age="Khảo sát chỉ dành cho người từ đủ 18 tuổi. Loa không giữ thông tin nào của bạn. Xin cảm ơn bạn!",
    consent_title="Thông báo và đồng ý (phiên bản {version})",
    consent_yes="Đồng ý và bắt đầu trả lời",
    consent_no="Không tham gia",
    consent_too=("Tôi đồng ý", "Đồng ý tham gia", "Tham gia", "Bắt đầu"),
    refusal_too=("Không đồng ý", "Tôi không đồng ý", "Từ chối", "Không", "Thôi"),
    declined="Đã ghi nhận ông/bà không tham gia. Xin cảm ơn. Nếu đổi ý, xin mở lại đường dẫn.",
    enough="Nhóm của ông/bà đã đủ số người trả lời, nên Loa không hỏi thêm. Câu trả lời không được giữ lại. Xin trân trọng cảm ơn ông/bà!",
    not_for_you="Những câu hỏi tiếp theo không dành cho trường hợp của ông/bà. Xin trân trọng cảm ơn ông/bà đã dành thời gian!",
    progress="Câu {number}/{total}",
    several_hint="Có thể chọn nhiều phương án, rồi bấm Xong.",
    rank_hint="Bấm lần lượt từ phương án xếp đầu tiên đến cuối cùng.",
    text_hint="Xin nhập câu trả lời (tối đa {limit} ký tự; không ghi tên, số điện thoại hay số giấy tờ).",
    within=" từ {lowest} đến {highest}",
    from_on=" từ {lowest} trở lên",
    at_most=" không quá {highest}",
    number_hint="Xin nhập một số{range}.",
    decimal_hint="Xin nhập một số{range}, có thể có phần thập phân, ví dụ: 1,5.",
    day_hint="Xin nhập ngày theo dạng ngày/tháng/năm, ví dụ: 26/11/2026.",
    time_hint="Xin nhập giờ theo dạng giờ:phút, ví dụ: 8:30.",
    file_hint="Xin gửi tệp hoặc ảnh vào đây.",
    place_hint="Xin gửi vị trí: bấm nút đính kèm, chọn Vị trí.",
    list_hint="Có thể nhắn một phần tên để tìm nhanh.",
    fast_hint="⚡ Trả lời nhanh: nhắn liền {rows} chữ số cho {rows} câu tiếp theo, ví dụ {example}.",
    fast_done="Đã ghi {rows} câu.",
    next="Tiếp tục ▶",
    done="Xong",
    again="↺ Xếp lại",
    back="⬅ Quay lại",
    pause="⏸ Tạm dừng",
    explain="ℹ Giải thích",
    today="Hôm nay",
    yesterday="Hôm qua",
    skip="Bỏ qua",
    skip_sensitive="Không trả lời",
    dont_know="Không biết",
    inapplicable="Không áp dụng",
    paused="Đã lưu {answered}/{total} câu. Ông/bà có thể tiếp tục bất cứ lúc nào, kể cả vài tuần sau, khi khảo sát còn mở: bấm nút dưới đây hoặc nhắn KS. Phiếu chưa gửi sẽ được xoá khi khảo sát đóng.",
    resume="▶ Tiếp tục trả lời",
    delete="🗑 Xoá phiếu này",
    delete_sure="Xoá toàn bộ câu trả lời của phiếu này? Không thể khôi phục.",
    delete_yes="Xoá hẳn",
    deleted="Đã xoá phiếu và toàn bộ câu trả lời. Xin cảm ơn ông/bà.",
    review="""Ông/bà đã trả lời đủ {total} câu.

Bấm “Gửi phiếu” để hoàn tất. Sau khi gửi, câu trả lời được tách khỏi thông tin của ông/bà và không sửa được nữa.""",
    send="✅ Gửi phiếu",
    finish="Kết thúc",
    look_through="📝 Xem lại, sửa câu trả lời",
    look_title="Câu trả lời của ông/bà ({first}–{last}/{total}). Bấm vào một câu để sửa.",
    first_question="Đây là câu đầu tiên.",
    form_gone="Phiếu này không còn mở: đã gửi, đã xoá, hoặc khảo sát đã kết thúc.",
    survey_gone="Khảo sát đã kết thúc hoặc phiếu đã bỏ dở quá lâu, nên câu trả lời chưa gửi của ông/bà đã được xoá. Xin cảm ơn ông/bà!",
    left_out="(không trả lời)",
    written="(đã ghi)",
    rejected={
        "no_such_option": "Chưa đúng phương án nào. Mời ông/bà bấm một nút, hoặc nhắn số thứ tự.",
        "required": "Câu này cần có câu trả lời.",
        "pick_one_at_least": "Mời ông/bà chọn ít nhất một phương án.",
        "rank_all": "Mời ông/bà xếp thứ tự hết các phương án.",
        "not_a_number": "Xin nhập một số, ví dụ: 3.",
        "out_of_range": "Số này nằm ngoài khoảng cho phép.",
        "too_long": "Câu trả lời dài quá giới hạn, xin rút gọn.",
        "not_a_day": "Xin nhập ngày theo dạng ngày/tháng/năm, ví dụ: 26/11/2026.",
        "not_a_time": "Xin nhập giờ theo dạng giờ:phút, ví dụ: 8:30.",
        "not_a_file": "Câu này cần một tệp. Xin gửi tệp vào đây.",
        "not_a_place": "Câu này cần một vị trí. Xin gửi vị trí từ điện thoại.",
        "constraint": "Câu trả lời này chưa phù hợp, mời ông/bà trả lời lại.",
        "not_asked": "Câu này không còn được hỏi.",
    },
)
EN = Words(
    name="English",
    unknown_link="This survey link is wrong or no longer valid.",
    closed="This survey has ended. Thank you for your interest.",
    taken="You have already answered this survey. Thank you very much!",
    sample_only="This survey is only for people who were invited one by one. Please open the link in your invitation.",
    place="Place of the survey: {place}",
    age_asked="The survey is for people aged 18 and over. Please tell us your age:",
    age_yes="I am 18 or older",
    age_no="I am under 18",
    of_age_too=("Over 18", "Older than 18"),
    under_age_too=("Under 18", "Younger than 18"),
    under_age="The survey is only for people aged 18 and over. Loa keeps nothing about you. Thank you!",
    consent_title="Information and consent (version {version})",
    consent_yes="I agree, let us start",
    consent_no="I do not take part",
    consent_too=("I agree", "Agree", "Start"),
    refusal_too=("I do not agree", "No"),
    declined="Noted: you do not take part. Thank you. If you change your mind, open the link again.",
    enough="Enough people like you have answered already, so we do not ask you more. Your answers are not kept. Thank you very much!",
    not_for_you="The questions that follow do not apply to you. Thank you very much for your time!",
    progress="Question {number}/{total}",
    several_hint="Choose as many as you like, then tap Done.",
    rank_hint="Tap the options one after another, the first in rank first.",
    text_hint="Please write your answer (at most {limit} characters; no names, telephone or document numbers).",
    within=" from {lowest} to {highest}",
    from_on=" of {lowest} or more",
    at_most=" of {highest} or less",
    number_hint="Please write a number{range}.",
    decimal_hint="Please write a number{range}, decimals allowed, such as 1.5.",
    day_hint="Please write the day as day/month/year, such as 26/11/2026.",
    time_hint="Please write the time as hours:minutes, such as 8:30.",
    file_hint="Please send the file or picture here.",
    place_hint="Please send the place: tap the paper clip and choose Location.",
    list_hint="Write a part of the name to find it.",
    fast_hint="⚡ Quick answer: write {rows} digits in a row for the next {rows} questions, such as {example}.",
    fast_done="{rows} answers noted.",
    next="Go on ▶",
    done="Done",
    again="↺ Start over",
    back="⬅ Back",
    pause="⏸ Pause",
    explain="ℹ Explain",
    today="Today",
    yesterday="Yesterday",
    skip="Skip",
    skip_sensitive="I prefer not to say",
    dont_know="I do not know",
    inapplicable="Does not apply",
    paused="{answered} of {total} answers are saved. You may go on at any time, even weeks later, while the survey is open: tap the button below or write KS. What is not sent will be deleted when the survey closes.",
    resume="▶ Go on answering",
    delete="🗑 Delete my answers",
    delete_sure="Delete all your answers? They cannot be brought back.",
    delete_yes="Delete them",
    deleted="Your answers have all been deleted. Thank you.",
    review="""You have answered all {total} questions.

Tap “Send” to finish. Once sent, your answers are cut loose from you and cannot be changed any more.""",
    send="✅ Send",
    finish="Finish",
    look_through="📝 Look through, change answers",
    look_title="Your answers ({first}–{last}/{total}). Tap one to change it.",
    first_question="This is the first question.",
    form_gone="This form is not open any more: it was sent or deleted, or the survey has ended.",
    survey_gone="The survey has ended, or the form was left for too long, so what you had not sent was deleted. Thank you!",
    left_out="(no answer)",
    written="(noted)",
    rejected={
        "no_such_option": "That is none of the options. Please tap a button or write its number.",
        "required": "This question needs an answer.",
        "pick_one_at_least": "Please choose at least one option.",
        "rank_all": "Please rank all the options.",
        "not_a_number": "Please write a number, such as 3.",
        "out_of_range": "This number is out of range.",
        "too_long": "Your answer is too long, please shorten it.",
        "not_a_day": "Please write the day as day/month/year, such as 26/11/2026.",
        "not_a_time": "Please write the time as hours:minutes, such as 8:30.",
        "not_a_file": "This question needs a file. Please send it here.",
        "not_a_place": "This question needs a place. Please send your location from the telephone.",
        "constraint": "This answer does not fit, please answer again.",
        "not_asked": "This question is not asked any more.",
    },
)
LANGUAGES: Mapping[str, Words] = {"vi": VI, "en": EN}
NAMES: Mapping[str, str] = {
    "vi": VI.name, "en": EN.name, "km": "ភាសាខ្មែរ", "hmn": "Hmoob", "cjm": "Chăm", "tyz": "Tày", "th": "ไทย",
    "zh": "中文", "lo": "ລາວ", "fr": "Français", "ko": "한국어", "ja": "日本語",
}  # fmt: skip
"""What languages call themselves, for the button."""


def words(language: str) -> Words:
    """The words of a language; Vietnamese around questions in a language that Loa does not speak itself."""
    return LANGUAGES.get(language, VI)


def language_name(language: str) -> str:
    return NAMES.get(language, language)
