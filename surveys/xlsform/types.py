"""Types of questions as forms write them: those that a chat can ask, that a device fills in, that are refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from surveys.questionnaire import Kind

SELECT = re.compile(
    r"(?:add )?(select[_ ]one|select1|select[_ ]multiple|select all that apply|select[_ ]one external|rank)"
    r"(?: prompt)?(?: from| using)?\s+(\S+)(\s+or[_ ](?:specify[_ ])?other)?",
    re.IGNORECASE,
)
CONTROL = re.compile(r"(begin|end)[_ ]+(.+)", re.IGNORECASE)
SELECTS = {"select_one": Kind.ONE, "select1": Kind.ONE, "rank": Kind.RANK}

KINDS: Mapping[str, Kind] = {
    "text": Kind.TEXT, "string": Kind.TEXT, "integer": Kind.NUMBER, "int": Kind.NUMBER, "decimal": Kind.DECIMAL,
    "date": Kind.DATE, "time": Kind.TIME, "note": Kind.NOTE, "geopoint": Kind.PLACE, "location": Kind.PLACE,
    "gps": Kind.PLACE, "photo": Kind.FILE, "image": Kind.FILE, "audio": Kind.FILE, "file": Kind.FILE,
    "calculate": Kind.CALCULATION, "hidden": Kind.CALCULATION, "acknowledge": Kind.ONE, "trigger": Kind.ONE,
    "range": Kind.NUMBER, "phonenumber": Kind.TEXT, "email": Kind.TEXT,
}  # fmt: skip
WRITTEN_OTHERWISE = {
    "phone number": "phonenumber", "date time": "datetime", "date_time": "datetime", "picture": "photo",
    "start time": "start", "end time": "end", "device id": "deviceid", "subscriber id": "subscriberid",
    "sim id": "simserial", "imei": "deviceid",
}  # fmt: skip
LONG = re.compile(r"(?:q|add|get) (.+?)(?: prompt)?")
"""Types as the first forms wrote them: "q string", "add photo prompt", "get start time"."""
ACCEPTS = {"photo": "image", "image": "image", "audio": "audio", "file": "file"}
FILLED_IN = (
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "username", "start-geopoint", "phonenumber",
    "email",
)  # fmt: skip
"""What a device notes by itself; phonenumber and email only where they have no label."""
PATTERNS = {
    "phonenumber": ("regex(., '[+]?[0-9][0-9 .-]{7,14}')", "Xin ông/bà ghi số điện thoại gồm 8 đến 15 chữ số.",
                    "Please write a phone number of 8 to 15 digits."),
    "email": ("regex(., '[^@ ]+@[^@ ]+[.][^@ .]{2,}')", "Xin ông/bà ghi địa chỉ thư điện tử, ví dụ: ten@vidu.vn.",
              "Please write an e-mail address, such as name@example.org."),
}  # fmt: skip
OUT_OF_REACH = {
    "datetime": "ask for the day (date) and the time (time) in two questions",
    "barcode": "ask for the number under it as text",
    "geotrace": "ask for one point with geopoint",
    "geoshape": "ask for one point with geopoint",
    "video": "ask for a photo, or for a file",
    "osm": "ask for one point with geopoint",
    "audit": "take the row out; every answer is kept with its time anyway",
    "background-audio": "take the row out; nobody is recorded unasked",
    "background-geopoint": "take the row out, or ask for one point with geopoint",
    "csv-external": "write the choices on the sheet choices",
    "xml-external": "write the choices on the sheet choices",
    "select_one_from_file": "write the choices on the sheet choices and use select_one",
    "select_multiple_from_file": "write the choices on the sheet choices and use select_multiple",
    "select_one_external": "write the choices on the sheet choices and use select_one",
}
NO_GROUP = {
    "repeat": "write the questions out as often as they may be needed, each with a name of its own",
    "loop": "write the questions out for each choice, each with a name of its own",
    "kobomatrix": "write a group of select_one questions that share a list",
    "score": "write a group of select_one questions that share a list",
    "rank": "use the type rank with a list",
}


@dataclass(frozen=True, slots=True)
class Type:
    """What a type cell says: a known word, the list that it names, whether "other" may be written in."""

    word: str
    kind: Kind | None = None
    choices: str = ""
    other: bool = False
    refused: str = ""
    """Why not, and after '; ' what to do instead."""


def type_of(written: str) -> Type:
    """The type that a cell means; ``refused`` says what is wrong with one that cannot be asked."""
    said = " ".join(written.split())
    short = LONG.fullmatch(said.lower())
    word = short[1] if short else said.lower()
    word = WRITTEN_OTHERWISE.get(word, word)
    first = (
        re.sub(r"[ _]", "_", word.split(" from file")[0]) + "_from_file" if " from file" in word else word.split()[0]
    )
    if first in OUT_OF_REACH:
        return Type(first, refused=f"a chat cannot ask {first}; {OUT_OF_REACH[first]}")
    if word in KINDS:
        return Type(word, KINDS[word])
    if word in FILLED_IN:
        return Type(word)
    if found := SELECT.fullmatch(said):
        name = found[1].lower().replace(" ", "_")
        return Type(name, SELECTS.get(name, Kind.SEVERAL), found[2], bool(found[3]))
    if first.replace("_", " ").split()[0] in ("select", "select1", "rank"):
        return Type(word, refused=f"{said!r} names no list of choices; write for example 'select_one list'")
    near = get_close_matches(first, [*KINDS, "select_one", "select_multiple", "rank"], 1)
    meant = f"; {near[0]!r} may be meant" if near else "; see the types of XLSForm"
    return Type(word, refused=f"there is no type {said!r}{meant}")
