"""Names as ODK and KoBo can take them, made of ours where those do not fit."""

import re
import unicodedata
from collections.abc import Iterable

from surveys.xlsform.settings import OWN_ROWS

RESERVED = {*OWN_ROWS, "meta", "instanceid", "instancename", "data", "name"}
VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def plain(id: str) -> str:
    """An id in the letters that an XML name may have: 'tuổi của ông' becomes 'tuoi_cua_ong'."""
    if VALID.fullmatch(id):
        return id
    bare = unicodedata.normalize("NFD", id.replace("đ", "d").replace("Đ", "D"))
    made = re.sub(r"[^A-Za-z0-9_.-]+", "_", "".join(c for c in bare if not unicodedata.combining(c))).strip("_")
    return made if VALID.fullmatch(made) else f"q_{made}"


class Names:
    """Names that are all different, whatever their case."""

    def __init__(self, reserved: Iterable[str] = RESERVED) -> None:
        self._taken = set(reserved)

    def take(self, id: str) -> str:
        """A name for an id: the id itself where that is possible."""
        made = first = plain(id)
        number = 1
        while made.casefold() in self._taken:
            number += 1
            made = f"{first}_{number}"
        self._taken.add(made.casefold())
        return made
