"""The teacher: MiniLM-L6 (Apache-2.0) under a labeller, so that what words mean is known too.

The layers below `FROZEN` are not trained; what they say of each window of word pieces is computed once and kept in
memory. The layers above are trained together with the labeller, whose input their states join.
A training tool; its weights stay out of the repo.
"""
import os
import sys

import torch
import torch.nn as nn

from model import Labeller

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "text"))
import importlib.util  # noqa: E402

_spec = importlib.util.spec_from_file_location("text_teacher", os.path.join(sys.path[-1], "teacher.py"))
text_teacher = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(text_teacher)

FROZEN, WINDOW = 3, 254


class MiniLM(nn.Module):
    """The encoder alone; `below` are its frozen layers."""

    def __init__(self, path, frozen=FROZEN):
        super().__init__()
        whole = text_teacher.Teacher(["-"], ["-"], ["-"])
        whole.load_minilm(path)
        self.words, self.positions, self.norm = whole.words, whole.positions, whole.norm
        self.below, self.above = whole.blocks[:frozen], whole.blocks[frozen:]
        for part in (self.words, self.positions, self.norm, self.below):
            part.requires_grad_(False)
        self.mix = nn.Parameter(torch.tensor([-2.0] + [0.0] * len(self.above)))

    @torch.no_grad()
    def lower(self, pieces):
        x = self.norm(self.words(pieces) + self.positions.weight[:pieces.shape[1]])
        mask = (pieces != 0)[:, None, None, :]
        for block in self.below:
            x = block(x, mask, 0.0)
        return x

    def upper(self, x, real):
        """x [B,P,384], real [B,P] bool."""
        weights = torch.softmax(self.mix, 0)
        total = weights[0] * x
        for block, w in zip(self.above, weights[1:]):
            x = block(x, real[:, None, None, :], 0.1)
            total = total + w * x
        return total


class Pieces:
    """A document as windows of word pieces: whole sentences, as many as fit; and their lower states."""

    def __init__(self, doc, cut):
        self.windows = []  # (piece ids, token of each piece or -1)
        ids, of = [101], [-1]

        def close():
            self.windows.append((torch.tensor(ids + [102]), torch.tensor(of + [-1])))

        i = 0
        while i < doc.n:
            j, more, mof = i, [], []
            while j < doc.n and doc.sentence[j] == doc.sentence[i]:
                p = cut(doc.forms[j])
                more += p
                mof += [j] * len(p)
                j += 1
            if len(ids) + len(more) > WINDOW + 1 and len(ids) > 1:
                close()
                ids, of = [101], [-1]
            while more:
                room = WINDOW + 1 - len(ids)
                ids += more[:room]
                of += mof[:room]
                more, mof = more[room:], mof[room:]
                if more:
                    close()
                    ids, of = [101], [-1]
            i = j
        close()
        self.states = [None] * len(self.windows)


class Teacher(nn.Module):
    def __init__(self, path, labeller):
        super().__init__()
        self.minilm, self.labeller = MiniLM(path), labeller
        self.cut = text_teacher.Pieces(text_teacher.tokenizer(path))
        self.drop = nn.Dropout(0.2)
        self.pieces = {}

    def prepare(self, exs):
        """Computes the lower states of some documents."""
        todo = []
        for e in exs:
            if e.id not in self.pieces:
                self.pieces[e.id] = p = Pieces(e.doc, self.cut)
                todo += [(p, k) for k in range(len(p.windows))]
        todo.sort(key=lambda x: len(x[0].windows[x[1]][0]))
        for first in range(0, len(todo), 32):
            part = todo[first:first + 32]
            ids = nn.utils.rnn.pad_sequence([p.windows[k][0] for p, k in part], batch_first=True)
            x = self.minilm.lower(ids).half()
            for row, (p, k) in zip(x, part):
                p.states[k] = row[:len(p.windows[k][0])].clone()

    def forget(self, exs):
        for e in exs:
            self.pieces.pop(e.id, None)

    def extra(self, exs, starts, total):
        """States of tokens [1,T,384], as `batch` lays them out."""
        states, place = [], []
        for e, s in zip(exs, starts):
            p = self.pieces[e.id]
            for x, (_, of) in zip(p.states, p.windows):
                states.append(x)
                place.append(torch.where(of >= 0, of + s, -1))
        out, count = torch.zeros(total, states[0].shape[1]), torch.zeros(total, 1)
        order = sorted(range(len(states)), key=lambda k: len(states[k]))
        for first in range(0, len(order), 16):
            part = order[first:first + 16]
            x = nn.utils.rnn.pad_sequence([states[k] for k in part], batch_first=True).float()
            at = nn.utils.rnn.pad_sequence([place[k] for k in part], batch_first=True, padding_value=-2)
            y = self.minilm.upper(x, at > -2)
            good = at >= 0
            out = out.index_add(0, at[good], y[good])
            count = count.index_add(0, at[good], torch.ones(int(good.sum()), 1))
        return self.drop(out / count.clamp(min=1)).unsqueeze(0)

    # the labeller's own interface, so that training and decoding treat both alike
    @property
    def anchor(self):
        return self.labeller.anchor

    @property
    def trans(self):
        return self.labeller.trans

    def roles(self, *args):
        return self.labeller.roles(*args)

    def encode_examples(self, exs, cols, head, mask, starts):
        self.prepare(exs)
        return self.labeller.encode(cols, head, mask, self.extra(exs, starts, cols.shape[1]))


def teacher(path, words, vector, d=192, r=96, dropout=0.3):
    return Teacher(path, Labeller(d, r, words=words, vector=vector, dropout=dropout, extra=384))
