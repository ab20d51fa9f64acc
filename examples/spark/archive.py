#!/usr/bin/env python3
"""Processes an archive of reports with Spark or Sail, from Parquet to Parquet: readings, copies, stories with their claims.

usage: archive.py REPORTS.parquet FOLDER [--sail | --master MASTER | --remote sc://HOST:PORT]

The reports have the columns `id` (a whole number: the order in which they came in) and `text`, and may have `published`, `outlet`,
`url`, `headline`. Without an option, it runs on a local Spark, on all cores; with --sail on a local Sail; with --master on a
Spark cluster; with --remote on anything that serves Spark Connect. It writes to FOLDER:

    archive                         what was read in each report; a report that cannot be read is a row with its id and `error`
    statements, figures, speakers   one row each
    kept                            reports that are not duplicates of another, with the number of their first revision
    copies                          reports that repeat an earlier one, with the share of words in common
    candidates, placed              for each report, the earlier reports that are candidates, and its story
    stories                         each story as `sayso story --json` prints it

What exists already is not made again, so a job that was stopped continues where it stopped; what a lost machine was working on
is redone on another.

    pip install sayso pyspark pyarrow pandas          # or pysail and pyspark-client
    examples/spark/archive.py reports.parquet out
"""
import argparse
import contextlib
import os
import sys
import time

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as f

from sayso.spark import map_reports, schema, step


@contextlib.contextmanager
def session(options):
    """A Spark session, or one with a compatible engine."""
    if options.sail:
        from pysail.spark import SparkConnectServer

        server = SparkConnectServer()
        server.start(background=True)
        _, port = server.listening_address
        options.remote = f"sc://localhost:{port}"
    # The tasks run with the Python that has sayso.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder
    builder = builder.remote(options.remote) if options.remote else builder.master(options.master)
    # Batches of few rows: a reading takes milliseconds, and its JSON tens of kilobytes.
    spark = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "256").getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


class Archive:
    """The tables in a folder."""

    def __init__(self, spark, folder):
        self.spark, self.folder = spark, folder

    def __getattr__(self, name):
        return self.spark.read.parquet(f"{self.folder}/{name}")

    def make(self, name, rows):
        """Makes a table of what `rows` gives, unless it is there."""
        # Written by Spark and Sail alike where a table is whole; a folder on other storage is looked up there.
        done = f"{self.folder}/{name}.done"
        if os.path.exists(done):
            return
        begun = time.monotonic()
        rows().write.mode("overwrite").parquet(f"{self.folder}/{name}")
        with open(done, "w", encoding="utf-8") as mark:
            mark.write(f"{time.monotonic() - begun:.1f} s\n")
        print(f"{name}: {time.monotonic() - begun:.1f} s", flush=True)


def kept(archive):
    """Reports that were read and are not word for word an earlier one of the same outlet and day, with their first revision."""
    read = archive.where("state IS NOT NULL")
    doubles = Window.partitionBy("address").orderBy("report")
    own = f.coalesce("identity", f.concat(f.lit("report "), f.col("report").cast("string")))
    revisions = Window.partitionBy("revised").orderBy("report")
    return (
        read.select("report", "address", own.alias("revised"), f.row_number().over(doubles).alias("double"))
        .where("double = 1")
        .select("report", f.first("report").over(revisions).alias("first"))
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports")
    parser.add_argument("folder")
    parser.add_argument("--sail", action="store_true")
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("--remote")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    with session(options) as spark:
        tables = Archive(spark, options.folder)
        reports = spark.read.parquet(options.reports)
        tables.make("archive", lambda: reports.mapInArrow(map_reports("archive"), schema("archive", string_ids=False)))
        for table in ["statements", "figures", "speakers"]:
            tables.make(table, lambda: step(tables.archive.select("report", "state", "error"), table))
        tables.make("kept", lambda: kept(tables.archive))

        def of_kept(*columns):
            return tables.archive.select("report", *columns).join(tables.kept, "report")

        # Stories: the reports before each that share its heaviest terms, then one report after the other.
        tables.make("candidates", lambda: step(step(step(of_kept("vector"), "anchors"), "earlier"), "candidates"))
        members = lambda: of_kept("source_date", "vector").join(tables.candidates, "report", "left")
        tables.make("placed", lambda: step(members(), "placed"))
        tables.make("stories", lambda: step(of_kept("state").join(tables.placed, "report"), "stories"))
        # Copies, within a story or not: texts that have one of a few runs of words in common, compared word by word.
        tables.make("pairs", lambda: step(step(step(of_kept("sketch"), "runs"), "earlier"), "pairs"))
        state = tables.archive.select("report", "state")
        originals = state.withColumnsRenamed({"report": "original", "state": "original_state"})
        tables.make("copies", lambda: step(tables.pairs.join(state, "report").join(originals, "original"), "copies"))


if __name__ == "__main__":
    main()
