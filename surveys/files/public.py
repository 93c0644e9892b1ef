"""What of a survey everybody may have, as JSON of a fixed form; ``docs/public_json.md`` tells what each key says."""

import json
from typing import Any

from surveys.circumstances import circumstances, national
from surveys.disclosure import FEW
from surveys.files.material import Material
from surveys.files.places import place
from surveys.index import METHOD, Figure
from surveys.published import BREAK, SIPAS, published
from surveys.sums import OVERALL

SCHEMA = "loa-public-results/2"


def public_json(material: Material, *, licence: str = "") -> bytes:
    """The JSON of material worked out for everybody (``fewest`` of thirty), as UTF-8."""
    return (json.dumps(told(material, licence=licence), ensure_ascii=False, indent=1) + "\n").encode()


def told(material: Material, *, licence: str = "") -> dict[str, Any]:
    """The same as data."""
    made = material.report
    found, form, whole = made.index, made.questionnaire, made.index.overall
    near = [one for one in published() if one.confirmed] if form.series == SIPAS else []
    return {
        "schema": SCHEMA, "licence": licence or None, "made_on": f"{material.now:%Y-%m-%d}",
        "survey": {
            "title": made.survey.title, "questionnaire": form.key, "recruiting": str(made.design.recruiting),
            "probability_sample": made.design.random, "population": made.design.population or None,
            "opened_on": f"{made.survey.opened_at.astimezone(material.now.tzinfo):%Y-%m-%d}",
            "closed_on": f"{made.survey.closed_at.astimezone(material.now.tzinfo):%Y-%m-%d}"
            if made.survey.closed_at else None,
        },
        "method": {
            "index": METHOD, "confidence_level": 95 if made.design.random else None, "fewest_people": FEW,
            "weighted": made.weighted, "weights_effect": made.weights_effect,
            "statements": [*circumstances(made), *([national(made)] if national(made) else [])],
        },
        "responses": {
            "n": found.n, "effective_n": whole.effective_n,
            "modes": {str(mode): n for mode, n in sorted(made.modes.items())},
            "excluded": {
                "n": made.kept_out, "why": {(flag.name or "").lower(): n for flag, n in made.excluded.items()},
            },
        },
        "overall": _figure(whole),
        "domains": [{"id": one.id, "label": one.label, **_figure(found.domains[one.id])} for one in form.domains],
        "factors": [
            {"id": one.id, "domain": one.domain, "label": one.label, **_figure(found.factors[one.id])}
            for one in form.factors
        ],
        "criteria": [
            {"id": one.id, "factor": one.factor, "label": one.text, **_figure(found.criteria[one.id])}
            for one in form.criteria
        ],
        "raked": _raked(material),
        "provinces": [
            {"code": code, "name": place(code), **_figure(one)} for code, one in material.provinces.items()
        ],
        "months": [{"month": month, **_figure(one)} for month, one in material.months.items()],
        "published": [
            {"year": one.year, "value": one.value, "source": one.source, "comparable": one.year >= BREAK}
            for one in near
        ],
    }  # fmt: skip


def _raked(material: Material) -> dict[str, Any] | None:
    """The same figures under raked weights, hidden where those as counted are; None without margins."""
    other = material.raked
    if other is None or other.raking is None:
        return None
    counted = material.report.index.figures()
    figures = {
        name: _figure(one if counted[name].value is not None else Figure(one.n))
        for name, one in other.index.figures().items()
    }
    of_kind = {
        f"{kind}s" if kind != "criterion" else "criteria": [
            {"id": name.partition(":")[2], **one} for name, one in figures.items() if name.startswith(f"{kind}:")
        ]
        for kind in ("domain", "factor", "criterion")
    }
    return {
        "over": list(other.raking.over), "weights_effect": other.raking.effect, "trimmed_at": other.raking.trim,
        "overall": figures[OVERALL], **of_kind,
    }  # fmt: skip


def _figure(one: Figure) -> dict[str, Any]:
    """A figure; of a hidden one not even how many people it has."""
    if one.value is None:
        return {"hidden": True, "n": None, **dict.fromkeys(KEYS)}
    values = (
        one.value, one.score, one.margin, one.low, one.high, one.method, one.error_of, one.effective_n, one.effect,
    )  # fmt: skip
    return {"hidden": False, "n": one.n, **dict(zip(KEYS, values, strict=True))}


KEYS = ("value", "score", "margin", "low", "high", "interval", "error_of", "effective_n", "design_effect")
