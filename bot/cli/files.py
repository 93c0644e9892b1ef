"""`loa survey files`: pictures, voices and documents that people sent as answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click

from bot.cli.checks import telegram_trouble
from bot.cli.common import ROW_ID, Wrong, command, database, json_option, out, settings, writing
from bot.cli.surveys import survey_called, survey_group
from bot.settings import Settings
from channels.message import SendError
from channels.telegram import Telegram
from storage.responses import texts_in
from storage.uploads import MARK, upload
from surveys.catalogue import Catalogue
from surveys.questionnaire import Kind


@survey_group.command("files")
@click.argument("survey_id", metavar="SURVEY", type=ROW_ID)
@click.option("--into", "folder", required=True, type=click.Path(file_okay=False, path_type=Path),
              help="Write them into this folder, each named by its response and question.")  # fmt: skip
@json_option
@command
async def files(survey_id: int, folder: Path, as_json: bool) -> None:
    """Fetch the files that were sent with complete responses; those that are there already are left alone."""
    config = settings()
    async with database() as opened, opened.reading() as session:
        info = await survey_called(session, survey_id)
        form = await Catalogue().get(session, info.questionnaire_id)
        asked = [question.id for question in form.questions if question.kind is Kind.FILE]
        given = await texts_in(session, survey_id, asked)
        trouble = telegram_trouble(config)
        if trouble and not all(said.startswith(MARK) for _, _, said in given):
            raise Wrong(f"settings: {trouble}")
        fetched, gone = 0, []
        with writing("--into", folder):
            folder.mkdir(parents=True, exist_ok=True)
            async with _telegram(config) as telegram:
                for response_id, question, said in given:
                    if list(folder.glob(f"{response_id}-{question}.*")):
                        continue
                    try:
                        if said.startswith(MARK):
                            name, content = said, await upload(session, response_id, question)
                        else:
                            name, content = await telegram.download(said.partition(" ")[2])
                    except SendError as error:
                        gone.append(f"{response_id} {question}: {error}")
                        continue
                    (folder / f"{response_id}-{question}{Path(name).suffix or '.bin'}").write_bytes(content)
                    fetched += 1
    told = {"survey": survey_id, "given": len(given), "fetched": fetched, "gone": gone}
    out(told, as_json, [f"{fetched} of {len(given)} files fetched into {folder}", *gone])


@asynccontextmanager
async def _telegram(config: Settings) -> AsyncIterator[Telegram]:
    from bot.app import telegram_of

    telegram = telegram_of(config)
    try:
        yield telegram
    finally:
        await telegram.close()
