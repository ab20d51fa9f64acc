"""Word table: the most frequent word types and their vectors (PCA of MiniLM's piece embeddings and of
the fine-tuned teacher's states of the word standing alone).

    python vectors.py MINILM.zip TEACHER.pt COUNT OUT.npz
"""
import re
import sys
import zipfile
from collections import Counter

import json

import numpy as np
import torch
from safetensors.numpy import load

import corpus
from corpus import level
from features import features
from student import WORD
from teacher import Pieces, Teacher, batch, tokenizer


def main():
    path, state, count, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    torch.set_num_threads(1)
    freq = Counter()
    for s in sum(corpus.gold("train"), []):
        freq.update(level(f).lower() for f in s.forms)
    for text in corpus.news():
        freq.update(t for t in re.findall(r"[^\W_]+|[^\w\s]", level(text).lower()) if len(t) < 30)
    tok = tokenizer(path)
    vocab = tok.get_vocab()
    ranked = [w for w, c in freq.most_common() if c >= 2]
    rare = [w for w, c in freq.most_common() if c == 1 and w.isalpha()]
    known = set(ranked)
    # MiniLM's own whole words, in the order of its vocabulary (by frequency), fill the rest.
    ranked += [w for w, _ in sorted(vocab.items(), key=lambda x: x[1]) if w.isalpha() and w.isascii() and len(w) > 2 and w not in known]
    known = set(ranked)
    ranked += [w for w in rare if w not in known]
    ranked = ranked[:count]
    z = zipfile.ZipFile(path)
    w = load(z.read(next(n for n in z.namelist() if n.endswith("model.safetensors"))))
    emb = next(v for k, v in w.items() if k.endswith("word_embeddings.weight")).astype(np.float32)
    rows, keys, seen, kept = [], [], set(), []
    for word in ranked:
        key, _ = features(word)
        if key in seen:
            continue
        seen.add(key); keys.append(key); kept.append(word)
        ids = tok.encode(word, add_special_tokens=False).ids or [100]
        rows.append(emb[ids].mean(0))
    model = Teacher(**json.loads((corpus.WORK / "inventory.json").read_text()))
    model.load_state_dict(torch.load(state)); model.eval()
    pieces, alone = Pieces(tok), []
    words = [w for w in kept]
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for i in range(0, len(words), 256):
            tensors = batch([[w] for w in words[i: i + 256]], pieces)
            alone.append(model.encode(*tensors)[:, 1, :384].float().numpy())
    a, b = np.stack(rows), np.concatenate(alone)
    norm = lambda m: (m - m.mean(0)) / np.sqrt(((m - m.mean(0)) ** 2).sum(1).mean())
    x = np.concatenate([norm(a), norm(b)], 1)
    _, s, vt = np.linalg.svd(x.T @ x / len(x))
    v = x @ vt[:WORD].T
    v /= np.sqrt((v ** 2).mean()) / 0.3
    np.savez(out, keys=np.array(keys, np.uint64), vectors=v.astype(np.float16))
    print(len(keys), "words; variance kept", (s[:WORD].sum() / s.sum()).round(3))


if __name__ == "__main__":
    main()
