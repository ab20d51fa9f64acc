"""Hand-made data brought in as decisions of a named person, and compared with what the sources say."""
import csv
import json
import shutil


def brought(sayso, path, form, *args, code=0):
    return json.loads(sayso.run("import", str(path), "--format", form, "--as", "ida", "--json", *args, code=code))


def counts(result):
    return {k: v for k, v in result.items() if isinstance(v, int) and v}


def test_citron_there_and_back(fresh, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text(fresh.export("citron"), encoding="utf-8")
    quotes = sum(len(d["quotes"]) for d in fresh.export_lines("citron"))
    assert counts(brought(fresh, path, "citron", "--dry-run")) == {"accepted": quotes}
    assert not fresh.run("decide", "--json")
    assert counts(brought(fresh, path, "citron")) == {"accepted": quotes}
    assert counts(brought(fresh, path, "citron")) == {"known": quotes}
    decisions = [json.loads(line) for line in fresh.run("decide", "--json").splitlines()]
    assert {d["by"] for d in decisions} == {"ida"}


def test_citron_corrects_adds_and_rejects(fresh, tmp_path):
    document = next(d for d in fresh.export_lines("citron") if "minutes" in d["text"])
    quote = next(q for q in document["quotes"] if "minutes" in q["contents"][0]["text"])
    others = len(document["quotes"]) - 1
    quote["sources"] = [{"start": quote["sources"][0]["start"], "end": quote["sources"][0]["end"] - 1}]
    words = "Some 2,500 residents have been moved to schools and a sports hall"
    start = document["text"].index(words)
    cue = document["text"].index("said on Thursday")
    new = {"cue": {"start": cue, "end": cue + 4}, "sources": [], "contents": [{"start": start, "end": start + len(words)}]}
    document["quotes"] = [quote, new]
    path = tmp_path / "doc.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert counts(brought(fresh, path, "citron", "--complete")) == {"corrected": 1, "added": 1, "rejected": others}
    statements = fresh.export_lines("jsonl", "--what", "statements")
    report = next(s["report"] for s in statements if s["decision"] == "corrected")
    assert {s["content"] for s in statements if s["report"] == report and s["decision"]} == {quote["contents"][0]["text"], words}


def test_gold_there_and_back(fresh, tmp_path):
    for report in (1, 2, 3, 4):
        fresh.run("decide", "accept", f"{report}:f*", "--by", "per")
    fresh.export("gold", "-o", str(tmp_path / "gold"))
    figures = (tmp_path / "gold" / "figures.jsonl").read_text().splitlines()
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    result = brought(fresh, tmp_path / "gold", "gold")
    assert counts(result) == {"accepted": len(figures)}
    assert not result["missed"]
    changed = json.loads(figures[0])
    changed["best"] = 41
    missing = dict(changed, text="words that stand nowhere")
    (tmp_path / "gold" / "figures.jsonl").write_text("\n".join(map(json.dumps, [changed, missing])) + "\n")
    result = brought(fresh, tmp_path / "gold", "gold", code=3)
    assert counts(result) == {"corrected": 1}
    assert "words that stand nowhere" in result["missed"][0]
    agreement = json.loads(fresh.run("agreement", "ida", "per", "--json"))
    assert any(d["field"] == "best" for d in agreement["differences"])


def test_a_coded_table_stands_beside_the_sources(fresh, tmp_path):
    folder = tmp_path / "ged"
    fresh.export("ucdp", "-o", str(folder))
    path = folder / "ucdp.csv"
    with open(path, encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    rows[0]["best"] = "75"
    by_headline = dict(rows[0], relid="GED-1", best="45", source_headline="Flood toll in Orla valley reaches 40")
    unknown = dict(rows[0], relid="GED-2", source_headline="Another flood")
    empty = dict(rows[0], best="")
    wordy = dict(rows[0], best="many")
    with open(path, "w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, rows[0])
        writer.writeheader()
        writer.writerows([rows[0], by_headline, unknown, empty, wordy])
    result = brought(fresh, path, "ucdp", code=3)
    assert [(c["coded"], c["low"], c["high"], c["verdict"]) for c in result["compared"]] == [
        (75, 57, 90, "within"), (45, 57, 90, "below")]
    assert len(result["missed"]) == 3
    assert result["noted"] == 2
    printed = fresh.run("import", str(path), "--format", "ucdp", "--as", "ida", code=3)
    assert "coded 45, the sources say 57 to 90" in printed
    assert "known 2" in printed, "a remark is kept once"
    [event] = list(csv.DictReader(fresh.export("ucdp").splitlines()))
    assert event["best"] == "57", "a coded number changes nothing that the sources say"


def test_what_is_no_such_data_is_said(fresh, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    for form in ("ucdp", "acled", "gold", "citron"):
        fresh.run("import", str(path), "--format", form, "--as", "ida", code=1)
    fresh.run("import", str(tmp_path / "nowhere.csv"), "--format", "acled", "--as", "ida", code=1)
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "figures.jsonl").write_text(json.dumps({"report": "../../etc/passwd", "text": "root"}) + "\n")
    result = brought(fresh, evil, "gold", code=3)
    assert "not the name of a text file" in result["missed"][0]
