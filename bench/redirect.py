"""Links under load, beside a bare view of the same site: how near a link comes to a mere redirect.

The site is gunicorn as production runs it, on a database of its own; the readers are a process of
their own with 64 connections that stay open, 10,000 codes and 500 user agents. The bare view has
the same middleware, writes the same click and always answers the same. The two are asked in turn,
so that what else the machine does hits both; medians are compared. `--beside reports`: the same
while two processes compute reports.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.late_world import empty_database
from bench.measure import machine
from bench.redirecting import agents, kills, loader, weighed, world
from bench.redirecting.site import Site, running

AIM_RATIO, AIM_A_SECOND, AIM_P99_MS = 0.35, 1_000, 100
LINKS = 50_000
HOST = "portal.example"
KINDS = {"bare": "/bare/{code}", "link": "/l/{code}"}
_ENVIRONMENT = {
    "ALLOWED_HOSTS": HOST, "HTTPS": "1", "SECOND_FACTOR": "1", "WEBHOOK_LOOPBACK": "0",
    "WEB_WORKERS": "2",
}  # fmt: skip


def main(args: list[str]) -> int:
    """Print rates, times and CPU of both and their ratio; exit 1 where an answer is not as it
    should be, or the ratio is below its aim."""
    parser = argparse.ArgumentParser(prog="python -m bench redirect")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--codes", type=int, default=10_000)
    parser.add_argument("--kills", type=int, help="see bench/redirecting/kills.py; no load")
    parser.add_argument("--beside", choices=["reports"], help="what else the machine works at")
    options = parser.parse_args(args)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.redirecting.settings"
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    empty_database("redirect")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        os.environ.update(_ENVIRONMENT, PORTAL_VAR=folder)
        codes = _world(options.codes)
        if options.kills:
            return kills.run(options.kills, codes, HOST)
        kept = weighed.mb_of(LINKS)
        files = _requests(codes, Path(folder))
        site = stack.enter_context(running())
        cold = _load(site, files["link"], 0)
        for kind in [*KINDS, "link"]:
            _load(site, files[kind], 0)
        print(f"{machine()}; {options.codes:,} codes, {loader.CONNECTIONS} connections")
        print(f"{LINKS:,} links kept ready with their answers: {kept:,.0f} MB")
        print(f"the first time each code is asked for: {_shown(cold)}; {_memory(site)}")
        if options.beside:
            _reports(stack)
        rounds = [
            {kind: _load(site, files[kind], options.seconds) for kind in KINDS}
            for _ in range(options.pairs)
        ]
        return _print(rounds, options)


def _world(count: int) -> list[str]:
    import django
    from django.core.management import call_command
    from django.db import connection

    from portal.ui import catalogues

    django.setup()
    call_command("migrate", verbosity=0)
    catalogues.compile_stale()
    call_command("collectstatic", interactive=False, verbosity=0)
    codes = world.fill(count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    return codes


def _requests(codes: list[str], folder: Path) -> dict[str, Path]:
    """A file of requests by kind: the same readers and agents for both."""
    from merchants.links import click_ids

    drawn, names = random.Random(12), agents.agents(500)
    files = {kind: (folder / f"{kind}.txt").open("w") for kind in KINDS}
    for number, code in enumerate(codes):
        known = f"?u={click_ids.sign('reader', str(number))}" if number % 2 else ""
        agent = drawn.choice(names)
        for kind, address in KINDS.items():
            request = (
                f"GET {address.format(code=code)}{known} HTTP/1.1\r\nHost: {HOST}\r\n"
                f"X-Forwarded-Proto: https\r\nUser-Agent: {agent}\r\nAccept: text/html,*/*\r\n"
                "Accept-Language: zh-CN,zh;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n"
            )
            print(json.dumps(request), file=files[kind])
    for file in files.values():
        file.close()
    return {kind: Path(file.name) for kind, file in files.items()}


def _load(site: Site, file: Path, seconds: float) -> dict[str, Any]:
    before = site.cpu_s()
    command = [sys.executable, "-m", "bench.redirecting.loader", str(site.port), str(file)]
    answered = subprocess.run(
        [*command, str(seconds)], check=True, stdout=subprocess.PIPE, text=True
    )
    told: dict[str, Any] = json.loads(answered.stdout)
    web, database = (now - was for now, was in zip(site.cpu_s(), before, strict=True))
    each = 1000 / told["answers"]
    return {
        **told, "a_second": told["answers"] / told["seconds"], "web_ms": web * each,
        "database_ms": database * each,
    }  # fmt: skip


def _memory(site: Site) -> str:
    sizes = []
    for pid in site.workers():
        status = Path(f"/proc/{pid}/status").read_text().splitlines()
        sizes.append(int(next(line for line in status if line.startswith("VmRSS")).split()[1]))
    return f"web processes of {', '.join(f'{size / 1024:,.0f} MB' for size in sizes)}"


def _reports(stack: ExitStack) -> None:
    """Two processes that compute reports until the end."""
    command = [sys.executable, "-m", "bench.redirecting.reports"]
    began = []
    for name in ("reports_a", "reports_b"):
        process = subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        began.append(process)
    for process in began:
        assert process.stdout
        while process.stdout.readline().strip() != "begun":
            assert process.poll() is None, "the reports have ended"


def _print(rounds: list[dict[str, dict[str, Any]]], options: argparse.Namespace) -> int:
    for kind in KINDS:
        print(f"{kind}: {_shown(_median([one[kind] for one in rounds]))}")
    ratio = statistics.median(one["link"]["a_second"] / one["bare"]["a_second"] for one in rounds)
    cpu = statistics.median(_cpu_ms(one["bare"]) / _cpu_ms(one["link"]) for one in rounds)
    print(f"ratio of requests a second: {ratio:.2f} (aim {AIM_RATIO}), of CPU: {cpu:.2f}")
    print(f"aims: {AIM_A_SECOND:,} a second, p99 {AIM_P99_MS} ms; load {os.getloadavg()[0]:.1f}")
    said = {answer for one in rounds for answer in one["link"]["said"]}
    if said != {"302 outside"}:
        print(f"Not every answer leads outside: {sorted(said)}")
        return 1
    return int(ratio < AIM_RATIO)


def _median(all_of_it: list[dict[str, Any]]) -> dict[str, Any]:
    names = [name for name, value in all_of_it[0].items() if isinstance(value, int | float)]
    return {name: statistics.median(one[name] for one in all_of_it) for name in names}


def _cpu_ms(one: dict[str, Any]) -> float:
    return float(one["web_ms"] + one["database_ms"])


def _shown(one: dict[str, Any]) -> str:
    return (
        f"{one['a_second']:,.0f} a second, p50 {one['p50_ms']:.1f} ms, p99 {one['p99_ms']:.1f} ms,"
        f" worst {one['worst_ms']:.0f} ms; CPU of a request {one['web_ms']:.2f} ms here and"
        f" {one['database_ms']:.2f} ms in PostgreSQL, its reader's"
        f" {1000 * one['cpu_s'] / one['answers']:.2f} ms"
    )
