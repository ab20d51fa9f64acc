"""Annotated reports and texts without annotation in one form for training.

    python prepare.py texts OUT.jsonl GOLD [ANNOTATED_FOLDER...]     # then: decide_features < OUT.jsonl > FEATURES.jsonl
    python prepare.py labels OUT.jsonl FEATURES.jsonl GOLD WORK [ANNOTATED_FOLDER...]

GOLD holds `figures/`, `polnear/`, `stories-fnc/`; an annotated folder holds `NN.txt` and `all.jsonl` in the form of
`figures/`, or made-up reports with their marks in the text (`marks.py`). `labels` writes into WORK: gold.jsonl, made.jsonl
(made up), extra.jsonl (annotated elsewhere), near.jsonl (annotated elsewhere, like a gold report, so that cross-validation
must not train on it) and silver.jsonl (what the rules make of texts).
"""
import collections
import glob
import json
import math
import os
import re
import sys

import marks

ALIKE = 0.35  # Cosine from which two reports may be of one story.


def split(text):
    """The `key: value` head and the body."""
    head = re.match(r"((?:[a-z_]+: .*\n)+)\n", text)
    if not head:
        return {}, text
    return dict(l.split(": ", 1) for l in head.group(1).strip().split("\n")), text[head.end() :]


def report(path):
    with open(path, encoding="utf8") as file:
        head, body = split(file.read())
    title = head.get("title")
    return (f"{title}\n\n{body}" if title else body), len(title) + 2 if title else 0


def lines(path):
    with open(path, encoding="utf8") as file:
        return [json.loads(line) for line in file if line.strip()]


def gold_folders(gold):
    return [f"{gold}/figures/news", *sorted(glob.glob(f"{gold}/figures/stories/*")), *sorted(glob.glob(f"{gold}/figures/more/*"))]


def is_made_up(folder):
    return not os.path.exists(f"{folder}/all.jsonl")


def folder_name(folder):
    return os.path.basename(folder.rstrip("/"))


def made_up(folder):
    """Made-up reports of a folder: each with its id, the text without marks, and its figures."""
    for path in sorted(glob.glob(f"{folder}/*.txt")):
        text, figures, _ = marks.read(path)
        yield f"made/{folder_name(folder)}/{os.path.basename(path)[:-4]}", text, figures


def texts(out, gold, *annotated):
    seen = set()
    with open(out, "w", encoding="utf8") as file:

        def put(identity, text, kind, story=None, begins=0):
            key = re.sub(r"\W", "", text)[:120]
            if key in seen and kind != "gold":
                return
            seen.add(key)
            file.write(json.dumps(dict(id=identity, text=text, kind=kind, story=story, begins=begins)) + "\n")

        for kind, folders in (("gold", gold_folders(gold)), ("extra", annotated)):
            for folder in folders:
                if is_made_up(folder):
                    for identity, text, _ in made_up(folder):
                        put(identity, text, "made")
                    continue
                name = f"{kind}/{folder_name(folder)}"
                single = os.path.basename(folder) in ("news", "singles") or kind == "extra"
                for path in sorted(glob.glob(f"{folder}/*.txt")):
                    number = os.path.basename(path)[:-4]
                    text, begins = report(path)
                    put(f"{name}/{number}", text, kind, f"{name}/{number}" if single else name, begins)
        for article in lines(f"{gold}/polnear/train.jsonl"):
            put(f"polnear/{article['doc_id']}", article["text"], "silver")
        for article in lines(f"{gold}/stories-fnc/docs.jsonl"):
            put(f"fnc/{article['doc_id']}", article["text"], "silver")


def place(text, annotations, begins):
    """The position of each annotation's number; those that are not found are left out."""
    taken = set()
    for g in annotations:
        places = [m.start() for m in re.finditer(re.escape(g["text"]), text) if m.start() not in taken]
        at = next((p for p in places if p >= begins), places[0] if places else None)
        if at is None:
            continue
        taken.add(at)
        number = str(g.get("number") or "")
        inside = g["text"].find(number)
        if inside < 0 or not number:
            inside, number = 0, g["text"]
        yield at + inside, at + inside + len(number), g


def label(text, features, annotations, begins):
    """Candidates with the annotation and the rules' proposal of each."""
    candidates = [dict(s=s, e=e, barred=barred, gold=None) for s, e, barred in features["candidates"]]
    for s, e, g in annotations:
        under = next((c for c in candidates if c["s"] < e and c["e"] > s), None)
        if under is None:
            candidates.append(dict(s=s, e=e, barred="none", gold=g))
        elif under["gold"] is None:
            under["gold"] = g
    for start, end, category, origin, source, rule, modality, negated, *owner in features["figures"]:
        inside = [c for c in candidates if start <= c["s"] and c["e"] <= end + 1 and c["barred"] in ("", "unit")]
        for c in inside[:1]:
            c.update(rule=category, by=rule, rule_modality=modality, rule_negated=negated)
            c.update(rule_origin=origin, rule_source=source, origin_by=owner[0] if owner else None)
        for c in inside[1:]:  # The second number of a range is not a separate candidate.
            inside[0]["gold"] = inside[0]["gold"] or c["gold"]
            c.update(gold=None, barred="range")
    for c in candidates:
        c["title"] = c["s"] < begins
    return candidates


def vectors(reports, all_texts):
    words = lambda text: re.findall(r"[a-z]{4,}", text.lower())
    frequency = collections.Counter(w for t in all_texts for w in set(words(t)))

    def vector(text):
        counts = collections.Counter(words(text))
        v = {
            w: (1 + math.log(n)) * math.log(len(all_texts) / (1 + frequency[w]))
            for w, n in counts.items()
            if frequency[w] < len(all_texts) / 5
        }
        length = math.sqrt(sum(x * x for x in v.values())) or 1
        return {w: x / length for w, x in v.items()}

    return [vector(r["text"]) for r in reports]


def cosine(a, b):
    return sum(x * b.get(w, 0) for w, x in a.items())


def labels(source, features, gold, work, *annotated):
    read = {f["id"]: f for f in lines(features)}
    annotations, made = collections.defaultdict(list), {}
    for kind, folders in (("gold", gold_folders(gold)), ("extra", annotated)):
        for folder in folders:
            if is_made_up(folder):
                for identity, _, figures in made_up(folder):
                    made[identity] = [(g["s"], g["e"], g) for g in figures]
                continue
            for g in lines(f"{folder}/all.jsonl"):
                if not g.get("none"):
                    annotations[f"{kind}/{folder_name(folder)}/{g['report']}"].append(g)
    sets = collections.defaultdict(list)
    for t in lines(source):
        f = read[t["id"]]
        placed = made.get(t["id"]) or place(t["text"], annotations.get(t["id"], []), t["begins"])
        cands = label(t["text"], f, placed, t["begins"])
        story = t["story"] or t["id"]
        sets[t["kind"]].append(dict(id=t["id"], text=t["text"], story=story, sentences=f["sentences"], cands=cands))
    everything = [r["text"] for r in sets["gold"]]
    known = vectors(sets["gold"], everything)
    parent = {r["story"]: r["story"] for r in sets["gold"]}

    def root(story):
        while parent[story] != story:
            story = parent[story]
        return story

    for i, a in enumerate(sets["gold"]):
        for j, b in enumerate(sets["gold"][:i]):
            if root(a["story"]) != root(b["story"]) and cosine(known[i], known[j]) > ALIKE:
                parent[root(a["story"])] = root(b["story"])
    for r in sets["gold"]:
        r["story"] = root(r["story"])
    for r, v in zip(sets["extra"], vectors(sets["extra"], everything)):
        alike = max((cosine(v, k) for k in known), default=0) > ALIKE
        sets["near" if alike else "far"].append(r)
    for name, kind in (("gold", "gold"), ("made", "made"), ("extra", "far"), ("near", "near"), ("silver", "silver")):
        with open(f"{work}/{name}.jsonl", "w", encoding="utf8") as file:
            file.writelines(json.dumps(r) + "\n" for r in sets[kind])
        print(name, len(sets[kind]), "reports")


if __name__ == "__main__":
    {"texts": texts, "labels": labels}[sys.argv[1]](*sys.argv[2:])
