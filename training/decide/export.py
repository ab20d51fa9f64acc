"""Writes the decider's weights file: `python export.py MODEL.pt ENCODER_FOLDER OUT VERSION TEXTS.jsonl...`

Bytes with a scale for each row, the table of words in half bytes. Of the vocabulary only those pieces are kept that stand five times in the given texts, and the
short ones from which any word can be put together; with word_pieces.weights in place of texts, those that it holds.
"""
import json
import struct
import sys
from collections import Counter

import torch
from tokenizers import Tokenizer

from encoder import LEVELS, halves
from part import parsed

HEADS = 12
LEAST = 4  # a piece must occur in the texts more often
path, folder, out, version, *files = sys.argv[1:]
state = {k: v.float() for k, v in torch.load(path, map_location="cpu").items()}
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
tokenizer.no_padding()
tokenizer.no_truncation()
pieces = sorted(tokenizer.get_vocab().items(), key=lambda p: p[1])
seen = Counter()
for file in files:
    if file.endswith(".weights"):
        with open(file, "rb") as shipped:
            known = next(raw for name, *_, raw in parsed(shipped.read())[1] if name == "pieces").decode().split("\n")
        seen.update({tokenizer.token_to_id(piece): LEAST + 1 for piece in known})
        continue
    with open(file, encoding="utf8") as lines:
        for line in lines:
            seen.update(tokenizer.encode(json.loads(line)["text"], add_special_tokens=False).ids)
short = lambda p: len(p.removeprefix("##")) <= 2 and p.isascii() and not p.startswith("[")
kept = [(p, i) for p, i in pieces if seen[i] > LEAST or short(p) or p in ("[UNK]", "[CLS]", "[SEP]")]
print(f"{len(kept)} of {len(pieces)} pieces")
tensors = []


def text(name, value):
    raw = value.encode()
    tensors.append((name, "text", 1, len(raw), raw))


def floats(name, tensor):
    values = tensor.flatten().tolist()
    tensors.append((name, "f32", 1, len(values), struct.pack(f"<{len(values)}f", *values)))


def matrix(name, tensor):
    scale = tensor.abs().amax(1).clamp(min=1e-12) / 127
    values = (tensor / scale[:, None]).round().clamp(-127, 127).to(torch.int8)
    tensors.append((name, "i8", *tensor.shape, scale.numpy().astype("<f4").tobytes() + values.numpy().tobytes()))


def half_bytes(name, tensor):
    scales, places = halves(tensor)
    packed = (places[:, 0::2] | places[:, 1::2] << 4).to(torch.uint8)
    tensors.append((name, "i4", *tensor.shape, scales.numpy().astype("<f4").tobytes() + packed.numpy().tobytes()))
    floats(f"{name}.levels", torch.tensor(LEVELS))


text("pieces", "\n".join(p for p, _ in kept))
floats("heads", torch.tensor([float(HEADS)]))
half_bytes("words.weight", state["encoder.words.weight"][[i for _, i in kept]])
matrix("places.weight", state["encoder.places.weight"][:160])
matrix("cases.weight", state["encoder.cases.weight"])
for name, tensor in state.items():
    short_name = name.removeprefix("encoder.")
    if short_name.split(".")[0] in ("words", "places", "cases", "modality"):
        continue
    if tensor.dim() == 2:
        matrix(short_name, tensor)
        floats(short_name.removesuffix("weight") + "limit", torch.zeros(1))
    else:
        floats(short_name, tensor)
head = f"sayso-weights 1\nversion: {version}\ndata: PolNeAR 1.0.0 train, news annotated for sayso; started from MiniLM-L6-H384 (Apache-2.0)\nlicence: Apache-2.0\n"
offset = 0
for name, kind, rows, columns, raw in tensors:
    head += f"tensor {name} {kind} {rows} {columns} {offset}\n"
    offset += len(raw)
with open(out, "wb") as file:
    file.write((head + "end\n").encode())
    for *_, raw in tensors:
        file.write(raw)
print(f"{offset / 1e6:.2f} MB")
