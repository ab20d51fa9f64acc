"""The ledger."""

import json
import pathlib
import threading

import pytest
import sayso

FLOOD = sorted((pathlib.Path(__file__).parents[2] / "examples" / "flood").glob("*.txt"))


@pytest.fixture
def ledger(tmp_path):
    with sayso.Ledger(tmp_path / "ledger.db", create=True) as ledger:
        put = ledger.add_files(FLOOD)
        assert [one.status for one in put] == ["added"] * len(FLOOD)
        yield ledger


def test_it_must_be_there_unless_it_is_to_be_made(tmp_path):
    with pytest.raises(sayso.LedgerError, match="no ledger at"):
        sayso.Ledger(tmp_path / "none.db")
    (tmp_path / "other.db").write_text("something else, and long enough to be looked at" * 100)
    with pytest.raises(sayso.LedgerError, match="not a sayso ledger"):
        sayso.Ledger(tmp_path / "other.db")


def test_each_report_once(ledger):
    assert [one.status for one in ledger.add_files(FLOOD)] == ["known"] * len(FLOOD)
    assert len(ledger) == len(FLOOD)


def test_texts_without_heads_are_no_revisions_of_each_other(ledger):
    texts = ["Two ferries collided, the harbour office said.", "Three barges sank, the harbour office said."]
    assert [one.status for one in ledger.add_many(texts)] == ["added", "added"]
    assert [one.status for one in ledger.add_many(texts)] == ["known", "known"]


def test_what_fails_is_told_in_its_place(ledger, tmp_path):
    put = ledger.add_many(["", "Two ferries collided, the harbour office said."], origin=["x", "y"])
    assert [(one.status, one.origin) for one in put] == [("failed", "x"), ("added", "y")]
    with pytest.raises(sayso.InputError):
        ledger.add("")
    [put] = ledger.add_files([tmp_path / "none.txt"])
    assert put.status == "failed" and "none.txt" in put.reason


def test_a_later_version_is_a_revision(ledger):
    first = ledger.add("Two ferries collided, the office said.", url="https://a.example/1")
    second = ledger.add("Three ferries collided, the office said.", url="https://a.example/1")
    assert (second.status, second.previous) == ("revised", first.report)


def test_the_questions_of_the_command_line(ledger):
    [story] = ledger.stories()
    assert story.reports == len(FLOOD)
    killed = ledger.figures(story=story.story, category="killed")
    assert {f.entry.category for f in killed} == {"killed"}
    assert [s.role for s in ledger.chain(killed[0].entry_name)][0] == "outlet"
    told = ledger.story(story.story)
    assert "killed" in {claim.category for claim in told.claims}
    assert told.to_dict()["schema_version"] == told.schema_version
    assert any(said.entry_name for said in ledger.who("Civil Defence Agency"))
    assert ledger.who("nobody of that name") == []
    assert ledger.search("dam")[0].snippet
    assert [section.heading for section in ledger.brief(story.story).sections] == ["new", "matters", "know", "saying", "next"]
    assert "What's New" in ledger.brief_text(story.story)
    assert len(ledger.reports(limit=2)) == 2
    shown = ledger.show(1)
    assert set(shown) == {"ledger", "reading", "status", "decided", "lost"}
    rows = ledger.table("figures").to_pyarrow()
    assert rows.num_rows == len(ledger.figures())
    assert ledger.damaged == []


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda l: l.chain("12"), "names no entry"),
        (lambda l: l.chain("99:f0"), "no report 99"),
        (lambda l: l.story(99), "no story 99"),
        (lambda l: l.show("none"), "no report 'none'"),
        (lambda l: l.decide("correct", "1:f0", by="ida"), "say what it should be"),
        (lambda l: l.decide("accept", [], by="ida"), "say what the decision is about"),
        (lambda l: l.decide("bless", "1:f0", by="ida"), "is not a decision"),
        (lambda l: l.figures(since="soon"), "YYYY-MM-DD"),
        (lambda l: l.search("a " * 100), "too many"),
    ],
)
def test_what_has_no_answer_is_said(ledger, ask, words):
    with pytest.raises(sayso.SaysoError, match=words):
        ask(ledger)


def test_decisions_count_everywhere_at_once(ledger):
    figure = ledger.figures(category="killed")[0]
    [number] = ledger.decide("correct", figure.entry_name, value={"low": None, "best": 41}, note="asked again", by="ida")
    decided = next(f for f in ledger.figures() if f.entry_name == figure.entry_name)
    assert decided.numbers.best == decided.entry.best == 41
    assert decided.decided.decision.by == "ida"
    [kept] = ledger.decisions()
    assert (kept.id, kept.kind, kept.value, kept.lost) == (number, "correct", {"low": None, "best": 41}, False)
    rows = ledger.table("figures").to_pyarrow().to_pylist()
    assert "corrected" in [row["decision"] for row in rows]
    with sayso.Ledger(ledger.path, seen_as="per") as other:
        assert next(f for f in other.figures() if f.entry_name == figure.entry_name).entry.best == figure.entry.best
        with pytest.raises(sayso.LedgerError, match="seen as one person"):
            other.decide("accept", figure.entry_name, by="per")
    ledger.decide("undo", number, by="ida")
    assert next(f for f in ledger.figures() if f.entry_name == figure.entry_name).numbers == figure.numbers


def test_objects_have_all_that_the_json_has(ledger):
    for line in ledger.figures():
        again = type(line).from_dict(json.loads(json.dumps(line.to_dict())))
        assert again == line


def test_several_threads_may_ask(ledger):
    found = []
    threads = [threading.Thread(target=lambda: found.append(len(ledger.figures()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1 and len(found) == 8


def test_a_closed_ledger_says_so(ledger):
    ledger.close()
    with pytest.raises(sayso.LedgerError, match="closed"):
        ledger.stories()


def test_the_ledger_of_the_environment_is_the_default(ledger, monkeypatch):
    monkeypatch.setenv("SAYSO_LEDGER", str(ledger.path))
    with sayso.Ledger() as other:
        assert other.path == ledger.path and len(other) == len(ledger)


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx", "ninjs", "schema-org", "prov", "prov-o", "web-annotation", "ftm", "conll", "citron"])
def test_every_file_can_be_exported(ledger, tmp_path, format):
    file = tmp_path / "out"
    ledger.export(file, format, since="2025-06-01")
    assert file.stat().st_size > 100 and file.stat().st_mode & 0o044


@pytest.mark.parametrize("format", ["datapackage", "ucdp", "acled", "ibc"])
def test_every_folder_can_be_exported(ledger, tmp_path, format):
    ledger.export(tmp_path / "out", format)
    assert (tmp_path / "out" / "datapackage.json").is_file()


def test_exports_are_narrowed_and_wrong_ones_refused(ledger, tmp_path):
    file = tmp_path / "figures.csv"
    ledger.export(file, "csv", category="killed", outlet="northern post")
    rows = file.read_text().splitlines()
    assert len(rows) == 1 + len([f for f in ledger.figures(category="killed") if f.outlet == "Northern Post"])
    for wrong in [
        {"format": "docx"},
        {"format": "csv", "what": "readings"},
        {"format": "ucdp", "category": "killed"},
        {"format": "csv", "side_a": "soldiers"},
        {"format": "csv", "since": "soon"},
    ]:
        with pytest.raises(sayso.InputError):
            ledger.export(tmp_path / "none", **wrong)
    with pytest.raises(OSError):
        ledger.export(ledger.path, "csv")
    with pytest.raises(FileNotFoundError):
        ledger.export(tmp_path / "none" / "figures.csv", "csv")
    assert len(sayso.Ledger(ledger.path)) == len(FLOOD)


def test_what_one_decides_another_brings_in(ledger, tmp_path):
    for figure in ledger.figures():
        ledger.decide("accept", figure.entry_name, by="ida")
    ledger.export(tmp_path / "gold", "gold")
    brought = ledger.import_(tmp_path / "gold", "gold", by="per", dry_run=True)
    assert brought.accepted > 0 and len(ledger.decisions(by="per")) == 0
    assert ledger.import_(tmp_path / "gold", "gold", by="per").accepted == brought.accepted
    found = ledger.agreement("ida", "per")
    assert found.reviewers == ["ida", "per"] and found.differences == []
    with pytest.raises(sayso.InputError):
        ledger.import_(tmp_path / "gold", "docx", by="per")
    with pytest.raises(sayso.SaysoError):
        ledger.agreement("nobody", "ida")


def test_a_digest_has_what_is_new(ledger):
    briefs = ledger.digest("2025-06-12")
    assert [brief.sections[0].heading for brief in briefs] == ["new"]
    assert briefs[0].sources[0].report == 1
    assert "What's New" in ledger.digest_text("2025-06-12") and ledger.digest("2030-01-01") == []
