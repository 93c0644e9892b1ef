"""Conversations as transcripts: every line heard twice, everything but the database forgotten between lines.

``> text`` is said, ``> [label]`` is tapped, ``> <location …>`` and ``> <photo>`` are sent, ``< …`` is what came back
with its buttons below, ``~`` an edit in place, ``( … )`` a passing word, ``@who`` changes the speaker, ``= …`` sets the
stage.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.outreach import Outreach
from broadcasts.finish import start_due
from sandbox.telegram.world import Happening
from storage.cases import NewCase, add_cases
from storage.enums import ChannelName, Role
from storage.interviews import assign
from surveys.catalogue import Catalogue
from tests.broadcasts.conftest import dispatching, until_still
from tests.on_zalo import ZaloWorld, shown_on_zalo
from tests.world import QUESTIONNAIRES, ZONE, World, keyboard_rows

FORMS = (QUESTIONNAIRES, Path(__file__).parents[1] / "cases" / "questionnaires")
CASES = sorted((Path(__file__).parents[1] / "cases" / "conversations").glob("*.txt"))
ZALO_CASES = Path(__file__).parents[1] / "cases" / "on_zalo"
PEOPLE = {"citizen": (2001, "Phạm Thị Lan"), "official": (1001, "Nguyễn Văn An"), "editor": (3001, "Trần Thị Hoa"),
          "interviewer": (3003, "Vũ Thị Thu"), "supervisor": (3005, "Đặng Minh"), "approver": (3002, "Lê Quốc Nam"), "other": (2002, "Đỗ Văn Bình")}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
async def test_conversation(case: Path, loa: World, request: pytest.FixtureRequest):
    written = case.read_text(encoding="utf-8")

    played = await play(loa, written)

    if request.config.getoption("--update-cases"):
        case.write_text(played, encoding="utf-8")
    assert played == written


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
async def test_conversation_on_zalo(case: Path, zalo_loa: ZaloWorld, request: pytest.FixtureRequest):
    """The same sayings on an Official Account: taps come back as texts, what has no button is typed."""
    heard = ZALO_CASES / case.name

    played = await play(zalo_loa, case.read_text(encoding="utf-8"))

    if request.config.getoption("--update-cases"):
        heard.write_text(played, encoding="utf-8")
    assert played == heard.read_text(encoding="utf-8")


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
            loa.happened.clear()
            await _set(loa, line[1:].split(), link)
            if line == "= invited":
                played += loa_shows(loa, loa.happened, who[0])
        elif line[0] == ">":
            said = line[2:].format(**link)
            loa.person(*who)
            if said.startswith("<"):
                happened = await loa.sends(who[0], sent_things(said), times=2)
            elif said.startswith("["):
                happened = await loa.taps(who[0], said[1:-1], times=2)
            else:
                happened = await loa.says(who[0], said, times=2)
            played += loa_shows(loa, happened, who[0])
    return "\n".join(played).lstrip("\n") + "\n"


def loa_shows(loa: World, happened: list[Any], id: int) -> list[str]:
    """What one person sees of what happened."""
    if isinstance(loa, ZaloWorld):
        return [line for person, sent in happened if person.id == str(id) for line in shown_on_zalo(sent)]
    return [shown for h in happened if h.chat.id == id for shown in _shown(loa, h)]


def sent_things(said: str) -> dict[str, Any]:
    """What the Bot API tells of a location or a photograph."""
    match said.strip("<>").split():
        case ["location", latitude, longitude]:
            return {"location": {"latitude": float(latitude), "longitude": float(longitude)}}
        case ["photo"]:
            return {"photo": [{"file_id": "p1", "file_unique_id": "u1", "width": 9, "height": 9}]}
    raise AssertionError(f"unknown thing {said}")


async def _set(loa: World, words: list[str], link: dict[str, str]) -> None:
    match words:
        case ["bulletin"]:
            await loa.bulletin()
        case ["bulletin", "unpublished"]:
            await loa.bulletin(published=False)
        case ["survey"]:
            _, link["link"] = await loa.survey()
        case ["design", *design]:
            link["design"] = " ".join(design)
        case ["survey", key]:
            design = json.loads(link.pop("design", "{}"))
            path = next(folder / f"{key}.yaml" for folder in FORMS if (folder / f"{key}.yaml").exists())
            link["survey"], link[key] = map(
                str, await loa.survey(path.read_text(encoding="utf-8"), design=design or None)
            )
        case ["interviewer", unit, target]:
            await interviewer(loa, int(link["survey"]), unit, int(target))
        case ["supervisor"]:
            await loa.staff(*PEOPLE["supervisor"], Role.SUPERVISOR)
        case ["case", unit, days]:
            link["case"] = await case_for(loa, int(link["survey"]), unit, days=float(days))
        case ["invited"]:
            await invited(loa)
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


async def interviewer(loa: World, survey_id: int, unit: str, target: int) -> None:
    """Somebody with the role and a commune."""
    person_id = await loa.staff(*PEOPLE["interviewer"], Role.INTERVIEWER)
    async with loa.database.transaction() as session:
        await assign(session, survey_id, person_id, unit, target)


async def case_for(loa: World, survey_id: int, unit: str, *, days: float) -> str:
    """The citizen is drawn, and due in so many days; the payload of their single-use link."""
    code = f"made-up-code-{survey_id}"
    address, on_zalo = str(PEOPLE["citizen"][0]), loa.channel is ChannelName.ZALO_OA
    new = NewCase(
        code, unit, loa.now + timedelta(days=days), served_on=loa.now.date(),
        telegram="" if on_zalo else address, zalo=address if on_zalo else "",
    )  # fmt: skip
    async with loa.database.transaction() as session:
        await add_cases(session, survey_id, [new], loa.now)
    return f"c{code}"


async def invited(loa: World) -> None:
    """The clock's job of inviting and reminding runs."""
    outreach = Outreach(loa.database, Catalogue(), loa.inviting(), loa.pace, ZONE, lambda: loa.now)
    await outreach.reach_out()


async def sent(loa: World) -> None:
    """All that is due goes out."""
    for broadcast_id in await start_due(loa.database, [loa.channel], loa.now, latest=timedelta(hours=12)):
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
