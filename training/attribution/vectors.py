"""Word vectors of the labeller: the most frequent words and lemmas of some dumps, with the vectors of `training/text`.

usage: vectors.py VECTORS.npz COUNT OUT_DIR DUMP GOLD [DUMP GOLD ...]
VECTORS.npz is what `training/text/vectors.py` writes. OUT_DIR gets words.txt (row 0 is empty: no word) and vectors.npy.
"""
import importlib.util
import os
import sys
from collections import Counter

import numpy as np

from features import load

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "text"))  # for what its features import


def main():
    path, count, out, rest = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    spec = importlib.util.spec_from_file_location("text_features", os.path.join(HERE, "..", "text", "features.py"))
    text = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(text)
    z = np.load(path)
    row = {int(k): i for i, k in enumerate(z["keys"])}
    freq = Counter()
    for dump, gold in zip(rest[::2], rest[1::2]):
        for _, doc in load(dump, gold):
            from features import norm
            freq.update(norm(f) for f in doc.forms)
            freq.update(lemma.lower() for lemma in doc.lemma)
    words, rows = [""], [np.zeros(z["vectors"].shape[1], np.float32)]
    for w, _ in freq.most_common():
        i = row.get(int(text.features(w)[0]))
        if i is not None and "\n" not in w and len(words) < count:
            words.append(w)
            rows.append(z["vectors"][i].astype(np.float32))
    os.makedirs(out, exist_ok=True)
    open(os.path.join(out, "words.txt"), "w", encoding="utf-8").write("\n".join(words))
    np.save(os.path.join(out, "vectors.npy"), np.stack(rows))
    print(len(words), "words; tokens covered", sum(freq[w] for w in words) / sum(freq.values()))


if __name__ == "__main__":
    main()
