"""The example story in a ledger, and what `sayso` writes of it."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAYSO = os.environ.get("SAYSO", str(ROOT / "target" / "debug" / "sayso"))


class Sayso:
    """The program with a ledger."""

    def __init__(self, ledger):
        self.ledger = ledger

    def run(self, *args, code=0, text=True):
        done = subprocess.run([SAYSO, *args], env={**os.environ, "SAYSO_LEDGER": str(self.ledger)},
                              capture_output=True, text=text, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout

    def export(self, form, *args):
        return self.run("export", "--format", form, *args)

    def export_lines(self, form, *args):
        return [json.loads(line) for line in self.export(form, *args).splitlines()]

    def readings(self):
        return {r["report"]["text_hash"]: r for r in self.export_lines("jsonl")}


def make(folder, reports):
    sayso = Sayso(folder / "ledger.db")
    sayso.run("add", *[str(path) for path in reports])
    return sayso


@pytest.fixture(scope="session")
def flood(tmp_path_factory):
    """Read-only: tests that decide make their own with `fresh`."""
    return make(tmp_path_factory.mktemp("flood"), sorted((ROOT / "examples" / "flood").glob("*.txt")))


@pytest.fixture(scope="session")
def siege(tmp_path_factory):
    """A longer story: sides, parts, conflicting origins."""
    return make(tmp_path_factory.mktemp("siege"), sorted((ROOT / "tests" / "stories" / "siege").glob("*.txt")))


@pytest.fixture
def fresh(tmp_path):
    return make(tmp_path, sorted((ROOT / "examples" / "flood").glob("*.txt")))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """A report that would be a formula, markup and a break in every cell."""
    folder = tmp_path_factory.mktemp("hostile")
    report = folder / "report.txt"
    report.write_text(
        "title: =HYPERLINK(\"http://evil.example\", \"40 dead\")\npublisher: @SUM(A1)\npublished: 2025-06-12\n"
        "url: javascript:alert(1)\n\n"
        "+40 people were killed, the \"Agency, of; Défense\" said.\n\n-7 people were injured in Ünter-Brenn, it said.\n",
        encoding="utf-8")
    return make(folder, [report])
