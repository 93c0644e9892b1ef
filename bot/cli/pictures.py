"""Pictures of questions: found beside the form, kept once, and named in the form by what they are."""

import hashlib
import re
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli.common import Wrong, now
from broadcasts.attachments import Attachment, BadAttachment, attachment
from storage.files import keep_file
from surveys.questionnaire import Questionnaire

KEPT = re.compile(r"[0-9a-f]{64} image/\S+ .+")


def pictures(form: Questionnaire, folder: Path) -> dict[str, Attachment]:
    """Every picture that the form names and that is not kept yet, from the folder of the form, or Wrong."""
    named = {question.image for one in (form, *form.translations.values()) for question in one.questions}
    found: dict[str, Attachment] = {}
    for name in sorted(named - {""}):
        if KEPT.fullmatch(name):
            continue
        if Path(name).name != name:
            raise Wrong(f"image {name!r}: a picture lies beside the form and is named without a folder")
        try:
            found[name] = attachment("picture", folder / name)
        except BadAttachment as error:
            raise Wrong(f"image: {error}") from None
    return found


async def keep(session: AsyncSession, found: dict[str, Attachment]) -> dict[str, str]:
    """Keep the pictures; how each is called in a form from now on: 'sha256 type name'."""
    kept = {}
    for name, picture in found.items():
        sha256 = await keep_file(session, picture.content, now())
        assert sha256 == hashlib.sha256(picture.content).hexdigest()
        kept[name] = f"{sha256} {picture.mime} {name}"
    return kept


def renamed(source: str, kept: dict[str, str]) -> str:
    """The YAML with each picture under the name that it is kept by."""
    for name, new in kept.items():
        plain = re.escape(name)
        source = re.sub(
            rf"(\bimage:\s*)(?:{plain}|\"{plain}\"|'{plain}')(?=\s*(?:[,}}#\n]|$))", rf'\g<1>"{new}"', source
        )
    return source
