"""Archives in batch: Spark and Sail give what the package gives alone."""

import importlib.metadata
import importlib.util
import pathlib
import shutil
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sayso
from sayso.spark import map_reports

ROOT = pathlib.Path(__file__).parents[2]
FLOOD = [path.read_text() for path in sorted((ROOT / "examples" / "flood").glob("*.txt"))]
TABLES = ["readings", "statements", "figures", "speakers"]


def reports(count):
    """Reports that differ, one of which cannot be read."""
    texts = [FLOOD[n % len(FLOOD)].replace("40 people", f"{n + 40} people") for n in range(count)]
    texts[3] = ""
    return pa.table({"id": [f"r{n:05}" for n in range(count)], "text": texts})


def in_order(table):
    return table.sort_by([(name, "ascending") for name in ("report", "start") if name in table.schema.names]).to_pylist()


def test_batches_are_mapped_one_by_one():
    given = reports(8)
    for table in TABLES:
        mapped = list(map_reports(table)(given.to_batches(max_chunksize=3)))
        assert pa.Table.from_batches(mapped).schema == pa.schema(sayso.table_schema(table))
        assert pa.Table.from_batches(mapped).to_pylist() == sayso.read_batches(given, table).to_pyarrow().to_pylist()


def test_ids_are_asked_for():
    with pytest.raises(ValueError, match="no column 'id'"):
        list(map_reports()(reports(4).drop_columns(["id"]).to_batches()))


@pytest.mark.parametrize("engine", ["spark", "sail"])
def test_engines_give_the_same_rows(engine, tmp_path):
    if not importlib.util.find_spec("pyspark") or (engine == "sail" and not importlib.util.find_spec("pysail")):
        pytest.skip(f"{engine} is not installed")
    client = importlib.util.find_spec("py4j") is None
    if engine == "spark" and (client or not shutil.which("java")):
        pytest.skip("Spark needs Java and the whole of pyspark")
    if engine == "sail" and importlib.metadata.version("pyspark-client" if client else "pyspark") >= "4.3":
        pytest.skip("Sail 0.7 does not open sessions for clients of Spark 4.3")
    given = reports(60)
    pq.write_table(given, tmp_path / "reports.parquet", row_group_size=7)
    command = [sys.executable, ROOT / "examples" / "spark" / "read.py", tmp_path / "reports.parquet", tmp_path / "out"]
    command += ["--tables", ",".join(TABLES)] + (["--sail"] if engine == "sail" else [])
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]
    for table in TABLES:
        alone = in_order(sayso.read_batches(given, table).to_pyarrow())
        assert in_order(pq.read_table(tmp_path / "out" / table)) == alone
