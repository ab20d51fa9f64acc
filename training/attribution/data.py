"""Examples for training: documents with anchors and role labels."""
import torch

from features import align, anchor_of, load


class Example:
    def __init__(self, rec, doc):
        self.rec, self.doc, self.id = rec, doc, rec["doc_id"]
        self.cols = torch.tensor(doc.columns, dtype=torch.int32)
        self.head = torch.tensor([h if h >= 0 else i for i, h in enumerate(doc.head)], dtype=torch.int64)
        self.anchors = {}
        for a in rec.get("attributions", []):
            cue = align(doc, a["cue"])
            content = align(doc, a["content"])
            if not cue or not content:
                continue
            t = anchor_of(doc, cue)
            if t in self.anchors:
                t = next((x for x in cue if x not in self.anchors), None)
                if t is None:
                    continue
            lo, hi = doc.window(t)
            roles = [0] * (hi - lo)
            for name, part in ((1, align(doc, a["source"])), (2, content), (3, cue)):
                for i in part:
                    if lo <= i < hi:
                        roles[i - lo] = name
            self.anchors[t] = roles
        self.gold = torch.zeros(doc.n)
        # training target of each cue: (probability that it is one, label probabilities [L,4], expected pairs [4,4])
        self.taught = {}
        for t, roles in self.anchors.items():
            self.gold[t] = 1.0
            one = torch.nn.functional.one_hot(torch.tensor(roles), 4).float()
            self.taught[t] = (1.0, one, one[:-1].T @ one[1:])
        self.rel_cache = {}

    def window(self, t):
        if t not in self.rel_cache:
            lo, hi = self.doc.window(t)
            self.rel_cache[t] = (lo, hi, torch.tensor(self.doc.relations(t, lo, hi), dtype=torch.int16))
        return self.rel_cache[t]


def examples(dump, gold):
    return [Example(rec, doc) for rec, doc in load(dump, gold) if doc.n]


GAP = 8


def batch(exs):
    """All documents in one row, separated by GAP empty places; also where each begins."""
    starts, t = [], GAP
    for e in exs:
        starts.append(t)
        t += e.doc.n + GAP
    cols = torch.zeros(1, t, exs[0].cols.size(1), dtype=torch.int64)
    head = torch.arange(t).unsqueeze(0)
    mask, gold = torch.zeros(1, t, 1), torch.zeros(1, t)
    for e, s in zip(exs, starts):
        n = e.doc.n
        cols[0, s:s + n], head[0, s:s + n], mask[0, s:s + n], gold[0, s:s + n] = e.cols, e.head + s, 1.0, e.gold
    return cols, head, mask, gold, starts


def windows(exs, starts, picks, groups=4):
    """picks: list of (example index, anchor). Yields padded windows in groups of similar length."""
    got = sorted(((i, t, *exs[i].window(t)) for i, t in picks), key=lambda x: x[3] - x[2])
    size = max(1, -(-len(got) // groups))
    for g in range(0, len(got), size):
        yield group(exs, starts, got[g:g + size])


def group(exs, starts, got):
    l = max(hi - lo for _, _, lo, hi, _ in got)
    n = len(got)
    index = torch.zeros(n, l, dtype=torch.int64)
    rel = torch.zeros(n, l, 4, dtype=torch.int64)
    mask = torch.zeros(n, l, dtype=torch.bool)
    heads = torch.arange(l).repeat(n, 1)
    at = torch.zeros(n, dtype=torch.int64)
    roles, pairs = torch.zeros(n, l, 4), torch.zeros(n, 4, 4)
    valid = torch.zeros(n)
    for k, (i, t, lo, hi, r) in enumerate(got):
        m = hi - lo
        index[k, :m] = torch.arange(lo, hi) + starts[i]
        rel[k, :m] = r
        mask[k, :m] = True
        own = exs[i].head[lo:hi] - lo
        heads[k, :m] = torch.where((own >= 0) & (own < m), own, torch.arange(m))
        at[k] = t - lo
        if t in exs[i].taught:
            valid[k], roles[k, :m], pairs[k] = exs[i].taught[t]
    return [(i, t, lo) for i, t, lo, _, _ in got], index, heads, at, rel, mask, roles, pairs, valid
