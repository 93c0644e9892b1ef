"""An SPSS system file (.sav): numbers and short texts with labels, missing values and a variable of weights.

Written by us since the library that reads it back in our tests writes only from large data frames and cannot say
which variable holds the weights. Layout: "System File Format" in the PSPP developers' guide; little-endian, UTF-8,
compressed by its byte codes.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

BIAS = 100
SYSMIS = -1.7976931348623157e308
LOWEST = -1.7976931348623155e308
LABEL, VALUE_LABEL = 255, 120
"""Bytes that a label of a variable, and one of a value, may have."""


class Format(IntEnum):
    """How SPSS shows a variable."""

    TEXT = 1
    NUMBER = 5
    TIME = 21
    DAY = 38


class Measure(IntEnum):
    """What may be done with a variable's numbers."""

    NOMINAL = 1
    ORDINAL = 2
    SCALE = 3


@dataclass(frozen=True, slots=True)
class Variable:
    """A column: floats with NaN where nothing is there, or bytes of a text cut to ``text`` bytes (a multiple of 8).

    ``labels`` are of values, ``missing`` at most three values that mean that nothing was said.
    """

    name: str
    label: str
    values: NDArray[np.float64] | NDArray[np.bytes_]
    text: int = 0
    form: Format = Format.NUMBER
    width: int = 8
    decimals: int = 0
    measure: Measure = Measure.NOMINAL
    labels: Mapping[float, str] | Mapping[str, str] = field(default_factory=dict)
    missing: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """Variables of 0 and 1 that are one question of which several options could be chosen."""

    name: str
    label: str
    variables: tuple[str, ...]


def sav(
    variables: Sequence[Variable], *, title: str, made: datetime, weight: str = "", sets: Sequence[Several] = ()
) -> bytes:
    """The whole file; ``weight`` names the variable of weights."""
    slots = np.cumsum([0, *(max(one.text // 8, 1) for one in variables)])
    names = {one.name: number for number, one in enumerate(variables)}
    rows = len(variables[0].values)
    head = struct.pack(
        "<4s60siiiiid9s8s64s3x", b"$FL2", _padded("@(#) SPSS DATA FILE Loa", 60), 2, int(slots[-1]), 1,
        int(slots[names[weight]]) + 1 if weight else 0, rows, float(BIAS),
        f"{made:%d} {MONTHS[made.month - 1]} {made:%y}".encode(), f"{made:%H:%M:%S}".encode(), _padded(title, 64),
    )  # fmt: skip
    parts = [head, *(_variable(number, one) for number, one in enumerate(variables))]
    parts += [_labels(one, int(slots[number]) + 1) for number, one in enumerate(variables) if one.labels]
    parts.append(_info(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, 65001)))
    parts.append(_info(4, 8, struct.pack("<3d", SYSMIS, -SYSMIS, LOWEST)))
    parts += [_info(7, 1, "".join(_set(one, names) for one in sets).encode())] if sets else []
    shown = [(int(one.measure), max(one.width, 6), 0 if one.text else 1) for one in variables]
    parts.append(_info(11, 4, b"".join(struct.pack("<3i", *three) for three in shown)))
    parts.append(_info(13, 1, "\t".join(f"{_short(n)}={one.name}" for n, one in enumerate(variables)).encode()))
    parts.append(_info(20, 1, b"UTF-8"))
    return b"".join([*parts, struct.pack("<ii", 999, 0), _data(variables, rows)])


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def cut(said: str, most: int) -> bytes:
    """UTF-8 of at most so many bytes, never ending within a sign."""
    return said.encode()[:most].decode(errors="ignore").encode()


def _padded(said: str, width: int) -> bytes:
    return cut(said, width).ljust(width)


def _short(number: int) -> str:
    """The name of eight letters that a variable has beside its own."""
    return f"V{number + 1:07}"


def _variable(number: int, one: Variable) -> bytes:
    form = int(one.form) << 16 | (one.text or one.width) << 8 | one.decimals
    made = struct.pack("<6i8s", 2, one.text, 1, len(one.missing), form, form, _short(number).encode())
    label = cut(one.label or one.name, LABEL)
    made += struct.pack("<i", len(label)) + label.ljust(-(-len(label) // 4) * 4)
    made += struct.pack(f"<{len(one.missing)}d", *one.missing)
    rest = struct.pack("<6i8s", 2, -1, 0, 0, 0, 0, b"        ")
    return made + rest * (max(one.text // 8, 1) - 1)


def _labels(one: Variable, slot: int) -> bytes:
    """Labels of values; of texts only where these are of eight bytes."""
    made = struct.pack("<ii", 3, len(one.labels))
    value: float | str
    for value, said in one.labels.items():
        label = cut(said, VALUE_LABEL)
        made += _padded(value, 8) if isinstance(value, str) else struct.pack("<d", value)
        made += bytes([len(label)]) + label.ljust(-(-(len(label) + 1) // 8) * 8 - 1)
    return made + struct.pack("<iii", 4, 1, slot)


def _info(kind: int, size: int, content: bytes) -> bytes:
    return struct.pack("<4i", 7, kind, size, len(content) // size) + content


def _set(one: Several, names: Mapping[str, int]) -> str:
    label = cut(one.label, LABEL).decode()
    listed = " ".join(_short(names[name]).lower() for name in one.variables)
    return f"${one.name}=D1 1 {len(label.encode())} {label} {listed}\n"


def _data(variables: Sequence[Variable], rows: int) -> bytes:
    """All rows: codes for small whole numbers, blanks and nothing; what has none follows its block of eight codes."""
    columns, codes = [], []
    for one in variables:
        if one.text:
            words = np.char.ljust(one.values, one.text).astype(f"S{one.text}").view(np.uint64).reshape(rows, -1)  # type: ignore[arg-type]  # a column of bytes
            blank = words == np.frombuffer(b" " * 8, np.uint64)[0]
            columns.append(words)
            codes.append(np.where(blank, 254, 253).astype(np.uint8))
            continue
        values = np.asarray(one.values, np.float64)
        gone = np.isnan(values)
        small = ~gone & (values == np.floor(values)) & (values > -BIAS) & (values <= 251 - BIAS)
        code = np.where(small, np.where(gone, 0, values) + BIAS, 253)
        columns.append(values.view(np.uint64).reshape(rows, 1))
        codes.append(np.where(gone, 255, code).astype(np.uint8).reshape(rows, 1))
    code, raw = np.hstack(codes).ravel(), np.hstack(columns).ravel()
    code, left = np.pad(code, (0, -len(code) % 8)), raw[code == 253]
    blocks = code.reshape(-1, 8)
    follow = (blocks == 253).sum(axis=1)
    places = np.arange(len(blocks)) + np.cumsum(follow) - follow
    made = np.empty(len(blocks) + len(left), np.uint64)
    is_code = np.zeros(len(made), bool)
    is_code[places] = True
    made[is_code] = blocks.view(np.uint64).ravel()
    made[~is_code] = left
    return made.tobytes()
