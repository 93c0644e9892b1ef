"""Files that the bot uploaded: kept once per content, found by file_id or path."""

from __future__ import annotations

import hashlib
import mimetypes
import struct
from typing import Any

from sandbox.telegram.chats import StoredFile
from sandbox.telegram.errors import bad_request
from sandbox.telegram.params import Params, Upload
from sandbox.telegram.views import PHOTO_SIDES

PHOTO_LIMIT = 10 * 1024 * 1024
DOCUMENT_LIMIT = 50 * 1024 * 1024
DOWNLOAD_LIMIT = 20 * 1024 * 1024
_PREFIX = {"photo": "AgACAgUAAxkD", "document": "BQACAgUAAxkD"}


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the header of a PNG, GIF or JPEG; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None


class Files:
    """Every upload gets its own file_id; equal bytes are stored once and share a file_unique_id."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._contents: dict[str, bytes] = {}

    def find(self, file_id: str) -> StoredFile | None:
        """The file behind a file_id; photo sizes carry one more letter."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file behind a file_path."""
        return self._by_path.get(path)

    def store(self, kind: str, upload: Upload) -> StoredFile:
        """Keeps an upload as a `photo` or a `document`, with Telegram's refusals."""
        if not upload.data:
            raise bad_request("file must be non-empty")
        width = height = 0
        if kind == "photo":
            size = picture_size(upload.data)
            if size is None:
                raise bad_request("IMAGE_PROCESS_FAILED")
            width, height = size
            if len(upload.data) > PHOTO_LIMIT:
                raise bad_request("file is too big")
            if width + height > 10_000 or not width or not height or max(size) > 20 * min(size):
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
        elif len(upload.data) > DOCUMENT_LIMIT:
            raise bad_request("file is too big")
        digest = hashlib.sha256(upload.data).hexdigest()
        data = self._contents.setdefault(digest, upload.data)
        number = len(self._by_path)
        mime = upload.mime or "application/octet-stream"
        if mime == "application/octet-stream":
            mime = mimetypes.guess_type(upload.name)[0] or mime
        ending = mimetypes.guess_extension(mime) or ".bin"
        file = StoredFile(
            file_id=f"{_PREFIX[kind]}{number:06d}{digest[:24]}",
            unique_id=f"AQAD{digest[:12]}",
            kind=kind,
            path=f"{kind}s/file_{number}{ending}",
            name=upload.name,
            mime=mime,
            data=data,
            width=width,
            height=height,
        )
        self._by_path[file.path] = file
        for mark in ("", *PHOTO_SIDES) if kind == "photo" else ("",):
            self._by_id[file.file_id + mark] = file
        return file

    def resolve(self, kind: str, value: Any, params: Params) -> StoredFile:
        """The file meant by a field: an upload, attach://name, or the file_id of an earlier upload."""
        name = str(value or "")
        if name.startswith("attach://"):
            upload = params.files.get(name.removeprefix("attach://"))
            if upload is None:
                raise bad_request(f"can't find file with name '{name.removeprefix('attach://')}'")
            return self.store(kind, upload)
        if not name:
            direct = params.files.get(kind)
            if direct is None:
                raise bad_request(f"there is no {kind} in the request")
            return self.store(kind, direct)
        if "://" in name:
            raise bad_request("failed to get HTTP URL content")
        known = self.find(name)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if known.kind != kind:
            raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
        return known
