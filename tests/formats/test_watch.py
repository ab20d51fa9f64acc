"""What is watched and told, by the tools of those who receive it: mail by aiosmtpd, the feed of alerts by feedparser, the archive by
warcio."""
import email
import email.policy
import http.server
import socket
import threading

import feedparser
from aiosmtpd.controller import Controller
from warcio.archiveiterator import ArchiveIterator

PLACE = "when the ferry Alma struck the pier at Lower Brenn harbour on Monday night"
REPORTS = [
    (5, "courier.test", "Ferry Alma strikes pier at Lower Brenn, seven killed",
     f"At least seven people were killed {PLACE}, the Harbour Office said on Tuesday."),
    (6, "tribune.test", "Ferry Alma toll at Lower Brenn rises to 12",
     f"Twelve people were killed {PLACE}, the Harbour Office said on Wednesday."),
    (7, "echo.test", "Ferry Alma: <b>Coast Guard</b> says 15 killed & more missing at Lower Brenn",
     f"Fifteen people were killed {PLACE}, the Coast Guard said on Thursday."),
]
END = "\n\nDivers searched the water around the ferry Alma for passengers."


def add(sayso, folder, which):
    for day, outlet, headline, text in which:
        path = folder / f"{day}.txt"
        path.write_text(f"title: {headline}\npublisher: {outlet}\npublished: 2024-03-0{day}\nurl: https://{outlet}/{day}\n\n{text}{END}\n")
        sayso.run("add", str(path))


class Inbox:
    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):
        self.letters.append(envelope)
        return "250 OK"


def test_alerts_are_mailed_and_stand_in_a_feed(fresh, tmp_path):
    inbox = Inbox()
    # The controller finds no free port of its own.
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        rules = tmp_path / "rules.toml"
        feed = tmp_path / "alerts.xml"
        rules.write_text(f"""
[[rule]]
name = "toll"
on = "figure"
category = "killed"
passes = 10
[[rule]]
name = "origins"
on = "origin"
category = "killed"
[[way]]
kind = "smtp"
name = "mail"
server = "127.0.0.1:{port}"
tls = "none"
from = "sayso <sayso@desk.test>"
to = ["Ida Holm <ida@desk.test>"]
[[way]]
kind = "atom"
name = "feed"
path = "{feed}"
""")
        add(fresh, tmp_path, REPORTS[:1])
        fresh.run("alerts", "--rules", str(rules))
        assert not inbox.letters, "rules hold from then on"
        add(fresh, tmp_path, REPORTS[1:])
        fresh.run("alerts", "--rules", str(rules))
        letters = [email.message_from_bytes(e.content, policy=email.policy.default) for e in inbox.letters]
        first = inbox.letters[0]
        assert (first.mail_from, first.rcpt_tos) == ("sayso@desk.test", ["ida@desk.test"])
        bodies = [letter.get_body(("plain",)).get_content() for letter in letters]
        assert any("people were killed" in body and "on the word of" in body for body in bodies), bodies
        assert all(letter["Subject"] and letter["Message-ID"] and letter["Date"] for letter in letters)
        assert len({letter["Message-ID"] for letter in letters}) == len(letters)

        read = feedparser.parse(str(feed))
        assert not read.bozo, read.get("bozo_exception")
        assert read.version == "atom10"
        # A mail has all alerts of a story, the feed an entry for each.
        assert len(read.entries) >= len(letters)
        assert all(any(e.title in body for body in bodies) for e in read.entries), bodies
        assert all(e.id and e.title and e.updated_parsed and e.summary for e in read.entries)
        assert len({e.id for e in read.entries}) == len(read.entries)
        assert any("Coast Guard" in e.title + e.summary for e in read.entries)

        fresh.run("alerts", "--rules", str(rules))
        assert len(inbox.letters) == len(letters), "each is sent once"
    finally:
        server.stop()


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        at = f"http://127.0.0.1:{self.server.server_address[1]}"
        article = (f"<html><head><title>{REPORTS[0][2]}</title></head><body><article><h1>{REPORTS[0][2]}</h1>"
                   f"<p>{REPORTS[0][3]}</p><p>{END.strip()}</p></article></body></html>")
        feed = (f"<rss version='2.0'><channel><title>Courier</title><item><title>{REPORTS[0][2]}</title><link>{at}/1</link>"
                "<pubDate>Tue, 05 Mar 2024 08:00:00 GMT</pubDate></item></channel></rss>")
        body, kind = {"/feed": (feed, "application/rss+xml"), "/1": (article, "text/html")}.get(self.path, ("", ""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_args):
        pass


def test_the_archive_is_read_by_warcio(fresh, tmp_path):
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    kept = tmp_path / "kept"
    try:
        fresh.run("watch", f"http://127.0.0.1:{site.server_address[1]}/feed", "--once", "--allow-private", "--delay", "0",
                  "--archive", str(kept))
    finally:
        site.shutdown()
    kinds, pages = [], []
    for path in sorted(kept.glob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                assert record.rec_headers.protocol == "WARC/1.1"
                assert record.rec_headers.get_header("WARC-Record-ID").startswith("<urn:uuid:")
                kinds.append(record.rec_type)
                if record.rec_type == "response":
                    assert record.http_headers.get_statuscode() == "200"
                    pages.append(record.content_stream().read().decode())
    assert kinds[0] == "warcinfo" and "response" in kinds
    assert any(REPORTS[0][3] in page for page in pages)
    assert "1" in fresh.run("verify", "--archive", str(kept))
