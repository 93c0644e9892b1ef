"""What citizens wrote, read in chat: by place, page by page, masked, by those who may."""

from handlers.opinions import LONGEST
from handlers.staff_texts import COMMENTS_NOTE, COMMENTS_TAB, NO_COMMENTS, NO_ROLE
from storage.enums import Role
from storage.people import grant, revoke
from surveys.answers import SKIPPED
from tests.surveys.test_fieldwork import UNHAPPY, answered
from tests.world import World

EDITOR = 3001
HOAN_KIEM, NGU_HANH_SON, FEW = "00070", "20242", "25750"


async def fielded(loa: World, said: dict[str, list[str]], *, people: int = 12) -> int:
    """A survey with so many people at each unit, of whom the first wrote these texts."""
    survey_id, _ = await loa.survey()
    for unit, texts in said.items():
        for n in range(people if unit != FEW else 4):
            told = {**UNHAPPY, "why": texts[n] if n < len(texts) else SKIPPED}
            await answered(loa, survey_id, f"{unit} {n}", told, unit=unit)
    return survey_id


def labels(loa: World) -> list[str]:
    return [label for label, _ in loa.buttons(loa.messages(EDITOR)[-1])]


async def test_comments_are_read_by_place_and_page_by_page(loa: World):
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    long = [f"{n:02} Chờ lâu, gọi 0912345678 " + "x" * 700 for n in range(9)]
    await fielded(loa, {HOAN_KIEM: long, NGU_HANH_SON: ["Cán bộ tận tình"]})
    await loa.says(EDITOR, "/ketqua")
    await loa.taps(EDITOR, COMMENTS_TAB)

    places = [label for label in labels(loa) if "ý kiến" in label]
    assert [label.rpartition(": ")[2] for label in places] == ["9 ý kiến", "1 ý kiến"]
    listing = loa.messages(EDITOR)[-1]
    assert [bool(message.photo) for message in loa.messages(EDITOR)] == [True, False]

    await loa.taps(EDITOR, places[0])
    read = []
    while True:
        assert loa.messages(EDITOR)[-1].id == listing.id
        read.append(listing.text)
        onward = [label for label in labels(loa) if label.startswith("▶")]
        if not onward:
            break
        await loa.taps(EDITOR, onward[0])
    whole = "\n".join(read)
    assert [f"{n:02} Chờ lâu, gọi [số điện thoại]" in whole for n in range(9)] == [True] * 9
    assert ("0912345678" in whole, "x" * LONGEST in whole) == (False, False)
    assert (len(read), all(COMMENTS_NOTE in page for page in read)) == (3, True)

    await loa.taps(EDITOR, "⬅ Các nơi")
    await loa.taps(EDITOR, places[1])
    assert "Cán bộ tận tình" in listing.text


async def test_texts_of_few_people_are_read_by_nobody(loa: World):
    await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await fielded(loa, {FEW: ["Tôi là người thứ tư"]})
    await loa.says(EDITOR, "/ketqua")
    await loa.taps(EDITOR, COMMENTS_TAB)
    assert NO_COMMENTS in loa.messages(EDITOR)[-1].text


async def test_who_asks_questions_at_doors_reads_no_comments(loa: World):
    person_id = await loa.staff(EDITOR, "Trần Thị Hoa", Role.EDITOR)
    await fielded(loa, {NGU_HANH_SON: ["Cán bộ tận tình"]})
    await loa.says(EDITOR, "/ketqua")
    await loa.taps(EDITOR, COMMENTS_TAB)
    async with loa.database.transaction() as session:
        await grant(session, person_id, Role.INTERVIEWER, loa.now)
        await revoke(session, person_id, Role.EDITOR)

    happened = await loa.taps(EDITOR, labels(loa)[0])
    assert NO_ROLE in [one.text for one in happened]
    await loa.says(EDITOR, "/ketqua")
    shown = loa.messages(EDITOR)
    assert (bool(shown[-1].photo), COMMENTS_TAB in labels(loa)) == (True, False)
    assert "tận tình" not in " ".join(message.text for message in shown)
