"""`loa survey plan`: how many people to ask, and how many of them in each stratum."""

from pathlib import Path

import click
import yaml

from bot.cli.common import FILE, NEW_FILE, Wrong, json_option, out, said_plainly, writing
from bot.cli.surveys import survey_group
from storage.geography import place_name, province_called
from storage.lists import BadList, table
from surveys.sampling import Allocation, allocate, margin_of, needed, yamane

PERCENT = click.FloatRange(0, 100, min_open=True, max_open=True)
COLUMNS = ("province", "population")
HEADINGS = {"tinh": "province", "tinh thanh": "province", "tinh, thanh pho": "province", "ma tinh": "province",
            "so nguoi": "population", "dan so": "population", "so giao dich": "population",
            "so ho so": "population"}  # fmt: skip


@survey_group.command("plan")
@click.option("--margin", type=PERCENT, required=True, help="Margin of error wanted, in percentage points.")
@click.option("--population", type=click.IntRange(1), help="How many people there are to ask about.")
@click.option("--strata", type=FILE, help="A list (.csv, .xlsx): province, population; instead of --population.")
@click.option("--share", type=PERCENT, default=50.0, show_default=True, help="The share expected, in percent.")
@click.option(
    "--design-effect",
    type=click.FloatRange(0.1, 50),
    default=1.5,
    show_default=True,
    help="How much clusters and weights cost: variance beside that of a simple draw.",
)
@click.option(
    "--response-rate",
    type=click.FloatRange(0, 100, min_open=True),
    default=100.0,
    show_default=True,
    help="How many in a hundred answer.",
)
@click.option(
    "--confidence",
    type=click.Choice(["90", "95", "99"]),
    default="95",
    show_default=True,
    help="Level of confidence, in percent.",
)
@click.option(
    "--allocation",
    type=click.Choice(["proportional", "equal", "power"]),
    default="power",
    show_default=True,
    help="How the interviews are shared out over the strata.",
)
@click.option("--least", type=click.IntRange(0), default=0, help="At least so many interviews in each stratum.")
@click.option("--write-design", type=NEW_FILE, help="Write a design.yaml with the targets, to be completed.")
@json_option
def plan(
    margin: float, population: int | None, strata: Path | None, share: float, design_effect: float,
    response_rate: float, confidence: str, allocation: str, least: int, write_design: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Plan a sample; no database is needed. The ministry's habit (Yamane) is shown beside."""
    if strata is not None and population is not None:
        raise Wrong("--population and --strata: give one of them, the strata add up to the population")
    people = _strata(strata) if strata is not None else {}
    total = sum(people.values()) or population
    level = int(confidence)
    with said_plainly():
        made = needed(
            margin / 100, share=share / 100, design_effect=design_effect, response_rate=response_rate / 100,
            population=total, confidence=level, least=least * len(people),
        )  # fmt: skip
        shares = allocate(made.completed, people, how=Allocation(allocation), least=least) if people else {}
        margins = {
            code: margin_of(n, share=share / 100, design_effect=design_effect, population=people[code],
                            confidence=level) for code, n in shares.items() if n
        }  # fmt: skip
        habit = yamane(total, margin / 100) if total else None
    told = {
        "completed": made.completed, "invitations": made.invitations, "margin": 100 * made.margin, "yamane": habit,
        "strata": {code: {"population": people[code], "completed": n, "margin": 100 * margins.get(code, 0)}
                   for code, n in shares.items()},
    }  # fmt: skip
    if write_design is not None:
        with writing("--write-design", write_design):
            design = {"recruiting": "invited", "population": "", "size": total or 0, "targets": shares}
            write_design.write_text(yaml.safe_dump(design, allow_unicode=True, sort_keys=False), encoding="utf-8")
    lines = [
        f"{made.completed} completed interviews, {made.invitations} invitations, "
        f"margin ±{100 * made.margin:.1f} points"
    ]
    if not made.enough:
        lines.append(f"even asking everybody brings {made.expected} only")
    if habit is not None:
        lines.append(f"by the habit of n = N/(1+N·e²) (Yamane), without design effect and response rate: {habit}")
    lines += [f"  {place_name(c)}: {n} of {people[c]}, ±{100 * margins.get(c, 0):.1f}" for c, n in shares.items()]
    out(told, as_json, lines)


def _strata(path: Path) -> dict[str, int]:
    """The population of each province in a list."""
    found: dict[str, int] = {}
    problems: list[str] = []
    try:
        for number, said in table(path, COLUMNS, HEADINGS, {"province": "tỉnh", "population": "số người"}):
            province = province_called(said.get("province", ""))
            count = said.get("population", "").replace(".", "").replace(" ", "")
            if province is None:
                problems.append(f"row {number}, column province: there is no province {said.get('province', '')!r}")
            elif province.code in found:
                problems.append(f"row {number}, column province: {province.name} stands in the list twice")
            elif not count.isdecimal() or not int(count):
                problems.append(
                    f"row {number}, column population: {said.get('population', '')!r} is no number above 0"
                )
            else:
                found[province.code] = int(count)
    except BadList as error:
        problems = error.problems
    if problems or not found:
        raise Wrong(f"{path.name}:\n  " + "\n  ".join(problems or ["there is no row below the heading"])) from None
    return found
