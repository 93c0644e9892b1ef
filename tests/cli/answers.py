"""Complete responses, given straight into the database behind the commands."""

from sqlalchemy.ext.asyncio import AsyncSession

from storage.contacts import met
from storage.enums import ChannelName, Mode
from storage.responses import Origin
from storage.surveys import declared_adult, survey
from surveys.admission import consent
from surveys.catalogue import Catalogue
from surveys.fieldwork import Sender, begin, complete, save
from surveys.journey import SKIPPED, Answer, Picked
from tests.cli.conftest import Cli
from tests.conftest import NOW

INVITED = "recruiting: invited\n"


def answered(
    cli: Cli, survey_id: int, unit: str, satisfied: int, others: int, *, weight: float = 1.0, mode: Mode = Mode.CHAT,
    why: str = "",
) -> None:  # fmt: skip
    """Complete responses at a unit: some with everything satisfying, some with nothing."""

    async def give(session: AsyncSession) -> None:
        catalogue, info = Catalogue(), await survey(session, survey_id)
        assert info is not None
        shown = (await catalogue.get(session, info.questionnaire_id)).consent
        for number in range(satisfied + others):
            address = f"{survey_id} {unit} {number}"
            contact = (await met(session, ChannelName.TELEGRAM, [address], NOW))[address]
            await declared_adult(session, info.id, contact.id, address, NOW)
            assert await consent(session, info.id, contact.id, shown, address, NOW)
            origin = Origin(mode=mode, weight=weight)
            standing = await begin(session, catalogue, info, contact.id, unit, NOW, origin)
            chosen = 5 if number < satisfied else 2 if why else 3
            answers: dict[str, Answer] = {
                "nation": SKIPPED,
                "way": Picked(frozenset({1})),
                "c1": chosen,
                "c2": chosen,
            }
            answers |= {"why": why} if why and chosen == 2 else {}
            saved = await save(session, standing, {**answers, "visits": 1}, NOW)
            await complete(session, saved, Sender(once=(("telegram", address),)), NOW)

    cli.work(give)


def opened(cli: Cli, design: str = INVITED) -> int:
    """A survey with the small questionnaire and this design."""
    cli.survey()
    path = cli.file("design.yaml", design)
    told = cli.reads("survey", "open", "small", "--title", "Khảo sát mời", "--design", path)
    return int(told["id"])
