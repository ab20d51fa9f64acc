"""Archives in batch: Spark and Sail give what the package gives alone."""

import importlib.metadata
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

import pyarrow as pa
import pytest
import sayso
from sayso.spark import map_reports, map_rows

ROOT = pathlib.Path(__file__).parents[2]
FLOOD = [path.read_text() for path in sorted((ROOT / "examples" / "flood").glob("*.txt"))]
TABLES = ["readings", "statements", "figures", "speakers"]


def reports(count):
    """Reports that differ, one of which cannot be read."""
    texts = [FLOOD[n % len(FLOOD)].replace("40 people", f"{n + 40} people") for n in range(count)]
    texts[3] = ""
    return pa.table({"id": [f"r{n:05}" for n in range(count)], "text": texts})


def numbered(count):
    """The same with whole numbers, as an archive has them."""
    given = reports(count)
    return given.set_column(0, "id", pa.array(range(1, count + 1)))


def test_batches_are_mapped_one_by_one():
    given = reports(8)
    for table in TABLES:
        mapped = list(map_reports(table)(given.to_batches(max_chunksize=3)))
        assert pa.Table.from_batches(mapped).schema == pa.schema(sayso.table_schema(table))
        assert pa.Table.from_batches(mapped).to_pylist() == sayso.read_batches(given, table).to_pyarrow().to_pylist()


def test_ids_are_asked_for():
    with pytest.raises(ValueError, match="no column 'id'"):
        list(map_reports()(reports(4).drop_columns(["id"]).to_batches()))


def test_what_an_archive_keeps_gives_the_tables_again():
    given = numbered(8)
    archive = sayso.read_batches(given, "archive", id="id").to_pyarrow()
    for table in TABLES:
        again = pa.RecordBatchReader.from_batches(pa.schema(sayso.table_schema(table, string_ids=False)), map_rows(table)(archive.to_batches(max_chunksize=3)))
        assert again.read_all().to_pylist() == sayso.read_batches(given, table, id="id").to_pyarrow().to_pylist()


def test_rows_out_of_order_are_an_error_and_not_another_answer():
    archive = sayso.read_batches(numbered(8), "archive", id="id").to_pyarrow()
    anchors = pa.Table.from_batches(map_rows("anchors")(archive.to_batches()))
    in_order = anchors.sort_by([("term", "ascending"), ("report", "ascending")])
    rows, last = [], None
    for term in in_order["term"].to_pylist():
        rows.append(rows[-1] + 1 if term == last else 1)
        last = term
    blocks = in_order.append_column("row", pa.array(rows))
    # A block of several rows, wherever the batches end.
    whole = [row for batch in map_rows("earlier")(blocks.to_batches(max_chunksize=5)) for row in batch.to_pylist()]
    assert len(whole) == anchors.num_rows and any(row["earlier"] for row in whole)
    with pytest.raises(Exception, match="has not kept the order of rows"):
        list(map_rows("earlier")(blocks.take(list(reversed(range(blocks.num_rows)))).to_batches()))


@pytest.mark.parametrize("engine", ["spark", "sail"])
def test_engines_give_what_one_ledger_has(engine, tmp_path):
    if not importlib.util.find_spec("pyspark") or (engine == "sail" and not importlib.util.find_spec("pysail")):
        pytest.skip(f"{engine} is not installed")
    client = importlib.util.find_spec("py4j") is None
    if engine == "spark" and (client or not shutil.which("java")):
        pytest.skip("Spark needs Java and the whole of pyspark")
    if engine == "sail" and importlib.metadata.version("pyspark-client" if client else "pyspark") >= "4.3":
        pytest.skip("Sail 0.7 does not open sessions for clients of Spark 4.3")
    if not os.environ.get("SAYSO_PROGRAM"):
        pytest.skip("SAYSO_PROGRAM does not name the program")
    chosen = ["--sail"] if engine == "sail" else []
    done = subprocess.run([sys.executable, ROOT / ".ci" / "archive", "--reports", "100", *chosen], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    print(done.stdout)
