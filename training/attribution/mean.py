"""The mean of two results of joint.py: `python mean.py A B OUT` reads A.decider.pt, A.labeller.pt and B's, and writes OUT's.

Tables that are not trained (words in half bytes, vectors) are those of A.
"""
import sys

import torch

FIXED = ("encoder.words.weight", "vectors")


def main():
    a, b, out = sys.argv[1:]
    for part in ("decider", "labeller"):
        one, other = (torch.load(f"{path}.{part}.pt", map_location="cpu") for path in (a, b))
        mean = {k: (v + other[k]) / 2 if v.is_floating_point() and k not in FIXED else v for k, v in one.items()}
        torch.save(mean, f"{out}.{part}.pt")


if __name__ == "__main__":
    main()
