"""Spark instead of DuckDB: a connection that takes the same statements, for the same SQL files.

Imported where Spark is asked for, and nowhere else: pyspark is not in the default install.

Events are read by the cluster from the lake's files, and results are written as Parquet below the
work folder: both lie on storage that this process and the cluster share. The few rows that this
process knows go along with the plan. A table is kept in the cluster's memory or on its disks; what
is lost with a machine is computed again.
"""

import re
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.sql import DataFrame, SparkSession
from sqlglot import exp

from reports.attribution.engines import EngineUnavailable
from reports.attribution.portable import parsed, spark_sql

# What numbers rest on; how many machines, cores and bytes is said by spark-defaults.conf.
MEANING = {
    "spark.sql.session.timeZone": "UTC",
    # What leaves its type is an error, as in DuckDB, and not another number.
    "spark.sql.ansi.enabled": "true",
    # Nobody is to watch: the page would be open to whoever reaches this machine.
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # It takes names away that another part of the plan still asks for.
    "spark.sql.optimizer.excludedRules": (
        "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases"
    ),
}
ANSWER_SECONDS = 5
_GLOB = re.compile(r"([\\{}\[\]*?])")


@contextmanager
def session(*, master: str, work_dir: Path) -> Iterator["SparkConnection"]:
    """A connection to the Spark at `master`; its application ends with the last one.

    Raises EngineUnavailable.
    """
    with running(master) as spark:
        yield SparkConnection(spark.newSession(), work_dir)


_open: list[str] = []


@contextmanager
def running(master: str) -> Iterator[SparkSession]:
    """The application at `master`, which sessions inside share. Raises EngineUnavailable."""
    spark = _started(master)
    _open.append(master)
    try:
        yield spark
    finally:
        _open.pop()
        if not _open:
            _stop(spark)


def _started(master: str) -> SparkSession:
    _ask(master)
    builder = SparkSession.builder.master(master).appName("notelink attribution")
    for name, value in MEANING.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except Exception as error:
        if "JAVA_GATEWAY_EXITED" in str(error):
            raise EngineUnavailable.without_java() from error
        raise EngineUnavailable.with_reason(master, str(error).strip().splitlines()[-1]) from error


def _ask(master: str) -> None:
    """Whether anybody listens there: Spark itself would ask for a minute."""
    url = urlsplit(master)
    if url.scheme != "spark":
        return
    last: OSError | None = None
    for place in url.netloc.split(","):
        host, _colon, port = place.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
            return
        except OSError as error:
            last = error
    raise EngineUnavailable.with_reason(master, str(last))


def _stop(spark: SparkSession) -> None:
    """End the application, and the process of Java that speaks for this one: it would stay as long
    as this one does. Where it has died, nothing of it is left for the next application either."""
    gateway = SparkContext._gateway
    # Who has died answers nobody, and what was asked of it has failed with that already.
    with suppress(OSError, Py4JError):
        spark.stop()
    SparkContext._active_spark_context = None
    SparkSession._instantiatedSession = SparkSession._activeSession = None
    SparkContext._gateway = SparkContext._jvm = None
    if gateway is not None:
        with suppress(OSError, Py4JError):
            gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()


class SparkConnection:
    """What the SQL files' runner asks of a connection (events.queries.Connection), from Spark.

    A view holds what its names meant when it was made.
    """

    def __init__(self, spark: SparkSession, work_dir: Path) -> None:
        self._spark, self._work_dir = spark, work_dir
        self._variables: dict[str, Any] = {}
        self._macros: dict[str, exp.Create] = {}
        # Spark forgets what it counts of a table whose frame nobody holds any more, and complains.
        self._kept: list[DataFrame] = []

    def register(self, name: str, table: pa.Table, /) -> None:
        """Name a few rows of this process."""
        self.from_arrow(table).create_view(name)

    def from_arrow(self, table: pa.Table, /) -> "Relation":
        return self._relation(self._spark.createDataFrame(table))

    def read_parquet(self, files: str | list[str], /) -> "Relation":
        return self._relation(self._read([files] if isinstance(files, str) else files))

    def sql(self, text: str, /, *, params: Mapping[str, Any] | None = None) -> "Relation":
        return self._relation(self._frame(parsed(text), params or {}))

    def execute(self, text: str, params: Mapping[str, Any] | None = None, /) -> "Relation":
        """Run a statement; what it says is the relation that comes back, if it says anything."""
        tree, values = parsed(text), params or {}
        nothing = self._relation(None)
        match tree:
            case exp.Create(kind="MACRO"):
                self._macros[tree.this.this.name.lower()] = tree
            case exp.Create(kind=kind):
                frame = self._frame(tree.expression, values)
                self._name(tree.this.name, frame, is_table=kind == "TABLE")
            case exp.Insert():
                more = self._frame(tree.expression, values)
                both = self._spark.table(tree.this.name).unionByName(more, allowMissingColumns=True)
                self._name(tree.this.name, both, is_table=True)
            case exp.Drop():
                for table in tree.args["tables"]:
                    self._spark.catalog.dropTempView(table.name)
            case exp.Set(expressions=[item]):
                self._variables[item.this.this.name] = values[item.this.expression.name]
            case _:
                return self._relation(self._frame(tree, values))
        return nothing

    def _relation(self, frame: DataFrame | None) -> "Relation":
        return Relation(frame, self._work_dir)

    def _name(self, name: str, frame: DataFrame, *, is_table: bool) -> None:
        if is_table:
            frame = frame.localCheckpoint(eager=False)
            self._kept.append(frame)
        frame.createOrReplaceTempView(name)

    def _frame(self, tree: exp.Expr, values: Mapping[str, Any]) -> DataFrame:
        if isinstance(tree, exp.Union) and tree.args.get("by_name"):
            sides = self._frame(tree.this, values), self._frame(tree.expression, values)
            return sides[0].unionByName(sides[1], allowMissingColumns=True)
        said = spark_sql(
            tree,
            values=values,
            variables=self._variables,
            macros=self._macros,
            files=self._named_files,
        )
        return self._spark.sql(said)

    def _named_files(self, files: list[str]) -> str:
        name = f"files_{uuid4().hex}"
        self._read(files).createOrReplaceTempView(name)
        return name

    def _read(self, files: list[str]) -> DataFrame:
        """Files as DuckDB's patterns name them; the folder `day=...` of one is a column of it."""
        below: dict[Path, list[str]] = {}
        for file in map(_path_of, files):
            is_of_day = file.parent.name.startswith("day=")
            below.setdefault(file.parents[1] if is_of_day else file.parent, []).append(
                "file:" + _GLOB.sub(r"\\\1", str(file))
            )
        found: DataFrame | None = None
        for folder, paths in below.items():
            reader = self._spark.read.option("basePath", f"file:{folder}")
            frame = reader.option("mergeSchema", "true").parquet(*paths)
            found = frame if found is None else found.unionByName(frame, allowMissingColumns=True)
        assert found is not None
        return found


class Relation:
    """The rows of a query, computed when they are asked for."""

    def __init__(self, frame: DataFrame | None, work_dir: Path) -> None:
        # What is no query has none; pyspark's types are not known here.
        self._frame: Any = frame
        self._work_dir = work_dir

    def create_view(self, name: str) -> None:
        self._frame.createOrReplaceTempView(name)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows, for a few of them. Whole numbers are such, however large."""
        return [tuple(map(_whole, row)) for row in self._frame.collect()]

    def to_arrow_table(self) -> pa.Table:
        """All rows, for a few of them."""
        table: pa.Table = self._frame.toArrow()
        return table

    def to_arrow_reader(self, rows: int) -> Iterator[pa.RecordBatch]:
        """The rows in order, so many at a time, through files below the work folder."""
        with self._written() as parts:
            for part in parts:
                yield from pq.ParquetFile(part).iter_batches(batch_size=rows)

    def write_parquet(self, path: str, *, compression: str) -> None:
        """The rows in order, as one file."""
        with self._written() as parts:
            schema = _plain(pq.read_schema(parts[0]))
            with pq.ParquetWriter(path, schema, compression=compression) as writer:
                for part in parts:
                    for batch in pq.ParquetFile(part).iter_batches():
                        writer.write_batch(batch.cast(schema))

    @contextmanager
    def _written(self) -> Iterator[list[Path]]:
        folder = self._work_dir / f"result-{uuid4().hex}"
        try:
            self._frame.write.parquet(f"file:{folder}")
            yield sorted(folder.glob("part-*.parquet"))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _path_of(pattern: str) -> Path:
    """The file that a pattern of DuckDB names (events.queries.readable)."""
    return Path(re.sub(r"\[(.)\]", r"\1", pattern))


def _plain(schema: pa.Schema) -> pa.Schema:
    """Its columns, without what Spark alone says of them."""
    return pa.schema([pa.field(field.name, field.type) for field in schema])


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral() else value
