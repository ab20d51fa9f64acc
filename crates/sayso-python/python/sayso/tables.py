"""Tables in and out through Arrow's C data interface: pandas, Polars, DuckDB, PyArrow, Spark and Ray use them without copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from . import _sayso

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

#: Tables of what was read: one row per report, statement, figure or speaker, or per report what an archive keeps of it.
Table = Literal["readings", "statements", "figures", "speakers", "archive"]


class Stream(Protocol):
    """Anything that provides a stream of Arrow batches."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class Batches:
    """A stream of Arrow batches that can be consumed once: by any library that supports `__arrow_c_stream__`, or by `to_*`."""

    __slots__ = ("_reader",)

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._reader.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._reader.__arrow_c_schema__()

    def to_reader(self) -> pyarrow.RecordBatchReader:
        """A PyArrow reader, for data that does not fit into memory."""
        import pyarrow

        return pyarrow.RecordBatchReader.from_stream(self)

    def to_pyarrow(self) -> pyarrow.Table:
        """A PyArrow table."""
        return self.to_reader().read_all()

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame."""
        return self.to_pyarrow().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """A Polars DataFrame."""
        import polars

        return polars.DataFrame(self)


def read_batches(
    data: Stream,
    table: Table = "figures",
    *,
    text: str = "text",
    id: str | None = None,
    published: str | None = None,
    outlet: str | None = None,
    url: str | None = None,
    headline: str | None = None,
    language: str | None = None,
    threads: int | None = None,
) -> Batches:
    """Reads the reports in a table and returns a table of what was read, one batch at a time, on all cores.

    `data` is a table, a batch or a stream from any library that supports Arrow: a PyArrow table, a Polars or pandas DataFrame,
    a DuckDB relation. `text` and the other arguments name its columns; arguments that are not given are taken from columns
    of the same names, if there are any. `table` says what the rows are:

    - "readings": reports, each with the whole reading as JSON;
    - "statements", "figures": as `sayso export` writes them;
    - "speakers": whoever is named as a source;
    - "archive": reports, each with everything from which the other tables, copies and stories can be made (`sayso.spark.step`).

    Every row begins with `report`, the `id` of its report (without one, the number of its row, from 0). A report that cannot
    be read does not affect the others and is not lost: it has one row with its id and, in the column `error`, the reason.

    >>> import pyarrow, sayso
    >>> reports = pyarrow.table({
    ...     "id": ["a", "b"],
    ...     "text": ["Nine people were hurt, the harbour office said.", ""],
    ...     "published": ["2024-08-07", None],
    ... })
    >>> sayso.read_batches(reports).to_pyarrow().select(["report", "category", "best", "error"]).to_pylist()
    ... # doctest: +NORMALIZE_WHITESPACE
    [{'report': 'a', 'category': 'injured', 'best': 9.0, 'error': None},
     {'report': 'b', 'category': None, 'best': None, 'error': 'the input is empty: nothing to read'}]
    """
    names = {
        "text": text,
        "id": id,
        "published": published,
        "outlet": outlet,
        "url": url,
        "headline": headline,
        "language": language,
    }
    return Batches(_sayso.read_batches(data, table, names, threads))


def table_schema(table: Table = "figures", *, string_ids: bool = True) -> Any:
    """The schema of a table, for callers that need it in advance; pass it to `pyarrow.schema`.

    >>> import pyarrow, sayso
    >>> pyarrow.schema(sayso.table_schema("speakers")).names[:3]
    ['report', 'text_hash', 'source_office']
    """
    return _sayso.table_schema(table, string_ids)
