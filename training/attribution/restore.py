"""The inverse of export.py: from the program's weights file back to what train.py can start from.

usage: restore.py attribution.bin OUT_DIR: writes weights.pt, words.txt and vectors.npy there
"""
import os
import sys

import numpy as np
import torch

NAMES = {"table": "table.weight", "pairs": "rel.weight", "input": "inp", "tree": "tree", "role_norm": "role_norm",
         "transitions": "trans"}


def read(path):
    """Tensors of a weights file by name."""
    head, _, data = open(path, "rb").read().partition(b"\nend\n")
    out = {}
    for line in head.decode().split("\n"):
        if not line.startswith("tensor "):
            continue
        _, name, kind, rows, columns, at = line.split()
        rows, columns, at = int(rows), int(columns), int(at)
        if kind == "text":
            out[name] = data[at:at + rows * columns].decode()
        elif kind == "i8":
            scale = np.frombuffer(data, "<f4", rows, at)
            small = np.frombuffer(data, np.int8, rows * columns, at + 4 * rows).reshape(rows, columns)
            out[name] = torch.from_numpy(small.astype(np.float32) * scale[:, None])
        elif kind == "f32":
            out[name] = torch.from_numpy(np.frombuffer(data, "<f4", rows * columns, at).copy())
    return out


def state(tensors):
    """The names of `model.py` for those of the file."""
    out = {}
    for name, value in tensors.items():
        parts = name.split(".")
        if parts[-1] in ("limit", "dilations") or name in ("words", "threshold"):
            continue
        end = {"scale": "weight", "shift": "bias"}.get(parts[-1], parts[-1])
        if parts[0] == "encoder":
            name = f"blocks.{parts[1]}.{'conv' if parts[2] == 'layer' else parts[2]}.{end}"
        elif parts[0] == "roles" and parts[2] == "tree":
            name = f"role_trees.{parts[1]}.{parts[3]}.{end}"
        elif parts[0] == "roles":
            name = f"role_blocks.{parts[1]}.{'conv' if parts[2] == 'layer' else parts[2]}.{end}"
        elif len(parts) > 1:
            name = ".".join([NAMES.get(parts[0], parts[0]), *parts[1:-1], end])
        else:
            name = NAMES.get(name, name)
        out[name] = value.view(4, 4) if name == "trans" else value
    return out


def main():
    path, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    tensors = read(path)
    open(os.path.join(out, "words.txt"), "w", encoding="utf-8").write(tensors["words"])
    np.save(os.path.join(out, "vectors.npy"), tensors["vectors"].numpy())
    torch.save(state(tensors), os.path.join(out, "weights.pt"))


if __name__ == "__main__":
    main()
