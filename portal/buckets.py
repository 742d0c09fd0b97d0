"""Buckets of an object store, where files may be kept instead of in a folder."""

from pathlib import Path
from typing import Any

BUCKET = "s3://"


def is_bucket(place: Path | str) -> bool:
    """Whether files are kept in a bucket, and not in a folder."""
    return str(place).startswith(BUCKET)


def storage_at(place: Path | str, store: dict[str, str]) -> dict[str, Any]:
    """Django's setting of the storage of files at `place`: MEDIA_ROOT, where that is a folder.

    `store` says how buckets are reached.
    """
    if not is_bucket(place):
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    bucket, _, folder = str(place).removeprefix(BUCKET).partition("/")
    options = {
        "bucket_name": bucket,
        "location": folder,
        "region_name": store.get("AWS_REGION"),
        "endpoint_url": store.get("AWS_ENDPOINT_URL"),
        "access_key": store.get("AWS_ACCESS_KEY_ID"),
        "secret_key": store.get("AWS_SECRET_ACCESS_KEY"),
        # Two files never share a name.
        "file_overwrite": False,
    }
    return {"BACKEND": "portal.uploads.bucket.BucketStorage", "OPTIONS": options}
