"""Makes ``provinces.json``, the outlines that the map is drawn with, from a GeoJSON file of the 34 provinces.

    python surveys/data/outline_provinces.py vn34.geojson > surveys/data/provinces.json

Every feature has the official code of its province as the property ``code``. The projection is equirectangular with
true widths at 16° north; a unit is a hundredth of a degree of latitude. Corners of the mainland that are nearer than
``FINEST`` to the line without them are left out; no point of an island is. The islands of Hoàng Sa (Đà Nẵng) and
Trường Sa (Khánh Hòa) stand apart from their province's mainland, so that the map can draw them larger than they are.
"""

import json
import sys
from collections.abc import Sequence
from math import cos, dist, radians

Point = tuple[int, int]
Ring = list[Point]
WEST, NORTH, PARALLEL, UNITS = 102.0, 23.5, 16.0, 100
EAST, SOUTH = 118.0, 7.0
ISLANDS = {"48": ("hoang_sa", 110.0), "56": ("truong_sa", 109.6)}
"""The archipelago of a province, and a longitude that no other land of it reaches."""

FINEST = 1.0
"""In units, of which a picture in chat shows 0.6 dots, and a page fewer."""


def place(longitude: float, latitude: float) -> Point:
    x = (longitude - WEST) * cos(radians(PARALLEL)) * UNITS
    return round(x), round((NORTH - latitude) * UNITS)


def rings(geometry: dict[str, object]) -> list[list[tuple[float, float]]]:
    """The outer and inner rings of a polygon or of several."""
    coordinates = geometry["coordinates"]
    assert isinstance(coordinates, list)
    polygons = coordinates if geometry["type"] == "MultiPolygon" else [coordinates]
    return [[(float(x), float(y)) for x, y, *_ in ring] for polygon in polygons for ring in polygon]


def thinned(ring: Ring) -> Ring:
    """A closed ring with as few of its points as keep it in shape (Ramer 1972, Douglas and Peucker 1973)."""
    first, *rest = ring[:-1] if ring[0] == ring[-1] else ring
    far = max(range(len(rest)), key=lambda n: dist(rest[n], first), default=0)
    made = [*_between([first, *rest[: far + 1]])[:-1], *_between([*rest[far:], first])]
    return made if len(made) > 3 else ring


def _between(line: Ring) -> Ring:
    """The points of a line that it bends at, with its ends."""
    (x0, y0), (x1, y1) = line[0], line[-1]
    long = dist(line[0], line[-1])

    def away(point: Point) -> float:
        return abs((point[0] - x0) * (y1 - y0) - (point[1] - y0) * (x1 - x0)) / long

    most = max(range(1, len(line) - 1), key=lambda n: away(line[n]), default=0)
    if not most or away(line[most]) <= FINEST:
        return [line[0], line[-1]]
    return [*_between(line[: most + 1])[:-1], *_between(line[most:])]


def path(made: Sequence[Ring]) -> str:
    """Rings as one SVG path of short relative steps."""
    written = ""
    for ring in made:
        (x, y), *rest = ring[:-1] if ring[0] == ring[-1] else ring
        written += f"M{x} {y}l"
        steps = []
        for next_x, next_y in rest:
            dx, dy = next_x - x, next_y - y
            if dx or dy:
                steps.append(f"{dx}{'' if dy < 0 else ' '}{dy}")
            x, y = next_x, next_y
        written += " ".join(steps) + "z"
    return written


def area_and_centre(ring: Ring) -> tuple[float, Point]:
    """The area of a ring and its centroid (the shoelace formula)."""
    double = x = y = 0.0
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x0 * y1 - x1 * y0
        double, x, y = double + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    return abs(double) / 2, (round(x / (3 * double)), round(y / (3 * double))) if double else ring[0]


def main(source: str) -> None:
    with open(source, encoding="utf-8") as file:
        features = json.load(file)["features"]
    provinces: dict[str, dict[str, object]] = {}
    islands: dict[str, dict[str, object]] = {}
    for feature in sorted(features, key=lambda one: str(one["properties"]["code"])):
        code = str(feature["properties"]["code"])
        name, east = ISLANDS.get(code, ("", EAST))
        near: list[Ring] = []
        far: list[Ring] = []
        for ring in rings(feature["geometry"]):
            (far if max(x for x, _ in ring) > east else near).append([place(*point) for point in ring])
        _, centre = max(map(area_and_centre, near))
        provinces[code] = {"path": path([thinned(ring) for ring in near]), "centre": centre}
        if far:
            xs, ys = ([point[axis] for ring in far for point in ring] for axis in (0, 1))
            around = [min(xs), min(ys), max(xs), max(ys)]
            islands[name] = {"province": code, "path": path(far), "box": around}
    size = place(EAST, SOUTH)
    json.dump(
        {"size": size, "provinces": provinces, "islands": islands},
        sys.stdout,
        ensure_ascii=False,
        separators=(",", ":"),
    )


if __name__ == "__main__":
    main(sys.argv[1])
