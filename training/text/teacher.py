"""Fine-tunes MiniLM-L6 (Apache-2.0) on EWT + GUM: tags, tree, entities. A training tool; its weights stay out of the repo."""
import json
import math
import random
import sys
import time
import zipfile

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from tokenizers import Tokenizer

import corpus
from corpus import ENTITY_TAGS, WORK, case_noise, level, shape

D, LAYERS, HEADS = 384, 6, 12


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.out = nn.Linear(D, 3 * D), nn.Linear(D, D)
        self.up, self.down = nn.Linear(D, 4 * D), nn.Linear(4 * D, D)
        self.norm1, self.norm2 = nn.LayerNorm(D, eps=1e-12), nn.LayerNorm(D, eps=1e-12)

    def forward(self, x, mask, p):
        b, n, _ = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, HEADS, D // HEADS).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.norm1(x + F.dropout(self.out(a.transpose(1, 2).reshape(b, n, D)), p, self.training))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), p, self.training))


class Teacher(nn.Module):
    def __init__(self, upos, xpos, relations):
        super().__init__()
        self.upos, self.xpos, self.relations = upos, xpos, relations
        self.words, self.positions = nn.Embedding(30522, D), nn.Embedding(512, D)
        self.shapes = nn.Embedding(8, D)
        nn.init.zeros_(self.shapes.weight)
        self.norm = nn.LayerNorm(D, eps=1e-12)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.mix = nn.Parameter(torch.tensor([-2., -2., -1., 0., 0., 0., 0.]))
        self.shape2 = nn.Embedding(8, 32)
        H = D + 32
        A, L = 256, 128
        self.A, self.L = A, L
        self.tag_u, self.tag_x, self.tag_e = nn.Linear(H, len(upos)), nn.Linear(H, len(xpos)), nn.Linear(H, 7)
        self.dep, self.head = nn.Linear(H, A + L), nn.Linear(H, A + L)
        self.root = nn.Parameter(torch.zeros(1, 1, H))
        self.arc = nn.Parameter(torch.randn(A + 1, A) * 0.02)
        self.lab = nn.Parameter(torch.randn(len(relations), L + 1, L + 1) * 0.02)
        self.p = 0.1

    def load_minilm(self, path):
        from safetensors.torch import load
        z = zipfile.ZipFile(path)
        name = next(n for n in z.namelist() if n.endswith("model.safetensors"))
        w = load(z.read(name))
        w = {k.removeprefix("bert."): v for k, v in w.items()}
        with torch.no_grad():
            self.words.weight.copy_(w["embeddings.word_embeddings.weight"])
            self.positions.weight.copy_(w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0])
            self.norm.weight.copy_(w["embeddings.LayerNorm.weight"]); self.norm.bias.copy_(w["embeddings.LayerNorm.bias"])
            for i, b in enumerate(self.blocks):
                p = f"encoder.layer.{i}."
                for kind in ("weight", "bias"):
                    getattr(b.qkv, kind).copy_(torch.cat([w[p + f"attention.self.{x}.{kind}"] for x in ("query", "key", "value")]))
                    getattr(b.out, kind).copy_(w[p + f"attention.output.dense.{kind}"])
                    getattr(b.norm1, kind).copy_(w[p + f"attention.output.LayerNorm.{kind}"])
                    getattr(b.up, kind).copy_(w[p + f"intermediate.dense.{kind}"])
                    getattr(b.down, kind).copy_(w[p + f"output.dense.{kind}"])
                    getattr(b.norm2, kind).copy_(w[p + f"output.LayerNorm.{kind}"])

    def encode(self, pieces, piece_shapes, word_of, n_words, shapes):
        """pieces [B,P] (0 = padding), word_of [B,P] (word index from 1; 0 = none) -> [B, 1 + W, H], slot 0 is the root."""
        x = self.words(pieces) + self.positions.weight[: pieces.shape[1]] + self.shapes(piece_shapes)
        x = F.dropout(self.norm(x), self.p, self.training)
        mask = (pieces != 0)[:, None, None, :]
        mix = torch.softmax(self.mix, 0)
        total = mix[0] * x
        for i, block in enumerate(self.blocks):
            x = block(x, mask, self.p)
            total = total + mix[i + 1] * x
        b, w = pieces.shape[0], shapes.shape[1]
        sums = torch.zeros(b, w + 1, D).index_put((torch.arange(b)[:, None].expand_as(word_of), word_of), total.float(), accumulate=True)
        count = torch.zeros(b, w + 1).index_put((torch.arange(b)[:, None].expand_as(word_of), word_of), torch.ones(word_of.shape), accumulate=True)
        h = torch.cat([(sums / count.clamp(min=1)[..., None])[:, 1:], self.shape2(shapes)], -1)
        h = torch.cat([self.root.expand(b, 1, -1), h], 1)
        return F.dropout(h, 0.2, self.training)

    def heads(self, h, n_words):
        words = h[:, 1:]
        dep = F.dropout(F.gelu(self.dep(words)), 0.2, self.training)
        head = F.dropout(F.gelu(self.head(h)), 0.2, self.training)
        a_dep = F.pad(dep[..., : self.A], (0, 1), value=1.0)
        arcs = (a_dep @ self.arc) @ head[..., : self.A].transpose(1, 2)
        valid = torch.arange(h.shape[1])[None, :] <= n_words[:, None]
        arcs = arcs.float().masked_fill(~valid[:, None, :], -1e4)
        eye = torch.eye(h.shape[1], dtype=torch.bool)[1:]
        arcs = arcs.masked_fill(eye[None], -1e4)
        return self.tag_u(words).float(), self.tag_x(words).float(), self.tag_e(words).float(), arcs, dep[..., self.A:], head[..., self.A:]

    def labels(self, dep, head, heads):
        """Relation scores [B,W,R] for the given head of each word."""
        chosen = head.gather(1, heads[..., None].expand(-1, -1, self.L))
        d, c = F.pad(dep, (0, 1), value=1.0), F.pad(chosen, (0, 1), value=1.0)
        r = self.lab.shape[0]
        m = (d @ self.lab.permute(1, 0, 2).reshape(self.L + 1, -1)).view(*d.shape[:2], r, self.L + 1)
        return torch.einsum("bwrl,bwl->bwr", m.float(), c.float())


def tokenizer(path):
    z = zipfile.ZipFile(path)
    t = Tokenizer.from_str(z.read(next(n for n in z.namelist() if n.endswith("tokenizer.json"))).decode())
    t.no_padding(); t.no_truncation()
    return t


class Pieces:
    """Word pieces of levelled forms, cached by type."""
    def __init__(self, tok):
        self.tok, self.cache = tok, {}

    def __call__(self, form):
        p = self.cache.get(form)
        if p is None:
            p = self.tok.encode(level(form), add_special_tokens=False).ids[:12] or [100]
            self.cache[form] = p
        return p


def batch(sentences, pieces, rng=None):
    """Tensors of a list of form lists; sentences longer than 500 pieces must have been split before."""
    b = len(sentences)
    rows = []
    for forms in sentences:
        forms = case_noise(forms, rng) if rng else forms
        ids, sh, wo = [101], [7], [0]
        for i, f in enumerate(forms):
            p = pieces(f)
            ids += p; sh += [shape(f)] * len(p); wo += [i + 1] * len(p)
        rows.append((ids[:511] + [102], sh[:511] + [7], wo[:511] + [0], [shape(f) for f in forms]))
    P, W = max(len(r[0]) for r in rows), max(len(f) for f in sentences)
    out = [np.zeros((b, P), np.int64), np.full((b, P), 7), np.zeros((b, P), np.int64), np.full((b, W), 7)]
    for i, r in enumerate(rows):
        for o, v in zip(out, r):
            o[i, : len(v)] = v
    ids, sh, wo, shapes = map(torch.from_numpy, out)
    return ids, sh, wo, torch.tensor([len(f) for f in sentences]), shapes


def batches(sentences, pieces, limit, rng=None):
    """Index lists of about `limit` padded word pieces, similar lengths together."""
    length = [sum(len(pieces(f)) for f in s.forms) + 2 for s in sentences]
    order = sorted(range(len(sentences)), key=lambda i: length[i] * (1 + 0.1 * rng.random()) if rng else length[i])
    out, cur = [], []
    for i in order:
        if cur and (len(cur) + 1) * length[i] > limit:
            out.append(cur); cur = []
        cur.append(i)
    out.append(cur)
    if rng:
        rng.shuffle(out)
    return out


def evaluate(model, sentences, pieces):
    model.eval()
    n = u = x = a = l = 0
    tp = fp = fn = 0
    with torch.no_grad():
        for idx in batches(sentences, pieces, 2000):
            ss = [sentences[i] for i in idx]
            with torch.autocast("cpu", torch.bfloat16):
                tensors = batch([s.forms for s in ss], pieces)
                pu, px, pe, arcs, dep, head = model.heads(model.encode(*tensors), tensors[3])
                heads = arcs.argmax(-1)
                rel = model.labels(dep, head, heads).argmax(-1)
            pu, px, pe = pu.argmax(-1), px.argmax(-1), pe.argmax(-1)
            for k, s in enumerate(ss):
                m = len(s)
                gu = [model.upos.index(t) for t in s.upos]
                n += m
                u += sum(int(p) == g for p, g in zip(pu[k, :m], gu))
                x += sum(model.xpos[int(p)] == g for p, g in zip(px[k, :m], s.xpos))
                ok = [int(p) == g for p, g in zip(heads[k, :m], s.heads)]
                a += sum(ok)
                l += sum(o and model.relations[int(p)] == g for o, p, g in zip(ok, rel[k, :m], s.relations))
                if s.entities:
                    g, p = spans(s.entities), spans([ENTITY_TAGS[int(t)] for t in pe[k, :m]])
                    tp += len(g & p); fp += len(p - g); fn += len(g - p)
    model.train()
    return dict(upos=100 * u / n, xpos=100 * x / n, uas=100 * a / n, las=100 * l / n, ner=200 * tp / max(1, 2 * tp + fp + fn))


def spans(tags):
    out, start = set(), None
    for i, t in enumerate(tags + ["O"]):
        if start is not None and (t[0] != "I" or t[2:] != tags[start][2:]):
            out.add((start, i, tags[start][2:])); start = None
        if t[0] == "B" or (t[0] == "I" and start is None):
            start = i
    return out


def inventory(sentences):
    from collections import Counter
    u, x, r = (Counter() for _ in range(3))
    for s in sentences:
        u.update(s.upos); x.update(s.xpos); r.update(s.relations)
    # A tag seen fewer than five times is an annotation error, not a class.
    return sorted(t for t in u if t != "_"), sorted(t for t, c in x.items() if c >= 5 and t != "_"), sorted(t for t, c in r.items() if c >= 5)


def main():
    # teacher.py MINILM.zip MINUTES EPOCHS [START.pt]: with a start, the rate goes from `RATE` of its top down to nothing.
    wheel_zip, minutes, epochs = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    begin = sys.argv[4] if len(sys.argv) > 4 else None
    top = 0.75 if begin else 1.0
    torch.set_num_threads(1); torch.manual_seed(5); rng = random.Random(5)
    WORK.mkdir(parents=True, exist_ok=True)
    ewt, gum = corpus.gold("train"); ewt_dev, gum_dev = corpus.gold("dev")
    train = [s for s in ewt + gum if len(s) <= 160]
    upos, xpos, relations = inventory(train)
    (WORK / "inventory.json").write_text(json.dumps(dict(upos=upos, xpos=xpos, relations=relations)))
    model = Teacher(upos, xpos, relations)
    model.load_minilm(wheel_zip)
    if begin:
        model.load_state_dict(torch.load(begin))
    pieces = Pieces(tokenizer(wheel_zip))
    encoder = [p for n, p in model.named_parameters() if n.split(".")[0] in ("words", "positions", "norm", "blocks")]
    ids = {id(p) for p in encoder}
    other = [p for p in model.parameters() if id(p) not in ids]
    opt = torch.optim.AdamW([dict(params=encoder, lr=2e-4), dict(params=other, lr=2e-3)], weight_decay=0.01, betas=(0.9, 0.98))
    total = int(epochs * len(batches(train, pieces, 1600)))
    schedule = torch.optim.lr_scheduler.LambdaLR(opt, lambda t: min((t + 1) / (50 if begin else 200), top * max(0.0, 1 - t / total)))
    index = lambda items: {t: i for i, t in enumerate(items)}
    iu, ix, ir, ie = index(upos), index(xpos), index(relations), index(ENTITY_TAGS)
    start, step, words = time.time(), 0, 0
    for epoch in range(math.ceil(epochs)):
        for idx in batches(train, pieces, 1600, rng):
            if step >= total:
                break
            ss = [train[i] for i in idx]
            W = max(map(len, ss))
            target = np.full((5, len(ss), W), -100)
            for k, s in enumerate(ss):
                m = len(s)
                target[0, k, :m] = [iu.get(t, -100) for t in s.upos]
                target[1, k, :m] = [ix.get(t, -100) for t in s.xpos]
                target[3, k, :m] = s.heads
                target[4, k, :m] = [ir.get(t, -100) for t in s.relations]
                if s.entities:
                    target[2, k, :m] = [ie[t] for t in s.entities]
            t = torch.from_numpy(target)
            with torch.autocast("cpu", torch.bfloat16):
                tensors = batch([s.forms for s in ss], pieces, rng)
                pu, px, pe, arcs, dep, head = model.heads(model.encode(*tensors), tensors[3])
                pl = model.labels(dep, head, t[3].clamp(min=0))
            n = (t[3] >= 0).sum()
            ce = lambda p, g: F.cross_entropy(p.reshape(-1, p.shape[-1]), g.reshape(-1), ignore_index=-100, reduction="sum") / n
            loss = ce(pu, t[0]) + ce(px, t[1]) + 2 * ce(pe, t[2]) + ce(arcs, t[3]) + ce(pl, t[4])
            opt.zero_grad(); loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            opt.step(); schedule.step(); step += 1; words += int(n)
            if step % 50 == 0:
                print(f"{epoch} {step}/{total} loss {loss.item():.3f} {words / (time.time() - start):.0f} words/s {(time.time() - start) / 60:.1f} min", flush=True)
        print(epoch, "ewt", evaluate(model, ewt_dev, pieces), flush=True)
        torch.save(model.state_dict(), WORK / "teacher.pt")
        if (time.time() - start) / 60 > minutes:
            break
    print("gum", evaluate(model, gum_dev, pieces))


if __name__ == "__main__":
    main()
