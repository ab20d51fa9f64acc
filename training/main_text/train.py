"""Weights of the vote on a page's main text: logistic regression over the blocks of the development pages.

usage: train.py FEATURES.jsonl:GOLD.jsonl ... > crates/sayso-ingest/src/html/weights.rs
       (features: cargo run --release -p sayso-ingest --example page_features GOLD.jsonl)

A block counts as main text if most of its three-word shingles are in the gold body; where the gold has only pieces that
must and must not be in (trafilatura's pages), a block with one of them counts as that, others do not count. Each page weighs
the same, its blocks by their words. Pages of one publisher are never in two folds of the cross-validation.
"""
import json
import random
import re
import sys

import numpy as np

# A block with a higher score is main text.
THRESHOLD = -0.25


def words(text):
    return re.findall(r"[^\W_]+", text.lower())


def shingles(text, n=3):
    w = words(text)
    return {tuple(w[i:i + n]) for i in range(max(1, len(w) - n + 1))} if w else set()


def load(pair):
    features, gold = pair.split(":")
    gold = {d["id"]: d for d in map(json.loads, open(gold, encoding="utf-8"))}
    pages = []
    for row in map(json.loads, open(features, encoding="utf-8")):
        d = gold[row["id"]]
        if not row["blocks"]:
            continue
        body = shingles("\n".join(d["body"])) if d.get("body") else None
        xs, ys, ws, texts = [], [], [], []
        for text, x in row["blocks"]:
            if body is not None:
                s = shingles(text)
                y = len(s & body) >= 0.6 * len(s) if len(words(text)) >= 3 else text.strip() in "\n".join(d["body"])
            elif any(p in text for p in d["with"]):
                y = True
            elif any(p in text for p in d["without"]):
                y = False
            else:
                y = None
            xs.append(x); ys.append(y); ws.append(min(len(words(text)), 120) + 2); texts.append(text)
        group = d.get("publisher") or d["id"].split(":")[1].split(".")[0]
        pages.append((d, group, np.array(xs, dtype=np.float64), ys, np.array(ws, dtype=np.float64), texts))
    return pages


def fit(pages, l2=1.0):
    X, y, w = [], [], []
    for _, _, xs, ys, ws, _ in pages:
        known = [i for i, v in enumerate(ys) if v is not None]
        if not known:
            continue
        weight = ws[known] / ws[known].sum()
        X.append(xs[known]); y.append(np.array([ys[i] for i in known], dtype=np.float64)); w.append(weight)
    X, y, w = np.concatenate(X), np.concatenate(y), np.concatenate(w)
    beta = np.zeros(X.shape[1])
    penalty = np.full(X.shape[1], l2); penalty[0] = 0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(X @ beta, -30, 30)))
        gradient = X.T @ (w * (p - y)) + penalty * beta * 0.05
        hessian = (X * (w * p * (1 - p))[:, None]).T @ X + np.diag(penalty * 0.05 + 1e-9)
        step = np.linalg.solve(hessian, gradient)
        beta -= step
        if np.abs(step).max() < 1e-6:
            break
    return beta


def counter(text, n=4):
    from collections import Counter
    w = re.findall(r"\w+", text)
    if not w:
        return Counter()
    return Counter([tuple(w)]) if len(w) < n else Counter(tuple(w[i:i + n]) for i in range(len(w) - n + 1))


# Indexes of the features of `vote::features` that the rules after the vote use.
LINKED, OUTSIDE, FIGURE, INSIDE, BESIDE, LIST, PARAGRAPH, HEADING, ENDS, CAPTION, RELATED = 10, 11, 12, 13, 14, 15, 16, 18, 20, 30, 31


def lists_of_links(texts, xs):
    """As `lists_of_links` in vote.rs."""
    link = [x[LINKED] >= .9 and x[LIST] > 0 and len(t.split()) >= 3 for t, x in zip(texts, xs)]
    out, at = [False] * len(texts), 0
    while at < len(texts):
        run = next((n for n in range(len(texts) - at) if not link[at + n]), len(texts) - at)
        if run >= 3:
            over = at > 0 and (xs[at - 1][HEADING] > 0 or texts[at - 1].endswith(":") and len(texts[at - 1]) < 60)
            out[at - over:at + run] = [True] * (run + over)
        at += max(run, 1)
    return out


def choose(texts, xs, voted):
    """The blocks that `body` of vote.rs keeps of those voted in, apart from social-network posts and subscription offers."""
    in_list, seen, out = lists_of_links(texts, xs), set(), []
    for at, (text, x) in enumerate(zip(texts, xs)):
        linked, words = x[LINKED] >= .9, len(text.split())
        leads_on = linked and not x[LIST] and words >= 3 and not text.endswith((".", ":", "”", '"', "’", "»", "“"))
        among = 0 < at < len(texts) - 1 and voted[at - 1] and voted[at + 1]
        apart = any(x[i] for i in (OUTSIDE, BESIDE, LIST, FIGURE, CAPTION, RELATED))
        paragraph = linked and x[PARAGRAPH] and x[INSIDE] and x[ENDS] and not apart and len(text) >= 80
        if (voted[at] and not leads_on or among and paragraph) and not in_list[at] and (words < 8 or text not in seen):
            seen.add(text)
            out.append(text)
    return "\n\n".join(out)


def score(pages, beta_of, threshold):
    pr, re_, kept, lost, let_in = [], [], 0, 0, 0
    for d, group, xs, _, _, texts in pages:
        body = choose(texts, xs, xs @ beta_of(group) > threshold)
        if d.get("body"):
            g, p = counter("\n".join(d["body"])), counter(body)
            hit = sum((g & p).values())
            pr.append(hit / sum(p.values()) if p else 0.0); re_.append(hit / sum(g.values()))
        for piece in d.get("with", []):
            kept += piece in body; lost += piece not in body
        for piece in d.get("without", []):
            let_in += piece in body
    out = []
    if pr:
        p, r = np.mean(pr), np.mean(re_); out.append(("shingle", p, r, 2 * p * r / (p + r)))
    if kept:
        p, r = kept / (kept + let_in), kept / (kept + lost); out.append(("chunks", p, r, 2 * p * r / (p + r)))
    return out


def main():
    sets = [load(pair) for pair in sys.argv[1:]]
    pages = [p for s in sets for p in s]
    groups = sorted({p[1] for p in pages})
    for seed in range(3):
        random.Random(seed).shuffle(groups)
        folds = {g: i % 10 for i, g in enumerate(groups)}
        by_fold = [fit([p for p in pages if folds[p[1]] != k]) for k in range(10)]
        for s in sets:
            result = score(s, lambda g: by_fold[folds[g]], THRESHOLD)
            print("cross-validated", seed, [(n, *(round(float(v), 4) for v in r)) for n, *r in result], file=sys.stderr)
    beta = fit(pages)
    for s in sets:
        print("all", score(s, lambda g: beta, THRESHOLD), file=sys.stderr)
    print("//! Weights of the vote, from a logistic regression over the blocks of the development pages: made by\n//! `training/main_text/train.py`.\n")
    print("/// One for each feature of `vote::features`, in its order.")
    print(f"pub(super) const WEIGHTS: [f32; {len(beta)}] = [")
    for b in beta:
        print(f"    {b:.4f},")
    print("];\n\n/// A block with a higher score is main text.\npub(super) const THRESHOLD: f32 = " + str(THRESHOLD) + ";")


main()
