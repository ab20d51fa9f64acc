"""From scores to attributions: Viterbi over roles, then one attribution per cue, outermost first."""
import math
import torch

from data import batch, windows
from model import ROLES


def viterbi(emit, trans):
    """emit [L,K] list of lists, trans [K][K]."""
    k = len(trans)
    score = list(emit[0])
    back = []
    for row in emit[1:]:
        nxt, ptr = [], []
        for j in range(k):
            best = max(range(k), key=lambda i: score[i] + trans[i][j])
            nxt.append(score[best] + trans[best][j] + row[j])
            ptr.append(best)
        back.append(ptr)
        score = nxt
    j = max(range(k), key=lambda i: score[i])
    path = [j]
    for ptr in reversed(back):
        j = ptr[j]
        path.append(j)
    return path[::-1]


def pieces(doc, idx):
    """Character spans of runs of tokens; runs are joined over punctuation between them only if adjacent."""
    out, i = [], 0
    while i < len(idx):
        j = i
        while j + 1 < len(idx) and idx[j + 1] == idx[j] + 1:
            j += 1
        out.append([doc.start[idx[i]], doc.end[idx[j]]])
        i = j + 1
    return out


@torch.no_grad()
def candidates(model, exs, tau=0.1, size=16):
    """For each example: list of (score, anchor, lo, roles path)."""
    model.eval()
    trans = model.trans.tolist()
    result = []
    for first in range(0, len(exs), size):
        part = exs[first:first + size]
        cols, head, mask, _, starts = batch(part)
        h = model.encode_examples(part, cols, head, mask, starts)
        logit = model.anchor(h).squeeze(-1).float()[0]
        prob = torch.sigmoid(logit)
        picks = [(i, t) for i, e in enumerate(part) for t in range(e.doc.n) if prob[starts[i] + t] > tau]
        found = [[] for _ in part]
        for some, index, heads, pos, rel, wmask, *_ in windows(part, starts, picks, 1 + len(picks) // 64):
            hw = h[0][index]
            emit, valid = model.roles(hw, hw[torch.arange(len(some)), pos], heads, pos, rel, wmask.unsqueeze(-1).to(h.dtype))
            emit, valid = emit.float(), valid.float()
            for k, (i, t, lo) in enumerate(some):
                n = int(wmask[k].sum())
                path = viterbi(emit[k, :n].tolist(), trans)
                found[i].append((float(logit[starts[i] + t]), float(valid[k]), t, lo, path))
        result.extend(found)
    return result


def decode(doc, cands, threshold=0.0, mix=0.5):
    """One attribution for each accepted anchor; an anchor inside an accepted content is nested and dropped."""
    ranked = sorted(((mix * v + (1 - mix) * l, t, lo, path) for l, v, t, lo, path in cands), reverse=True)
    out, content_of, cue_of = [], set(), set()
    for score, t, lo, path in ranked:
        if score < threshold:
            continue
        role = {r: [lo + i for i, x in enumerate(path) if ROLES[x] == r] for r in "SCQ"}
        if not role["C"] or t in content_of or t in cue_of:
            continue
        cue = role["Q"] or [t]
        content = [x for x in role["C"]]
        content_of.update(content)
        cue_of.update(cue)
        out.append((t, role["S"], cue, content))
    # outermost: drop what is inside another's content
    kept = []
    for a in out:
        if any(a is not b and a[0] in set(b[3]) for b in out):
            continue
        kept.append(a)
    return kept


def as_json(doc, kept):
    return [{"source": pieces(doc, s), "cue": pieces(doc, q), "content": pieces(doc, c)} for _, s, q, c in sorted(kept)]
