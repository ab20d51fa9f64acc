"""How often the network alone is right on labelled reports: `python score.py DECIDER.pt ENCODER_FOLDER [--inner 768] LABELLED.jsonl...`

LABELLED is what `prepare.py labels` writes. Printed are the share of numerals whose category is right, F1 of the categories (all, and
without "other"), and for those that count people how often the pointer is right, says rightly whether anybody is named, and F1 of
named sources. Numerals of articles ("a", "another") are left out.
"""
import argparse
import collections

import torch

import data
from encoder import load
from model import Decider, collate

CLS, SEP = 101, 102


def f1(counts):
    right, extra, missed = counts
    return 2 * right / max(1, 2 * right + extra + missed)


@torch.no_grad()
def score(model, windows):
    shares, sources = collections.Counter(), [0, 0, 0]
    categories = collections.defaultdict(lambda: [0, 0, 0])
    for i in range(0, len(windows), 32):
        batch = collate(windows[i : i + 32])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            category, _, _, points = model(batch)
        for n, a in enumerate(batch["asked"]):
            if a["weight"] != 1.0:
                continue
            said, so = int(category[n].argmax()), a["category"]
            shares["asked"] += 1
            shares["category"] += said == so
            if so:
                categories[so][0 if said == so else 2] += 1
            if said and said != so:
                categories[said][1] += 1
            if a["pointer"] is None:
                continue
            best, nobody = int(points[n].argmax()), a["pointer"] == [0]
            hit = best in a["pointer"]
            shares["pointed"] += 1
            shares["pointer"] += hit
            shares["named"] += (best == 0) == nobody
            sources[0] += hit and not nobody
            sources[1] += best != 0 and not hit
            sources[2] += not nobody and not hit
    total = lambda kept: [sum(c[i] for k, c in categories.items() if kept(k)) for i in range(3)]
    other = data.CATEGORIES.index("other")
    pointed = max(1, shares["pointed"])
    return (
        f"category {shares['category'] / max(1, shares['asked']):.4f} of {shares['asked']}, F1 {f1(total(lambda k: True)):.4f}, "
        f"without other {f1(total(lambda k: k != other)):.4f}; pointer {shares['pointer'] / pointed:.4f} of {shares['pointed']}, "
        f"named or not {shares['named'] / pointed:.4f}, source F1 {f1(sources):.4f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("decider"), parser.add_argument("encoder"), parser.add_argument("labelled", nargs="+")
    parser.add_argument("--inner", type=int, default=768)
    args = parser.parse_args()
    encoder, tokenizer = load(args.encoder, None, args.inner)
    model = Decider(encoder)
    state = torch.load(args.decider, map_location="cpu")
    model.load_state_dict({k: v.float() for k, v in state.items()}, strict=False)
    model.eval()
    for path in args.labelled:
        windows, _ = data.figure_windows(tokenizer, data.read(path), CLS, SEP)
        print(path, score(model, windows), flush=True)
