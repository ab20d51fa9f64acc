"""Trains the sentence boundary network: hashed features of nine tokens around a gap, one hidden layer.

    python boundary.py SPANS_PROGRAM OUT.npz     (cargo build --release -p sayso-text --example spans)

Treebank paragraphs are laid out in several ways (blank lines, single breaks, wrapped by hand, a sentence a line), so
that the network learns what a line break is worth. crates/sayso-text/src/boundary.rs computes the same features.
"""
import random
import subprocess
import sys
import textwrap

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import corpus
from corpus import level
from features import fnv, pattern

ROWS, WIDTH, BEFORE, AFTER, HIDDEN = 4096, 24, 5, 5, 64
PARAGRAPH = 3


def documents(sentences):
    """Lists of paragraphs, each a list of sentences."""
    out = []
    for s in sentences:
        if s.doc or not out:
            out.append([])
        if s.par or s.doc or not out[-1]:
            out[-1].append([])
        out[-1][-1].append(s)
    return out


def lay_out(doc, rng):
    """(text, code points at which sentences end). Only spaces are changed, never forms."""
    how = rng.random() if rng else 0.0
    case = rng.random() if rng else 1.0
    change = str.upper if case < 0.05 else str.lower if case < 0.1 else str
    quotes = rng.random() < 0.4 if rng else False
    text, ends = "", []
    width = rng.randint(45, 95) if rng else 0
    for p, par in enumerate(doc):
        if p:
            text += "\n" if 0.6 < how < 0.75 else "\n\n"
        column, opened = 0, False
        for k, s in enumerate(par):
            for i, (form, space) in enumerate(zip(s.forms, s.space_after)):
                f = change(form)
                if len(f) != len(form):
                    f = form
                if quotes and f == '"':
                    f = "\u201d" if opened else "\u201c"
                    opened = not opened
                elif quotes:
                    f = f.replace("'", "\u2019")
                text += f
                column += len(f)
                last = i + 1 == len(s.forms)
                if last:
                    ends.append(len(text))
                if last and k + 1 == len(par):
                    continue
                if last and (how > 0.92 or (0.85 < how and rng.random() < 0.5)):
                    text += "\n"; column = 0
                elif space:
                    if 0.75 < how < 0.9 and column + 6 > width:
                        text += "\n"; column = 0
                    else:
                        text += " "; column += 1
    return text, ends


def run(program, texts):
    out = subprocess.run([program], input="\0".join(texts).encode(), stdout=subprocess.PIPE, check=True).stdout.decode()
    return [[tuple(map(int, row.split())) for row in part.split("\n") if row] for part in out.split("\n\n")][: len(texts)]


_cache = {}


def form_rows(form):
    r = _cache.get(form)
    if r is None:
        f = level(form[:64])[:64]
        low = "".join("0" if c in "0123456789" else c for c in f.lower())
        r = [fnv(low, 50) % ROWS, fnv(pattern(f), 51) % ROWS, fnv(low[-2:], 52) % ROWS]
        _cache[form] = r
    return r


def features(text, tokens):
    """Rows of each token: three of the form, the gap after it with the width of its line, whether a quotation is open."""
    rows, open_quote, line = [], 0, 0
    for i, (start, end, gap) in enumerate(tokens):
        form = text[start:end]
        if form in ('"', "\u201c", "\u201d", "''", "``"):
            open_quote ^= 1
        width = min((end - line) // 8, 15) if gap == 2 else 0
        rows.append(form_rows(form) + [fnv(f"{gap}.{width}", 53) % ROWS, fnv(f"{open_quote}", 54) % ROWS])
        if gap >= 2:
            line = tokens[i + 1][0] if i + 1 < len(tokens) else 0
        if gap == PARAGRAPH:
            open_quote = 0
    return rows


def prepare(program, docs, rng):
    laid = [lay_out(d, rng) for d in docs]
    rows, label, known = [], [], []
    for (text, ends), tokens in zip(laid, run(program, [t for t, _ in laid])):
        ends = set(ends)
        rows += [[-1] * 5] * BEFORE + features(text, tokens) + [[-1] * 5] * AFTER
        label += [0] * BEFORE + [int(t[1] in ends) for t in tokens] + [0] * AFTER
        known += [0] * BEFORE + [int(t[2] != PARAGRAPH) for t in tokens] + [0] * AFTER
    return torch.tensor(rows) % (ROWS + 1), torch.tensor(label, dtype=torch.float32), torch.tensor(known, dtype=torch.bool)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.EmbeddingBag(ROWS + 1, WIDTH, mode="sum", padding_idx=ROWS)
        nn.init.normal_(self.table.weight, std=0.1)
        with torch.no_grad():
            self.table.weight[ROWS] = 0
        self.hidden = nn.Linear((BEFORE + AFTER + 1) * WIDTH, HIDDEN)
        self.out = nn.Linear(HIDDEN, 1)

    def forward(self, rows, at):
        window = at[:, None] + torch.arange(-BEFORE, AFTER + 1)
        x = self.table(rows[window].view(-1, rows.shape[1])).view(len(at), -1)
        x = F.dropout(x, 0.15, self.training)
        return self.out(F.relu(self.hidden(x)))[:, 0]


def main():
    program, out = sys.argv[1:3]
    torch.set_num_threads(1); torch.manual_seed(11); rng = random.Random(11)
    train = [d for part in corpus.gold("train") for d in documents(part)]
    dev = [documents(part) for part in corpus.gold("dev")]
    net = Net()
    opt = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-3, fused=True)
    epochs = 8
    for epoch in range(epochs):
        rows, label, known = prepare(program, train, rng)
        at = torch.nonzero(known)[:, 0]
        at = at[torch.randperm(len(at))]
        for i in range(0, len(at), 2048):
            t = (epoch + i / len(at)) / epochs
            opt.param_groups[0]["lr"] = 3e-3 * (1 - t)
            b = at[i: i + 2048]
            loss = F.binary_cross_entropy_with_logits(net(rows, b), label[b])
            opt.zero_grad(); loss.backward(); opt.step()
        net.eval()
        for name, docs in zip(("ewt", "gum"), dev):
            rows, label, known = prepare(program, docs, None)
            at = torch.nonzero(known)[:, 0]
            with torch.no_grad():
                p = torch.cat([net(rows, at[i: i + 8192]) for i in range(0, len(at), 8192)]) > 0
            g = label[at] > 0
            hit = int((p & g).sum())
            print(epoch, name, f"loss {loss.item():.4f} inner boundaries P {hit / max(1, int(p.sum())):.3f} R {hit / max(1, int(g.sum())):.3f}", flush=True)
        net.train()
    state = {k: v.numpy() for k, v in net.state_dict().items()}
    # Largest magnitudes of what goes into the two layers, for the integer products.
    with torch.no_grad():
        x = net.eval().table(rows).abs().max().item()
        window = at[:, None] + torch.arange(-BEFORE, AFTER + 1)
        h = F.relu(net.hidden(net.table(rows[window].view(-1, 5)).view(len(at), -1))).max().item()
    np.savez(out, limits=np.array([x * 1.2, h * 1.2]), **state)


if __name__ == "__main__":
    main()
