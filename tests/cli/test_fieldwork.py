"""`loa survey …` from the plan to calling back: what each command does, and what it refuses without a trace."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage.contacts import learn
from storage.enums import Mode, ResponseStatus
from storage.responses import save_texts
from storage.tables import Response
from storage.uploads import keep_upload
from tests.cli.conftest import Cli
from tests.world import SMALL

LIST = """\
reference;province;unit;date;telegram;phone;email
HS-1;Hà Nội;Phường Ba Đình;20/11/2026;2001;;
HS-2;;00004;20/11/2026;;0912 345 678;
HS-3;;00004;;;;an@example.vn
"""


def opened(cli: Cli, design: dict[str, Any]) -> int:
    cli.says("import", "questionnaire", cli.file("small.yaml", SMALL))
    file = cli.file("design.yaml", json.dumps(design))
    return int(cli.reads("survey", "open", "small", "--title", "Khảo sát", "--design", file)["id"])


def rows_of(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(text.decode("utf-8-sig").splitlines()))


def test_a_plan_shows_the_habit_beside_and_needs_no_database(plain: Cli):
    told = plain.reads("survey", "plan", "--margin", 5, "--population", 120_000, "--response-rate", 40)
    assert (told["completed"], told["invitations"], told["yamane"]) == (574, 1435, 399)
    assert told["margin"] == pytest.approx(5.0, abs=0.01)


def test_a_plan_is_shared_out_and_written_as_a_design(plain: Cli):
    strata = plain.file("tinh.csv", "tỉnh;số người\nHà Nội;500.000\nHuế;40000\n")
    design = plain.folder / "design.yaml"

    told = plain.reads("survey", "plan", "--margin", 3, "--strata", strata, "--least", 400, "--write-design", design)

    shares = {code: one["completed"] for code, one in told["strata"].items()}
    assert sum(shares.values()) == told["completed"] == 1596
    assert shares["46"] >= 400
    assert "'01': " in design.read_text(encoding="utf-8")


PLANS = {
    ("--margin", "5", "--population", "100", "--strata", "x.csv"): "loa: --population and --strata: give one of them, the strata add up to the population",
    ("--margin", "5", "--strata", "x.csv"): "loa: x.csv:\n  row 3, column province: there is no province 'Atlantis'\n  row 4, column population: 'nhiều' is no number above 0",
    ("--margin", "5", "--strata", "y.csv"): "loa: y.csv:\n  row 1: there is no column 'population' (số người)",
}  # fmt: skip


def test_plan_takes_a_list_headed_as_statisticians_head_it(plain: Cli):
    strata = plain.file("tinh.csv", "Tỉnh,Dân số\nHà Nội,8000000\n79,9000000\n")

    told = plain.reads("survey", "plan", "--margin", 3, "--strata", strata)

    assert {code: one["population"] for code, one in told["strata"].items()} == {"01": 8_000_000, "79": 9_000_000}


def test_plan_invites_enough_for_the_least_in_each_stratum(plain: Cli):
    strata = plain.file("tinh.csv", "province,population\n01,5000000\n79,9000000\n")

    told = plain.reads("survey", "plan", "--margin", 5, "--strata", strata, "--least", 1000, "--response-rate", 40)

    assert (told["completed"], told["invitations"], round(told["margin"], 2)) == (2000, 5000, 2.68)


@pytest.mark.parametrize("words", PLANS)
def test_a_plan_that_cannot_be_made_says_why(plain: Cli, words: tuple[str, ...], monkeypatch):
    monkeypatch.chdir(plain.folder)
    plain.file("x.csv", "tỉnh;số người\nHà Nội;5\nAtlantis;5\nHuế;nhiều\n")
    plain.file("y.csv", "tỉnh\nHà Nội\n")
    done = plain.run("survey", "plan", *words)
    assert (done.exit_code, done.stderr.rstrip("\n")) == (2, PLANS[words])


DESIGNS: list[tuple[dict[str, Any] | str, str]] = [
    ({"recruiting": "street"}, "recruiting: 'street' is none of open, invited, interviews"),
    ({"quotas": [{"name": "x", "target": 5, "when": "${nope} = '1'"}]}, "quota 'x': there is no question 'nope'"),
    (
        {"quotas": [{"name": "x", "target": 5, "when": "${nation} = '7'"}]},
        "quota 'x': question 'nation' has no option '7'",
    ),
    ({"quotas": [{"name": "x", "target": 5, "unit": "99"}]}, "quota 'x': there is no province or commune '99'"),
    ({"margins": {"nope": {"1": 1}}}, "margins: there is no question 'nope' of one option"),
    (
        {"margins": {"nation * nope": {"1 * 1": 0.4, "2 * 1": 0.6}}},
        "margins: there is no question 'nope' of one option",
    ),
    ({"margins": {"nation": {"1": 0.5, "7": 0.5}}}, "margins: question 'nation' has no option '7'"),
    ({"targets": {"99": 5}}, "targets: there is no province or commune '99'"),
    ("- a", "must be a mapping such as 'recruiting: invited'"),
]


@pytest.mark.parametrize(("design", "problem"), DESIGNS)
def test_a_design_that_does_not_fit_opens_nothing(cli: Cli, design: dict[str, Any] | str, problem: str):
    cli.says("import", "questionnaire", cli.file("small.yaml", SMALL))
    file = cli.file("design.yaml", design if isinstance(design, str) else json.dumps(design))
    assert cli.refuses("survey", "open", "small", "--title", "X", "--design", file) == f"loa: design.yaml: {problem}"


def test_a_sample_is_kept_and_those_out_of_reach_are_listed_once(cli: Cli, monkeypatch):
    monkeypatch.setenv("LOA_WEB_URL", "https://loa.example.vn")
    survey_id = opened(cli, {"recruiting": "invited", "delay_days": 0, "spread_hours": 0})
    cli.work(lambda session: learn(session, "telegram username", "loa_bot"))

    told = cli.reads("survey", "sample", survey_id, cli.file("mau.csv", LIST), "--seed", 1)
    assert (told["frame"], told["cases"], told["with_telegram"]) == (3, 3, 1)

    first, again = cli.folder / "thu.csv", cli.folder / "thu-2.csv"
    assert cli.reads("survey", "letters", survey_id, "--out", first)["listed"] == 3
    listed = rows_of(first)
    assert [(row["reference"], row["phone"], row["email"]) for row in listed] == [
        ("HS-1", "", ""), ("HS-2", "0912345678", ""), ("HS-3", "", "an@example.vn"),
    ]  # fmt: skip
    assert all(row["link"].startswith("https://t.me/loa_bot?start=c") for row in listed)
    assert len({row["link"] for row in listed}) == 3
    assert [row["web"] for row in listed] == [
        row["link"].replace("https://t.me/loa_bot?start=", "https://loa.example.vn/s/") for row in listed
    ]
    assert cli.reads("survey", "letters", survey_id, "--out", again)["listed"] == 0
    assert cli.reads("survey", "fieldwork", survey_id)["dispositions"] == {"invited": 3}


def test_a_draw_gives_everybody_their_weight_and_can_be_repeated(cli: Cli):
    survey_id = opened(cli, {"recruiting": "invited", "targets": {"01": 1, "46": 3}})
    frame = (
        "reference;unit\n" + "".join(f"A{n};00004\n" for n in range(40)) + "".join(f"B{n};46\n" for n in range(12))
    )

    told = cli.reads("survey", "sample", survey_id, cli.file("khung.csv", frame), "--draw", 16, "--seed", 7)

    assert (told["frame"], told["cases"]) == (52, 16)
    drawn = cli.sql("SELECT unit, count(*), min(weight), max(weight) FROM cases GROUP BY unit ORDER BY unit")
    assert drawn == [("00004", 4, 10.0, 10.0), ("46", 12, 1.0, 1.0)]


BAD = {
    "unit": ("reference;unit\nx;Atlantis\n", "row 2, column unit: there is no one place 'Atlantis'"),
    "twice": ("reference;unit\nx;00004\nx;00004\n", "row 3, column reference: x stands in row 2 too"),
    "date": ("unit;date\n00004;31/2/2026\n", "row 2, column date: '31/2/2026' is no day; write 26/11/2026"),
    "later": ("unit;date\n00004;1/1/2090\n", "row 2, column date: 1/1/2090 is still to come"),
    "phone": ("unit;phone\n00004;113\n", "row 2, column phone: '113' is no mobile number; write 0912345678"),
    "email": ("unit;email\n00004;an\n", "row 2, column email: 'an' is no e-mail address"),
    "telegram": ("unit;telegram\n00004;@an\n", "row 2, column telegram: '@an' is no numeric id"),
    "weight": ("unit;weight\n00004;-1\n", "row 2, column weight: '-1' is no number of 0.01 or more"),
    "column": ("unit;shoe\n00004;44\n", "row 1: unknown column 'shoe'"),
    "nothing": ("unit\n", "there is a heading but no row below it"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_sample_is_refused_whole(cli: Cli, case: str):
    survey_id = opened(cli, {"recruiting": "invited"})
    content, problem = BAD[case]
    said = cli.refuses("survey", "sample", survey_id, cli.file("mau.csv", content))
    assert said.startswith(f"loa: mau.csv: nothing was imported:\n  {problem}")


def test_a_sample_and_an_open_link_are_never_one_survey(cli: Cli):
    cli.work(lambda session: learn(session, "telegram username", "loa_bot"))
    sampled, open_to_all = opened(cli, {"recruiting": "invited"}), opened(cli, {})
    assert cli.refuses("survey", "link", sampled, "--unit", "00004") == (
        f"loa: survey {sampled} is recruited by invited, so it has no open links"
    )
    assert cli.refuses("survey", "sample", open_to_all, cli.file("mau.csv", LIST)).startswith(
        f"loa: survey {open_to_all} is recruited by open, not by invited;"
    )


def test_an_interviewer_is_assigned_and_called_back(cli: Cli):
    survey_id = opened(cli, {"recruiting": "interviews"})
    cli.says("grant", "interviewer", 3003, "--name", "Vũ Thị Thu")
    assert cli.says("survey", "assign", survey_id, 3003, "--unit", "00004", "--target", 20) == (
        "Vũ Thị Thu: 20 interviews in Phường Ba Đình, Thành phố Hà Nội\n"
    )
    person = cli.sql("SELECT id FROM persons")[0][0]
    for n in range(5):
        cli.sql(
            "INSERT INTO callbacks (survey_id, interviewer_id, unit, interviewed_on, phone, drawn) "
            "VALUES (:s, :p, '00004', '2026-11-23', :phone, 0)", s=survey_id, p=person, phone=f"091234567{n}",
        )  # fmt: skip
    first, again = cli.folder / "a.csv", cli.folder / "b.csv"
    assert cli.reads("survey", "callbacks", survey_id, "--per", 3, "--out", first, "--seed", 1)["drawn"] == 3
    assert cli.reads("survey", "callbacks", survey_id, "--per", 3, "--out", again, "--seed", 1)["drawn"] == 2
    phones = [row["phone"] for path in (first, again) for row in rows_of(path)]
    assert sorted(phones) == [f"091234567{n}" for n in range(5)]
    told = cli.reads("survey", "interviewers", survey_id)
    assert [(one["name"], one["target"], one["complete"]) for one in told["progress"]] == [("Vũ Thị Thu", 20, 0)]


def test_who_is_no_interviewer_is_not_assigned(cli: Cli):
    survey_id = opened(cli, {"recruiting": "interviews"})
    cli.staff()
    assert cli.refuses("survey", "assign", survey_id, 3001, "--unit", "00004", "--target", 5) == (
        "loa: Trần Thị Hoa is no interviewer; say 'loa grant interviewer 3001' first"
    )
    assert cli.refuses("survey", "assign", survey_id, 3001, "--unit", "1", "--target", 5) == (
        "loa: --unit: there is no commune '1'; write a 5-digit official code"
    )


def test_exclusions_are_set_and_audited(cli: Cli):
    survey_id = opened(cli, {})
    assert cli.reads("survey", "exclude", survey_id, "quick", "straight") == {
        "survey": survey_id, "exclude": ["quick", "straight"], "counted": 0, "excluded": 0,
    }  # fmt: skip
    assert cli.sql("SELECT action, detail FROM audit") == [("exclude", "quick straight")]


PHOTO = """
key: photo
title: Ảnh
intro: Mời trả lời.
consent: {version: "1", text: Xin đồng ý.}
thanks: Xin cảm ơn!
questions:
  - {id: a, kind: file, text: "Ảnh?", accepts: image}
"""


def test_files_given_on_the_web_are_fetched_without_a_network(cli: Cli):
    cli.says("import", "questionnaire", cli.file("photo.yaml", PHOTO))
    survey = int(cli.reads("survey", "open", "photo", "--title", "Khảo sát")["id"])

    async def given(session: AsyncSession) -> None:
        now = datetime.now(UTC)
        session.add(
            Response(
                id=77, survey_id=survey, unit="00004", status=ResponseStatus.COMPLETE, answers=b"\x00", mode=Mode.WEB,
                started_at=now, touched_at=now,
            )
        )  # fmt: skip
        await session.flush()
        await save_texts(session, 77, {"a": "web 0123456789abcdef biển báo.jpg"})
        await keep_upload(session, 77, "a", name="biển báo.jpg", content=b"\xff\xd8\xff")

    cli.work(given)

    told = cli.reads("survey", "files", survey, "--into", cli.folder / "files")
    again = cli.reads("survey", "files", survey, "--into", cli.folder / "files")

    assert (told["given"], told["fetched"], again["fetched"]) == (1, 1, 0)
    assert (cli.folder / "files" / "77-a.jpg").read_bytes() == b"\xff\xd8\xff"
