"""Features of a word type. crates/sayso-text/src/features.rs computes the same; `export.py` writes cases that prove it."""
import numpy as np

from corpus import WORK, level, shape

BUCKETS = 16384
MASK = (1 << 64) - 1


def fnv(data, salt):
    """FNV-1a over UTF-8 bytes, 64 bit, with the salt as first byte."""
    h = ((0xCBF29CE484222325 ^ salt) * 0x100000001B3) & MASK
    for b in data.encode():
        h = ((h ^ b) * 0x100000001B3) & MASK
    # FNV's low bits are weak for short keys: fold the high half in.
    return h ^ (h >> 32)


def pattern(form):
    """Shape with runs longer than two cut: `Xx`, `XX`, `dd-dd`."""
    out = ""
    for c in form:
        k = "d" if c in "0123456789" else "X" if c.isupper() else "x" if c.isalpha() else c
        if len(out) < 2 or out[-1] != k or out[-2] != k:
            out += k
    return out


_names = None


def name_classes(key):
    """Mask of the name classes of a word; see names_list.py."""
    global _names
    if _names is None:
        path = WORK / "names.npz"
        rows = np.load(path)["names"].tolist() if path.exists() else []
        _names = {k & ~0xFF: k & 0xFF for k in rows}
    return _names.get(key & ~0xFF, 0)


def features(form):
    """(key of the word table, buckets) of a form as it stands in the text."""
    form = level(form[:64])[:64]
    low = form.lower()
    digits = "".join("0" if c in "0123456789" else c for c in low)
    keys = [(1, form), (2, pattern(form)), (3, str(shape(form)))]
    n = len(digits)
    keys += [(10 + k, digits[:k]) for k in (1, 2, 3, 4) if n > k]
    keys += [(20 + k, digits[n - k:]) for k in (1, 2, 3, 4) if n > k]
    word = fnv(digits, 0)
    mask = name_classes(word)
    keys += [(30 + bit, "") for bit in range(5) if mask >> bit & 1]
    return word, [fnv(t, s) % BUCKETS for s, t in keys]
