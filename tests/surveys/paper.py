"""What stands on paper: the words of a PDF that typst made, and the QR codes of a page as a camera sees them."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

STREAM = re.compile(rb"\n(\d+) 0 obj\s*<<([^\n]*?)>>\s*stream\n(.*?)\nendstream", re.DOTALL)
FONT = re.compile(rb"\n(\d+) 0 obj\s*<</Type/Font/Subtype/Type0/BaseFont/\w+\+([\w-]+).*?/ToUnicode (\d+) 0 R")
PAGE = re.compile(rb"<</Type/Page/.*?/Contents (\d+) 0 R.*?endobj", re.DOTALL)
TOKEN = re.compile(rb"/(f\d+) ([\d.]+) Tf|(\()|(T[Jj])|BDC")
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line, and how large they are, in points."""

    size: float
    words: str


def fonts(pdf: bytes) -> set[str]:
    return {found[2].decode() for found in FONT.finditer(pdf)}


def pages(pdf: bytes) -> list[list[Line]]:
    """The lines of each page in the order in which they are drawn."""
    streams = {int(at): zlib.decompress(d) if b"FlateDecode" in h else d for at, h, d in STREAM.findall(pdf)}
    signs = {int(found[1]): _signs(streams[int(found[3])]) for found in FONT.finditer(pdf)}
    named = {name: signs[int(at)] for name, at in re.findall(rb"/(f\d+) (\d+) 0 R", pdf)}
    return [list(_lines(streams[int(page[1])], named)) for page in PAGE.finditer(pdf)]


def _signs(cmap: bytes) -> dict[int, str]:
    """What each glyph of a font means."""
    pairs = re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", cmap, re.MULTILINE)
    return {
        int(glyph, 16): bytes.fromhex(sign.decode()).decode("utf-16-be") for glyph, sign in pairs if sign != b"FFFF"
    }


def _lines(content: bytes, named: dict[bytes, dict[int, str]]) -> Iterator[Line]:
    """What a page shows with each Tj and TJ, in the font chosen before it."""
    at, size, font, glyphs = 0, 0.0, dict[int, str](), b""
    while token := TOKEN.search(content, at):
        at = token.end()
        if token[1]:
            size, font = float(token[2]), named[token[1]]
        elif token[3]:
            end = _closing(content, at)
            glyphs += ESCAPED.sub(_unescaped, content[at:end])
            at = end + 1
        else:
            if token[4]:
                yield Line(size, "".join(font.get(glyph, "") for (glyph,) in struct.iter_unpack(">H", glyphs)))
            glyphs = b""  # a string before BDC is a note for readers aloud


def _closing(content: bytes, at: int) -> int:
    """Where a string ends: at the bracket that closes it, behind the pairs of brackets within it."""
    depth = 1
    while True:
        match content[at : at + 1]:
            case b"\\":
                at += 1
            case b"(":
                depth += 1
            case b")":
                depth -= 1
        if depth == 0:
            return at
        at += 1


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if found[1].isdigit() else SIGNS.get(found[1], found[1])


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code on a page: its squares, dark ones True; how wide it is, and how much white is all around, in pixels."""

    squares: list[list[bool]]
    width: int
    white: int


def codes(page: bytes, modules: list[int]) -> list[Code]:
    """The QR codes, of so many modules each, that stand one below the other on a PNG of a page."""
    seen = pixels(page)
    tops = [y for y, line in enumerate(seen) if "#" in line and not any("#" in above for above in seen[y - 12 : y])]
    found = []
    for count, top in zip(modules, tops, strict=True):
        left, right = seen[top].index("#"), seen[top].rindex("#") + 1
        middles = [int((at + 0.5) * (right - left) / count) for at in range(count)]
        squares = [[seen[top + y][left + x] == "#" for x in middles] for y in middles]
        white = 2  # edges may fall within a pixel
        while not _ring(seen, top, left, right - left, white + 1).strip():
            white += 1
        found.append(Code(squares, right - left, white))
    return found


def _ring(seen: list[str], top: int, left: int, size: int, far: int) -> str:
    """The pixels so far outside a square."""
    rows, start, end = range(top - far, top + size + far), left - far, left + size + far
    beside = "".join(seen[y][start] + seen[y][end - 1] for y in rows)
    return seen[rows[0]][start:end] + seen[rows[-1]][start:end] + beside


def pixels(png: bytes) -> list[str]:
    """Each line of an 8-bit RGBA picture: '#' for black and dark grey, ' ' for white, '.' for all else."""
    width, height, data, at = 0, 0, b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", png[at + 8 : at + 18])
            assert (depth, colour) == (8, 6)
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    raw, stride = zlib.decompress(data), 4 * width
    above, seen = bytes(stride), []
    for start in range(0, height * (stride + 1), stride + 1):
        above = _unfiltered(raw[start], raw[start + 1 : start + 1 + stride], above)
        seen.append("".join(map(_sign, above[::4], above[1::4], above[2::4])))
    return seen


def _sign(red: int, green: int, blue: int) -> str:
    return " " if red == green == blue == 255 else "#" if red == green == blue < 128 else "."


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    """A line of a PNG as it was before its filter (PNG specification, section 9)."""
    match kind:
        case 0:
            return line
        case 1:
            made = bytearray(len(line))
            for channel in range(4):
                made[channel::4] = bytes(total & 255 for total in accumulate(line[channel::4]))
            return bytes(made)
        case 2:
            return bytes((over + more) & 255 for over, more in zip(above, line, strict=True))
        case 3:
            return _guessed(line, above, lambda left, over, across: (left + over) // 2)
        case _:
            return _guessed(line, above, _nearest)


def _guessed(line: bytes, above: bytes, guess: Callable[[int, int, int], int]) -> bytes:
    made, over = bytearray(4) + line, bytes(4) + above
    for x in range(4, len(made)):
        made[x] = (made[x] + guess(made[x - 4], over[x], over[x - 4])) & 255
    return bytes(made[4:])


def _nearest(left: int, over: int, across: int) -> int:
    to_left, to_over, to_across = abs(over - across), abs(left - across), abs(left + over - 2 * across)
    if to_left <= to_over and to_left <= to_across:
        return left
    return over if to_over <= to_across else across
