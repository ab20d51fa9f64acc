"""Writes a trained student as a weights file (format: crates/sayso-text/src/network/mod.rs).

    python weights.py STUDENT.pt OUT.weights VERSION
"""
import sys
from collections import Counter, defaultdict

import numpy as np
import torch

import corpus
from corpus import ENTITY_TAGS, level

NOTES = {
    "data": "UD English EWT 2.x train with UniversalNER entities, UD English GUM train (without its non-commercial genres); "
            "labels of a fine-tuned MiniLM-L6 on unlabelled news; word vectors from MiniLM-L6",
    "licence": "CC BY-SA 4.0 (UD EWT, UniversalNER: CC BY-SA 4.0; UD GUM: CC BY; MiniLM-L6: Apache-2.0; names from GeoNames: CC BY 4.0)",
}


class File:
    def __init__(self, **notes):
        self.notes, self.head, self.data = notes, [], b""

    def put(self, name, kind, rows, columns, data):
        self.head.append(f"tensor {name} {kind} {rows} {columns} {len(self.data)}")
        self.data += data

    def int8(self, name, matrix):
        m = np.asarray(matrix, np.float32)
        scale = np.maximum(np.abs(m).max(1), 1e-8) / 127
        q = np.clip(np.rint(m / scale[:, None]), -127, 127).astype(np.int8)
        self.put(name, "i8", *m.shape, scale.astype("<f4").tobytes() + q.tobytes())

    def floats(self, name, values):
        v = np.atleast_2d(np.asarray(values, np.float32))
        self.put(name, "f32", *v.shape, v.astype("<f4").tobytes())

    def integers(self, name, values):
        self.put(name, "u64", 1, len(values), np.asarray(values, "<u8").tobytes())

    def text(self, name, text):
        b = text.encode()
        self.put(name, "text", 1, len(b), b)

    def linear(self, name, weight, bias, limit):
        self.int8(name + ".weight", weight); self.floats(name + ".bias", bias); self.floats(name + ".limit", [limit])

    def lstm(self, name, state, limit, prefix):
        for way, end in (("forward", ""), ("backward", "_reverse")):
            g = lambda k: state[f"{prefix}{k}_l0{end}"]
            self.int8(f"{name}.{way}.input", g("weight_ih")); self.int8(f"{name}.{way}.state", g("weight_hh"))
            self.floats(f"{name}.{way}.bias", g("bias_ih") + g("bias_hh"))
        self.floats(name + ".limit", [limit])

    def write(self, path):
        head = "sayso-weights 1\n" + "".join(f"{k}: {v}\n" for k, v in self.notes.items()) + "".join(h + "\n" for h in self.head) + "end\n"
        open(path, "wb").write(head.encode() + self.data)
        print(path, round((len(head) + len(self.data)) / 1e6, 2), "MB")


def edit(form, lemma):
    """(letters cut from the end, ending appended instead) from the lower-cased form to the lemma."""
    k = 0
    while k < min(len(form), len(lemma)) and form[k] == lemma[k]:
        k += 1
    return len(form) - k, lemma[k:]


def lemma_table(sentences):
    """Lines `tag TAB ending TAB cut TAB put`; the longest matching ending decides, `^word` is the whole word.

    A line stands there only where it says other than the shorter endings do.
    """
    by_tag = defaultdict(Counter)
    for s in sentences:
        for f, l, u, x in zip(s.forms, s.lemmas, s.upos, s.xpos):
            if l == "_" or not f:
                continue
            proper = u == "PROPN" and x in ("NNP",)
            form = level(f) if proper else level(f).lower()
            by_tag[f"{u}.{x}"][(form, edit(form, level(l) if proper else level(l)))] += 1
    lines = []
    for tag, counts in sorted(by_tag.items()):
        if sum(counts.values()) < 5:
            continue
        best = {}
        for (form, e), c in sorted(counts.items()):
            if form not in best or c > best[form][0]:
                best[form] = (c, e)
        stats = defaultdict(Counter)
        for (form, e), c in counts.items():
            for k in range(0, min(5, len(form)) + 1):
                stats[form[len(form) - k:]][e] += 1      # by type: endings generalise over words
        chosen = {}

        def decide(form, whole=True):
            for k in range(min(5, len(form)), -1, -1):
                e = chosen.get(form[len(form) - k:])
                if e is not None:
                    return e
            return (0, "")

        for ending in sorted(stats, key=lambda t: (len(t), t)):
            top, c = max(sorted(stats[ending].items()), key=lambda t: t[1])
            total = sum(stats[ending].values())
            if total >= (3 if ending else 1) and c > 0.6 * total and top != decide(ending) and top[0] <= len(ending) + 1:
                chosen[ending] = top
        for ending, (cut, put) in sorted(chosen.items()):
            lines.append(f"{tag}\t{ending}\t{cut}\t{put}")
        for form, (c, e) in sorted(best.items()):
            if e != decide(form) and (c >= 2 or not tag.startswith("PROPN")):
                lines.append(f"{tag}\t^{form}\t{e[0]}\t{e[1]}")
    return "\n".join(lines) + "\n"


def main():
    source, out, version = sys.argv[1:4]
    saved = torch.load(source)
    from student import Student, ARC, LABEL
    model = Student(saved["words"], saved["upos"], saved["xpos"], saved["relations"], saved["hidden"])
    model.load_state_dict(saved["state"]); model.eval()
    ewt, gum = corpus.gold("train")
    # Limits of what goes into each layer, from the treebank itself: all but one value in 5,000 lie within.
    seen = defaultdict(list)
    with torch.no_grad():
        for s in ewt[:6000:4]:
            index = torch.tensor([model.index(s.forms)])
            seen["x"].append(torch.cat([model.word(index[..., 0]), model.affix(index[0, :, 1:])[None]], -1))
            h = model.encode(index)
            dep, head = F_relu(model.dep(h)[..., :ARC]), F_relu(model.head(h)[..., :ARC])
            seen["dep"].append(dep); seen["head"].append(head); seen["arc"].append(model.arc(dep))
            chosen = torch.cat([model.head(model.root)[None, None], model.head(h)], 1)[0, torch.tensor(s.heads)][None]
            seen["label"].append(F_relu(model.dep(h)[..., ARC:] + chosen[..., ARC:]))
    top = {}
    for k, v in seen.items():
        v = torch.cat([t.flatten() for t in v]).abs()
        top[k] = v.kthvalue(int(len(v) * 0.9998)).values.item()
    print(dict(top))
    f = File(version=version, **NOTES)
    order = np.argsort(np.array(saved["words"], np.uint64))
    f.integers("words", np.array(saved["words"], np.uint64)[order])
    p = {k: v.detach().numpy() for k, v in model.state_dict().items()}
    f.int8("word", np.concatenate([p["word.weight"][:1], p["word.weight"][1:][order]]))
    f.int8("affix", p["affix.weight"][:-1])
    f.integers("names", np.load(corpus.WORK / "names.npz")["names"])
    f.lstm("rnn1", p, top["x"], "rnn1."); f.lstm("rnn2", p, 1.0, "rnn2.")
    f.linear("tags", p["tags.weight"], p["tags.bias"], 1.0)
    # One layer for all that the tree needs of a token: dependent arc, dependent label, head arc, head label.
    f.linear("tree", np.concatenate([p["dep.weight"], p["head.weight"]]), np.concatenate([p["dep.bias"], p["head.bias"]]), 1.0)
    f.floats("root", p["head.weight"] @ p["root"] + p["head.bias"])
    f.linear("arc", p["arc.weight"], p["arc.bias"], top["dep"])
    f.floats("arc.query", [top["arc"]]); f.floats("arc.head", [top["head"]])
    f.linear("label", p["label.weight"], p["label.bias"], top["label"])
    b = np.load(corpus.WORK / "boundary.npz")
    f.int8("boundary.table", b["table.weight"][:-1])
    f.linear("boundary.hidden", b["hidden.weight"], b["hidden.bias"], b["limits"][0])
    f.linear("boundary.out", b["out.weight"], b["out.bias"], b["limits"][1])
    f.text("upos", "\n".join(saved["upos"])); f.text("xpos", "\n".join(saved["xpos"]))
    f.text("relations", "\n".join(saved["relations"])); f.text("entities", "\n".join(ENTITY_TAGS))
    f.text("lemmas", lemma_table(ewt + gum))
    f.write(out)


def F_relu(x):
    return torch.relu(x)


if __name__ == "__main__":
    main()
