"""Files to resources, one at a time: NDJSON line by line, any other file one document at a time.

Memory follows the largest single document, never the length of the input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

from coordination.exchange.fhir.values import Dict

MAX_RESOURCE = 1024 * 1024  # bytes of one resource (trust.md 7)
MAX_DOCUMENT = 64 * 1024 * 1024  # bytes of one file that holds a single JSON document
MAX_DEPTH = 64
LINES = {".ndjson", ".jsonl"}
SUFFIXES = {*LINES, ".json"}
BOM = b"\xef\xbb\xbf"
BRACKETS = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}
NOT_BRACKETS = bytes(set(range(256)) - set(BRACKETS))
KIND = re.compile(rb'\{\s*"resourceType"\s*:\s*"([A-Za-z]{1,64})"')
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"')

NOT_JSON = "This is not JSON."
TOO_LONG = "This resource is longer than 1 MiB."
TOO_DEEP = "This is nested deeper than 64 levels."
NOT_TEXT = "The text holds a NUL or a broken character."
NO_TYPE = "This is not a FHIR resource: resourceType is missing."


@dataclass(frozen=True, slots=True)
class Found:
    """One resource and where it stood. raw: its bytes, None for an entry of a Bundle.

    urls: fullUrl to "Type/id" of the Bundle around it. weight: about how many bytes it takes.
    """

    name: str
    position: str
    resource: Dict
    raw: bytes | None = None
    urls: Mapping[str, str] | None = None
    full_url: str = ""
    weight: int = 0

    @property
    def kind(self) -> str:
        """Return the resource's type."""
        return str(self.resource["resourceType"])[:64]


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that could not even be taken for a resource. kind: what it seems to be."""

    name: str
    position: str
    raw: bytes
    sentence: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line of a type this pass does not want, not even parsed."""

    kind: str


Read = Found | Broken | Skipped
Wanted = Callable[[str], bool]


def files_of(path: Path) -> list[Path]:
    """Return the files to read, in the order of their names. Raises FileNotFoundError."""
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
    if not path.exists():
        raise FileNotFoundError(path)
    return [path]


def read(path: Path, wanted: Wanted = lambda _kind: True) -> Iterator[Read]:
    """Give every resource of a file or folder; what is broken comes as Broken, and it goes on.

    wanted: which types this pass needs; a line that says first that it is another is skipped.
    """
    for file in files_of(path):
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        with file.open("rb") as stream:
            if _is_lines(file, stream):
                yield from _lines(name, stream, wanted)
            else:
                yield from _document(name, stream)


def _is_lines(file: Path, stream: BinaryIO) -> bool:
    """Say whether a file is NDJSON: by its name, or because its first line is whole in itself."""
    if file.suffix.lower() in LINES:
        return True
    start = stream.readline(MAX_RESOURCE + 1)
    more = stream.read(1)
    stream.seek(0)
    if not more or not start.endswith(b"\n"):
        return False
    return isinstance(parse(start.removeprefix(BOM)), dict)


def _lines(name: str, stream: BinaryIO, wanted: Wanted) -> Iterator[Read]:
    number = 0
    while line := stream.readline(MAX_RESOURCE + 1):
        number += 1
        position = f"line {number}"
        if len(line) > MAX_RESOURCE and not line.endswith(b"\n"):
            yield Broken(name, position, line[:MAX_RESOURCE], TOO_LONG)
            while (rest := stream.readline(MAX_RESOURCE)) and not rest.endswith(b"\n"):
                pass
            continue
        raw = line.removeprefix(BOM).strip() if number == 1 else line.strip()
        if not raw:
            continue
        said = KIND.match(raw)
        kind = said[1].decode() if said else ""
        if kind and not wanted(kind):
            yield Skipped(kind)
        else:
            yield from _of_bytes(name, position, raw, kind)


def _document(name: str, stream: BinaryIO) -> Iterator[Found | Broken]:
    raw = stream.read(MAX_DOCUMENT + 1)
    if len(raw) > MAX_DOCUMENT:
        sentence = "One JSON document of more than 64 MiB: have it sent as NDJSON."
        yield Broken(name, "", raw[:MAX_RESOURCE], sentence)
    else:
        yield from _of_bytes(name, "", raw.removeprefix(BOM))


def _of_bytes(name: str, position: str, raw: bytes, kind: str = "") -> Iterator[Found | Broken]:
    value = parse(raw)
    if isinstance(value, str):
        yield Broken(name, position, raw[:MAX_RESOURCE], value, kind)
    elif not isinstance(value, dict) or not _type_of(value):
        yield Broken(name, position, raw[:MAX_RESOURCE], NO_TYPE)
    elif value["resourceType"] == "Bundle":
        yield from _entries(name, value, len(raw))
    elif len(raw) > MAX_RESOURCE:
        yield Broken(name, position, raw[:MAX_RESOURCE], TOO_LONG)
    else:
        yield Found(name, position, value, raw, weight=len(raw))


def _type_of(value: Dict) -> str:
    kind = value.get("resourceType")
    return kind if isinstance(kind, str) else ""


def parse(raw: bytes) -> Any:
    """Return the value of a JSON text, or the sentence that says why there is none.

    A number with a point stays as written (Decimal). A JSON text that is a string is no resource,
    so a sentence cannot be mistaken for one.
    """
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth(raw) > MAX_DEPTH:
        return TOO_DEEP
    try:
        value = json.loads(raw.decode(), parse_float=Decimal, parse_constant=_refuse)
        if any(mark in raw for mark in (b"\x00", b"\\u0000", b"\\ud", b"\\uD")):
            _check_text(value)
    except UnicodeError:
        return NOT_TEXT
    except json.JSONDecodeError as error:
        return f"This is not JSON: line {error.lineno}, column {error.colno}."
    except RecursionError:
        return TOO_DEEP
    except ValueError:
        return NOT_JSON
    return NO_TYPE if isinstance(value, str) else value


def _check_text(value: Any) -> None:
    """Raise UnicodeError for a text no database keeps: a NUL, or half a character."""
    said = dump(value)
    said.encode()
    if "\\u0000" in said:
        raise UnicodeError(NOT_TEXT)


def _refuse(_word: str) -> None:
    raise ValueError(NOT_JSON)


def _depth(raw: bytes) -> int:
    brackets = STRINGS.sub(b"", raw).translate(None, NOT_BRACKETS)
    return max(accumulate(BRACKETS[b] for b in brackets), default=0)


def _entries(name: str, bundle: Dict, size: int, above: str = "") -> Iterator[Found | Broken]:
    """Give the resources of a Bundle; a Bundle inside it is opened too."""
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        yield Broken(name, above, dump(bundle).encode()[:MAX_RESOURCE], "Bundle.entry is no list.")
        return
    urls = dict(_urls(entries))
    weight = size // max(len(entries), 1)
    for number, entry in enumerate(entries, 1):
        position = f"{above}entry {number}"
        resource = entry.get("resource") if isinstance(entry, dict) else entry
        if isinstance(entry, dict) and resource is None:
            continue  # an answer or a deletion: it holds no resource
        if not isinstance(resource, dict) or not _type_of(resource):
            yield Broken(name, position, dump(entry).encode()[:MAX_RESOURCE], NO_TYPE)
        elif resource["resourceType"] == "Bundle":
            yield from _entries(name, resource, weight, f"{position}, ")
        else:
            yield Found(name, position, resource, None, urls, _text(entry, "fullUrl"), weight)


def _urls(entries: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and _type_of(resource):
            url = _text(entry, "fullUrl")
            if url:
                yield url, f"{_type_of(resource)}/{_text(resource, 'id') or tail(url)}"


def _text(value: Dict, name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def tail(url: str) -> str:
    """Return the id at the end of a fullUrl: urn:uuid:X and http://host/Type/X both give X."""
    return url.partition("/_history/")[0].rpartition(":" if url.startswith("urn:") else "/")[2]


def dump(value: Any) -> str:
    """Return the JSON text of a parsed value, numbers as they were written."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
