"""Conversations as transcripts: every line heard twice, everything but the database forgotten between lines.

``> text`` is said, ``> [label]`` is tapped, ``< …`` is what came back with its buttons below, ``~`` an edit in place,
``( … )`` a passing word, ``@who`` changes the speaker, ``= …`` sets the stage.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from broadcasts.finish import start_due
from sandbox.telegram.world import Happening
from storage.enums import Role
from tests.broadcasts.conftest import CHANNELS, dispatching, until_still
from tests.world import QUESTIONNAIRES, World, keyboard_rows

CASES = sorted((Path(__file__).parents[1] / "cases" / "conversations").glob("*.txt"))
PEOPLE = {"citizen": (2001, "Phạm Thị Lan"), "official": (1001, "Nguyễn Văn An"), "editor": (3001, "Trần Thị Hoa"),
          "approver": (3002, "Lê Quốc Nam"), "other": (2002, "Đỗ Văn Bình")}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
async def test_conversation(case: Path, loa: World, request: pytest.FixtureRequest):
    written = case.read_text(encoding="utf-8")

    played = await play(loa, written)

    if request.config.getoption("--update-cases"):
        case.write_text(played, encoding="utf-8")
    assert played == written


async def play(loa: World, written: str) -> str:
    """The transcript as it goes now: the same sayings, today's replies."""
    played: list[str] = []
    who = PEOPLE["citizen"]
    link: dict[str, str] = {}
    for line in written.splitlines():
        if not line or line[0] in "<~( ":
            continue
        played += ["", line] if line[0] in "@>" else [line]
        if line[0] == "@":
            who = PEOPLE[line[1:]]
        elif line[0] == "=":
            await _set(loa, line[1:].split(), link)
        elif line[0] == ">":
            said = line[2:].format(**link)
            loa.person(*who)
            if said.startswith("["):
                happened = await loa.taps(who[0], said[1:-1], times=2)
            else:
                happened = await loa.says(who[0], said, times=2)
            played += [shown for h in happened if h.chat.id == who[0] for shown in _shown(loa, h)]
    return "\n".join(played).lstrip("\n") + "\n"


async def _set(loa: World, words: list[str], link: dict[str, str]) -> None:
    match words:
        case ["bulletin"]:
            await loa.bulletin()
        case ["bulletin", "unpublished"]:
            await loa.bulletin(published=False)
        case ["survey"]:
            _, link["link"] = await loa.survey()
        case ["survey", key]:
            _, link[key] = await loa.survey((QUESTIONNAIRES / f"{key}.yaml").read_text(encoding="utf-8"))
        case ["staff"]:
            await loa.staff(*PEOPLE["editor"], Role.EDITOR)
            await loa.staff(*PEOPLE["approver"], Role.APPROVER)
        case ["subscribers", count]:
            await loa.subscribers(int(count))
        case ["invitation"]:
            link["code"] = await invitation(loa)
        case ["sent"]:
            await sent(loa)
        case ["later", days]:
            loa.later(days=float(days))
        case _:
            raise AssertionError(f"unknown setting {words}")


async def sent(loa: World) -> None:
    """All that is due goes out."""
    for broadcast_id in await start_due(loa.database, CHANNELS, loa.now, latest=timedelta(hours=12)):
        async with dispatching(loa), dispatching(loa, changes=True):
            await until_still(loa, broadcast_id)


async def invitation(loa: World) -> str:
    from storage.officials import Official, put_officials
    from storage.tables import Person

    official = Official("Nguyễn Văn An", "Trưởng phòng", "Sở Nội vụ", "province", "01", "", None, ())
    async with loa.database.transaction() as session:
        await put_officials(session, [official], loa.now)
    async with loa.database.reading() as session:
        from sqlalchemy import select

        return (await session.scalars(select(Person.invitation).where(Person.name == official.name))).one() or ""


def _shown(loa: World, happening: Happening) -> list[str]:
    if happening.kind == "toast":
        return [f"( {happening.text} )"] if happening.text else []
    if happening.kind == "delete" or happening.message is None:
        return ["< (xoá tin)"]
    message = happening.message
    mark = "~" if happening.kind == "edit" else "<"
    lines = [f"{mark} {line}".rstrip() for line in message.text.splitlines()]
    if message.photo or message.document:
        lines.insert(
            0, f"{mark} (tệp: {'ảnh' if message.photo else message.document.name if message.document else ''})"
        )
    rows = [" ".join(f"[{b['text']}]" for b in row) for row in keyboard_rows(message)]
    return [*lines, *(f"  {row}" for row in rows)]
