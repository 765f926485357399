"""Where the bytes lie: outside everything a server hands out, each under a random name.

A file is written whole and durable before its row; where the row is rolled back, the file is a
stray, and `sweep_strays` takes it away a day later. Nothing here reads or makes a path from what a
sender called the file.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from coordination.paperwork.rules import (
    FILE_BYTES,
    PICTURES,
    PNG,
    kind_of,
    plain_name,
    size_words,
)

CHUNK = 256 * 1024
MOST_PIXELS = 50_000_000
PREVIEW_PIXELS = 1600
STRAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that may be taken: what it is by its content, its hash, the sender's name for it."""

    file: IO[bytes]
    media_type: str
    size_bytes: int
    sha256: str
    name: str


def look_at(file: IO[bytes], size_bytes: int, name: str) -> Looked:
    """Return what a file is. Raises ValidationError with a sentence for one that is not taken."""
    if size_bytes > FILE_BYTES:
        raise ValidationError(
            _("This file has %(size)s; the most is %(most)s. Scan it again with fewer dots.")
            % {"size": size_words(size_bytes), "most": size_words(FILE_BYTES)},
            code="size",
        )
    if not size_bytes:
        raise ValidationError(_("This file is empty."), code="empty")
    media_type = kind_of(file)
    if media_type is None:
        raise ValidationError(
            _("This is no PDF, PNG, JPEG, Word (.docx) or text file, whatever its name says."),
            code="kind",
        )
    if media_type in PICTURES:
        check_picture(file)
    check_harmless(file)
    return Looked(file, media_type, size_bytes, hash_of(file), plain_name(name))


def hash_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file, in hex."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def check_picture(file: IO[bytes]) -> None:
    """Raise ValidationError unless it is a whole picture of a sane number of dots.

    Its head is read, not its dots: a small file may claim a thousand million of them.
    """
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=["PNG", "JPEG"])
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise ValidationError(
                    _("This picture has %(width)d × %(height)d dots. Scan it with fewer.")
                    % {"width": width, "height": height},
                    code="pixels",
                )
            picture.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as broken:
        raise ValidationError(
            _("This picture is damaged. Scan it again."), code="broken"
        ) from broken


def check_harmless(file: IO[bytes]) -> None:
    """Ask the hospital's scanner, where one is set up. Raises ValidationError with its word."""
    if settings.DOCUMENT_SCANNER and (found := _scanner()(file)):
        raise ValidationError(
            _("The scanner for harmful files refused this one: %(found)s.") % {"found": found},
            code="harmful",
        )


def _scanner() -> Any:
    module, _dot, name = settings.DOCUMENT_SCANNER.rpartition(".")
    return getattr(import_module(module), name)


def path_of(file_id: uuid.UUID) -> Path:
    """Return where the bytes of a document lie."""
    name = file_id.hex
    return Path(settings.DOCUMENTS_DIR) / name[:2] / name


def keep(looked: Looked) -> uuid.UUID:
    """Write the bytes of a file, whole and durable, and return the name they lie under."""
    file_id = uuid.uuid4()
    path = path_of(file_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    looked.file.seek(0)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as made:
        shutil.copyfileobj(looked.file, made, CHUNK)
        made.flush()
        os.fsync(made.fileno())
    Path(made.name).replace(path)
    return file_id


def preview_of(file_id: uuid.UUID) -> bytes:
    """Return a picture drawn anew, as PNG: nothing of the sender's file but its dots is in it."""
    with Image.open(path_of(file_id), formats=["PNG", "JPEG"]) as picture:
        picture.draft("RGB", (PREVIEW_PIXELS, PREVIEW_PIXELS))
        drawn = ImageOps.exif_transpose(picture).convert("RGB")
    drawn.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
    out = io.BytesIO()
    drawn.save(out, PNG.rpartition("/")[2])
    return out.getvalue()


def words_of(file_id: uuid.UUID, most: int) -> str:
    """Return the beginning of a text document, for a page to show as text."""
    with path_of(file_id).open("rb") as file:
        return file.read(most).decode(errors="ignore").lstrip("\ufeff")


def old_files() -> Iterable[list[Path]]:
    """Yield the files older than a day, one folder of them at a time."""
    before = time.time() - STRAY_SECONDS
    for folder in Path(settings.DOCUMENTS_DIR).glob("??"):
        yield [path for path in folder.iterdir() if path.stat().st_mtime < before]


def id_of(path: Path) -> uuid.UUID | None:
    """Return the name a file lies under; None for one half written when the power went."""
    try:
        return uuid.UUID(hex=path.name)
    except ValueError:
        return None
