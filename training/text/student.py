"""Trains the shipped network: word and affix tables, two BiLSTM layers, heads for tags, names and trees.

    python student.py OUT.pt MINUTES [--labels news.pkl] [--init vectors.npz] [--from OLD.pt] [--hidden 128]
"""
import argparse
import json
import pickle
import random
import time
from collections import defaultdict

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import corpus
from corpus import ENTITY_TAGS, WORK, case_noise
from features import BUCKETS, features
from teacher import inventory, spans

WORD, AFFIX, ARC, LABEL = 96, 64, 96, 96
SLOTS = 16


class Student(nn.Module):
    def __init__(self, words, upos, xpos, relations, hidden):
        super().__init__()
        self.words = {k: i + 1 for i, k in enumerate(words)}
        self.upos, self.xpos, self.relations, self.hidden = upos, xpos, relations, hidden
        self.word = nn.Embedding(len(words) + 1, WORD)
        self.affix = nn.EmbeddingBag(BUCKETS + 1, AFFIX, mode="sum", padding_idx=BUCKETS)
        nn.init.normal_(self.word.weight, std=0.3); nn.init.normal_(self.affix.weight, std=0.1)
        with torch.no_grad():
            self.affix.weight[BUCKETS] = 0
        self.rnn1 = nn.LSTM(WORD + AFFIX, hidden, batch_first=True, bidirectional=True)
        self.rnn2 = nn.LSTM(2 * hidden, hidden, batch_first=True, bidirectional=True)
        H = 2 * hidden
        self.tags = nn.Linear(H, len(upos) + len(xpos) + len(ENTITY_TAGS))
        self.root = nn.Parameter(torch.randn(H) * 0.1)
        self.dep, self.head = nn.Linear(H, ARC + LABEL), nn.Linear(H, ARC + LABEL)
        self.arc = nn.Linear(ARC, ARC)           # dep -> what is compared with heads; its bias is the prior of a head
        self.label = nn.Linear(LABEL, len(relations))
        self.cache = {}

    def index(self, forms):
        rows = []
        for f in forms:
            r = self.cache.get(f)
            if r is None:
                key, buckets = features(f)
                r = [self.words.get(key, 0)] + buckets + [BUCKETS] * (SLOTS - len(buckets))
                self.cache[f] = r
            rows.append(r)
        return rows

    def encode(self, index, drop=0.0):
        """index [B,T,1+SLOTS] -> states [B,T,2H]; all sentences of a batch have the same length."""
        b, t, _ = index.shape
        w = index[..., 0]
        if self.training:
            w = w.masked_fill(torch.rand(w.shape) < 0.05, 0)
        x = torch.cat([self.word(w), self.affix(index[..., 1:].reshape(b * t, -1)).view(b, t, -1)], -1)
        x = F.dropout(x, drop, self.training)
        x, _ = self.rnn1(x)
        x = F.dropout(x, drop, self.training)
        x, _ = self.rnn2(x)
        return F.dropout(x, drop, self.training)

    def heads(self, h, drop=0.0):
        tags = self.tags(h).split([len(self.upos), len(self.xpos), len(ENTITY_TAGS)], -1)
        with_root = torch.cat([self.root.expand(h.shape[0], 1, -1), h], 1)
        dep, head = self.dep(h), self.head(with_root)
        a_dep, a_head = F.relu(dep[..., :ARC]), F.relu(head[..., :ARC])
        a_dep, a_head = F.dropout(a_dep, drop, self.training), F.dropout(a_head, drop, self.training)
        arcs = self.arc(a_dep) @ a_head.transpose(1, 2)
        n = h.shape[1]
        arcs = arcs.masked_fill(torch.eye(n + 1, dtype=torch.bool)[1:], -1e4)
        return *tags, arcs, dep[..., ARC:], head[..., ARC:]

    def labels(self, dep, head, heads):
        chosen = head.gather(1, heads[..., None].expand(-1, -1, LABEL))
        return self.label(F.relu(dep + chosen))


def prepare(model, sentences, labelled=True):
    """Per length: index rows and targets as arrays."""
    iu, ix, ir, ie = ({t: i for i, t in enumerate(x)} for x in (model.upos, model.xpos, model.relations, ENTITY_TAGS))
    out = []
    for s in sentences:
        t = np.full((5, len(s)), -100, np.int64)
        t[0] = [iu.get(x, -100) for x in s.upos]
        t[1] = [ix.get(x, -100) for x in s.xpos]
        if s.entities:
            t[2] = [ie[x] for x in s.entities]
        t[3] = s.heads
        t[4] = [ir.get(x, -100) for x in s.relations]
        out.append((s.forms, t))
    return out


def evaluate(model, sentences):
    model.eval()
    groups = defaultdict(list)
    for s in sentences:
        groups[len(s)].append(s)
    n = u = x = a = l = tp = fp = fn = 0
    with torch.no_grad():
        for length, ss in groups.items():
            index = torch.tensor([model.index(s.forms) for s in ss])
            pu, px, pe, arcs, dep, head = model.heads(model.encode(index))
            heads = arcs.argmax(-1)
            rel = model.labels(dep, head, heads).argmax(-1)
            for k, s in enumerate(ss):
                n += length
                u += sum(model.upos[int(p)] == g for p, g in zip(pu[k].argmax(-1), s.upos))
                x += sum(model.xpos[int(p)] == g for p, g in zip(px[k].argmax(-1), s.xpos))
                ok = [int(p) == g for p, g in zip(heads[k], s.heads)]
                a += sum(ok)
                l += sum(o and model.relations[int(p)] == g for o, p, g in zip(ok, rel[k], s.relations))
                if s.entities:
                    g, p = spans(s.entities), spans([ENTITY_TAGS[int(t)] for t in pe[k].argmax(-1)])
                    tp += len(g & p); fp += len(p - g); fn += len(g - p)
    model.train()
    return {k: round(v, 2) for k, v in dict(upos=100 * u / n, xpos=100 * x / n, uas=100 * a / n, las=100 * l / n,
                                            ner=200 * tp / max(1, 2 * tp + fp + fn)).items()}


def same_length_batches(sets, rng, words=1200):
    """(set, items) batches of sentences of one length each, shuffled."""
    out = []
    for name, items in sets.items():
        groups = defaultdict(list)
        for item in items:
            groups[len(item[0])].append(item)
        for length in sorted(groups):
            g = groups[length]
            rng.shuffle(g)
            size = max(1, min(160, words // length))
            out += [(name, g[i: i + size]) for i in range(0, len(g), size)]
    rng.shuffle(out)
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("out"); p.add_argument("minutes", type=float)
    p.add_argument("--labels"); p.add_argument("--init"); p.add_argument("--start"); p.add_argument("--hidden", type=int, default=128)
    p.add_argument("--rate", type=float, default=2e-3); p.add_argument("--drop", type=float, default=0.33)
    p.add_argument("--news-share", type=float, default=1.0)
    a = p.parse_args()
    torch.set_num_threads(1); torch.manual_seed(7); rng = random.Random(7)
    ewt, gum = corpus.gold("train"); ewt_dev, gum_dev = corpus.gold("dev")
    gold = [s for s in ewt + gum if len(s) <= 160]
    upos, xpos, relations = inventory(gold)
    init = np.load(a.init)
    model = Student([int(k) for k in init["keys"]], upos, xpos, relations, a.hidden)
    with torch.no_grad():
        model.word.weight[1:] = torch.from_numpy(init["vectors"].astype(np.float32))
        model.word.weight[0] = 0
    if a.start:
        model.load_state_dict(torch.load(a.start)["state"])
    sets = {"gold": prepare(model, gold)}
    if a.labels:
        news = []
        for forms, u, x, e, h, r, sure in pickle.load(open(a.labels, "rb")):
            s = corpus.Sentence()
            s.forms, s.upos, s.xpos, s.entities, s.heads, s.relations = forms, u, x, e, h, r
            if sure > 0.5:  # labels with low confidence teach little
                news.append(s)
        print(len(news), "sentences of news", flush=True)
        sets["news"] = prepare(model, news)
    # The word table moves slowly, so that words which training never shows stay comparable with the others.
    slow = [model.word.weight]
    rest = [p for p in model.parameters() if p is not model.word.weight]
    opt = torch.optim.AdamW([dict(params=rest, base=a.rate), dict(params=slow, base=a.rate * 0.3)], lr=a.rate, betas=(0.9, 0.98), weight_decay=1e-4, fused=True)
    start, words, step, epoch, done = time.time(), 0, 0, 0, False
    report = 0.0
    while not done:
        if a.labels and a.news_share < 1:
            news = [x for x in sets["news"] if rng.random() < a.news_share]
            batches = same_length_batches({"gold": sets["gold"], "news": news}, rng)
        else:
            batches = same_length_batches(sets, rng)
        for name, items in batches:
            spent = (time.time() - start) / 60 / a.minutes
            if spent >= 1:
                done = True
                break
            for g in opt.param_groups:
                g["lr"] = g["base"] * min((step + 1) / 100, 1.0) * (1 - spent) ** 0.8
            index = torch.tensor([model.index(case_noise(forms, rng)) for forms, _ in items])
            t = torch.from_numpy(np.stack([x for _, x in items], 1))
            with torch.autocast("cpu", torch.bfloat16):
                h = model.encode(index, a.drop)
                pu, px, pe, arcs, dep, head = model.heads(h, a.drop)
                pl = model.labels(dep, head, t[3].clamp(min=0))
            n = t[3].numel()
            ce = lambda q, g: F.cross_entropy(q.float().reshape(-1, q.shape[-1]), g.reshape(-1), ignore_index=-100, reduction="sum") / n
            loss = ce(pu, t[0]) + ce(px, t[1]) + 2 * ce(pe, t[2]) + ce(arcs, t[3]) + ce(pl, t[4])
            opt.zero_grad(); loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            opt.step(); step += 1; words += n
            if step % 500 == 0:
                print(f"{epoch} {step} loss {loss.item():.3f} {words / (time.time() - start):.0f} words/s {(time.time() - start) / 60:.1f} min", flush=True)
        epoch += 1
        if done or time.time() - report > 150:
            print(epoch, evaluate(model, ewt_dev), flush=True)
            report = time.time()
            torch.save(dict(state=model.state_dict(), words=list(model.words), upos=upos, xpos=xpos, relations=relations, hidden=a.hidden), a.out)
    print("gum", evaluate(model, gum_dev))
    caps = ewt_dev[:]
    for s in caps:
        s.forms = [f.upper() for f in s.forms]
    print("caps", evaluate(model, caps))


if __name__ == "__main__":
    main()
