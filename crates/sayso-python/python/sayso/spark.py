"""Reading archives in batch with Spark, or with Sail using the same code.

    from pyspark.sql import SparkSession
    from sayso.spark import map_reports, schema

    reports = spark.read.parquet("reports.parquet")            # columns: id, text, published, outlet, ...
    figures = reports.mapInArrow(map_reports("figures"), schema("figures"))
    figures.write.parquet("figures.parquet")

Each task reads its batches by itself: a task that is lost is done again somewhere else and gives the same rows.

What comes behind reading goes by steps from one table to the next (`step`); `examples/spark/archive.py` has them all, from
reports to stories:

    archive = reports.mapInArrow(map_reports("archive"), schema("archive", string_ids=False))
    figures = step(archive, "figures")
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from . import _sayso
from .tables import Table, read_batches, table_schema

if TYPE_CHECKING:
    import pyarrow

#: What can be made from an archive, in addition to its tables.
Step = Literal["anchors", "runs", "earlier", "candidates", "pairs", "copies", "placed", "stories"]


def map_reports(
    table: Table = "figures", *, threads: int | None = 1, **columns: str
) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    """A function for `DataFrame.mapInArrow`.

    `columns` are the names of columns, as for `sayso.read_batches`; there must be an `id` of strings, because the rows of one
    task know nothing of the others. One thread per task, unless `threads` says otherwise: Spark runs the tasks side by
    side.
    """

    def mapped(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            name = columns.get("id", "id")
            if name not in batch.schema.names:
                raise ValueError(f"there is no column {name!r} with the reports' ids; name it with id=")
            yield from read_batches(batch, table, threads=threads, **columns).to_reader()

    return mapped


def schema(table: Table = "figures", *, string_ids: bool = True) -> Any:
    """The schema of what `map_reports` returns, as Spark requires it."""
    import pyarrow
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(pyarrow.schema(table_schema(table, string_ids=string_ids)))


def map_rows(name: Step | Table) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    """The function of a step for `DataFrame.mapInArrow`: it must be given the rows of a block together, in order and numbered, as
    `step` does, and holds at most one block in memory."""

    def mapped(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        batches = iter(batches)
        first = next(batches, None)
        if first is None:
            return
        given = pyarrow.RecordBatchReader.from_batches(first.schema, itertools.chain([first], batches))
        yield from pyarrow.RecordBatchReader.from_stream(_sayso.archive_step(given, name))

    return mapped


def step(rows: Any, name: Step | Table) -> Any:
    """A DataFrame made from another by a step: its rows grouped, numbered in order, and mapped by `map_rows`.

    | step | of | gives |
    |---|---|---|
    | a table, such as "figures" | "archive" | its rows |
    | "anchors", "runs" | "archive" | the keys of each report: terms for stories, runs of words for copies |
    | "earlier" | keys | for each key of a report the newest earlier reports that have it |
    | "candidates" | "earlier" of "anchors" | for each report the earlier ones whose stories come into question |
    | "placed" | "archive" with candidates | each report's story; done by one task, in the order of the numbers |
    | "pairs" | "earlier" of "runs" | texts that may be copies |
    | "copies" | pairs with both states | those that are |
    | "stories" | "placed" with states and `first`, the first revision's number | each story, as `sayso story --json` prints it |
    """
    import pyarrow
    from pyspark.sql import Window, functions
    from pyspark.sql.pandas.types import from_arrow_schema

    given, blocks = _sayso.archive_schema(name)
    if blocks:
        together, order = blocks
        # With a window instead of sorting: an engine does not know which order a map needs, and may not keep it.
        window = Window.partitionBy(together) if together else Window
        rows = rows.withColumn("row", functions.row_number().over(window.orderBy(order)))
    return rows.mapInArrow(map_rows(name), from_arrow_schema(pyarrow.schema(given)))
