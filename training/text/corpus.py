"""Reading the gold treebanks and the unlabelled news, and the noise that training adds to them.

Everything here is shared by the teacher and the student, so that both see the same forms.
"""
import json
import os
import random
import re
from pathlib import Path

GOLD = Path(os.environ.get("SAYSO_GOLD", "../shared/gold"))
WORK = Path(os.environ.get("SAYSO_WORK", "target/training"))
ENTITY_TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
ROOT_RELATIONS = {"root"}

# Typography is levelled before any feature is computed, here and in the Rust runtime alike
# (crates/sayso-text/src/features.rs): news has curly quotes and dashes where the treebanks have straight ones.
TYPOGRAPHY = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u00b4": "'", "\u02bc": "'", "`": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-",
    "\u2014": "--", "\u2015": "--", "\u2026": "...", "\u00a0": " ",
})


def level(form):
    """The form with curly quotes, dashes and ellipses written in ASCII."""
    form = form.translate(TYPOGRAPHY)
    return '"' if form in ("''", "''''") else form


class Sentence:
    __slots__ = ("forms", "lemmas", "upos", "xpos", "heads", "relations", "entities", "space_after",
                 "doc", "par", "weight", "teacher")

    def __init__(self):
        self.forms, self.lemmas, self.upos, self.xpos = [], [], [], []
        self.heads, self.relations, self.entities, self.space_after = [], [], [], []
        self.doc = self.par = False
        self.weight, self.teacher = 1.0, None

    def __len__(self):
        return len(self.forms)


def read_conllu(path, entities):
    """Sentences of a CoNLL-U file; `entities` says whether MISC carries NER (else that head is not trained)."""
    out, cur, mwt_end, mwt_space = [], Sentence(), 0, True
    for line in Path(path).read_text(encoding="utf-8").split("\n"):
        if line.startswith("# newdoc"):
            cur.doc = True
        elif line.startswith("# newpar"):
            cur.par = True
        elif not line:
            if cur.forms:
                out.append(cur)
            cur, mwt_end = Sentence(), 0
        elif line[0] != "#":
            f = line.split("\t")
            if "." in f[0]:
                continue
            if "-" in f[0]:
                mwt_end = int(f[0].split("-")[1])
                mwt_space = "SpaceAfter=No" not in f[9]
                continue
            i = int(f[0])
            space = "SpaceAfter=No" not in f[9]
            if mwt_end:
                space = mwt_space if i == mwt_end else i > mwt_end and space
                mwt_end = 0 if i >= mwt_end else mwt_end
            cur.forms.append(f[1]); cur.lemmas.append(f[2]); cur.upos.append(f[3]); cur.xpos.append(f[4])
            cur.heads.append(int(f[6])); cur.relations.append(f[7]); cur.space_after.append(space)
            m = re.search(r"NER=([BI]-[A-Z]+)", f[9])
            tag = m.group(1) if m else "O"
            cur.entities.append(tag if tag in ENTITY_TAGS else "O")
    for s in out:
        if entities:
            previous = "O"
            for i, tag in enumerate(s.entities):  # an I- without its B- opens an entity
                if tag[0] == "I" and previous[2:] != tag[2:]:
                    s.entities[i] = "B" + tag[1:]
                previous = s.entities[i]
        else:
            s.entities = None
    return out


def gold(split):
    """(EWT, GUM) sentences of `train` or `dev`."""
    return (read_conllu(GOLD / f"ud/en_ewt-{split}.conllu", True),
            read_conllu(GOLD / f"ud/en_gum-{split}.conllu", False))


def news():
    """Unlabelled English news bodies (PolNeAR train, FNC, ECB+ train, Fundus), one string each, no copies."""
    seen, out = set(), []

    def put(text):
        key = re.sub(r"\W+", "", text.lower())[:400]
        if len(text) > 200 and key not in seen:
            seen.add(key)
            out.append(text)

    def rows(path):
        with open(GOLD / path, encoding="utf-8") as f:
            yield from map(json.loads, f)

    for d in rows("polnear/train.jsonl"):
        put(d["text"])
    for d in rows("stories-fnc/docs.jsonl"):
        put(d["text"])
    for d in rows("articles/fundus.jsonl"):
        body = d.get("body")
        text = "\n\n".join(x if isinstance(x, str) else " ".join(map(str, x)) for x in body) if isinstance(body, list) else str(body)
        words = re.findall(r"[a-z]+", text.lower())
        if words and sum(w in ("the", "of", "and", "to", "in", "a") for w in words) > 0.12 * len(words):
            put(text)
    return out


def shape(form):
    """Case class of a form: 0 lower, 1 Title, 2 UPPER, 3 single capital, 4 mixed, 5 with digits, 6 no letters."""
    if any(c in "0123456789" for c in form):
        return 5
    letters = [c for c in form if c.isalpha()]
    if not letters:
        return 6
    upper = sum(c.isupper() for c in letters)
    if upper == 0:
        return 0
    if upper == len(letters):
        return 3 if len(letters) == 1 else 2
    return 1 if upper == 1 and form[0].isupper() else 4


def case_noise(forms, rng):
    """All-caps wire copy, headlines in title case, and all-lower text."""
    r = rng.random()
    if r < 0.06:
        return [f.upper() for f in forms]
    if r < 0.09:
        return [f[:1].upper() + f[1:] if len(f) > 3 else f for f in forms]
    if r < 0.12:
        return [f.lower() for f in forms]
    return forms
