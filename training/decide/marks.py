"""Made-up reports whose numbers of people are marked in the text.

    At least [[40|killed|the fire chief]] people were killed, the fire chief said. [[Three|killed|-|part]] were children.

A mark is `[[NUMBER|CATEGORY|ORIGIN|FLAGS]]`: ORIGIN is the mention nearest to the number of whose word it is, other names
of the same one after `~`, or `-` for nobody but the outlet; FLAGS are some of `other` (another event), `neg`, `possible`,
`expected`, `denied`, `part`, with commas.

    python marks.py FOLDER...      # says which marks cannot be read, and how many there are
"""
import glob
import re
import sys

from data import CATEGORIES

MARK = re.compile(r"\[\[([^\[\]|]+)\|([^\[\]|]*)\|([^\[\]|]*)(?:\|([^\[\]|]*))?\]\]")
FLAGS = {"other", "neg", "possible", "expected", "denied", "part"}


def read(path):
    """The report without its marks, the figures with their places in it, and what is wrong with it."""
    with open(path, encoding="utf8") as file:
        marked = file.read().strip()
    text, at, found, wrong = "", 0, [], []
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        found.append((len(text), len(text) + len(mark[1]), mark))
        text += mark[1]
        at = mark.end()
    text += marked[at:]
    wrong += ["a bracket that is no mark"] * ("[[" in text or "]]" in text)
    figures = []
    for start, end, mark in found:
        flags = {flag.strip() for flag in (mark[4] or "").split(",")} - {""}
        names = [] if mark[3] in ("", "-") else [name.strip() for name in mark[3].split("~")]
        wrong += [f"{mark[0]}: no such category"] * (mark[2] not in CATEGORIES)
        wrong += [f"{mark[0]}: {name} is not in the text" for name in names if name not in text]
        wrong += [f"{mark[0]}: no such flag as {flag}" for flag in sorted(flags - FLAGS)]
        if mark[2] not in CATEGORIES:
            continue
        figures.append(
            dict(
                s=start,
                e=end,
                category=mark[2],
                origin=names[0] if names else None,
                origin_names=names[1:],
                modality=next((m for m in ("denied", "expected", "possible") if m in flags), "asserted"),
                negated="neg" in flags,
                other_event="other" in flags,
                part_of="part" in flags or None,
            )
        )
    return text, figures, wrong


if __name__ == "__main__":
    reports = [path for folder in sys.argv[1:] for path in sorted(glob.glob(f"{folder}/*.txt"))]
    total = attributed = 0
    for path in reports:
        _, figures, wrong = read(path)
        total += len(figures)
        attributed += sum(f["origin"] is not None for f in figures)
        for problem in wrong:
            print(f"{path}: {problem}")
    print(f"{len(reports)} reports, {total} figures, {attributed} of them attributed")
