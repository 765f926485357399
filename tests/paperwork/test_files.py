"""What is taken, by content; what is not, whatever it calls itself (trust.md 7, A11)."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from coordination.paperwork import store
from coordination.paperwork.rules import DOCX, JPEG, PDF, PNG, TEXT, kind_of, plain_name, size_words
from tests.paperwork.factories import PDF as PDF_BYTES
from tests.paperwork.factories import docx, looked, picture

TAKEN = [
    pytest.param(PDF_BYTES, PDF, id="pdf"),
    pytest.param(picture("PNG"), PNG, id="png"),
    pytest.param(picture("JPEG"), JPEG, id="jpeg"),
    pytest.param(docx(), DOCX, id="docx"),
    pytest.param("Zürich, 4 Nov.\nNa 138\t4.1".encode(), TEXT, id="text"),
    pytest.param(("é" * 70_000).encode(), TEXT, id="text-cut-inside-a-character"),
]
NOT_TAKEN = [
    pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", id="svg"),
    pytest.param(b"  \n<!DOCTYPE html><script>alert(1)</script>", id="html"),
    pytest.param(b"Dear all, <script>alert(1)</script>", id="markup-in-text"),
    pytest.param(b"GIF89a\x01\x00\x01\x00", id="gif"),
    pytest.param(b"MZ\x90\x00", id="program"),
    pytest.param(b"plain\x00text", id="nul"),
    pytest.param(b"\xff\xfe\x41\x00", id="utf-16"),
    pytest.param("é".encode()[:1], id="half-a-character"),
    pytest.param(b"PK\x03\x04 and no more", id="broken-zip"),
    pytest.param(b"\x1f\x8b\x08\x00", id="gzip"),
]


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(("content", "kind"), TAKEN)
def test_a_file_is_what_its_content_says(content: bytes, kind: str) -> None:
    assert kind_of(io.BytesIO(content)) == kind
    assert looked(content, "x.exe").media_type == kind


@pytest.mark.parametrize("content", NOT_TAKEN)
def test_what_is_none_of_the_five_is_not_taken(content: bytes) -> None:
    with pytest.raises(ValidationError) as refused:
        looked(content, "harmless.pdf")
    assert refused.value.code == "kind"


def test_a_zip_that_is_no_document_is_not_taken_and_not_unpacked() -> None:
    bomb = zipped(**{f"{n}.bin": b"\0" * 1_000_000 for n in range(50)})
    assert len(bomb) < 100_000
    assert kind_of(io.BytesIO(bomb)) is None
    many = zipped(**{"[Content_Types].xml": b"", "word/document.xml": b""} | {
        f"{n}": b"" for n in range(2001)
    })  # fmt: skip
    assert kind_of(io.BytesIO(many)) is None


def claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_100, 30_000, 2**31 - 1])
def test_a_picture_that_claims_to_be_enormous_is_refused_by_its_head(side: int) -> None:
    with pytest.raises(ValidationError) as refused:
        looked(claims(side, side), "scan.png")
    assert refused.value.code in {"pixels", "broken"}


def test_a_damaged_picture_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValidationError, match="damaged"):
        looked(picture("PNG")[:60], "scan.png")


def test_a_file_of_one_byte_too_many_is_refused() -> None:
    most = 20 * 1024 * 1024
    with pytest.raises(ValidationError, match=r"20\.0 MB"):
        store.look_at(io.BytesIO(b""), most + 1, "big.pdf")
    with pytest.raises(ValidationError, match="empty"):
        store.look_at(io.BytesIO(b""), 0, "none.pdf")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\x\scan.pdf", "scan.pdf"),
        ("note\u202efdp.exe", "notefdp.exe"),
        ("a\0b\r\n.pdf", "ab.pdf"),
        ("..", ""),
        ("é" * 500, "é" * 200),
    ],
)
def test_a_name_is_words_only(name: str, shown: str) -> None:
    assert plain_name(name) == shown


def test_sizes_are_said_as_people_say_them() -> None:
    assert [size_words(n) for n in (1, 350_000, 2_500_000)] == ["1 KB", "341 KB", "2.4 MB"]


def test_bytes_are_kept_whole_under_a_random_name(documents_dir: Path) -> None:
    one = looked(PDF_BYTES, "../../escape.pdf")
    path = store.path_of(store.keep(one))
    assert path.read_bytes() == PDF_BYTES
    assert path.is_relative_to(documents_dir)
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_preview_is_drawn_anew_without_what_else_the_file_held() -> None:
    photo = Image.new("RGB", (4000, 3000), "navy")
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where she lives"
    photo.save(out, "JPEG", exif=exif)
    polyglot = out.getvalue() + b"<script>alert(1)</script>"
    drawn = store.preview_of(store.keep(looked(polyglot, "x.jpg")))
    assert b"where she lives" not in drawn
    assert b"<script>" not in drawn
    with Image.open(io.BytesIO(drawn)) as shown:
        assert shown.format == "PNG"
        assert max(shown.size) == 1600


def test_the_scanner_is_asked_and_its_word_is_kept(settings) -> None:
    settings.DOCUMENT_SCANNER = "tests.paperwork.test_files.finds_eicar"
    with pytest.raises(ValidationError, match="Eicar"):
        looked(b"EICAR test", "a.txt")
    assert looked(b"a letter", "a.txt").media_type == TEXT


def finds_eicar(file) -> str:
    file.seek(0)
    return "Eicar" if b"EICAR" in file.read() else ""


def test_only_files_older_than_a_day_are_looked_at() -> None:
    old, new = (store.keep(looked(b"text %d" % n, "a.txt")) for n in range(2))
    os.utime(store.path_of(old), (0, 0))
    found = [path for folder in store.old_files() for path in folder]
    assert found == [store.path_of(old)]
    assert store.path_of(new).exists()


def test_a_file_half_written_has_no_name(tmp_path: Path) -> None:
    assert store.id_of(tmp_path / "tmp4f2k1z") is None
