"""What teachers say of texts, on average, for a student to learn from.

usage: label.py OUT.pt DUMP JSONL --words DIR [--minilm MINILM.zip] MODEL.pt ...
A teacher is a weights file of train.py, with MiniLM's layers or without. For each document OUT.pt has the probability
of a cue for every token and, for each token that may be one, the probability that it is, the probabilities of labels
in its window and the expected pairs of neighbouring labels.
"""
import argparse
import os

import torch

from data import batch, examples, windows
from features import read_vocabulary
from model import Labeller, marginals
from teacher import teacher

LIKELY = 0.04


def load(path, minilm):
    """A model from its weights, its widths told from their shapes; word vectors are among the weights or the words'."""
    state = torch.load(path)
    inner = "labeller." if any(k.startswith("labeller.") for k in state) else ""
    d, r = state[inner + "inp.weight"].shape[0], state[inner + "token_in.weight"].shape[0]
    return (lambda words, width: teacher(minilm, words, width, d, r) if inner else Labeller(d, r, words, width)), state


@torch.no_grad()
def encode(model, exs):
    """For each example the states of its tokens [n,D] and the probability of a cue [n]."""
    model.eval()
    out = []
    for first in range(0, len(exs), 8):
        part = exs[first:first + 8]
        cols, head, mask, _, starts = batch(part)
        h = model.encode_examples(part, cols, head, mask, starts)
        odds = torch.sigmoid(model.anchor(h).squeeze(-1)[0])
        out += [(h[0, s:s + e.doc.n].half(), odds[s:s + e.doc.n]) for e, s in zip(part, starts)]
        if hasattr(model, "forget"):
            model.forget(part)
    return out


@torch.no_grad()
def roles(model, exs, encoded, cues):
    """For each example {token: (probability that it is a cue, label probabilities, expected pairs)}."""
    told = [{} for _ in exs]
    for first in range(0, len(exs), 8):
        part, starts, at = exs[first:first + 8], [], 0
        for e in part:
            starts.append(at)
            at += e.doc.n
        h = torch.cat([h for h, _ in encoded[first:first + 8]]).float()
        picks = [(i, t) for i in range(len(part)) for t in cues[first + i]]
        for some, index, heads, pos, rel, wmask, *_ in windows(part, starts, picks, 1 + len(picks) // 64):
            hw = h[index]
            emit, v = model.roles(hw, hw[torch.arange(len(some)), pos], heads, pos, rel, wmask.unsqueeze(-1).float())
            labels, pairs = marginals(emit, wmask, model.trans)
            for k, (i, t, _) in enumerate(some):
                told[first + i][t] = (float(torch.sigmoid(v[k])), labels[k, :int(wmask[k].sum())], pairs[k])
    return told


def together(models, exs):
    """The mean of all models: {doc_id: (probability of a cue [n], {token: (probability, labels, pairs)})}."""
    encoded = [encode(m, exs) for m in models]
    odds = [sum(o for _, o in x) / len(models) for x in zip(*encoded)]
    cues = [sorted({*e.taught, *(o > LIKELY).nonzero().flatten().tolist()}) for e, o in zip(exs, odds)]
    each = [roles(m, exs, x, cues) for m, x in zip(models, encoded)]
    result = {}
    for i, e in enumerate(exs):
        mean = lambda t, k: sum(told[i][t][k] for told in each) / len(each)
        result[e.id] = (odds[i].half(), {t: (mean(t, 0), mean(t, 1).half(), mean(t, 2)) for t in cues[i]})
    return result


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("out"), ap.add_argument("dump"), ap.add_argument("texts"), ap.add_argument("models", nargs="+")
    ap.add_argument("--words", nargs="+", required=True, help="folder with words.txt (and vectors.npy) of all models")
    ap.add_argument("--minilm")
    args = ap.parse_args()
    torch.set_num_threads(1)
    read_vocabulary(os.path.join(args.words[0], "words.txt"))
    import numpy as np
    vectors = torch.from_numpy(np.load(os.path.join(args.words[0], "vectors.npy"))).float()
    exs = examples(args.dump, args.texts)
    models = []
    for path in args.models:
        make, state = load(path, args.minilm)
        model = make(len(vectors), vectors.size(1))
        (model.labeller if hasattr(model, "labeller") else model).vectors.copy_(vectors)
        model.load_state_dict(state, strict=False)
        models.append(model)
    torch.save(together(models, exs), args.out)
    print(len(exs), "documents,", sum(len(e.taught) for e in exs), "gold cues")


if __name__ == "__main__":
    main()
