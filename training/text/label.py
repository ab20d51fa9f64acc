"""The teacher's labels on unlabelled news: segmented by the program itself (`cut.tsv`), labelled by MiniLM.

    python label.py MINILM.zip TEACHER.pt CUT.tsv OUT.pkl [MAXIMUM WORDS]
"""
import json
import pickle
import random
import sys
import time

import torch

from corpus import ENTITY_TAGS, WORK, Sentence
from teacher import Pieces, Teacher, batch, batches, tokenizer


def main():
    wheel, state, cut, out = sys.argv[1:5]
    maximum = int(sys.argv[5]) if len(sys.argv) > 5 else 10 ** 9
    torch.set_num_threads(1)
    inv = json.loads((WORK / "inventory.json").read_text())
    model = Teacher(**inv); model.load_state_dict(torch.load(state)); model.eval()
    pieces = Pieces(tokenizer(wheel))
    sentences, seen, words = [], set(), 0
    lines = open(cut, encoding="utf-8").read().split("\n")
    random.Random(3).shuffle(lines)
    for line in lines:
        forms = line.split("\t")
        if not 4 <= len(forms) <= 70 or line in seen or words > maximum:
            continue
        seen.add(line); words += len(forms)
        s = Sentence(); s.forms = forms
        sentences.append(s)
    start, done, kept, last = time.time(), 0, [], 0
    order = batches(sentences, pieces, 3000)
    random.Random(4).shuffle(order)
    with torch.no_grad():
        for idx in order:
            ss = [sentences[i] for i in idx]
            with torch.autocast("cpu", torch.bfloat16):
                tensors = batch([s.forms for s in ss], pieces)
                u, x, e, arcs, dep, head = model.heads(model.encode(*tensors), tensors[3])
                heads = arcs.argmax(-1)
                rel = model.labels(dep, head, heads)
            sure = torch.log_softmax(arcs, -1).max(-1)[0] + torch.log_softmax(rel, -1).max(-1)[0]
            u, x, e, rel = u.argmax(-1), x.argmax(-1), e.argmax(-1), rel.argmax(-1)
            for k, s in enumerate(ss):
                n = len(s)
                s.upos = [model.upos[i] for i in u[k, :n].tolist()]
                s.xpos = [model.xpos[i] for i in x[k, :n].tolist()]
                s.entities = [ENTITY_TAGS[i] for i in e[k, :n].tolist()]
                s.heads = heads[k, :n].tolist()
                s.relations = [model.relations[i] for i in rel[k, :n].tolist()]
                s.weight = sure[k, :n].mean().exp().item()
                done += n
                kept.append((s.forms, s.upos, s.xpos, s.entities, s.heads, s.relations, s.weight))
            if time.time() - last > 60:
                last = time.time()
                print(f"{done}/{words} words {done / (time.time() - start):.0f} words/s", flush=True)
    pickle.dump(kept, open(out, "wb"))
    print(done, "words", len(kept), "sentences")


if __name__ == "__main__":
    main()
