"""A file that never ends is cut off where the largest allowed one would end (trust.md A11)."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class Bounded(FileUploadHandler):
    """Stops reading a body past the limit; one that says its length is refused before (edge.py)."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a piece on, unless the file is too long. Raises StopUpload."""
        if start + len(raw_data) > settings.UPLOAD_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, _file_size: int) -> None:
        """Leave the file to the next handler."""
