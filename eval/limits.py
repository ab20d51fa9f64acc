#!/usr/bin/env python3
"""The cost of queries and reports at sizes for which there is a limit: prints the tables of eval/README.md.

usage: eval/limits.py SAYSO GROW [--reports 50000] [--story 5000] [--only KIND ...]

GROW is the program of `cargo build --release -p sayso-desk --example grow`. Times are processor seconds of one call, with
`--threads 1` where there are threads; memory is the most that was resident. KIND is one of: lists, story, placing, reading,
pages, nested.
"""
import argparse, json, os, subprocess, sys, tempfile

parser = argparse.ArgumentParser(usage=__doc__)
parser.add_argument("sayso")
parser.add_argument("grow")
parser.add_argument("--reports", type=int, default=50_000)
parser.add_argument("--story", type=int, default=5_000)
parser.add_argument("--only", nargs="*", default=[])
args = parser.parse_args()


class Call:
    """One call of a program: processor seconds, peak memory in MB, exit code, bytes of output, stderr."""

    def __init__(self, *argv, text=None):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            self.process = subprocess.Popen(argv, stdin=subprocess.PIPE if text else subprocess.DEVNULL, stdout=out, stderr=err)
            if text:
                self.process.stdin.write(text.encode())
                self.process.stdin.close()
            _, status, used = os.wait4(self.process.pid, 0)
            self.process.returncode = self.code = os.waitstatus_to_exitcode(status)
            self.bytes = out.tell()
            err.seek(0)
            self.said = err.read().decode(errors="replace").strip()
        self.seconds = used.ru_utime + used.ru_stime
        self.memory = used.ru_maxrss // 1024


def sayso(*argv, text=None):
    call = Call(args.sayso, *map(str, argv), text=text)
    if call.code not in (0, 2):
        print(f"sayso {' '.join(map(str, argv))[:100]} ended with {call.code}: {call.said[-300:]}", file=sys.stderr)
    return call


def grow(ledger, first, end, large):
    subprocess.run([args.grow, ledger, str(first), str(end), str(large)], check=True)


def median(calls):
    return sorted(calls, key=lambda call: call.seconds)[len(calls) // 2]


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def seconds(call):
    return f"{call.seconds:.2f} s"


def largest(ledger):
    """Number of the story with most reports, and of its first report."""
    out = subprocess.run(
        [args.sayso, "stories", "--json", "--ledger", ledger], capture_output=True, check=True, text=True
    ).stdout
    return max((json.loads(line) for line in out.splitlines()), key=lambda s: s["reports"])


def lists(folder):
    ledger = f"{folder}/many.db"
    grow(ledger, 0, args.reports, args.story)
    sayso("stories", "--limit", 1, "--ledger", ledger)
    for name, argv in [
        ("stories, first page", ["stories", "--limit", 50]),
        ("stories, all", ["stories"]),
        ("figures, first page", ["figures", "--limit", 50]),
        ("figures, all", ["figures"]),
        ("figures, all, JSON", ["figures", "--json"]),
        ("search, one word that all reports have", ["search", "said"]),
        ("search of 20,000 words", ["search", "--", *["river"] * 20_000]),
        ("export as Parquet", ["export", "--format", "parquet", "-o", f"{folder}/out.parquet"]),
        ("export as CSV", ["export", "--format", "csv", "-o", f"{folder}/out.csv"]),
    ]:
        before, *others = argv
        call = median([sayso(before, "--ledger", ledger, *others) for _ in range(3)])
        refused = f", exit {call.code}: {call.said.splitlines()[0][:90]}" if call.code else ""
        row(f"{name}, {args.reports:,} reports", seconds(call), f"{call.memory} MB{refused}")


def story(folder):
    for size in sorted({200, 800, 3_200, args.story}):
        ledger = f"{folder}/story-{size}.db"
        grow(ledger, 0, size, size)
        placed = sayso("stories", "--limit", 1, "--ledger", ledger)
        number = largest(ledger)
        of, id = f"story of {number['reports']:,}", number["story"]
        row(f"{of}: placing its reports", seconds(placed), f"{placed.memory} MB")
        for name, argv in [("story", ["story", id]), ("brief", ["brief", id]), ("chain", ["chain", "1:f0"])]:
            first = sayso(*argv, "--ledger", ledger)
            again = median([sayso(*argv, "--ledger", ledger) for _ in range(3)])
            row(f"{of}: {name}", seconds(first), seconds(again), f"{first.memory} MB", f"{first.bytes // 1000} kB")
        chart = sayso("figures", "--story", id, "--category", "killed", "--chart", "--ledger", ledger)
        row(f"{of}: figures --chart", seconds(chart), "", f"{chart.memory} MB", f"{chart.bytes // 1000} kB")
        text = json.loads(
            subprocess.run([args.sayso, "show", "2", "--json", "--ledger", ledger], capture_output=True, check=True).stdout
        )["reading"]["report"]["text"]
        costs = []
        for n in range(3):
            file = f"{folder}/one.txt"
            with open(file, "w") as out:
                out.write(f"title: One more {n}\npublisher: more-{n}.example\npublished: 2025-01-20\n\n{text} Day {n}.")
            into = sayso("add", "--ledger", ledger, file)
            alone = sayso("add", "--ledger", f"{folder}/alone-{size}-{n}.db", file)
            costs.append(into.seconds - alone.seconds)
        row(f"{of}: one more report, beyond its reading", f"{sorted(costs)[1] * 1000:.0f} ms")


def placing(folder):
    """The cost of placing one report by the size of the ledger, for 1,000 new ones in stories of ten."""
    ledger, there = f"{folder}/placing.db", 0
    for size in [s for s in (1_000, 5_000, 50_000, 200_000) if s <= args.reports]:
        grow(ledger, there, size, 0)
        sayso("stories", "--limit", 1, "--ledger", ledger)
        grow(ledger, size, size + 1_000, 0)
        there = size + 1_000
        placed = sayso("stories", "--limit", 1, "--ledger", ledger)
        nothing = sayso("stories", "--limit", 1, "--ledger", ledger)
        row(f"placing one more report, {size:,} in the ledger", f"{placed.seconds - nothing.seconds:.2f} ms")


def repeated(name, make, counts, *argv):
    before = None
    for count in counts:
        text = make(count)
        call = sayso("read", "-", *argv, text=text)
        times = f"{call.seconds / before:.2f} times" if before else ""
        said = call.said.splitlines()[0][:110] if "left out" in call.said or call.code else ""
        row(f"{name}, {len(text) // 1000:,} kB", seconds(call), times, f"{call.memory} MB", said)
        before = call.seconds


OPENING = "The agency said on Thursday that the river rose by two metres and that 12 people died. "


def reading(_):
    repeated("pronouns", lambda n: OPENING + "He said she told him that they had left. " * n, (4_600, 9_200, 18_400), "--json")
    repeated("cues", lambda n: OPENING + "said that " * n, (19_000, 38_000, 76_000), "--json")
    repeated("quotation marks", lambda n: OPENING + '" ' * n, (20_000, 40_000, 80_000), "--json")


def pages(_):
    page = lambda body: f"<html><body>{body}</body></html>"
    attributes = lambda n: page("<p " + " ".join(f'a{i}="x"' for i in range(n)) + f">{OPENING}</p>")
    repeated("attributes on one element", attributes, (44_000, 88_000, 176_000))
    repeated("paragraphs", lambda n: page(f"<p>{OPENING}</p>" * n), (500, 1_000, 2_000))
    repeated("nested lists", lambda n: page(f"<ul><li>{OPENING}" * n + "</li></ul>" * n), (100, 200, 400))


def nested(folder):
    for count in (15_000, 60_000):
        text, file, ledger = OPENING + "according to " * count, f"{folder}/nested.txt", f"{folder}/nested-{count}.db"
        with open(file, "w") as out:
            out.write(text)
        added = sayso("add", "--threads", 1, "--ledger", ledger, file)
        size = os.path.getsize(ledger)
        exported = sayso("export", "--format", "jsonl", "-o", f"{folder}/out.jsonl", "--ledger", ledger)
        out = os.path.getsize(f"{folder}/out.jsonl")
        times = lambda n: f"{n / 1e6:.1f} MB, {n / len(text):.1f} times the text"
        row(f'"according to ", {len(text) // 1000} kB: ledger', seconds(added), times(size), f"{added.memory} MB")
        row(f'"according to ", {len(text) // 1000} kB: export', seconds(exported), times(out), f"{exported.memory} MB")


KINDS = {"lists": lists, "story": story, "placing": placing, "reading": reading, "pages": pages, "nested": nested}
with tempfile.TemporaryDirectory() as folder:
    for kind in args.only or KINDS:
        KINDS[kind](folder)
