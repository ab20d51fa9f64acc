"""Prints the SQL that makes a ledger again: its schema, its rows, its version. Used once for each released schema.

usage: SAYSO_FIXTURE=/tmp/l.db cargo test -p sayso-ledger --test ledger -- --ignored
       python3 tests/dump.py /tmp/l.db migrations/0001.sql [migrations/0002.sql ...] > tests/released/NNNN.sql
"""
import sqlite3
import sys

db = sqlite3.connect(sys.argv[1])
print("".join(open(path, encoding="utf-8").read() for path in sys.argv[2:]))
for name in ["report", "intake", "decision", "decision_report", "feed_state", "reading", "speaker", "speaker_name", "statement", "figure",
             "report_sum", "watch_source", "watch_item", "watch_event", "archived", "archive_file", "alert", "delivery", "watch_mark", "proposal",
             "saved_search", "visit", "place"]:
    for row in db.execute(f"SELECT * FROM {name}"):
        cells = [db.execute("SELECT quote(?)", (cell,)).fetchone()[0] for cell in row]
        print(f"INSERT INTO {name} VALUES ({', '.join(cells)});")
print("INSERT INTO report_words (rowid, headline, text) SELECT id, headline, text FROM report;")
for pragma in ["application_id", "user_version"]:
    print(f"PRAGMA {pragma} = {db.execute(f'PRAGMA {pragma}').fetchone()[0]};")
