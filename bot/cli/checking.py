"""`loa questionnaire check`: everything that can be said against a questionnaire before anybody is asked."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot.cli.common import FILE, Wrong, json_option, out
from bot.cli.forms import played, questionnaire_source
from bot.cli.questionnaires import questionnaire_group
from surveys.linting import Finding, Weight, lint
from surveys.loading import parse
from surveys.questionnaire import BadQuestionnaire, Questionnaire
from surveys.script import Difference, never_asked, random_respondent


@questionnaire_group.command("check")
@click.argument("file", type=FILE)
@click.option("--script", "scripts", type=FILE, multiple=True, help="Scripted respondents (YAML); may be repeated.")
@click.option("--random", "runs", type=click.IntRange(0, 100_000), default=200, show_default=True,
              help="So many respondents at random.")  # fmt: skip
@json_option
def check(file: Path, scripts: tuple[Path, ...], runs: int, as_json: bool) -> None:
    """Check FILE (.yaml, .json, .xlsx, .xls, .md): linted, answered by scripts and at random.

    Ends with 2 where something keeps it from being published or a scripted respondent fares otherwise.
    """
    form = parse(questionnaire_source(file))
    findings = list(lint(form))
    differences = [one for path in scripts for one in played(form, path)]
    findings += at_random(form, runs)
    told = {
        "key": form.key, "questions": len(form.questions), "criteria": len(form.criteria),
        "languages": list(form.languages),
        "findings": [{"question": f.question, "said": f.said, "remedy": f.remedy, "weight": f.weight}
                     for f in findings],
        "differences": [{"line": d.line, "name": d.name, "said": d.said} for d in differences],
    }  # fmt: skip
    out(told, as_json, _lines(form, findings, differences))
    errors = [finding for finding in findings if finding.weight is Weight.ERROR]
    if errors or differences:
        raise Wrong(f"{file.name}: {len(errors)} errors, {len(differences)} differences to the scripts")


def at_random(form: Questionnaire, runs: int) -> list[Finding]:
    """What respondents at random come to: a journey that does not end, questions that none of them was asked."""
    try:
        answered = [random_respondent(form, seed) for seed in range(runs)]
    except BadQuestionnaire as error:
        return [Finding(form.key, str(error), "mend it", Weight.ERROR)]
    if not runs:
        return []
    return [
        Finding(id, f"was asked of none of {runs} respondents at random", "is its condition as you mean it?")
        for id in never_asked(form, answered)
    ]


def _lines(form: Questionnaire, findings: Sequence[Finding], differences: Sequence[Difference]) -> Iterator[str]:
    yield f"{form.key}: {len(form.questions)} questions, {len(form.criteria)} criteria, {', '.join(form.languages)}"
    yield from (f"  {f.weight} {f.question}: {f.said}; {f.remedy}" for f in findings)
    yield from (f"  script line {d.line}, {d.name}: {d.said}" for d in differences)
    if not findings and not differences:
        yield "  nothing to say against it"
