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
    unknown = dict(rows[0], relid="GED-2", source_headline="Another flood", date_start="2024-03-01 00:00:00.000")
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


def test_what_is_said_of_a_text_holds_for_every_report_with_it(copies, tmp_path):
    ledger = tmp_path / "ledger.db"
    copies.run("backup", str(ledger))
    sayso = type(copies)(ledger)
    path = tmp_path / "docs.jsonl"
    documents = copies.export_lines("citron")
    path.write_text(json.dumps(documents[0]) + "\n", encoding="utf-8")
    result = brought(sayso, path, "citron")
    assert result["accepted"] == 4 * len(documents[0]["quotes"]) and not result["missed"]
    for report in (1, 2, 3, 4):
        sayso.run("decide", "accept", f"{report}:f*", "--by", "per")
    sayso.export("gold", "-o", str(tmp_path / "gold"), "--as", "per")
    result = brought(sayso, tmp_path / "gold", "gold")
    assert result["accepted"] >= 4 and not result["missed"]


def tables(told):
    return told(("Thirty-eight people were killed by an explosion in Tallinn on Wednesday, the rescue board said.\n", {}))


def test_a_table_as_ucdp_publishes_it(told, tmp_path):
    sayso = tables(told)
    path = tmp_path / "ged.csv"
    row = {"id": "512001", "relid": "EST-2025-1-7-1", "year": "2025", "side_a": "Civilians",
           "source_headline": "Dozens die in Baltic blast", "where_prec": "1", "where_coordinates": "Tallinn city",
           "where_description": "in the harbour of Tallinn", "date_prec": "1", "date_start": "2025-06-11 00:00:00.000",
           "date_end": "2025-06-11 00:00:00.000", "deaths_civilians": "45", "best": "45", "high": "60", "low": "38"}
    with open(path, "w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, row)
        writer.writeheader()
        writer.writerow(row)
    result = brought(sayso, path, "ucdp")
    assert [(c["coded"], c["low"], c["verdict"]) for c in result["compared"]] == [(45, 38, "above")]


def test_a_table_as_acled_exports_it_from_any_spreadsheet(told, tmp_path):
    sayso = tables(told)
    row = {"event_id_cnty": "EST123", "event_date": "11 June 2025", "year": "2025", "time_precision": "1",
           "event_type": "Explosions/Remote violence", "country": "Estonia", "location": "Tallinn", "source": "Süddeutsche; ERR",
           "notes": "Explosion in the café of the harbour; 45 dead", "fatalities": "45"}
    path = tmp_path / "acled.csv"
    for separator, encoding in [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-8"), (";", "latin-1")]:
        with open(path, "w", encoding=encoding, newline="") as table:
            writer = csv.DictWriter(table, row, delimiter=separator)
            writer.writeheader()
            writer.writerow(row)
        result = brought(sayso, path, "acled")
        assert [c["coded"] for c in result["compared"]] == [45], (separator, encoding, result)


def test_a_workbook_is_not_read_and_the_way_is_told(fresh, tmp_path):
    fresh.export("xlsx", "-o", str(tmp_path / "table.xlsx"))
    fresh.run("import", str(tmp_path / "table.xlsx"), "--format", "ucdp", "--as", "ida", code=1)


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
