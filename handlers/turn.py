"""One turn of a conversation: who speaks, what they said, and what is at hand to answer it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Inbound
from storage.contacts import ContactInfo
from storage.enums import Mode
from storage.people import PersonInfo
from surveys.catalogue import Catalogue
from surveys.fieldwork import Sender, Standing
from surveys.links import CASE


@dataclass(frozen=True, slots=True)
class Turn:
    """Inside one transaction; ``person`` is None for somebody whom we do not know by name."""

    session: AsyncSession
    contact: ContactInfo
    person: PersonInfo | None
    inbound: Inbound
    now: datetime
    zone: ZoneInfo
    catalogue: Catalogue
    standings: tuple[Standing, ...]
    """The person's open responses, the last touched first."""
    home: str = ""
    """The public address of our pages without a path, '' where nobody has set it."""

    def sender(self, standing: Standing, *, phone: str = "") -> Sender:
        """Who sends this response: of an interview not the one who types it, but whoever has the telephone."""
        if standing.mode is Mode.INTERVIEW:
            return Sender(watched=(("phone", phone),) if phone else ())
        case = ((CASE, str(standing.case_id)),) if standing.case_id is not None else ()
        return Sender(once=((self.contact.channel, self.contact.address), *case))
