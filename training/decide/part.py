"""Splits the decider's weights into two files: the word pieces, which belong in data/, and the rest.

python part.py WHOLE.weights DECIDE.weights WORD_PIECES.weights

crates.io takes no package above 10 MiB, and `sayso-read` with all of it would have 12. WHOLE, as export.py makes it, may be DECIDE itself.
"""
import sys

PIECES = ("pieces", "words.weight", "words.weight.levels")


def parsed(raw):
    """The lines of the header about the whole file, and each tensor with its bytes."""
    end = raw.index(b"\nend\n")
    lines, body = raw[:end].decode().split("\n"), raw[end + 5 :]
    notes = [line for line in lines if not line.startswith("tensor ")]
    tensors = [line.split()[1:] for line in lines if line.startswith("tensor ")]
    ends = [int(tensor[4]) for tensor in tensors[1:]] + [len(body)]
    return notes, [(*tensor[:4], body[int(tensor[4]) : end]) for tensor, end in zip(tensors, ends)]


def written(notes, tensors):
    head, offset = "".join(f"{note}\n" for note in notes), 0
    for name, kind, rows, columns, raw in tensors:
        head += f"tensor {name} {kind} {rows} {columns} {offset}\n"
        offset += len(raw)
    return (head + "end\n").encode() + b"".join(raw for *_, raw in tensors)


if __name__ == "__main__":
    whole, decide, pieces = sys.argv[1:]
    with open(whole, "rb") as file:
        notes, tensors = parsed(file.read())
    for path, own in [(decide, lambda name: name not in PIECES), (pieces, lambda name: name in PIECES)]:
        raw = written(notes, [tensor for tensor in tensors if own(tensor[0])])
        with open(path, "wb") as file:
            file.write(raw)
        print(f"{path}: {len(raw) / 1e6:.2f} MB")
