"""What a file is, by its content; its name and what the browser says of it count for nothing.

Five kinds are taken and no other, so five signatures are all there is to know: a library that
guesses among hundreds would have to be told not to. Source: trust.md 7, *Uploads*.
"""

from __future__ import annotations

import unicodedata
import zipfile
from typing import IO

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
TEXT = "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PICTURES = (PNG, JPEG)

MIB = 1024 * 1024
FILE_BYTES = 20 * MIB
PATIENT_BYTES, PATIENT_FILES = 200 * MIB, 1000

SIGNATURES = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
ZIP = b"PK\x03\x04"
DOCX_PARTS = {"[Content_Types].xml", "word/document.xml"}
MOST_PARTS = 2000
CHUNK = 64 * 1024
# A page that a browser would run if somebody opened the text in it.
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<body", b"<head", b"<iframe")


def kind_of(file: IO[bytes]) -> str | None:
    """Return the media type of a file by its content, or None for one that is not taken.

    Reads at most the first bytes of a picture or PDF, the list of a DOCX's parts (nothing is
    unpacked), and all of a text, which must be UTF-8 without control characters or markup.
    """
    file.seek(0)
    start = file.read(512)
    for signature, media_type in SIGNATURES:
        if start.startswith(signature):
            return media_type
    if start.startswith(ZIP):
        return DOCX if _is_docx(file) else None
    return TEXT if start and _is_text(file) else None


def _is_docx(file: IO[bytes]) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return len(parts) <= MOST_PARTS and set(parts) >= DOCX_PARTS


def _is_text(file: IO[bytes]) -> bool:
    file.seek(0)
    head = file.read(CHUNK).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(sign in head for sign in MARKUP):
        return False
    file.seek(0)
    rest = b""
    while chunk := file.read(CHUNK):
        try:
            text = (rest + chunk).decode()
            rest = b""
        except UnicodeDecodeError as cut:
            if len(rest) + len(chunk) - cut.start > 3:  # more than the start of one character
                return False
            text, rest = (rest + chunk)[: cut.start].decode(), (rest + chunk)[cut.start :]
        if any(char < " " and char not in "\n\r\t\f" for char in text):
            return False
    return not rest


def plain_name(name: str, most: int = 200) -> str:
    """Return a sender's file name as harmless words: no folders, no controls, no turned direction.

    It is shown, never used to find a file.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    return kept.strip(" .")[:most]


def size_words(size_bytes: int) -> str:
    """Return a size as a person says it: "340 KB", "2.4 MB"."""
    if size_bytes < MIB:
        return f"{max(size_bytes // 1024, 1)} KB"
    return f"{size_bytes / MIB:.1f} MB"
