#!/usr/bin/env python3
"""How long `sayso.read_many` takes on 1,000 reports, beside the same loop in Rust.

usage: speed.py RUST_LOOP [ROUNDS]
RUST_LOOP is the program of `cargo build -p sayso --example read_many`, of the same profile as the wheel. The best of the rounds
counts; they alternate, so that what else the machine does falls on both.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import sayso

ROOT = pathlib.Path(__file__).parents[2]
COUNT = 1000


def texts():
    """Reports that differ: the example's, each with another number of dead."""
    given = [path.read_text() for path in sorted((ROOT / "examples" / "flood").glob("*.txt"))]
    return [given[n % len(given)].replace("40 people", f"{n + 40} people") for n in range(COUNT)]


def main():
    rust, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    given = texts()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(text) + "\n" for text in given)
        file.flush()
        ours, theirs = [], []
        for _ in range(rounds):
            seconds, figures = subprocess.check_output([rust, file.name], text=True).split()
            theirs.append(float(seconds))
            began = time.perf_counter()
            readings = sayso.read_many(given)
            ours.append(time.perf_counter() - began)
    began = time.perf_counter()
    found = sum(len(reading.figures) for reading in readings)
    objects = time.perf_counter() - began
    assert found == int(figures), (found, figures)
    print(f"{COUNT} reports, {found} figures: Rust {min(theirs):.2f} s, read_many {min(ours):.2f} s, "
          f"ratio {min(ours) / min(theirs):.3f}; all figures as objects {objects:.2f} s more")


if __name__ == "__main__":
    main()
