"""The site as production runs it: gunicorn behind nginx, on the test's database.

`site()` starts it and answers what a client at an address of his own gets from it.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from portal.runtime import places
from portal.runtime.postgres import same_server
from portal.runtime.processes import spawn

INSTALL = "No nginx found. Install it with: apt-get install nginx-light"
HOST, PROXY = "portal.example", "127.0.0.1"
# As docs/operate.md shows it.
NGINX = """
daemon off; pid {here}/nginx.pid; error_log {here}/nginx.log; {user}
events {{ }}
http {{
    access_log off;
    client_body_temp_path {here}/body; proxy_temp_path {here}/proxy;
    fastcgi_temp_path {here}/fastcgi; uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
    server {{
        listen {proxy}:{port};
        location / {{
            proxy_pass http://{proxy}:{behind};
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-Proto https;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }}
    }}
}}
"""


class Site:
    """nginx and two workers of gunicorn; `https` ends at an imagined proxy in front of nginx."""

    def __init__(self, here: Path, database: str, collected: Path) -> None:
        self.here = here
        (here / "static").symlink_to(collected)
        self._env = {
            **os.environ,
            "ALLOWED_HOSTS": HOST,
            "DATABASE_URL": same_server(database),
            "DJANGO_SETTINGS_MODULE": "tests.site_settings",
            "HTTPS": "1",
            "PORTAL_VAR": str(here),
            "SECOND_FACTOR": "1",
            "SITE_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": PROXY,
            "WEB_WORKERS": "2",
            "WEBHOOK_LOOPBACK": "0",
        }
        self._listener = socket.create_server((PROXY, 0), backlog=128)
        self.port = _free_port()
        self._web: subprocess.Popen[bytes] | None = None
        self._nginx: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start both; returns when a page comes through nginx."""
        config = self.here / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        behind = self._listener.getsockname()[1]
        config.write_text(
            NGINX.format(here=self.here, proxy=PROXY, port=self.port, behind=behind, user=user)
        )
        self._start_web()
        command: list[str | Path] = [_nginx(), "-e", self.here / "nginx.log", "-c", config]
        self._nginx = spawn(command, on_parent_death=signal.SIGTERM)
        assert self.get("/accounts/login/").status == 200

    def restart(self) -> None:
        """Another gunicorn on the same port: whoever asks meanwhile waits."""
        _end(self._web)
        self._start_web()

    def stop(self) -> None:
        _end(self._nginx)
        _end(self._web)
        self._listener.close()

    def workers(self) -> list[int]:
        """The pids of gunicorn's workers."""
        assert self._web
        kept = Path(f"/proc/{self._web.pid}/task/{self._web.pid}/children")
        return [int(pid) for pid in kept.read_text().split()]

    def get(self, path: str, *, at: str = "127.0.0.2") -> http.client.HTTPResponse:
        return self._ask("GET", path, "", {}, at)

    def post(
        self, path: str, data: dict[str, str], *, at: str = "127.0.0.2", **headers: str
    ) -> http.client.HTTPResponse:
        """A form, sent by a browser at the address `at` of this machine."""
        token = "t" * 32
        sent = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"__Host-csrf={token}",
            "Referer": f"https://{HOST}{path}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self._ask("POST", path, urlencode({**data, "csrfmiddlewaretoken": token}), sent, at)

    def _ask(
        self, method: str, path: str, body: str, headers: dict[str, str], at: str
    ) -> http.client.HTTPResponse:
        client = http.client.HTTPConnection(PROXY, self.port, source_address=(at, 0), timeout=60)
        with closing(client):
            for _ in range(600):
                try:
                    client.connect()
                    break
                except ConnectionRefusedError:
                    # nginx has not bound its port yet.
                    assert self._nginx
                    with pytest.raises(subprocess.TimeoutExpired):
                        self._nginx.wait(0.05)
            client.request(method, path, body, {**headers, "Host": HOST})
            answer = client.getresponse()
            answer.body = answer.read()  # type: ignore[attr-defined]
            return answer

    def _start_web(self) -> None:
        fd = self._listener.fileno()
        self._web = spawn(
            [sys.executable, "-m", "gunicorn", "-c", "python:portal.runtime.web"],
            on_parent_death=signal.SIGTERM,
            output=(self.here / "web.log").open("ab"),
            cwd=places.CHECKOUT,
            env={**self._env, "WEB_BIND": f"fd://{fd}"},
            pass_fds=[fd],
        )


def _nginx() -> str:
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not found:
        pytest.skip(INSTALL)
    return found


def _free_port() -> int:
    with closing(socket.create_server((PROXY, 0))) as listener:
        return int(listener.getsockname()[1])


def _end(process: "subprocess.Popen[bytes] | None") -> None:
    """At once, its workers with it."""
    if process:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def site(
    transactional_db: None, tmp_path: Path, collected_var: Path
) -> Iterator[Callable[[], Site]]:
    """Start the site; it ends with the test."""
    from django.db import connection

    _nginx()
    started: list[Site] = []

    def start() -> Site:
        name = str(connection.settings_dict["NAME"])
        started.append(Site(tmp_path, name, collected_var / "static"))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop()
