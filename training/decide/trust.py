"""Counts how often the proposals of each rule are right, on annotated reports: a category, or the source of a figure.

    python trust.py ../../data/rule_trust.tsv WORK/gold.jsonl [WORK/extra.jsonl ...] [WORK/made.jsonl]

The files are those of prepare.py, whose features must be the rules' alone. How often a number of which no rule makes
anything counts nobody is taken from the first file only: made-up reports hold more people than real ones.
"""
import collections
import sys

from data import CATEGORIES, names_in
from prepare import lines

HEAD = """# How often a rule's proposals are right: rule, category (or `origin`: the source), right proposals, all proposals.
# Counted on annotated reports by training/decide/trust.py; `-` is a number for which no rule proposes anything.
"""


def owner_is_right(text, c):
    """Whether the rules give a figure the origin that the annotation gives it."""
    gold, origin = c["gold"], c["rule_origin"]
    names = [gold["origin"], *gold.get("origin_names", [])] if gold["origin"] else []
    if not names or origin is None:
        return not names and origin is None
    spans = names_in(text, names, 0, len(text))
    return origin in names or any(a < end and start < b for a, b in c["rule_source"] for start, end in spans)


def main(out, *files):
    right, asked = collections.Counter(), collections.Counter()
    for number, path in enumerate(files):
        for record in lines(path):
            for c in record["cands"]:
                if c["barred"] in ("range", "unit") or (c.get("title") and not c["gold"]):
                    continue
                rule, category = c.get("by"), c.get("rule")
                if rule is None and c["barred"] == "" and number == 0:
                    rule, category = "-", "none"
                if category not in CATEGORIES:
                    continue
                if c["gold"] and category not in ("none", "other") and c.get("origin_by") is not None:
                    owner = c["origin_by"] or "origin.own-voice", "origin"
                    asked[owner] += 1
                    right[owner] += owner_is_right(record["text"], c)
                asked[rule, category] += 1
                right[rule, category] += category == (c["gold"]["category"] if c["gold"] else "none")
    with open(out, "w", encoding="utf8") as file:
        file.write(HEAD)
        for rule, category in sorted(asked):
            file.write(f"{rule}\t{category}\t{right[rule, category]}\t{asked[rule, category]}\n")


main(*sys.argv[1:])
