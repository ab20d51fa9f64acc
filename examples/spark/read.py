#!/usr/bin/env python3
"""Reads an archive of reports with Spark or Sail: Parquet in, Parquet out, a table for each kind of entry.

usage: read.py REPORTS.parquet FOLDER [--sail | --remote sc://HOST:PORT] [--tables figures,statements,speakers,readings]

The reports have the columns `id` (a string) and `text`, and may have `published`, `outlet`, `url`, `headline`. Without --sail or
--remote a Spark of this machine does it, on all cores; with --sail a Sail of this machine; with --remote whatever serves Spark
Connect. A report that cannot be read is a row with its id and `error`.

    pip install sayso pyspark pyarrow pandas          # or pysail and pyspark-client
    examples/spark/read.py reports.parquet out
"""
import argparse
import contextlib
import os
import sys

from sayso.spark import map_reports, schema


@contextlib.contextmanager
def session(options):
    """A session of Spark, or of what speaks as Spark does."""
    from pyspark.sql import SparkSession

    if options.sail:
        from pysail.spark import SparkConnectServer

        server = SparkConnectServer()
        server.start(background=True)
        _, port = server.listening_address
        options.remote = f"sc://localhost:{port}"
    # The tasks run with the Python that has sayso.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder
    builder = builder.remote(options.remote) if options.remote else builder.master("local[*]")
    spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reports")
    parser.add_argument("folder")
    parser.add_argument("--sail", action="store_true")
    parser.add_argument("--remote")
    parser.add_argument("--tables", default="figures,statements,speakers")
    options = parser.parse_args()
    with session(options) as spark:
        reports = spark.read.parquet(options.reports)
        for table in options.tables.split(","):
            rows = reports.mapInArrow(map_reports(table), schema(table))
            rows.write.mode("overwrite").parquet(f"{options.folder}/{table}")


if __name__ == "__main__":
    main()
