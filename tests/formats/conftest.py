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

    def complaint(self, *args):
        """What it says on stderr of a run that succeeds."""
        done = subprocess.run([SAYSO, *args], env={**os.environ, "SAYSO_LEDGER": str(self.ledger)},
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

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


WIRE = ("Nine people were killed on Wednesday when a gas main exploded in the port of Lasse, police said.\n\n"
        "\"We heard it across the bay,\" the harbour master, Ivo Renn, told reporters. He said two barges had sunk.\n")


def report(folder, name, text, **head):
    """A report as a text file with its head."""
    path = folder / f"{name}.txt"
    path.write_text("".join(f"{key}: {value}\n" for key, value in head.items()) + "\n" + text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def copies(tmp_path_factory):
    """Four outlets that print one agency's text: two with a URL, two without."""
    folder = tmp_path_factory.mktemp("copies")
    heads = [{"publisher": "alpha.example", "url": "https://alpha.example/1"},
             {"publisher": "beta.example", "url": "https://beta.example/1"},
             {"publisher": "gamma.example"}, {"publisher": "delta.example"}]
    return make(folder, [report(folder, head["publisher"], WIRE, published="2025-06-12", **head) for head in heads])


@pytest.fixture(scope="session")
def clash(tmp_path_factory):
    """A story in which reports count the dead of two countries and nobody counts all."""
    return make(tmp_path_factory.mktemp("clash"), sorted((ROOT / "tests" / "stories" / "clash").glob("*.txt")))


@pytest.fixture
def told(tmp_path):
    """Makes a ledger of short reports: their texts, or texts with what their heads have."""
    def made(*reports):
        paths = []
        for number, (text, head) in enumerate(reports):
            head = {"publisher": f"outlet-{number}.example", "published": "2025-06-12", **head}
            paths.append(report(tmp_path, f"{number:02}", text, **head))
        return make(tmp_path, paths)
    return made


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """A report that would be a formula, markup and a break in every cell."""
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "report.txt"
    path.write_text(
        "title: =HYPERLINK(\"http://evil.example\", \"40 dead\")\npublisher: @SUM(A1)\npublished: 2025-06-12\n"
        "url: javascript:alert(1)\n\n"
        "+40 people were killed, the \"Agency, of; Défense\" said.\n\n-7 people were injured in Ünter-Brenn, it said.\n",
        encoding="utf-8")
    return make(folder, [path])
