"""Reading archives in batch with Spark, or with Sail by the same code.

    from pyspark.sql import SparkSession
    from sayso.spark import map_reports, schema

    reports = spark.read.parquet("reports.parquet")            # columns: id, text, published, outlet, ...
    figures = reports.mapInArrow(map_reports("figures"), schema("figures"))
    figures.write.parquet("figures.parquet")

Each task reads its batches by itself: a task that is lost is done again somewhere else and gives the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from .tables import Table, read_batches, table_schema

if TYPE_CHECKING:
    import pyarrow


def map_reports(
    table: Table = "figures", *, threads: int | None = 1, **columns: str
) -> Callable[[Iterable[pyarrow.RecordBatch]], Iterator[pyarrow.RecordBatch]]:
    """A function for `DataFrame.mapInArrow`.

    `columns` are the names of columns, as for `sayso.read_batches`; there must be an `id` of strings, for the rows of one
    task know nothing of the others. One thread for each task, unless `threads` says otherwise: Spark runs the tasks side by
    side.
    """

    def mapped(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            name = columns.get("id", "id")
            if name not in batch.schema.names:
                raise ValueError(f"there is no column {name!r} with the reports' ids; name it with id=")
            yield from read_batches(batch, table, threads=threads, **columns).to_reader()

    return mapped


def schema(table: Table = "figures") -> Any:
    """The schema of what `map_reports` gives, as Spark wants it."""
    import pyarrow
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(pyarrow.schema(table_schema(table)))
