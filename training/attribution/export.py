"""Write a trained labeller in the form that the program embeds (see `crates/sayso-text/src/network`).

usage: export.py best.pt attribution.bin [--threshold X]
"""
import argparse
import os
import struct

import torch

from encoded import decide
from model import Labeller

LIMIT = 16.0  # no input of a layer is larger in training; beyond it the program clamps


class Writer:
    def __init__(self):
        self.heads, self.data = [], bytearray()

    def add(self, name, kind, rows, columns, data):
        self.heads.append(f"tensor {name} {kind} {rows} {columns} {len(self.data)}")
        self.data += data

    def floats(self, name, t):
        t = t.detach().float().reshape(1, -1)
        self.add(name, "f32", 1, t.shape[1], t.numpy().astype("<f4").tobytes())

    def small(self, name, t):
        t = t.detach().float()
        scale = t.abs().amax(1).clamp(min=1e-12) / 127
        data = (t / scale.unsqueeze(1)).round().clamp(-127, 127).to(torch.int8)
        self.add(name, "i8", t.shape[0], t.shape[1], scale.numpy().astype("<f4").tobytes() + data.numpy().tobytes())

    def half_bytes(self, name, t):
        encoder = decide("encoder")
        scales, places = encoder.halves(encoder.halve(t.detach().float()))
        data = (places[:, 0::2] | places[:, 1::2] << 4).to(torch.uint8)
        self.add(name, "i4", t.shape[0], t.shape[1], scales.numpy().astype("<f4").tobytes() + data.numpy().tobytes())
        self.floats(name + ".levels", torch.tensor(encoder.LEVELS))

    def integers(self, name, values):
        self.add(name, "u64", 1, len(values), struct.pack(f"<{len(values)}Q", *values))

    def linear(self, name, layer):
        self.small(name + ".weight", layer.weight)
        self.floats(name + ".bias", layer.bias)
        self.floats(name + ".limit", torch.tensor([LIMIT]))

    def norm(self, name, layer):
        self.floats(name + ".scale", layer.weight)
        self.floats(name + ".shift", layer.bias)

    def tree(self, name, tree):
        self.norm(name + ".norm", tree.norm)
        self.linear(name + ".layer", tree.layer)

    def blocks(self, name, blocks):
        self.integers(name + ".dilations", [b.dilation for b in blocks])
        for i, b in enumerate(blocks):
            self.norm(f"{name}.{i}.norm", b.norm)
            self.linear(f"{name}.{i}.layer", b.conv)

    def write(self, path, notes):
        head = ["sayso-weights 1", *(f"{k}: {v}" for k, v in notes.items()), *self.heads, "end", ""]
        blob = "\n".join(head).encode() + self.data
        open(path, "wb").write(blob)
        print(len(blob), "bytes")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights"), ap.add_argument("out")
    ap.add_argument("--words", required=True, help="folder with words.txt")
    ap.add_argument("--threshold", type=float, default=0.0)
    args = ap.parse_args()
    state = torch.load(args.weights)
    own = 64 + 3 * state["vectors"].shape[1]  # inputs that are features, followed by the encoder's output
    extra = state["inp.weight"].shape[1] - own
    model = Labeller(state["inp.weight"].shape[0], state["token_in.weight"].shape[0], *state["vectors"].shape, extra=extra)
    model.load_state_dict(state)
    w = Writer()
    words = open(os.path.join(args.words, "words.txt"), encoding="utf-8").read().encode()
    w.add("words", "text", 1, len(words), words)
    w.half_bytes("vectors", model.vectors)
    w.small("table", model.table.weight)
    w.small("input.weight", model.inp.weight[:, :own])
    w.floats("input.bias", model.inp.bias)
    w.floats("input.limit", torch.tensor([LIMIT]))
    w.small("states.weight", model.inp.weight[:, own:])
    w.floats("states.bias", torch.zeros_like(model.inp.bias))
    w.floats("states.limit", torch.zeros(1))  # each row by its own largest magnitude
    w.blocks("encoder", model.blocks)
    w.tree("tree", model.tree)
    w.norm("norm", model.norm), w.linear("anchor", model.anchor)
    w.linear("token_in", model.token_in), w.linear("anchor_in", model.anchor_in)
    w.small("pairs", model.rel.weight)
    w.blocks("roles", model.role_blocks)
    for i, tree in enumerate(model.role_trees):
        w.tree(f"roles.{i}.tree", tree)
    w.norm("role_norm", model.role_norm), w.linear("role", model.role), w.linear("valid", model.valid)
    w.floats("transitions", model.trans)
    w.floats("threshold", torch.tensor([args.threshold]))
    w.write(args.out, {
        "version": "0.1.0",
        "data": "PolNeAR 1.0.0 train (labels), features of sayso's own language core",
        "licence": "MIT OR Apache-2.0 (weights); the corpus's texts are their publishers' and are not contained",
    })


if __name__ == "__main__":
    main()
