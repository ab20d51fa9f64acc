"""A labeller on the decider's encoder: the output of the six layers for each word is added to its input.

One encoder serves both: it is the one of `training/decide`, which starts from MiniLM-L6 (Apache-2.0). A text is cut into
windows of whole sentences; a word is the mean of its pieces.
"""
import importlib.util
import os
import sys

import torch
import torch.nn as nn

from model import Labeller

DECIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "decide")


def decide(name):
    """A module of training/decide, some of which are called as modules here are."""
    if f"decide_{name}" not in sys.modules:
        spec = importlib.util.spec_from_file_location(f"decide_{name}", os.path.join(DECIDE, name + ".py"))
        module = importlib.util.module_from_spec(spec)
        # What it imports by name is in its own folder.
        needs = {"windows": ["encoder"], "data": ["encoder", "windows"], "model": ["data"]}.get(name, [])
        needed = {other: decide(other) for other in needs}
        own = {other: sys.modules.pop(other, None) for other in needs}
        sys.modules.update(needed)
        sys.modules[f"decide_{name}"] = module
        spec.loader.exec_module(module)
        for other, kept in own.items():
            del sys.modules[other]
            if kept:
                sys.modules[other] = kept
    return sys.modules[f"decide_{name}"]


WINDOW = 156  # with two marks no more than the places that the program keeps
CLS, SEP = 101, 102


class Pieces:
    """A document as windows of word pieces (whole sentences, as many as fit) and the word of each piece."""

    def __init__(self, doc, tokenizer):
        text = decide("windows").Text(tokenizer, doc.text)
        word, ends, starts = 0, doc.end, doc.start
        owner = []
        for a, b in text.offsets:
            while word < doc.n and ends[word] <= a:
                word += 1
            owner.append(word if word < doc.n and starts[word] < b else -1)
        self.windows = []  # ids, cases, words
        first, count = 0, len(owner)
        while first < count:
            last = min(count, first + WINDOW)
            if last < count:
                # back to the beginning of the sentence that the window ends in
                cut = last
                sentence = lambda p: doc.sentence[owner[p]] if owner[p] >= 0 else -1
                while cut > first + WINDOW // 3 and not (sentence(cut) >= 0 and sentence(cut) != sentence(cut - 1)):
                    cut -= 1
                if cut > first + WINDOW // 3:
                    last = cut
            ids = [CLS, *text.ids[first:last], SEP]
            cases = [0, *text.cases[first:last], 0]
            of = [-1, *owner[first:last], -1]
            self.windows.append((torch.tensor(ids), torch.tensor(cases), torch.tensor(of)))
            first = last


class Encoded(nn.Module):
    """A labeller over an encoder that others may share."""

    def __init__(self, encoder, tokenizer, labeller):
        super().__init__()
        self.encoder, self.tokenizer = encoder, tokenizer
        self.labeller = labeller
        self.drop = nn.Dropout(0.1)
        self.pieces = {}

    def extra(self, exs, starts, total):
        rows = []
        for e, s in zip(exs, starts):
            if e.id not in self.pieces:
                self.pieces[e.id] = Pieces(e.doc, self.tokenizer)
            rows += [(ids, cases, torch.where(of >= 0, of + s, of)) for ids, cases, of in self.pieces[e.id].windows]
        out = torch.zeros(total, self.encoder.width)
        count = torch.zeros(total, 1)
        rows.sort(key=lambda r: len(r[0]))
        for first in range(0, len(rows), 24):
            part = rows[first:first + 24]
            pad = lambda k, v: nn.utils.rnn.pad_sequence([r[k] for r in part], batch_first=True, padding_value=v)
            ids, cases, of = pad(0, 0), pad(1, 0), pad(2, -2)
            y = self.encoder(ids, cases, of > -2, 0.1).float()
            good = of >= 0
            out = out.index_add(0, of[good], y[good])
            count = count.index_add(0, of[good], torch.ones(int(good.sum()), 1))
        return self.drop(out / count.clamp(min=1)).unsqueeze(0)

    @property
    def anchor(self):
        return self.labeller.anchor

    @property
    def trans(self):
        return self.labeller.trans

    def roles(self, *args):
        return self.labeller.roles(*args)

    def encode_examples(self, exs, cols, head, mask, starts):
        return self.labeller.encode(cols, head, mask, self.extra(exs, starts, cols.shape[1]))
