"""What a form says of itself, on the sheets "settings" and "index"; sentences of our own where it says nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from surveys.questionnaire import Domain, Factor
from surveys.xlsform.headings import Row, Sheet
from surveys.xlsform.languages import code
from surveys.xlsform.problems import Cell, Told

Words = Mapping[str, str]
INTRO = {
    "vi": "Kính mời ông/bà cho ý kiến. Ông/bà có thể dừng và làm tiếp lúc khác.",
    "en": "You are invited to give your opinion. You may stop and go on later.",
}
CONSENT = {
    "vi": (
        "Việc trả lời là tự nguyện. Câu trả lời chỉ dùng để tổng hợp kết quả khảo sát và được tách khỏi tài khoản "
        "của ông/bà sau khi gửi. Ông/bà có thể dừng bất cứ lúc nào. Ông/bà có đồng ý tham gia không?"
    ),
    "en": (
        "Answering is voluntary. The answers serve only the results of this survey and are separated from your "
        "account once they are sent. You may stop at any time. Do you agree to take part?"
    ),
}
THANKS = {"vi": "Xin chân thành cảm ơn ông/bà đã cho ý kiến.", "en": "Thank you for your opinion."}
DEFAULTS: Mapping[str, Words] = {"intro": INTRO, "consent_text": CONSENT, "thanks": THANKS}
OWN_ROWS = {"loa_intro": "intro", "loa_consent": "consent_text", "loa_thanks": "thanks", "loa_goodbye": "goodbye"}
"""Rows of the sheet survey whose labels say the same, so that other programs show it, too."""
KNOWN = {
    "form_title", "form_id", "version", "default_language", "allow_choice_duplicates", "intro", "consent_text",
    "consent_version", "thanks", "goodbye",
}  # fmt: skip
YES = {"yes", "true", "true()", "1", "có", "x"}
NO = {"", "no", "false", "false()", "0", "không"}


@dataclass(frozen=True, slots=True)
class Settings:
    """The form as a whole; words by language."""

    own: str
    languages: tuple[str, ...]
    key: str
    title: Words
    intro: Words
    consent_version: str
    consent: Words
    thanks: Words
    goodbye: Words


def pick(words: Words, language: str, own: str) -> str:
    """What is said in a language; in the form's own, or in any, where it is not said in that one."""
    return words.get(language) or words.get(own) or next((said for said in words.values() if said), "")


def first_row(sheet: Sheet) -> Row:
    return sheet.rows[0] if sheet.rows else Row(sheet.name, sheet.number + 1, {})


def spoken_languages(settings: Sheet, others: Iterable[Sheet]) -> tuple[str, ...]:
    """The form's own language and those into which it is translated; where it names none, it is in Vietnamese."""
    row = first_row(settings)
    seen = list(dict.fromkeys(language for sheet in others for language in sheet.languages))
    named = [language for language in seen if language]
    default = row["default_language"].text
    own = code(default) if default and default.lower() != "default" else ("vi" if "" in seen else "")
    if not own or (named and own not in named and "" not in seen):
        own = named[0] if named else own or "vi"
    return (own, *(language for language in named if language != own))


def settings(sheet: Sheet, languages: tuple[str, ...], rows: Mapping[str, Row], *, stem: str, told: Told) -> Settings:
    """Everything that the form says of itself; ``rows`` are the rows of our own on the sheet survey."""
    row, own = first_row(sheet), languages[0]
    for heading in sheet.headings:
        if heading.name not in KNOWN:
            told.note(Cell(sheet.name, sheet.number, heading.written), "this setting is not used")
    if row["version"]:
        told.note(row["version"], f"the version {row['version'].text!r} is not kept", "versions are counted here")
    title = row.words("form_title", own) or {own: row["form_id"].text or stem}
    said = {name: row.words(name, own) for name in ("intro", "consent_text", "thanks", "goodbye")}
    for name, at in rows.items():
        said[OWN_ROWS[name]] = said[OWN_ROWS[name]] or at.words("label", own)
    for name, ours in DEFAULTS.items():
        if not said[name]:
            told.note(
                Cell(sheet.name, row.number, name), "the form does not say it, so a sentence of ours stands in",
                "read it, and have it approved" if name == "consent_text" else f"write it under settings, {name}",
            )  # fmt: skip
            said[name] = dict(ours)
    version = row["consent_version"].text or row["version"].text or "1"
    return Settings(
        own, languages, row["form_id"].text or stem, title, said["intro"], version, said["consent_text"],
        said["thanks"], said["goodbye"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """Domains and factors with their words by language."""

    domains: tuple[tuple[str, Words, Words], ...]
    factors: tuple[tuple[str, str, Words, Words], ...]

    def spoken(self, language: str, own: str) -> tuple[tuple[Domain, ...], tuple[Factor, ...]]:
        return (
            tuple(Domain(id, pick(label, language, own), pick(short, language, own))
                  for id, label, short in self.domains),
            tuple(Factor(id, domain, pick(label, language, own), pick(short, language, own))
                  for id, domain, label, short in self.factors),
        )  # fmt: skip


def parts(sheet: Sheet, own: str, told: Told) -> Parts:
    """The sheet "index": rows with ``kind`` domain or factor, ``id``, ``domain`` of a factor, label and short."""
    domains: list[tuple[str, Words, Words]] = []
    factors: list[tuple[str, str, Words, Words]] = []
    for row in sheet.rows:
        id, label = row["id"].text, row.words("label", own)
        if not id or not label:
            told.refuse(
                row["id"] if not id else row["label"], "a domain or factor needs an id and a label", "write it"
            )
            continue
        match row["kind"].text.lower():
            case "domain":
                domains.append((id, label, row.words("short", own)))
            case "factor":
                if row["domain"].text not in {known for known, _, _ in domains}:
                    told.refuse(
                        row["domain"], f"there is no domain {row['domain'].text!r}", "name one in an earlier row"
                    )
                factors.append((id, row["domain"].text, label, row.words("short", own)))
            case kind:
                told.refuse(row["kind"], f"{kind!r} is neither domain nor factor", "write one of these")
    return Parts(tuple(domains), tuple(factors))
