"""The official questionnaire as published in JSON, turned into our YAML, word for word."""

from typing import Any

import yaml

from surveys.published import SIPAS
from surveys.questionnaire import BadQuestionnaire

KINDS = {"single": "one", "multi": "several", "text": "text"}
SENSITIVE = {"q5", "q6"}
SATISFIED_OF_FIVE = [4, 5]


class _Plain(yaml.SafeDumper):
    """Long texts on one line, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def convert(official: dict[str, Any], *, key: str = "sipas-official") -> str:
    """YAML for ``loa import questionnaire`` with the official wording; refuses a JSON of another shape by name."""
    try:
        return _converted(official, key)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadQuestionnaire(f"this JSON has not the shape of the official questionnaire: {error}") from None


def _converted(official: dict[str, Any], key: str) -> str:
    for wanted in ("title", "questions", "demographics"):
        if wanted not in official:
            raise BadQuestionnaire(f"this JSON has no '{wanted}', so it is not the official questionnaire")
    index = next((q for q in official["questions"] if "criteria" in q), None)
    if index is None:
        raise BadQuestionnaire("no question has 'criteria', so there is nothing to make the index of")
    made = {
        "key": key,
        "series": SIPAS,
        "title": official["title"],
        "intro": official["title"],
        "consent": {"version": "official-1", "text": _consent(official)},
        "thanks": "Xin trân trọng cảm ơn Ông/Bà!",
        "scales": {"satisfaction": {"options": index["scale"], "satisfied": SATISFIED_OF_FIVE}},
        "index": {
            "domains": [{"id": id, "label": label} for id, label in index["domains"].items()],
            "factors": [{"id": f["id"], "domain": f["domain"], "label": f["vi"]} for f in index["factors"]],
        },
        "questions": [_demographic(d) for d in official["demographics"]]
        + [_question(q) for q in official["questions"]],
    }
    return yaml.dump(made, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=10_000)


def _consent(official: dict[str, Any]) -> str:
    return (
        f"{official.get('respondent', 'Người dân từ 18 tuổi trở lên')} tự nguyện trả lời phiếu này. Câu trả lời được "
        "tách khỏi thông tin của Ông/Bà sau khi gửi và chỉ dùng để tính chỉ số hài lòng."
    )


def _demographic(asked: dict[str, Any]) -> dict[str, Any]:
    sensitive = {"sensitive": True, "optional": True} if asked.get("sensitive") else {}
    return {"id": asked["id"], "kind": "one", "text": asked["label"], "options": asked["options"], **sensitive}


def _question(asked: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"id": asked["id"], "kind": KINDS.get(asked["type"], "matrix"), "text": asked["text"]}
    if asked["id"] in SENSITIVE:
        made["sensitive"] = True
    if asked.get("optional"):
        made["optional"] = True
    if "criteria" in asked:
        made |= {"scale": "satisfaction", "rows": [_criterion(c) for c in asked["criteria"]]}
    elif "items" in asked:
        rows = [{"id": f"{asked['id']}_{n}", "text": text} for n, text in enumerate(asked["items"], 1)]
        made |= {"options": asked["scale"], "rows": rows}
    elif "options" in asked:
        made["options"] = asked["options"]
    return made


def _criterion(criterion: dict[str, Any]) -> dict[str, Any]:
    made = {"id": f"c{criterion['n']:02d}", "text": criterion["text"], "factor": criterion["factor"]}
    return made | ({"explain": criterion["explain"]} if criterion.get("explain") else {})
