#!/usr/bin/env python3
"""Reports through a queue into PostgreSQL, by the number of workers: one row per number.

usage: SAYSO_PROGRAM=target/release/sayso eval/workers.py [--reports 1000] [--workers 1,2]

Starts a PostgreSQL and a nats-server of its own, as `.ci/beyond` does, publishes made-up reports of `.ci/archive`, and then starts the
workers, with one reading thread each. Per report: processor milliseconds of the workers, of PostgreSQL (with `fsync`) and of
nats-server; the rate by the clock, which a busy machine distorts; and the rate per second of processor time of all of them together.
"""
import argparse, importlib.machinery, importlib.util, json, os, pathlib, resource, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def script(name):
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / ".ci" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


def ticks(pid, *fields):
    with open(f"/proc/{pid}/stat") as stat:
        found = stat.read().rsplit(")", 1)[1].split()
    return sum(int(found[field]) for field in fields) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--workers", default="1,2")
    args = parser.parse_args()
    beyond = script("beyond")
    program = os.environ["SAYSO_PROGRAM"]
    if not beyond.prepare():
        sys.exit("there is no nats-server")
    with tempfile.TemporaryDirectory(prefix="sayso-", dir="/tmp") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        dump = folder / "dump.jsonl"
        lines = made_up(args.reports)
        dump.write_text("".join(json.dumps(line) + "\n" for line in lines))
        postgres = beyond.Postgres(folder / "pg")
        server = int((folder / "pg/data/postmaster.pid").read_text().split()[0])
        print("| workers | ms of a worker | ms of PostgreSQL | ms of nats-server | reports per second by the clock | reports per processor second, all together |")
        print("|" + "---|" * 6)
        try:
            for count in map(int, args.workers.split(",")):
                (folder / f"nats-{count}").mkdir()
                nats = beyond.Nats(folder / f"nats-{count}")
                ledger = postgres.database(f"workers_{count}")
                subprocess.run([program, "reports", "--ledger", ledger], capture_output=True)
                subprocess.run([program, "feed", dump, "--to", nats.address], check=True, capture_output=True)
                used = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
                before, of_server, of_nats, begun = used(), ticks(server, 13, 14), ticks(nats.process.pid, 11, 12), time.monotonic()
                workers = [subprocess.Popen([program, "worker", "--from", nats.address, "--ledger", ledger, "--threads", "1", "--until-empty"],
                                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(count)]
                beyond.until(lambda: (nats.streams() or {}).get("sayso") == 0, 1800, "the stream is not emptied")
                took = time.monotonic() - begun
                for worker in workers:
                    worker.communicate()
                time.sleep(0.5)
                shares = [used() - before, ticks(server, 13, 14) - of_server, ticks(nats.process.pid, 11, 12) - of_nats]
                n = len(lines)
                print(f"| {count} | " + " | ".join(f"{share / n * 1000:.1f}" for share in shares) + f" | {n / took:.1f} | {n / sum(shares):.1f} |", flush=True)
                nats.kill()
        finally:
            postgres.kill()


def made_up(count):
    """Those of `.ci/archive`, which cannot be loaded without pyarrow."""
    source = (ROOT / ".ci/archive").read_text()
    names = {}
    begin, end = source.index("A_STORY = "), source.index("def descendants")
    exec("import random\n" + source[begin:end], names)
    return names["made_up"](count)


if __name__ == "__main__":
    main()
