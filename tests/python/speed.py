#!/usr/bin/env python3
"""How long `sayso.read_many` takes on 1,000 reports, beside the same loop in Rust.

usage: speed.py RUST_LOOP [ROUNDS]
RUST_LOOP is the program of `cargo build -p sayso --example read_many`, of the same profile as the wheel. The best of the rounds
counts; they alternate, so that what else the machine does falls on both. Time of the processor is told beside that of the clock:
on a busy machine it is the truer one.
"""
import json
import pathlib
import resource
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


def processor(who):
    """Seconds that the processor has worked for us."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def main():
    rust, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    given = texts()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(text) + "\n" for text in given)
        file.flush()
        ours, theirs = [], []
        ours_worked, theirs_worked = [], []
        for _ in range(rounds):
            before = processor(resource.RUSAGE_CHILDREN)
            seconds, figures = subprocess.check_output([rust, file.name], text=True).split()
            theirs.append(float(seconds))
            theirs_worked.append(processor(resource.RUSAGE_CHILDREN) - before)
            before = processor(resource.RUSAGE_SELF)
            began = time.perf_counter()
            readings = sayso.read_many(given)
            ours.append(time.perf_counter() - began)
            ours_worked.append(processor(resource.RUSAGE_SELF) - before)
    began = time.perf_counter()
    found = sum(len(reading.figures) for reading in readings)
    objects = time.perf_counter() - began
    assert found == int(figures), (found, figures)
    for what, a, b in (("clock", ours, theirs), ("processor", ours_worked, theirs_worked)):
        print(f"{what}: Rust {min(b):.2f} s, read_many {min(a):.2f} s, ratio {min(a) / min(b):.3f}")
    print(f"{COUNT} reports, {found} figures; all figures as objects {objects:.2f} s more")


if __name__ == "__main__":
    main()
