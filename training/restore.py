"""Converts the shipped weights back into the form that training starts from: `python restore.py MINILM OUT_FOLDER`.

Writes decider.pt, labeller.pt, words.txt and vectors.npy for `attribution/joint.py`, so that new labels can be learned in half an
hour without the rounds before. Each weight comes back as the program has it (bytes with a scale a row, half bytes for tables of
words); the pieces of MiniLM that were left out as rare have their published rows. The head for modality starts anew if it is not shipped.
"""
import os
import struct
import sys

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "decide")]

from encoder import halve, load  # noqa: E402
from part import parsed  # noqa: E402


def tensors(path):
    """The tensors of a weights file by name: floats, or bytes and half bytes as floats; texts and integers unchanged."""
    with open(path, "rb") as file:
        raw = {name: (kind, int(rows), int(columns), data) for name, kind, rows, columns, data in parsed(file.read())[1]}
    levels = {name: np.frombuffer(data, "<f4") for name, (*_, data) in raw.items() if name.endswith(".levels")}
    found = {}
    for name, (kind, rows, columns, data) in raw.items():
        if kind == "text":
            found[name] = data[:columns].decode()
        elif kind == "u64":
            found[name] = struct.unpack(f"<{columns}Q", data[: 8 * columns])
        elif kind == "f32":
            found[name] = torch.from_numpy(np.frombuffer(data, "<f4", rows * columns).copy())
        else:
            scale = np.frombuffer(data, "<f4", rows)[:, None]
            if kind == "i8":
                values = np.frombuffer(data, "i1", rows * columns, 4 * rows).reshape(rows, columns).astype("f4")
            else:
                packed = np.frombuffer(data, "u1", rows * columns // 2, 4 * rows).reshape(rows, columns // 2)
                values = levels[name + ".levels"][np.stack([packed & 15, packed >> 4], -1).reshape(rows, columns)]
            found[name] = torch.from_numpy(values * scale)
    return found


def decider(folder, minilm):
    own, words = tensors(f"{folder}/crates/sayso-read/model/decide.weights"), tensors(f"{folder}/data/word_pieces.weights")
    encoder, tokenizer = load(minilm)
    table = halve(encoder.words.weight.detach())
    for piece, row in zip(words["pieces"].split("\n"), words["words.weight"]):
        table[tokenizer.token_to_id(piece)] = row
    places = encoder.places.weight.detach().clone()
    places[: len(own["places.weight"])] = own["places.weight"]
    state = {"encoder.words.weight": table, "encoder.places.weight": places, "encoder.cases.weight": own["cases.weight"]}
    for name, tensor in own.items():
        if name.split(".")[0] in ("places", "cases", "heads") or name.endswith(".limit"):
            continue
        state[("encoder." if name.split(".")[0] in ("norm", "layers") else "") + name] = tensor
    return state


def labeller(folder):
    own = tensors(f"{folder}/crates/sayso-read/model/attribution.bin")
    renamed = {"encoder": "blocks", "roles": "role_blocks", "input": "inp", "table": "table.weight", "pairs": "rel.weight", "transitions": "trans"}
    state = {}
    for name, tensor in own.items():
        if name.endswith((".limit", ".levels", ".dilations")) or name.split(".")[0] in ("words", "states", "threshold"):
            continue
        parts = name.split(".")
        if parts[0] == "roles" and parts[2] == "tree":
            parts = ["role_trees", parts[1], *parts[3:]]
        elif parts[0] in renamed:
            parts[0] = renamed[parts[0]]
        if len(parts) > 2 and parts[0] in ("blocks", "role_blocks") and parts[2] == "layer":
            parts[2] = "conv"
        if "norm" in parts[-2:-1] or parts[0] in ("norm", "role_norm"):
            parts[-1] = {"scale": "weight", "shift": "bias"}[parts[-1]]
        state[".".join(parts)] = tensor
    state["inp.weight"] = torch.cat([state["inp.weight"], own["states.weight"]], 1)
    state["trans"] = state["trans"].view(4, 4)
    return state, own["words"]


if __name__ == "__main__":
    minilm, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    project = os.path.join(HERE, "..")
    torch.save(decider(project, minilm), f"{out}/decider.pt")
    state, words = labeller(project)
    torch.save(state, f"{out}/labeller.pt")
    with open(f"{out}/words.txt", "w", encoding="utf-8") as file:
        file.write(words)
    np.save(f"{out}/vectors.npy", state["vectors"].numpy())
