#!/usr/bin/env python3
"""The memory of a watch over time.

    eval/watch_memory.py SAYSO --pages FOLDER [--feeds 16] [--new 30] [--seconds 600]

Feeds on loopback, each on an address of its own, tell of so many new pages at every poll; the pages are those in FOLDER (HTML,
gzip or not; none are in this repository), again and again under new addresses and with a paragraph of their own, so that each is
a new report. Prints, every so often, how many reports the ledger has, how large it is, and what the process holds: all
(VmRSS) and without mapped files (RssAnon). The clock of the watch runs twelve times as fast as time. Linux only.
"""

import argparse
import gzip
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading
import time


def pages(folder):
    out = []
    for path in sorted(pathlib.Path(folder).iterdir()):
        bytes_ = path.read_bytes()
        out.append(gzip.decompress(bytes_) if bytes_[:2] == b"\x1f\x8b" else bytes_)
    return out


class Site(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, number, pages, new):
        super().__init__((f"127.0.2.{number + 1}", 0), Answer)
        self.number, self.pages, self.new, self.out = number, pages, new, 0
        self.base = f"http://127.0.2.{number + 1}:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        site = self.server
        if self.path == "/feed":
            site.out += site.new
            items = "".join(
                f"<item><title>Page {n} of {site.number}</title><link>{site.base}/{n}</link></item>"
                for n in range(site.out, max(0, site.out - 3 * site.new), -1)
            )
            return self.give("application/rss+xml", f"<rss version='2.0'><channel><title>Site {site.number}</title>{items}</channel></rss>".encode())
        if self.path == "/robots.txt":
            return self.give("text/plain", b"User-agent: *\nDisallow: /closed\n")
        number = int(self.path[1:])
        page = site.pages[(number * 31 + site.number * 17) % len(site.pages)]
        own = f"<p>At least {number % 90 + 10} people were hurt in case {number} of {site.number}, the harbour office said.</p>"
        # After the first paragraph, where the text of the article is.
        head, found, rest = page.partition(b"</p>")
        self.give("text/html", head + found + own.encode() + rest if found else page + own.encode())

    def give(self, media, body):
        self.send_response(200)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def memory(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    rows = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return {name: int(rows[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon")} | {"threads": int(rows["Threads"])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sayso")
    parser.add_argument("--pages", required=True)
    parser.add_argument("--feeds", type=int, default=16)
    parser.add_argument("--new", type=int, default=30, help="new pages at each poll")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--step", type=int, default=30, help="seconds between two lines")
    parser.add_argument("--alerts", help="rules of alerts, to have stories compared as they grow")
    options = parser.parse_args()
    stock = pages(options.pages)
    sites = [Site(n, stock, options.new) for n in range(options.feeds)]
    with tempfile.TemporaryDirectory() as folder:
        ledger = pathlib.Path(folder, "l.db")
        command = [options.sayso, "watch", *(s.base + "/feed" for s in sites), "--ledger", ledger, "--every", "1m"]
        command += ["--allow-private", "--delay", "0", "--hosts", str(options.feeds), "--json", "--archive", pathlib.Path(folder, "kept")]
        command += ["--fast-clock", f"{int(time.time())}:12"]
        command += ["--alerts", options.alerts] if options.alerts else []
        watch = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        count = [0]

        def listen():
            for line in watch.stdout:
                count[0] += json.loads(line).get("status") == "new"

        threading.Thread(target=listen, daemon=True).start()
        begun = time.time()
        print("| seconds | reports | ledger MiB | resident MiB | without mapped files | threads |\n|---|---|---|---|---|---|", flush=True)
        try:
            while time.time() - begun < options.seconds:
                time.sleep(options.step)
                now = memory(watch.pid)
                size = ledger.stat().st_size / 2**20
                row = [f"{time.time() - begun:.0f}", count[0], f"{size:.1f}", f"{now['VmRSS']:.0f}", f"{now['RssAnon']:.0f}", now["threads"]]
                print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)
        finally:
            watch.terminate()
            watch.wait()


if __name__ == "__main__":
    main()
