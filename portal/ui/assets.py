"""Third-party assets: only the files the pages use are served from node_modules."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FILES = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
    "vendor/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/tabler.min.js.map": "@tabler/core/dist/js/tabler.min.js.map",
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
}
FOLDER = settings.BASE_DIR / "node_modules"


class _Storage(FileSystemStorage):
    """Opens a file of the list by the name it is served under."""

    def path(self, name: str) -> str:
        return str(FOLDER / FILES[name])


class AssetFinder(BaseFinder):
    """Finds the files of the list for `collectstatic` and the test server."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = str(FOLDER / FILES[path]) if path in FILES else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        storage = _Storage(location=FOLDER)
        for name in FILES:
            yield name, storage
