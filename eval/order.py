#!/usr/bin/env python3
"""Are stories and claims the same whatever the order of reports and whoever adds them? Prints the table of docs/scale.md.

usage: eval/order.py SAYSO [--orders 8]

The reports of tests/stories and examples/flood go into a ledger in the order of their names, then shuffled into others: all by
one `sayso add`, in every second order by two at once.
"""
import argparse, json, pathlib, random, subprocess, tempfile

parser = argparse.ArgumentParser(usage=__doc__)
parser.add_argument("sayso")
parser.add_argument("--orders", type=int, default=8)
args = parser.parse_args()

ROOT = pathlib.Path(__file__).resolve().parents[1]
REPORTS = sorted([*ROOT.glob("tests/stories/*/*.txt"), *ROOT.glob("examples/flood/*.txt")])


def command(ledger, *argv):
    return [args.sayso, "--ledger", str(ledger), *map(str, argv)]


def lines(ledger, *argv):
    out = subprocess.run(command(ledger, *argv, "--json"), capture_output=True, check=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def add(ledger, reports, adders):
    if adders == 1:
        subprocess.run(command(ledger, "add", *reports), check=True, capture_output=True)
        return
    # The first report creates the ledger.
    subprocess.run(command(ledger, "add", reports[0]), check=True, capture_output=True)
    running = [subprocess.Popen(command(ledger, "add", *reports[n::adders]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
               for n in range(adders)]
    assert not any(process.wait() for process in running)


def told(ledger):
    """Stories as sets of texts, claims as sets of values with their origins and texts."""
    texts = {report["id"]: report["text_hash"] for report in lines(ledger, "reports")}
    stories, claims = set(), set()
    for line in lines(ledger, "stories"):
        [story] = lines(ledger, "story", line["story"])
        of = [texts[report["key"]] for report in story["reports"]]
        stories.add(frozenset(of))
        for claim in story["claims"]:
            values = frozenset(
                (series["name"], json.dumps(point["value"]), frozenset(of[a["mark"]["report"]] for a in point["reports"]))
                for series in claim["series"] for point in series["points"])
            claims.add((claim["category"], json.dumps([claim["group"], claim["scope"]]), values))
    return stories, claims


def b3(gold, found):
    """F1 of B-cubed."""
    in_gold = {text: story for story in gold for text in story}
    in_found = {text: story for story in found for text in story}
    shared = [(len(in_gold[t] & in_found[t]), len(in_gold[t]), len(in_found[t])) for t in in_gold]
    precision = sum(both / there for both, _, there in shared) / len(shared)
    recall = sum(both / there for both, there, _ in shared) / len(shared)
    return 2 * precision * recall / (precision + recall)


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    add(folder / "0.db", REPORTS, 1)
    stories, claims = told(folder / "0.db")
    print(f"{len(REPORTS)} reports, {len(stories)} stories, {len(claims)} claims\n")
    print("| order | adders | stories, of them the same | B3 F1 | claims, of them the same |\n|---|---|---|---|---|")
    for n in range(1, args.orders + 1):
        shuffled, adders = REPORTS[:], 2 - n % 2
        random.Random(n).shuffle(shuffled)
        add(folder / f"{n}.db", shuffled, adders)
        other, others = told(folder / f"{n}.db")
        same = f"{len(other)}, {len(other & stories)} | {b3(stories, other):.3f} | {len(others)}, {len(others & claims)}"
        print(f"| {n} | {adders} | {same} |", flush=True)
