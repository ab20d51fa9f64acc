"""Tables in and out."""

import datetime

import pyarrow as pa
import pytest
import sayso

FERRY = "Nine people were hurt when a ferry hit a pier on Tuesday, the harbour office said."
REPORTS = pa.table(
    {
        "id": ["a", "b", "c"],
        "text": [FERRY, "", "Two ferries collided, killing 12, the ministry said."],
        "published": pa.array([datetime.date(2024, 8, 7), None, datetime.date(2024, 8, 8)]),
        "outlet": ["Harbour Post", None, "Orla Times"],
    }
)


def figures(data, **options):
    return sayso.read_batches(data, "figures", **options).to_pyarrow()


def test_a_report_that_fails_is_a_row():
    found = figures(REPORTS)
    assert found.schema == pa.schema(sayso.table_schema("figures"))
    assert found["report"].to_pylist() == ["a", "b", "c", "c"]
    assert found["error"].to_pylist()[1] == "the input is empty: nothing to read"
    assert found["source_date"].to_pylist()[0] == "2024-08-07"
    assert found["source_original"].to_pylist()[0] == "harbour office"
    for table in ("readings", "statements", "speakers"):
        assert set(sayso.read_batches(REPORTS, table).to_pyarrow()["report"].to_pylist()) == {"a", "b", "c"}


def test_the_reading_is_that_of_read():
    [row] = sayso.read_batches(REPORTS.slice(0, 1), "readings").to_pyarrow().to_pylist()
    alone = sayso.read(FERRY, published="2024-08-07", outlet="Harbour Post")
    assert row["reading"] == alone.to_json()
    assert row["figures"] == len(alone.figures)


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.dictionary(pa.int32(), pa.string())])
def test_texts_of_any_type(kind):
    texts = REPORTS["text"].combine_chunks()
    column = texts.dictionary_encode() if pa.types.is_dictionary(kind) else texts.cast(kind)
    table = REPORTS.set_column(1, "text", column)
    assert figures(table).equals(figures(REPORTS))


def test_batches_of_any_size_give_the_same():
    many = pa.concat_tables([REPORTS] * 40).combine_chunks()
    whole = figures(many)
    for size in (1, 7, 1000):
        reader = pa.RecordBatchReader.from_batches(many.schema, many.to_batches(max_chunksize=size))
        assert figures(reader).equals(whole)
    assert figures(many, threads=1).equals(whole)
    assert figures(many.slice(0, 0)).num_rows == 0


def test_rows_number_reports_without_ids():
    bare = REPORTS.drop_columns(["id"])
    assert figures(pa.concat_tables([bare, bare]))["report"].to_pylist() == [0, 1, 2, 2, 3, 4, 5, 5]


def test_columns_are_named():
    other = REPORTS.rename_columns(["key", "body", "day", "paper"])
    named = dict(text="body", id="key", published="day", outlet="paper")
    assert figures(other, **named).equals(figures(REPORTS))
    with pytest.raises(sayso.InputError, match="no column 'text'; there are key, body, day, paper"):
        figures(other)
    with pytest.raises(sayso.InputError, match="no table"):
        sayso.read_batches(REPORTS, "quotes")


def test_a_wrong_day_is_an_error_of_its_row():
    column = pa.array(["soon", None, "2024-08-08T10:00:00Z"])
    found = figures(REPORTS.set_column(2, "published", column))
    assert "YYYY-MM-DD" in found["error"].to_pylist()[0]
    assert found["source_date"].to_pylist()[-1] == "2024-08-08"


def test_an_error_of_the_input_is_told():
    def batches():
        yield REPORTS.to_batches()[0]
        raise RuntimeError("the disk is gone")

    reader = pa.RecordBatchReader.from_batches(REPORTS.schema, batches())
    with pytest.raises(Exception, match="the disk is gone"):
        figures(reader)


def test_a_stream_is_taken_once():
    batches = sayso.read_batches(REPORTS)
    batches.to_pyarrow()
    with pytest.raises(Exception, match="closed"):
        batches.to_pyarrow()


def test_pandas_polars_and_duckdb():
    pandas = pytest.importorskip("pandas")
    frame = REPORTS.to_pandas()
    assert isinstance(sayso.read_batches(frame).to_pandas(), pandas.DataFrame)
    polars = pytest.importorskip("polars")
    found = sayso.read_batches(polars.DataFrame(REPORTS.to_pydict())).to_polars()
    assert found["best"].to_list()[0] == 9
    duckdb = pytest.importorskip("duckdb")
    rows = figures(REPORTS)
    assert duckdb.sql("SELECT sum(best) FROM rows WHERE category = 'killed'").fetchall() == [(12,)]
