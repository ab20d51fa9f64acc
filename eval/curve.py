#!/usr/bin/env python3
"""The cost of one more report and of each query, by the size of the ledger: one row per size.

usage: eval/curve.py SAYSO GROW LEDGER [--sizes 1000,10000,100000] [--large 500] [--server PID]

LEDGER is a file that is not there yet, or the address of an empty database of PostgreSQL (both programs are then built with
PostgreSQL: `--features postgres`). GROW is the program of `cargo build --release -p sayso-desk --example grow`; it fills the ledger
with made-up reports, LARGE of which are one story. Then some new reports are added by `sayso add`, which reads and places them, and
what people ask most is asked, each question three times; the median of three, in milliseconds: of processor time for a file, which a
busy machine does not distort as much, by the clock for a server; with --server PID, the process that PostgreSQL's others are
children of, of the processor time of the program and of the server's processes together.
"""
import argparse, json, os, resource, subprocess, sys, time

parser = argparse.ArgumentParser(usage=__doc__)
parser.add_argument("sayso")
parser.add_argument("grow")
parser.add_argument("ledger")
parser.add_argument("--sizes", default="1000,10000,100000")
parser.add_argument("--large", type=int, default=500)
parser.add_argument("--server", type=int)
args = parser.parse_args()
NEW = 20
ASKED = {"stories": ["stories", "--limit", "20"], "story": ["story", "1"], "figures": ["figures", "--category", "killed", "--limit", "50"],
         "who": ["who", "Pavel Orsik"], "search": ["search", "river", "--limit", "20"]}


def now():
    if "://" in args.ledger and not args.server:
        return time.monotonic()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime + (of_server() if args.server else 0)


def of_server():
    """What the server's processes that have ended used. That of a connection ends with it, after a moment."""
    time.sleep(0.1)
    with open(f"/proc/{args.server}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def run(*argv, text=None):
    begun = now()
    ran = subprocess.run([args.sayso, *map(str, argv), "--ledger", args.ledger], input=text, capture_output=True)
    if ran.returncode != 0:
        sys.exit(f"sayso {argv}: {ran.returncode} {ran.stderr.decode()[-1000:]}")
    return now() - begun, ran.stdout


def median(times):
    return sorted(times)[len(times) // 2] * 1000


def new(first):
    lines = []
    for n in range(first, first + NEW):
        text = (f"At least {n % 90 + 10} people were killed when a ferry hit the pier at Port Anselm {n}, the harbour office said on Monday. "
                f"Mayor Ida Brook said {n % 50} houses had been cleared and {n % 700} people moved to schools.")
        lines.append(json.dumps({"title": f"Ferry hits pier {n}", "publisher": "Post", "published": "2025-06-20", "url": f"https://post.example/{n}", "text": text}))
    return ("\n".join(lines) + "\n").encode()


def size():
    if "://" in args.ledger:
        return None
    return sum(os.path.getsize(args.ledger + end) for end in ["", "-wal"] if os.path.exists(args.ledger + end))


there, added = 0, 0
print("| reports | fill, ms a report | place, ms a report | add, ms a report | kB a report | " + " | ".join(f"{name}, ms" for name in ASKED) + " |")
print("|" + "---|" * (5 + len(ASKED)))
for end in map(int, args.sizes.split(",")):
    begun = now()
    subprocess.run([args.grow, args.ledger, str(there), str(end), str(args.large)], check=True)
    filled = (now() - begun) / (end - there) * 1000
    placed = run("stories", "--limit", "1")[0] / (end - there) * 1000
    # Adding what is already there costs as much as the call itself.
    costs = []
    for _ in range(3):
        dump = new(10_000_000 + added)
        added += NEW
        whole, _ = run("add", "-", text=dump)
        costs.append(whole - run("add", "-", text=dump)[0])
    asked = [median([run(*question)[0] for _ in range(3)]) for question in ASKED.values()]
    bytes_a_report = f"{size() / (end + added) / 1000:.1f}" if size() else "-"
    there = end
    print(f"| {end:,} | {filled:.2f} | {placed:.2f} | {median(costs) / NEW:.1f} | {bytes_a_report} | " + " | ".join(f"{ms:.0f}" for ms in asked) + " |", flush=True)
