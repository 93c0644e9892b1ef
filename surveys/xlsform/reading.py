"""A form as people write it for ODK and KoBo (XLSForm), turned into our YAML; every problem of it told at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surveys.loading import parse
from surveys.questionnaire import BadQuestionnaire, ConsentText, Questionnaire
from surveys.writing import as_yaml
from surveys.xlsform import choices, survey
from surveys.xlsform.draft import Draft
from surveys.xlsform.headings import sheet
from surveys.xlsform.problems import BadForm, Cell, Problem, Told
from surveys.xlsform.settings import Parts, Settings, Words, parts, pick, settings, spoken_languages
from surveys.xlsform.workbook import missing, sheets

NOT_READ = {
    "entities": "leave it out; answers make no lists here",
    "external_choices": "write its rows on the sheet choices",
    "osm": "ask for one point with geopoint",
}


@dataclass(frozen=True, slots=True)
class Form:
    """The form as our YAML, and what of it is not used."""

    source: str
    notes: tuple[Problem, ...]


def read(path: Path) -> Form:
    """A form from .xlsx, .xlsm, .xls, .md or .csv; BadForm with all its problems."""
    grids, told = sheets(path), Told()
    if "survey" not in grids:
        raise missing(grids)
    for name, remedy in NOT_READ.items():
        if grids.get(name, [])[1:]:
            told.refuse(Cell(name, 0, ""), "a chat does not know this sheet", remedy)
    rows = sheet("survey", grids["survey"], told)
    listed = sheet("choices", grids.get("choices", []), told, aliases=choices.ALIASES)
    about = sheet("settings", grids.get("settings", []), told)
    languages = spoken_languages(about, (rows, listed))
    said = settings(about, languages, survey.own_rows(rows), stem=path.stem, told=told)
    duplicates = bool(about.rows) and about.rows[0]["allow_choice_duplicates"].text.lower() in ("yes", "true")
    drafts = survey.asked(rows, said.own, choices.lists(listed, said.own, told, duplicates=duplicates), told)
    measured = parts(sheet("index", grids.get("index", []), told), said.own, told)
    factors = {id for id, _, _, _ in measured.factors}
    for draft in drafts:
        if draft.row["factor"] and draft.row["factor"].text not in factors:
            told.refuse(
                draft.row["factor"], f"there is no factor {draft.row['factor'].text!r} on the sheet index",
                "add a row with kind, id, domain and label",
            )  # fmt: skip
    if not any(draft.row["type"] for draft in drafts) and not told.problems:
        told.refuse(Cell("survey", 0, ""), "nothing is asked", "write a question in a row of its own")
    _untranslated(drafts, said, told)
    return _form(said, measured, drafts, told)


def _form(said: Settings, measured: Parts, drafts: Sequence[Draft], told: Told) -> Form:
    if not told.problems:
        try:
            source = as_yaml(_questionnaire(said, measured, drafts))
            parse(source)
            return Form(source, tuple(told.notes))
        except BadQuestionnaire as error:
            _place(str(error), drafts, told)
    order = {"settings": 0, "index": 1, "survey": 2, "choices": 3}
    found = sorted(told.problems, key=lambda problem: (order.get(problem.sheet, 0), problem.row))
    raise BadForm(tuple(found), tuple(told.notes))


def _questionnaire(said: Settings, measured: Parts, drafts: Sequence[Draft]) -> Questionnaire:
    translations = {language: _spoken(said, measured, drafts, language) for language in said.languages[1:]}
    return _spoken(said, measured, drafts, said.own, translations)


def _spoken(
    said: Settings, measured: Parts, drafts: Sequence[Draft], language: str,
    translations: dict[str, Questionnaire] | None = None,
) -> Questionnaire:  # fmt: skip
    def word(words: Words) -> str:
        return pick(words, language, said.own)

    domains, factors = measured.spoken(language, said.own)
    return Questionnaire(
        key=said.key, title=word(said.title), intro=word(said.intro),
        consent=ConsentText(said.consent_version, word(said.consent)), thanks=word(said.thanks),
        questions=tuple(draft.question(language, said.own) for draft in drafts), factors=factors, domains=domains,
        goodbye=word(said.goodbye), language=language, translations=translations or {},
    )  # fmt: skip


def _untranslated(drafts: Sequence[Draft], said: Settings, told: Told) -> None:
    """One line for each language of what it does not say."""
    every = [draft.words["text"] for draft in drafts if draft.words.get("text")]
    every += [label for draft in drafts for label in draft.options if not _figures(label)]
    for language in said.languages:
        missed = sum(
            1 for words in every if language not in words and len(words) > 0 and words.keys() & set(said.languages)
        )
        if missed and len(said.languages) > 1:
            told.note(
                Cell("survey", 0, ""),
                f"{missed} labels are not translated into {language!r}",
                "another language is shown",
            )


def _figures(label: Words) -> bool:
    """Whether a label is the same in every language: '10'."""
    return not any(sign.isalpha() for said in label.values() for sign in said)


def _place(message: str, drafts: Sequence[Draft], told: Told) -> None:
    """A problem that the questionnaire itself found, at the row of its question."""
    found = re.match(r"question (.+?): (.*)", message, re.DOTALL)
    row = next((draft.row for draft in drafts if found and draft.fields["id"] == found[1]), None)
    if found and row is not None:
        told.refuse(row.whole, found[2])
    else:
        told.refuse(Cell("survey", 0, ""), message)
