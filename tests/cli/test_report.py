"""`loa report`: the index with all its circumstances, and never an interval where people chose themselves."""

from pathlib import Path
from typing import Any

import pytest

from storage.enums import Mode
from surveys.report_words import OPEN_NOTE
from tests.cli.answers import answered, opened
from tests.cli.conftest import Cli

HIDDEN = {"margin": None, "low": None, "high": None, "error": None, "df": None, "interval": None, "error_of": None,
          "effective_n": None, "design_effect": None}  # fmt: skip


def bare(n: int, value: float | None = None, score: float | None = None, *, few: bool = False) -> dict[str, Any]:
    """A figure without any error."""
    near = [one if one is None else pytest.approx(one) for one in (value, score)]
    return {"n": n, "value": near[0], "score": near[1], "few": few, **HIDDEN}


def test_a_report_tells_the_index_and_hides_small_figures(cli: Cli):
    survey_id = cli.survey()
    answered(cli, survey_id, "00004", satisfied=9, others=3)
    answered(cli, survey_id, "00070", satisfied=2, others=2)
    answered(cli, survey_id, "20242", satisfied=1, others=3)
    answered(cli, survey_id, "25750", satisfied=10, others=10, mode=Mode.INTERVIEW)

    told = cli.reads("report", survey_id, "--by", "province")

    whole = bare(40, 55, (22 * 5 + 18 * 3) / 40)
    assert (told["overall"], told["domains"], told["factors"]) == (whole, {"service": whole}, {"access": whole})
    assert told["criteria"] == {"c1": whole, "c2": whole}
    assert (told["kind"], told["weighted"], told["weights_effect"]) == ("open", False, 1)
    assert told["modes"] == {"chat": 20, "interview": 20}
    assert told["excluded"] == {"n": 0, "flags": {}}
    assert told["published"] == []
    assert told["by_province"] == {"01": bare(16), "48": bare(4), "79": bare(20, 50, 4, few=True)}
    month = cli.reads("report", survey_id, "--by", "period")["by_period"]
    assert {name: found["n"] for name, found in month.items()} == {"2026-11": 40}
    by_unit = cli.reads("report", survey_id, "--by", "unit")["by_unit"]
    assert {unit: found["value"] for unit, found in by_unit.items()} == {
        "00004": None, "00070": None, "20242": None, "25750": 50.0,
    }  # fmt: skip


def test_an_open_link_shows_no_interval_anywhere(plain: Cli):
    survey_id = plain.survey()
    answered(plain, survey_id, "00004", satisfied=20, others=12)
    answered(plain, survey_id, "20242", satisfied=9, others=3)

    said = plain.says("report", survey_id, "--by", "province")

    assert said.splitlines() == [
        "Khảo sát hài lòng (survey 1, small, n = 44, method top2)",
        f"  period: {said.partition('period: ')[2][:10]} to today (UTC)",
        f"  recruited: open. {OPEN_NOTE}",
        "  weighting: none",
        "  taken by: chat 44",
        "  kept out: 0",
        *(f"  {name}: 65.91% (n = 44, mean score 4.32)" for name in (
            "overall", "service", "access", "c1 Dễ tìm nơi làm thủ tục", "c2 Chỗ ngồi chờ đủ và sạch")),
        "  Thành phố Hà Nội: 62.50% (n = 32, mean score 4.25)",
        "  Thành phố Đà Nẵng: 75.00% (n = 12, mean score 4.50; few, for reference by staff only)",
    ]  # fmt: skip


def test_a_sample_has_intervals_weights_and_what_was_kept_out(cli: Cli):
    survey_id = opened(cli)
    answered(cli, survey_id, "00004", satisfied=40, others=10, weight=2.5)
    answered(cli, survey_id, "20242", satisfied=30, others=20)

    told = cli.reads("report", survey_id)
    whole = told["overall"]

    assert told["kind"] == "invited"
    assert whole["value"] == pytest.approx(100 * (2.5 * 40 + 30) / 175)
    effect = 100 * (50 * 2.5**2 + 50) / 175**2
    assert (told["weighted"], told["weights_effect"]) == (True, pytest.approx(effect))
    error = 100 * ((2.5 * 50 / 175) ** 2 * 0.16 / 49 + (50 / 175) ** 2 * 0.24 / 49) ** 0.5
    assert (whole["error"], whole["df"], whole["interval"]) == (pytest.approx(error), 98, "logit")
    assert whole["low"] < whole["value"] < whole["high"]
    assert whole["margin"] == pytest.approx((whole["high"] - whole["low"]) / 2)
    assert (whole["error_of"], whole["effective_n"]) == ("itself", pytest.approx(100 / effect))
    said = cli.says("report", survey_id)
    assert f"  overall: {whole['value']:.2f}% ({whole['low']:.2f} to {whole['high']:.2f}) (n = 100" in said
    assert f"  weighting: by weights, design effect {effect:.2f} (Kish)\n" in said
    assert OPEN_NOTE not in said
    cli.says("survey", "exclude", survey_id, "quick")
    assert cli.reads("report", survey_id)["excluded"] == {"n": 100, "flags": {"quick": 100}}


def test_differences_are_tested_together_and_marked_only_where_significant(plain: Cli):
    before, now = opened(plain), opened(plain)
    answered(plain, before, "00004", satisfied=120, others=80)
    answered(plain, now, "00004", satisfied=180, others=20)

    told = plain.reads("report", now, "--against", before)["against"]
    said = plain.says("report", now, "--against", before).splitlines()

    assert (told["survey"], told["adjusted"]) == (before, "holm")
    assert list(told["differences"]) == ["overall", "domain:service", "factor:access", "criterion:c1", "criterion:c2"]
    one = told["differences"]["overall"]
    assert (one["value"], one["significant"]) == (pytest.approx(30), True)
    assert one["low"] < 30 < one["high"]
    assert said[-6] == f"differences from Khảo sát mời (survey {before}), adjusted for their number (Holm)"
    assert said[-5].startswith(f"  overall: +30.00 points (+{one['low']:.2f} to +{one['high']:.2f}), ▲ p = ")
    alike = opened(plain)
    answered(plain, alike, "00004", satisfied=178, others=22)
    assert "no significant change" in plain.says("report", alike, "--against", now).splitlines()[-1]


def test_from_an_open_link_differences_are_not_tested(plain: Cli):
    before, now = plain.survey(), opened(plain)
    answered(plain, before, "00004", satisfied=120, others=80)
    answered(plain, now, "00004", satisfied=180, others=20)

    told = plain.reads("report", now, "--against", before)["against"]["differences"]["overall"]
    assert told == {"value": pytest.approx(30), "low": None, "high": None, "p": None, "significant": False}
    assert plain.says("report", now, "--against", before).splitlines()[-1].endswith("+30.00 points, not tested")


def test_only_surveys_with_the_same_questionnaire_are_compared(plain: Cli):
    one = plain.survey()
    full = Path(__file__).parents[2] / "surveys" / "questionnaires" / "sipas-2026.yaml"
    plain.says("import", "questionnaire", full)
    other = plain.reads("survey", "open", "sipas-2026", "--title", "SIPAS")["id"]
    assert plain.refuses("report", one, "--against", other) == (
        f"loa: --against: survey {other} asks 'sipas-2026' and survey {one} 'small'; "
        "only surveys with the same questionnaire can be compared"
    )
    said = plain.says("report", other)
    assert "2025 83.11%; those before 2022 are by another method" in said
    assert "2021" not in said.partition("published national figures: ")[2].partition(";")[0]
    assert {p["year"]: p["comparable"] for p in plain.reads("report", other)["published"]} == {
        2018: False, 2019: False, 2020: False, 2022: True, 2023: True, 2024: True, 2025: True,
    }  # fmt: skip


def test_a_report_of_nothing_hides_everything_and_of_no_survey_is_refused(cli: Cli):
    survey_id = cli.survey()

    assert cli.reads("report", survey_id)["overall"] == bare(0)
    assert cli.refuses("report", 7) == "loa: there is no survey 7; see 'loa survey list'"
    assert cli.refuses("report", survey_id, "--by", "ward").splitlines()[-1] == (
        "Error: Invalid value for '--by': 'ward' is not one of 'province', 'unit', 'period', 'group'."
    )


def test_counters_that_are_wrong_are_made_anew(cli: Cli):
    survey_id = cli.survey()
    answered(cli, survey_id, "00004", satisfied=12, others=0)
    assert cli.reads("survey", "recount", survey_id) == {"survey": survey_id, "right": True, "n": 12}
    cli.sql("UPDATE answer_counts SET n = 11, w_rest = 5 WHERE question = 'c1'")

    said = cli.says("survey", "recount", survey_id)

    assert said == f"survey {survey_id}: the counters were wrong and have been made anew (n = 12)\n"
    assert cli.reads("survey", "recount", survey_id)["right"] is True
    assert cli.reads("report", survey_id)["criteria"]["c1"]["n"] == 12
