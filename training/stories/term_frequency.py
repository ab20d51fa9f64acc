#!/usr/bin/env python3
"""Makes data/term-frequency.tsv: in how many documents of UD English a term occurs.

Usage: term_frequency.py EWT_TRAIN.conllu GUM_TRAIN.conllu > data/term-frequency.tsv

Terms are cut and folded as crates/sayso-compare/src/vector.rs does it (a test there checks the fold on words of the
table). Terms in fewer than three documents are left out: their count says little, and the reader treats them as unseen.
"""
import re
import sys
from collections import Counter

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")


def fold(word):
    if word[0].isdigit():
        return "#" + word.replace(",", "")
    word = word.lower().replace("’", "'")
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        word = word[:-1]
    for suffix in ("ing", "ed"):
        if len(word) > len(suffix) + 3 and word.endswith(suffix):
            word = word[: -len(suffix)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    return word


def documents(path):
    text = []
    for line in open(path, encoding="utf-8"):
        if line.startswith("# newdoc") and text:
            yield " ".join(text)
            text = []
        if line.startswith("# text ="):
            text.append(line[8:].strip())
    yield " ".join(text)


def main():
    counts, total = Counter(), 0
    for path in sys.argv[1:]:
        for text in documents(path):
            total += 1
            counts.update({fold(word) for word in WORD.findall(text)})
    print("# Document frequencies of terms in general English: how distinctive a term is of a story.")
    print("# Columns: folded term <TAB> documents. The row with the term * gives the number of documents counted.")
    print("# Source: made by training/stories/term_frequency.py from the training parts of UD English EWT and GUM.")
    print("# Licence: CC BY-SA 4.0, as Universal Dependencies English EWT (GUM: CC BY).")
    print(f"*\t{total}")
    for term, count in sorted(counts.items()):
        if count >= 3:
            print(f"{term}\t{count}")


main()
