"""Rows: CSV, JSON lines, Parquet, data packages and workbooks, each read with the tools that people have."""
import datetime
import io
import json

import duckdb
import frictionless
import openpyxl
import pandas
import pyarrow.parquet
import pytest

WHATS = ["figures", "statements", "reports"]


@pytest.mark.parametrize("what", WHATS)
def test_csv_jsonl_and_parquet_say_the_same(flood, tmp_path, what):
    rows = flood.export_lines("jsonl", "--what", what)
    frame = pandas.read_csv(io.StringIO(flood.export("csv", "--what", what)), dtype=str, keep_default_na=False)
    assert list(frame.columns) == list(rows[0])
    assert len(frame) == len(rows) > 0
    path = tmp_path / "rows.parquet"
    flood.export("parquet", "--what", what, "-o", str(path))
    written = [{name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in row.items()}
               for row in pyarrow.parquet.read_table(path).to_pylist()]
    assert written == rows
    counted = duckdb.sql(f"SELECT count(*) FROM '{path}' WHERE source_date >= date '2000-01-01'").fetchall()[0][0]
    assert counted == sum(row["source_date"] is not None for row in rows), "a day is a day, with which DuckDB can calculate"
    for column in rows[0]:
        for row, cell in zip(rows, frame[column]):
            value = row[column]
            if value is None:
                assert cell == ""
            elif isinstance(value, str):
                assert cell.removeprefix("'") == value.removeprefix("'")


def test_figures_lead_back_to_their_words(flood):
    readings = flood.readings()
    for row in flood.export_lines("jsonl", "--what", "figures"):
        text = readings[row["text_hash"]]["report"]["text"]
        assert text[row["start"]:row["end"]] == row["words"]


def test_datapackage_is_valid_and_explains_itself(flood, tmp_path):
    flood.export("datapackage", "-o", str(tmp_path / "package"))
    report = frictionless.validate(str(tmp_path / "package" / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])
    package = json.loads((tmp_path / "package" / "datapackage.json").read_text())
    assert [r["name"] for r in package["resources"]] == ["reports", "statements", "figures"]
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            assert field["description"], field


def test_a_changed_file_is_seen(flood, tmp_path):
    folder = tmp_path / "package"
    flood.export("datapackage", "-o", str(folder))
    figures = folder / "figures.csv"
    figures.write_bytes(figures.read_bytes().replace(b"57", b"75"))
    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def test_workbook_opens_with_frozen_heads_filters_and_links(flood, tmp_path):
    path = tmp_path / "flood.xlsx"
    flood.export("xlsx", "-o", str(path))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["incidents", "sources", "figures", "statements", "reports"]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.max_row > 1
    reports = book["reports"]
    head = [cell.value for cell in reports[1]]
    link = reports.cell(row=2, column=head.index("url") + 1)
    assert link.hyperlink.target == link.value
    assert link.value.startswith("https://")
    incident = book["incidents"]["A2"]
    sheet, _, cell = incident.hyperlink.location.replace("'", "").partition("!")
    assert sheet == "sources" and book[sheet][cell].value == incident.value == "sayso-1-0", "its values, which lead to the reports"
    figures = pandas.read_excel(path, sheet_name="figures")
    assert len(figures) == len(flood.export_lines("jsonl", "--what", "figures"))
    assert figures["source_date"].dtype.kind == "M"


def test_the_same_ledger_gives_the_same_bytes(flood, tmp_path):
    for n in "ab":
        flood.export("xlsx", "-o", str(tmp_path / f"{n}.xlsx"))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_cell_is_a_formula(hostile, tmp_path):
    path = tmp_path / "hostile.xlsx"
    hostile.export("xlsx", "-o", str(path))
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                assert cell.data_type != "f", cell
                starts = str(cell.value).startswith(("=", "+", "@", "-", "\t"))
                assert not starts or cell.data_type == "n" or cell.quotePrefix, f"{cell} becomes a formula once it is edited"
                assert not str(cell.value).startswith("'"), f"{cell} shows an apostrophe that the report does not have"
                assert cell.hyperlink is None or cell.hyperlink.location.startswith("'"), "javascript: is no link"
    for form, args in [("csv", ["--what", "figures"]), ("csv", ["--what", "statements"]), ("ucdp", []), ("acled", []),
                       ("ibc", [])]:
        frame = pandas.read_csv(io.StringIO(hostile.export(form, *args)), dtype=str, keep_default_na=False)
        assert len(frame)
        for column in frame:
            assert not frame[column].str.startswith(("=", "+", "@", "\t")).any(), column
