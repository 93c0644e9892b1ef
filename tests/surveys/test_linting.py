"""Every finding of the linter on a tiny questionnaire that has it, and none on its mended twin."""

import pytest

from surveys.expression import parse as expression
from surveys.linting import Finding, Weight, errors, lint
from surveys.loading import parse
from surveys.questionnaire import Questionnaire

TOP = """\
key: k
title: Phiếu
intro: Mời ông/bà.
consent: {version: "1", text: Đồng ý.}
thanks: Cảm ơn!
questions:
"""
USED = "  - {id: used, text: Đã làm thủ tục, options: [Rồi, Chưa]}\n"
N = "  - {id: n, kind: number, text: Mấy lần, min: 1, max: 9}\n"


def form(questions: str) -> Questionnaire:
    return parse(TOP + questions)


BAD: dict[str, tuple[str, str, str, Weight]] = {
    "a dead branch": (
        USED + "  - {id: q, kind: note, text: A, ask_if: \"${used} = '1' and ${used} = '2'\"}\n",
        USED + "  - {id: q, kind: note, text: A, ask_if: \"${used} = '1'\"}\n",
        "is never asked: ", Weight.ERROR,
    ),
    "a branch out of range": (
        N + "  - {id: q, kind: note, text: A, ask_if: '${n} > 9'}\n",
        N + "  - {id: q, kind: note, text: A, ask_if: '${n} > 8'}\n",
        "is never asked: ${n} > 9 never holds", Weight.ERROR,
    ),
    "a branch behind a dead one": (
        USED + "  - {id: q, text: A, options: [a, b], ask_if: 'false()'}\n  - {id: r, kind: note, text: B, ask_if: {q: [1]}}\n",
        USED + "  - {id: q, text: A, options: [a, b], ask_if: {used: [1]}}\n  - {id: r, kind: note, text: B, ask_if: {q: [1]}}\n",
        "is never asked: selected(${q}, '1') never holds", Weight.ERROR,
    ),
    "a condition that always holds": (
        USED + "  - {id: q, kind: note, text: A, ask_if: {used: [1, 2]}}\n",
        USED + "  - {id: q, kind: note, text: A, ask_if: {used: [1]}}\n",
        "is always asked: ", Weight.WARNING,
    ),
    "an option that is never offered": (
        USED + "  - id: q\n    text: A\n    filter: k = ${used}\n    options: [{code: a, label: A, k: 1}, {code: b, label: B, k: 3}]\n",
        USED + "  - id: q\n    text: A\n    filter: k = ${used}\n    options: [{code: a, label: A, k: 1}, {code: b, label: B, k: 2}]\n",
        "never offers 'B'", Weight.WARNING,
    ),
    "a constraint that takes nothing": (
        "  - {id: n, kind: number, text: Mấy lần, min: 1, max: 9, constraint: '. > 9'}\n",
        "  - {id: n, kind: number, text: Mấy lần, min: 1, max: 9, constraint: '. > 3'}\n",
        "takes no answer: ", Weight.ERROR,
    ),
    "an end for everybody": (
        "  - {id: used, text: Đã làm, options: [Rồi, Chưa], ends_if: [1, 2]}\n",
        "  - {id: used, text: Đã làm, options: [Rồi, Chưa], ends_if: [2]}\n",
        "ends the questionnaire whatever is answered", Weight.ERROR,
    ),
    "a text longer than a message": (
        f"  - {{id: q, kind: note, text: {'a' * 3600}}}\n", "  - {id: q, kind: note, text: A}\n",
        "is 3600 characters long, more than the 3496", Weight.ERROR,
    ),
    "a label too long for a telephone": (
        f"  - {{id: q, text: A, options: [{'b' * 61}, c]}}\n", f"  - {{id: q, text: A, options: [{'b' * 60}, c]}}\n",
        "the option ", Weight.WARNING,
    ),
    "an explanation too long for a pop-up": (
        f"  - {{id: q, kind: note, text: A, explain: {'b' * 191}}}\n", f"  - {{id: q, kind: note, text: A, explain: {'b' * 190}}}\n",
        "the explanation has 191 characters", Weight.WARNING,
    ),
    "a scale that leads": (
        "  - {id: q, text: A, options: [Không hài lòng, Hài lòng, Khá hài lòng, Rất hài lòng]}\n",
        "  - {id: q, text: A, options: [Rất không hài lòng, Không hài lòng, Hài lòng, Rất hài lòng]}\n",
        "3 options are positive and 1 negative", Weight.WARNING,
    ),
    "satisfied in the middle": (
        "  - {id: q, text: A, options: [a, b, c], satisfied: [2]}\n",
        "  - {id: q, text: A, options: [a, b, c], satisfied: [3]}\n",
        "satisfied are [2], which are not at one end", Weight.WARNING,
    ),
    "a name on a form without names": (
        "  - {id: q, kind: text, text: Họ và tên của ông/bà, optional: true}\n",
        "  - {id: q, kind: text, text: Họ và tên của ông/bà, optional: true, sensitive: true}\n",
        "asks who somebody is", Weight.WARNING,
    ),
    "a sensitive question that must be answered": (
        "  - {id: q, kind: text, text: A, sensitive: true}\n",
        "  - {id: q, kind: text, text: A, sensitive: true, optional: true}\n",
        "is sensitive and must be answered", Weight.WARNING,
    ),
    "the same question twice": (
        "  - {id: q, kind: note, text: A}\n  - {id: r, kind: note, text: A}\n",
        "  - {id: q, kind: note, text: A}\n  - {id: r, kind: note, text: B}\n",
        "asks the same as q", Weight.WARNING,
    ),
    "options on several pages": (
        "  - {id: q, text: A, options: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}\n",
        "  - {id: q, text: A, options: [1, 2, 3, 4, 5]}\n",
        "11 options stand on several pages", Weight.WARNING,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_finding_is_made_and_its_mended_twin_has_none(name: str):
    bad, good, said, weight = BAD[name]
    found = lint(form(bad))
    assert [(one.said[: len(said)], one.weight) for one in found][-1] == (said, weight)
    assert lint(form(good)) == ()
    assert (errors(form(bad)) != ()) is (weight is Weight.ERROR)


@pytest.mark.parametrize(("condition", "found"), [("${used} = '1'", 0), ("${used} = '1' and ${used} = '2'", 1)])
def test_a_quota_that_nobody_can_be_in(condition: str, found: int):
    quotas = [("nam", expression(condition))]
    wrong = Finding("nam", "quota 'nam': nobody can be in it", "mend its condition", Weight.ERROR)
    assert lint(form(USED), quotas=quotas) == (wrong,) * found


def test_what_is_not_translated_is_named():
    languages = "languages: [vi, en]\n"
    text = (
        TOP.replace("questions:", languages + "questions:").replace("title: Phiếu", "title: {vi: Phiếu, en: Form}")
        + "  - {id: q, text: {vi: Giới tính, en: Sex}, options: [{vi: Nam, en: Male}, Nữ]}\n"
    )
    assert [(one.question, one.said) for one in lint(parse(text))] == [
        ("q", "'Nữ' is not translated into en"),
        ("intro", "intro is not translated into en"),
        ("thanks", "thanks is not translated into en"),
        ("consent", "the text is not translated into en, and nobody agrees to what they cannot read"),
    ]


def test_all_that_is_read_is_to_be_translated():
    text = (
        "key: k\nlanguages: [vi, en]\ntitle: {vi: Phiếu, en: Form}\nintro: {vi: Mời, en: Please}\n"
        'consent: {version: "1", text: {vi: Đồng ý, en: I agree}}\nthanks: {vi: Cảm ơn, en: Thanks}\n'
        "goodbye: Tạm biệt\nquestions:\n"
        "  - {id: n, kind: number, text: {vi: Tuổi, en: Age}, constraint: . > 17, constraint_said: Từ 18 tuổi.}\n"
        "  - {id: q, text: {vi: Giới tính, en: Sex}, options: [Nam, Nữ]}\n"
    )
    assert [(one.question, one.said, one.weight) for one in lint(parse(text))] == [
        ("n", "'Từ 18 tuổi.' is not translated into en", Weight.WARNING),
        ("q", "'Nam' and 1 more are not translated into en", Weight.WARNING),
        ("goodbye", "goodbye is not translated into en", Weight.WARNING),
    ]
