"""A Spark of the tests' own: a master and two workers on the loopback address, ended with them."""

import importlib.util
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from glob import glob
from pathlib import Path
from unittest import mock

from portal.runtime.processes import spawn
from reports.attribution.engines import INSTALL

# Java of which version Spark 4 runs on.
VERSIONS = ("17", "21")
WANTED = f"apt-get install openjdk-17-jre-headless; {INSTALL}"
WORKERS = 2
# Programs that live for a minute: compiled once, with the least of memory, and taken as released.
_QUICK = (
    "-XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
    " -XX:+UseSerialGC -Xss2m"
)
_CONF = f"""
spark.driver.memory 640m
spark.executor.memory 512m
spark.executor.cores 1
spark.sql.shuffle.partitions 2
spark.default.parallelism 2
spark.driver.extraJavaOptions {_QUICK}
spark.executor.extraJavaOptions {_QUICK}
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
"""
# What takes longer than all there is to compute in a few rows.
_SHORT = """
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
spark.sql.lightweightPlanChangeValidation false
"""
_LOG = """
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %m%n%ex
logger.deploy.name = org.apache.spark.deploy
logger.deploy.level = info
"""
_PATIENCE_TICKS = 3000


def java_home() -> str | None:
    """Where a Java is that Spark runs on."""
    places = [os.environ.get("JAVA_HOME", ""), *sorted(glob("/usr/lib/jvm/*"))]
    for place in filter(None, places):
        release = Path(place) / "release"
        found = re.search(r'JAVA_VERSION="(\d+)', release.read_text()) if release.exists() else None
        if found and found[1] in VERSIONS and (Path(place) / "bin" / "java").exists():
            return place
    return None


def is_there() -> bool:
    """Whether pyspark, sqlglot and Java are installed."""
    packages = ("pyspark", "sqlglot")
    return all(map(importlib.util.find_spec, packages)) and java_home() is not None


@contextmanager
def running(folder: Path, *, is_short: bool = True) -> Iterator[str]:
    """The address of a master with two workers; their logs and scratch files are in `folder`.

    What is short compiles no code of its own, of a stage or of an expression, and plans each query
    once. `make soak ARGS="--engines 50"` asks a Spark that does.
    """
    conf = folder / "conf"
    conf.mkdir(parents=True)
    (conf / "spark-defaults.conf").write_text(_CONF + _SHORT * is_short)
    (conf / "log4j2.properties").write_text(_LOG)
    variables = {
        "JAVA_HOME": java_home() or "",
        "SPARK_CONF_DIR": str(conf),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_DAEMON_MEMORY": "160m",
        "SPARK_DAEMON_JAVA_OPTS": _QUICK,
    }
    with ExitStack() as ends, mock.patch.dict(os.environ, variables):
        log = _started(ends, folder / "master.log", "master.Master", "--port", "0")
        address = _said(log, rb"Starting Spark master at (spark://\S+)")
        for number in range(WORKERS):
            place = folder / f"worker-{number}"
            options = ["--cores", "1", "--memory", "600m", "--work-dir", str(place), address]
            log = _started(ends, folder / f"worker-{number}.log", "worker.Worker", *options)
            _said(log, rb"Successfully registered with master (\S+)")
        yield address


def _started(ends: ExitStack, log: Path, name: str, *options: str) -> tuple[Path, "Process"]:
    spec = importlib.util.find_spec("pyspark")
    assert spec
    assert spec.origin
    program = Path(spec.origin).parent / "bin" / "spark-class"
    listens = ["--host", "127.0.0.1", "--webui-port", "0"]
    command: list[str | Path] = [program, f"org.apache.spark.deploy.{name}", *listens, *options]
    with log.open("wb") as output:
        process = spawn(command, on_parent_death=signal.SIGKILL, output=output, env={**os.environ})
    ends.callback(_end, process)
    return log, process


Process = subprocess.Popen[bytes]


def _end(process: Process) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _said(started: tuple[Path, Process], words: bytes) -> str:
    """What a process's log says; fails when the process ends before."""
    log, process = started
    for _tick in range(_PATIENCE_TICKS):
        if found := re.search(words, log.read_bytes()):
            return found[1].decode()
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"{log.name} does not say {words!r}:\n{log.read_text()}")
