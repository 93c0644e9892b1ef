"""A survey's report as files in chat: asked for by a button, made beside the conversation, sent as documents."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from channels.blocks import paragraph
from channels.message import File, Message, say
from handlers import staff_texts as texts
from handlers.turn import Turn
from storage.enums import NoticeKind
from storage.notices import tell
from storage.people import roles
from storage.surveys import SurveyInfo, survey
from surveys.catalogue import Catalogue
from surveys.files.material import Gathered, Letter, gather, worked_out
from surveys.report import earlier

OFFICE = "application/vnd.openxmlformats-officedocument."


async def ask(turn: Turn, survey_id: str) -> list[Message]:
    """Owe the files to whoever asks; they take a while, and nothing waits for them in this transaction."""
    if turn.person is None or not await roles(turn.session, turn.person.id):
        return [Message(toast=texts.NO_ROLE)]
    info = await survey(turn.session, int(survey_id))
    if info is None:
        return [say(texts.NO_SURVEYS)]
    await tell(turn.session, NoticeKind.REPORT_FILES, info.id, turn.now, person_id=turn.person.id)
    return [Message(toast=texts.DOWNLOADING)]


async def files(
    session: AsyncSession, catalogue: Catalogue, zone: ZoneInfo, info: SurveyInfo, *, now: datetime
) -> Callable[[], list[Message]]:
    """Word, Excel and PDF, a document each; what is returned makes them, in a thread and with no transaction open."""
    before = await earlier(session, catalogue, info)
    found = await gather(session, catalogue, info, zone=zone, now=now, against=before)
    caption = texts.REPORT_CAPTION.format(title=info.title, period=found.period.lower())

    def make() -> list[Message]:
        made = _made(found)
        return [Message((paragraph(caption),) if n == 0 else (), document=file) for n, file in enumerate(made)]

    return make


def _made(found: Gathered) -> list[File]:
    from surveys.files import excel, pdf, word  # they load much that a conversation does not need

    material, letter = worked_out(found), Letter()
    name = f"bao-cao-{found.report.survey.id}"
    return [
        File(f"{name}.docx", word.docx(material, letter), f"{OFFICE}wordprocessingml.document"),
        File(f"{name}.xlsx", excel.xlsx(material), f"{OFFICE}spreadsheetml.sheet"),
        File(f"{name}.pdf", pdf.pdf(material, letter), "application/pdf"),
    ]
