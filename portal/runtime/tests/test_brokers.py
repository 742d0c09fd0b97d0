"""Every kind of broker that is offered brings a message to a real worker."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.jobs import pulse
from portal.runtime import environment, places, valkey
from portal.runtime.processes import spawn
from portal.runtime.testing import Worker

TRIED = {"redis", "rediss", "redis+socket", "memory"}
# The message goes out the way the site sends it: by its settings.
SEND = "from portal.celery import app; app.send_task('jobs.sweep', retry=False)"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A Valkey on a TCP port, with the password “word”."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    command: list[str | Path] = [valkey._binary(), "--port", str(number), "--bind", "127.0.0.1"]
    command += ["--save", "", "--requirepass", "word"]
    with (tmp_path / "valkey.log").open("wb") as log:
        server = spawn(command, on_parent_death=signal.SIGKILL, output=log)
    for _ in range(1000):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", number)):
            break
        with pytest.raises(subprocess.TimeoutExpired):
            server.wait(0.02)
    yield number
    server.kill()
    server.wait()


def _certificate(folder: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that it has signed itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "broker.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + signed.public_bytes(pem)
    )
    return file


def _carry(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _serve(listener: ssl.SSLSocket, port: int) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except ssl.SSLError:
            continue  # a client that does not believe the certificate
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", port))
        for ends in ((client, server), (server, client)):
            threading.Thread(target=_carry, args=ends, daemon=True).start()


@pytest.fixture
def tls(port: int, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The same Valkey behind TLS: its port and its certificate."""
    certificate = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    plain = socket.create_server(("127.0.0.1", 0))
    listener = context.wrap_socket(plain, server_side=True)
    threading.Thread(target=_serve, args=(listener, port), daemon=True).start()
    yield listener.getsockname()[1], certificate
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _send(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SEND],
        env={**os.environ, **variables},
        cwd=places.CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def _arrives(worker: Worker, **variables: str) -> bool:
    sent = _send(**variables)
    assert sent.returncode == 0, sent.stderr
    worker.await_line(b"succeeded")
    return pulse.age() is not None


def test_a_valkey_with_a_password(port: int, celery_worker: Callable[..., Worker]) -> None:
    address = {"CELERY_BROKER_URL": f"redis://:word@127.0.0.1:{port}/3"}
    assert _arrives(celery_worker(**address), **address)


def test_a_valkey_behind_tls(tls: tuple[int, Path], celery_worker: Callable[..., Worker]) -> None:
    number, certificate = tls
    address = {
        "CELERY_BROKER_URL": f"rediss://:word@127.0.0.1:{number}/0",
        "SSL_CERT_FILE": str(certificate),
    }
    assert _arrives(celery_worker(**address), **address)


def test_a_certificate_that_nobody_vouches_for_is_refused(tls: tuple[int, Path]) -> None:
    """As above, but nobody said that the certificate is good."""
    sent = _send(CELERY_BROKER_URL=f"rediss://:word@127.0.0.1:{tls[0]}/0")
    assert sent.returncode != 0
    assert "certificate verify failed" in sent.stderr


def test_the_socket_of_the_embedded_valkey(
    broker: str, celery_worker: Callable[..., Worker]
) -> None:
    assert broker.startswith("redis+socket://")
    assert _arrives(celery_worker(), CELERY_BROKER_URL=broker)


def test_a_broker_that_takes_connections_and_never_answers_keeps_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sent = _send(CELERY_BROKER_URL=f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
    assert sent.returncode != 0
    assert "OperationalError: Timeout" in sent.stderr


def test_no_other_broker_is_offered() -> None:
    assert set(environment.BROKERS) == TRIED
