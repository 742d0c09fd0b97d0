"""Every answer that streams arrives whole: over a real gunicorn, which sends files by itself.

The addresses are those of the permission table, with and without their exports, whose answer
streams or is a download. A new one is found by itself.
"""

import ast
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from merchants.openings.models import OpeningApplication
from portal import clock
from portal.accounts.models import User
from portal.runtime.testing import Web
from tests.permission_table import PERSONAS, ROWS, address
from tests.sources import modules

Cast = dict[str, User | None]
SHOWN = ("Content-Type", "Content-Disposition", "X-Content-Type-Options")
EXPORTS = ("", "?export=csv&format=csv", "?export=xlsx&format=xlsx")
# The homes of what streams; each has an address below.
HOMES = {
    "portal/ui/exports.py": "StreamingHttpResponse",
    "portal/uploads/serving.py": "FileResponse",
}
STREAMS = {"StreamingHttpResponse", "FileResponse", "FileWrapper"}


def test_what_streams_has_a_home_whose_addresses_are_asked_here() -> None:
    found = {
        str(path): node.func.id
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in STREAMS
    }
    assert found == HOMES


@pytest.fixture
def web(
    web_server: Callable[..., Web], collected_var: Path, tmp_path: Path, transactional_db: None
) -> Web:
    (tmp_path / "static").symlink_to(collected_var / "static")
    return web_server(PORTAL_VAR=str(tmp_path))


def signed_in(person: User | None, web: Web) -> Client:
    """A client to whom the site has the server's address, which its answers may tell."""
    client = Client(headers={"Host": f"127.0.0.1:{web.port}"})
    if person:
        client.force_login(person)
    return client


def session(client: Client) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"}


def downloads(world: dict[str, Any], cast: Cast, web: Web) -> Iterator[tuple[str, Client, Any]]:
    """Each address that streams, somebody who may ask for it, and what he should get."""
    clients = {persona: signed_in(cast[persona], web) for persona in PERSONAS}
    moment = quote(clock.now().isoformat())
    for row in ROWS:
        if not row.reader:
            continue
        client = clients[row.reader]
        for query in {row.query, *(EXPORTS if not row.query else ())}:
            path = address(row, world) + query
            if row.url_name.startswith("reports:report-"):
                # It says as of when it is: asked as of the same moment it has the same bytes.
                path += f"{'&' if query else '?'}as_of={moment}"
            answer = client.get(path)
            if answer.streaming or "Content-Disposition" in answer:
                yield path, client, answer


def arrives(web: Web, path: str, client: Client, expected: Any, content: bytes) -> None:
    """Ask the server as GET and as HEAD."""
    answer, body = web.ask(path, **session(client))
    assert answer.status == 200, path
    assert (len(body), sha256(body).hexdigest()) == (len(content), sha256(content).hexdigest()), (
        path
    )
    assert [answer.getheader(name) for name in SHOWN] == [
        expected.headers.get(name) for name in SHOWN
    ]
    assert answer.getheader("Content-Length") in (None, str(len(content)))
    head, nothing = web.ask(path, "HEAD", **session(client))
    assert (head.status, nothing) == (200, b"")
    assert head.getheader("Content-Length") in (None, str(len(content)))


@pytest.mark.django_db(transaction=True)
def test_every_answer_that_streams_arrives_whole(
    world: dict[str, Any], cast: Cast, web: Web
) -> None:
    asked = set()
    for path, client, expected in downloads(world, cast, web):
        arrives(web, path, client, expected, b"".join(expected))
        asked.add(path)
    assert len(asked) >= 6
    assert {reverse("merchants:application-document", args=[world["application"].pk])} <= asked
    assert any("?export=csv" in path for path in asked)
    assert any("quarantine" in path for path in asked)


@pytest.mark.django_db(transaction=True)
def test_a_document_of_any_size_arrives_whole_and_from_its_beginning(
    approval: OpeningApplication, alice: User, web: Web
) -> None:
    path = reverse("merchants:application-document", args=[approval.pk])
    client = signed_in(alice, web)
    for size in (1, 4095, 4096, 4097, 65535, 65536, 65537, 140_009):
        content = bytes(at * at % 251 for at in range(size))
        approval.document.save("file.pdf", ContentFile(content))
        arrives(web, path, client, client.get(path), content)
        # Nobody is offered a part, so nobody gets one.
        answer, body = web.ask(path, Range="bytes=10-20", **session(client))
        assert (answer.status, body) == (200, content)
