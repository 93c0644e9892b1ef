"""`loa questionnaire check`: what it prints, and how it ends."""

from tests.cli.conftest import Cli
from tests.world import QUESTIONNAIRES, SMALL

SHORT = QUESTIONNAIRES / "sipas-short.yaml"
SCRIPT = QUESTIONNAIRES / "scripts" / "sipas-short.yaml"


def test_a_shipped_questionnaire_passes_with_its_script(plain: Cli):
    told = plain.reads("questionnaire", "check", SHORT, "--script", SCRIPT, "--random", 20)
    assert (told["key"], told["questions"], told["findings"], told["differences"]) == ("sipas-short", 11, [], [])


def test_a_script_that_differs_ends_with_two_and_its_line(plain: Cli):
    script = plain.file(
        "s.yaml",
        "respondents:\n  - {name: Lan, otherwise: 1, answers: {comment: skip}, expect: {ends: screened out}}\n",
    )
    done = plain.run("questionnaire", "check", SHORT, "--script", script)
    assert done.exit_code == 2
    assert done.stderr == "loa: sipas-short.yaml: 0 errors, 1 differences to the scripts\n"
    assert "script line 2, Lan: it ends as 'complete', not as 'screened out'" in done.stdout


def test_an_error_ends_with_two(plain: Cli):
    form = plain.file("f.yaml", SMALL.replace("ask_if: {c2: [1, 2]}", "ask_if: 'false()'"))
    done = plain.run("questionnaire", "check", form)
    assert (done.exit_code, done.stderr) == (2, "loa: f.yaml: 1 errors, 0 differences to the scripts\n")
    assert "error why: is never asked: false() never holds" in done.stdout


def test_a_bad_script_and_a_bad_form_are_told(plain: Cli):
    script = plain.file("s.yaml", "respondents:\n  - {answers: {x: 1}}\n")
    assert plain.refuses("questionnaire", "check", SHORT, "--script", script) == (
        "loa: s.yaml: line 2: there is no question 'x'"
    )
    form = plain.file("f.yaml", "key: 5\n")
    assert plain.refuses("questionnaire", "check", form).startswith("loa: f.yaml: ")
