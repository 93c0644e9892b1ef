"""What travels with a bulletin: one picture, one document, told by their first bytes and not by their names."""

from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
DOCUMENTS = {
    b"%PDF-": "application/pdf",
    b"PK\x03\x04": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MOST = {"picture": 10 * MEGABYTE, "document": 50 * MEGABYTE}
"""What Telegram takes from a bot."""


class BadAttachment(ValueError):
    """The file cannot be sent; says which and what to do."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that can be sent."""

    name: str
    mime: str
    content: bytes


def attachment(kind: str, path: Path) -> Attachment:
    """The file at ``path`` as a ``picture`` (PNG, JPEG) or ``document`` (PDF, .docx). Raises BadAttachment."""
    try:
        if path.stat().st_size > MOST[kind]:
            raise BadAttachment(
                f"{path}: larger than {MOST[kind] // MEGABYTE} MB, the most that can be sent as {kind}"
            )
        content = path.read_bytes()
    except OSError as error:
        raise BadAttachment(f"{path}: {error.strerror}") from None
    known = PICTURES if kind == "picture" else DOCUMENTS
    for begin, mime in known.items():
        if content.startswith(begin):
            return Attachment(path.name, mime, content)
    wanted = "PNG or JPEG" if kind == "picture" else "PDF or .docx"
    raise BadAttachment(f"{path}: is no {kind} that can be sent; give a {wanted} file")
