#!/usr/bin/env python3
"""What a page costs the server, in processor time, which other work on the machine distorts less than the clock.

usage: eval/pages.py SAYSO LEDGER [--rounds 50] [--load SECONDS]

SAYSO serves LEDGER on loopback, which is written to with --load: give it a copy. Of each page and API call: its bytes, and the
milliseconds of processor time of the server for the first answer, and, of further ones, the median and the 95th percentile. With
--load, 100 readers ask for the same pages while 4 reviewers decide and somebody adds reports by `sayso add`, all at once; then it is
counted whether every decision that was answered and every report that was added is in the ledger. By the clock, on whatever is left of
the machine. `cargo run --release -p sayso-server --example bench` measures the same by the clock, for a quiet machine.
"""
import argparse, json, os, re, socket, subprocess, threading, time

parser = argparse.ArgumentParser(usage=__doc__)
parser.add_argument("sayso")
parser.add_argument("ledger")
parser.add_argument("--rounds", type=int, default=50)
parser.add_argument("--load", type=int, default=0)
args = parser.parse_args()


def lines(*argv):
    out = subprocess.run([args.sayso, *argv, "--json", "--ledger", args.ledger], capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def ask(request):
    with socket.create_connection(address, timeout=120) as stream:
        stream.sendall(request.encode())
        answer = b""
        while part := stream.recv(1 << 16):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def get(path):
    return ask(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")


def post(path, body):
    return ask(f"POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
               f"Content-Length: {len(body)}\r\n\r\n{body}")[0]


def processor():
    """Milliseconds that the server's threads have used; they stay while it runs."""
    total = 0
    for task in os.listdir(f"/proc/{server.pid}/task"):
        with open(f"/proc/{server.pid}/task/{task}/schedstat") as stat:
            total += int(stat.read().split()[0])
    return total / 1e6


def cost(path):
    before = processor()
    status, body = get(path)
    # What the server does after its answer is part of the cost.
    time.sleep(0.01)
    return processor() - before, status, len(body)


def share(values, part):
    values = sorted(values)
    return values[min(int(len(values) * part), len(values) - 1)]


def under_load():
    token = re.search(rb'name="token" value="([^"]+)"', get("/report/1")[1])[1].decode()
    decisions, reports = len(lines("decide")), len(lines("reports", "--all-revisions"))
    stop, errors, decided, added, took = threading.Event(), [], [], [], []

    def read(n):
        at = n
        while not stop.is_set():
            path = paths[at % len(paths)]
            begun = time.monotonic()
            try:
                status = get(path)[0]
            except OSError as error:
                status = repr(error)
            took.append(time.monotonic() - begun)
            if status != 200:
                errors.append((path, status))
            at += 1
            stop.wait(1)

    def review(n):
        at = 0
        while not stop.is_set():
            status = post("/decide", f"token={token}&by=reviewer{n}&what=note&note=seen&entry={1 + (at * 4 + n) % 50}%3Af0&back=%2Fwords")
            if status == 303:
                decided.append(1)
            elif status != 422:
                errors.append(("/decide", status))
            at += 1
            stop.wait(0.5)

    def add():
        while not stop.is_set():
            text = f"publisher: more-{os.getpid()}.example\npublished: 2025-06-12\n\nAt least {len(added)} people were killed at bridge {len(added)}, police said."
            done = subprocess.run([args.sayso, "add", "-", "--ledger", args.ledger], input=text, capture_output=True, text=True)
            if done.returncode == 0:
                added.append(1)
            else:
                errors.append(("add", done.stderr[-200:]))

    threads = [threading.Thread(target=read, args=[n]) for n in range(100)]
    threads += [threading.Thread(target=review, args=[n]) for n in range(4)] + [threading.Thread(target=add)]
    for thread in threads:
        thread.start()
    time.sleep(args.load)
    stop.set()
    for thread in threads:
        thread.join()
    print(f"{args.load} s of load: {len(took)} answers, by the clock median {share(took, .5):.2f} s, 95th percentile {share(took, .95):.2f} s; errors {len(errors)} {errors[:3]}")
    print(f"decisions: {len(decided)} answered, {len(lines('decide')) - decisions} in the ledger; "
          f"reports: {len(added)} added, {len(lines('reports', '--all-revisions')) - reports} in the ledger")


stories = lines("stories")
newest, largest = stories[0]["story"], max(stories, key=lambda story: story["reports"])
print(f"{len(lines('reports'))} reports, {len(stories)} stories, the largest of {largest['reports']}")
largest = largest["story"]
server = subprocess.Popen([args.sayso, "serve", "--port", "0", "--ledger", args.ledger], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
try:
    host = server.stdout.readline().strip().rstrip("/").removeprefix("http://")
    address = (host.split(":")[0], int(host.split(":")[1]))
    # "The" is in every report, "flood" in none that `grow` makes.
    paths = ["/", "/figures", "/figures?category=killed", "/queue", "/speakers", "/search?q=the", "/search?q=flood", "/search?q=the&category=killed",
             "/alerts", "/audit", "/export", "/api/v1/stories", "/api/v1/reports", "/api/v1/figures", "/api/v1/search?q=the", "/api/v1/decisions"]
    for story in (newest, largest):
        paths += [f"/story/{story}", f"/story/{story}/speakers", f"/story/{story}/brief?form=md", f"/api/v1/stories/{story}", f"/api/v1/stories/{story}/brief"]
    paths += ["/report/1", "/api/v1/reports/1", "/api/v1/chains/1:f0"]
    print("| | kB | first | median | 95th percentile |\n|---|---|---|---|---|")
    for path in paths:
        first, status, size = cost(path)
        again = [cost(path)[0] for _ in range(args.rounds if first < 2000 else 10)]
        over = ("" if share(again, .95) <= 100 else ": **over**") + ("" if status == 200 else f" (status {status})")
        print(f"| `{path}` | {size / 1000:.0f} | {first:.0f} | {share(again, .5):.1f} | {share(again, .95):.1f}{over} |", flush=True)
    if args.load:
        under_load()
finally:
    server.terminate()
    server.wait()
