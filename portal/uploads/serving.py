"""How a stored file leaves the site: a download or a picture, with a name and a type of ours."""

from typing import IO, TYPE_CHECKING, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from portal.ui.errors import error_page
from portal.uploads.away import StoreAway
from portal.uploads.kinds import PICTURES, kind_of

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Opened in spite of all, it runs nothing and reads nothing of the site.
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def download(request: HttpRequest, stored: "FieldFile", *, name: str) -> HttpResponseBase:
    """The file as `name` with the suffix of its kind; 503 where the store of files does not answer.

    Raises Http404 when it is gone.
    """
    kind = kind_of(str(stored.name))
    try:
        opened = _opened(stored)
    except StoreAway as away:
        return error_page(request, away.status, _("Documents cannot be opened now"), away.message)
    type_ = kind.content_type if kind else "application/octet-stream"
    return sent(opened, file_name=f"{name}{kind or '.bin'}", content_type=type_)


def picture(request: HttpRequest, stored: "FieldFile", *, version: str) -> HttpResponseBase:
    """The picture as a page shows it. The reader's own browser keeps it and asks each time whether
    he may still see it: 304 where it has this `version`; an empty 503 where the store of files
    does not answer.

    Raises Http404 when it is gone, and for what we have not written as a picture.
    """
    kind = kind_of(str(stored.name))
    if kind not in PICTURES:
        raise Http404
    headers = {**_HEADERS, "Cache-Control": "private, no-cache", "ETag": quote_etag(version)}
    answer = get_conditional_response(request, etag=headers["ETag"], response=None)
    if answer is not None:
        for name, said in headers.items():
            answer[name] = said
        return answer
    try:
        opened = _opened(stored)
    except StoreAway as away:
        return HttpResponse(status=away.status)
    return FileResponse(
        opened, filename=f"picture{kind}", content_type=kind.content_type, headers=headers
    )


def _opened(stored: "FieldFile") -> Any:
    try:
        return stored.storage.open(str(stored.name))
    except FileNotFoundError as error:
        raise Http404 from error


def sent(opened: IO[bytes], *, file_name: str, content_type: str) -> FileResponse:
    """An open file as a download with this name and type.

    Nobody reads from it before the server does: a server that sends the file by itself begins
    where an earlier reading has stopped.
    """
    return FileResponse(
        opened,
        as_attachment=True,
        filename=file_name,
        content_type=content_type,
        headers=_HEADERS,
    )
