#!/usr/bin/env python3
"""Many reports in one `sayso add`: rate of the first and of the last thousand, memory.

usage: SAYSO_GOLD=... eval/scale.py SAYSO [--reports 20000] [--threads 2]

The reports are made of the English articles of gold/articles/fundus.jsonl: each is four paragraphs of one of them, from
another place every time it comes round, with outlet, address and headline of its own, so that none is known. They go in
through a pipe as JSON lines; the rate is taken by the clock and by the processor's time, which a busy machine does not
distort as much.
"""
import argparse, json, os, subprocess, sys, tempfile, threading, time

parser = argparse.ArgumentParser(usage=__doc__)
parser.add_argument("sayso")
parser.add_argument("--reports", type=int, default=20000)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()


def articles():
    with open(os.path.join(os.environ["SAYSO_GOLD"], "gold/articles/fundus.jsonl"), encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            body = row["body"] if isinstance(row["body"], list) else row["body"].split("\n")
            paragraphs = [p.strip() for p in body if p.strip()]
            words = " ".join(paragraphs).lower().split()
            # Every sixteenth word of English prose is one of these.
            if len(paragraphs) >= 4 and sum(w in ("the", "of", "and") for w in words) > len(words) / 16:
                yield row, paragraphs


def reports(count):
    rows = list(articles())
    for n in range(count):
        row, paragraphs = rows[n % len(rows)]
        start = n // len(rows) % (len(paragraphs) - 3)
        yield {
            "title": f"{row['title']} ({n})",
            "outlet": f"Outlet {n % 97}",
            "published": row["date"][:10],
            "url": f"https://outlet-{n % 97}.test/{n}",
            "text": f"Report {n}. " + "\n\n".join(paragraphs[start : start + 4]),
        }


def processor(pid):
    """Processor seconds that a process has used."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


with tempfile.TemporaryDirectory() as folder:
    ledger = os.path.join(folder, "ledger.db")
    add = subprocess.Popen(
        [args.sayso, "add", "--json", "--threads", str(args.threads), "--ledger", ledger, "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )

    def feed():
        for report in reports(args.reports):
            add.stdin.write(json.dumps(report) + "\n")
        add.stdin.close()

    threading.Thread(target=feed, daemon=True).start()
    begin, marks, done, memory, summary, end = time.time(), {}, 0, 0, None, None
    for line in add.stdout:
        value = json.loads(line)
        if "summary" in value:
            # It appears when all are placed into stories, which is part of the overall rate.
            summary, end = value["summary"], (time.time(), processor(add.pid))
            break
        done += 1
        if done in (1, 1000, args.reports - 1000, args.reports):
            marks[done] = (time.time(), processor(add.pid))
        if done % 500 == 0:
            memory = peak(add.pid)
    add.wait()
    first = (marks[1], marks[1000])
    last = (marks[args.reports - 1000], marks[args.reports])
    rate = lambda pair, kind: 1000 / max(pair[1][kind] - pair[0][kind], 1e-9)
    print(f"{args.reports} reports, {args.threads} threads: {summary}")
    print(f"  all          {args.reports / (end[0] - begin):7.1f} a second, {args.reports / end[1]:7.1f} a processor second, placed into stories")
    print(f"  first 1,000  {rate(first, 0):7.1f} a second, {rate(first, 1):7.1f} a processor second")
    print(f"  last 1,000   {rate(last, 0):7.1f} a second, {rate(last, 1):7.1f} a processor second")
    print(f"  memory {memory} MB at most, ledger {os.path.getsize(ledger) >> 20} MB")
    sys.exit(add.returncode)
