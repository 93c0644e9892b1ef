"""`loa survey comments`: what people wrote in their own words, masked, by place."""

from collections.abc import Iterator

import click

from bot.cli.common import ROW_ID, command, database, json_option, now, out
from bot.cli.surveys import survey_called, survey_group
from storage.audit import note
from storage.geography import place_name
from surveys.catalogue import Catalogue
from surveys.comments import comments

ELSEWHERE = "Các nơi khác"
REST = "Các nơi khác thuộc {place}"


def named(place: str) -> str:
    """How a place of comments is called; '' and provinces are the rest behind those that are named."""
    if not place:
        return ELSEWHERE
    return REST.format(place=place_name(place)) if len(place) == 2 else place_name(place)


@survey_group.command("comments")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@json_option
@command
async def list_comments(survey_id: int, as_json: bool) -> None:
    """What people wrote in SURVEY, with numbers, addresses and names masked, by place.

    For staff. Places of fewer than ten responses are not named; masking finds what is written in the usual ways only.
    """
    catalogue = Catalogue()
    async with database() as opened:
        async with opened.reading() as session:
            info = await survey_called(session, survey_id)
            form = await catalogue.get(session, info.questionnaire_id)
            found = await comments(session, catalogue, info)
        async with opened.transaction() as session:
            what = f"{sum(one.n for one in found)} comments"
            await note(session, "operator", "comments", f"survey {survey_id}", now(), what)
    told = {
        "survey": survey_id, "n": sum(one.n for one in found),
        "places": [
            {"place": one.place, "name": named(one.place), "people": one.people, "n": one.n, "texts": one.texts}
            for one in found
        ],
    }  # fmt: skip

    def lines() -> Iterator[str]:
        yield f"{info.title} (survey {survey_id}): {told['n']} comments, personal data masked"
        for one in found:
            yield f"{named(one.place)}: {one.n} of {one.people} responses"
            for question, texts in one.texts.items():
                yield f"  {form.question(question).label}"
                yield from (f"    - {' '.join(text.split())}" for text in texts)

    out(told, as_json, lines())
