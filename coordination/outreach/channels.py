"""What carries a message out of the house: mail, or a file that shows what would have gone.

A keyed carrier recognizes a message it already took by its id, so trying again is harmless; mail
does not (trust.md 5, item 7).
"""

from __future__ import annotations

import fcntl
import json
import os
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

SENT, FAILED, REFUSED, UNSURE = "sent", "failed", "refused", "unsure"
PERMANENT = range(500, 600)
KEY_LENGTH = 36
HEAD = b'{"id": "'


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, ready to leave."""

    id: UUID
    channel: str
    to: str
    subject: str
    body: str
    language: str
    maybe_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What the carrier said.

    kind: sent, failed (try again), refused (never will), unsure (it may have gone out).
    code: an error class, never a text; ref: the carrier's own reference.
    """

    kind: str
    code: str = ""
    ref: str = ""


class Carrier(Protocol):
    """Takes messages. is_keyed: see above. group: how many it takes at once."""

    is_keyed: bool
    is_paced: bool
    group: int

    def send(self, messages: Sequence[Outgoing]) -> list[Result]:
        """Send them in order and say for each what happened. Never raises for a bad message."""
        ...


class FileCarrier:
    """Appends one JSON line per message to a file, and answers only when it is on the disk."""

    is_keyed = True
    is_paced = False
    group = 25

    def __init__(self, path: Path) -> None:
        self.path = path
        self.taken: set[bytes] = set()
        self.read_to = 0

    def send(self, messages: Sequence[Outgoing]) -> list[Result]:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.catch_up(file)
            fresh = [m for m in messages if str(m.id).encode() not in self.taken]
            file.write(b"".join(map(line, fresh)))
            file.flush()
            os.fsync(file.fileno())
            self.taken.update(str(m.id).encode() for m in fresh)
            self.read_to = file.tell()
        return [Result(SENT, ref=f"file:{m.id}") for m in messages]

    def catch_up(self, file: BinaryIO) -> None:
        """Read what other processes wrote; cut off a line that a power cut left half-written."""
        size = file.seek(0, os.SEEK_END)
        if size < self.read_to:  # somebody emptied the file
            self.taken.clear()
            self.read_to = 0
        file.seek(self.read_to)
        news = file.read()
        whole = news.rfind(b"\n") + 1
        self.taken.update(
            row[len(HEAD) : len(HEAD) + KEY_LENGTH] for row in news[:whole].split(b"\n") if row
        )
        file.seek(self.read_to + whole)
        file.truncate()


def line(message: Outgoing) -> bytes:
    """Return the message as one line; the id stands first, where `catch_up` reads it."""
    shown = {
        "id": str(message.id),
        "channel": message.channel,
        "to": message.to,
        "subject": message.subject,
        "body": message.body,
        "language": message.language,
    }
    return json.dumps(shown, ensure_ascii=False).encode() + b"\n"


class MailCarrier:
    """Django's mail backend, one message a time. SMTP knows no key: see `is_keyed`."""

    is_keyed = False
    is_paced = True
    group = 1

    def send(self, messages: Sequence[Outgoing]) -> list[Result]:
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            return [Result(FAILED, code=type(error).__name__)] * len(messages)
        try:
            return [self.send_one(message, connection) for message in messages]
        finally:
            connection.close()

    def send_one(self, message: Outgoing, connection: BaseEmailBackend) -> Result:
        reference = f"<{message.id}@{settings.MAIL_HOST_NAME}>"
        mail = EmailMessage(
            message.subject,
            message.body,
            to=[message.to],
            headers={"Message-ID": reference},
            connection=connection,
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused:
            return Result(REFUSED, code="invalid-address")
        except smtplib.SMTPResponseException as error:
            kind = REFUSED if error.smtp_code in PERMANENT else FAILED
            return Result(kind, code=f"smtp-{error.smtp_code}")
        except (OSError, smtplib.SMTPException) as error:  # cut off in the middle: nobody knows
            return Result(UNSURE, code=type(error).__name__)
        return Result(SENT, ref=reference)


class NoCarrier:
    """A way that does not exist here yet: refused for good, so a person calls."""

    is_keyed = True
    is_paced = False
    group = 25

    def send(self, messages: Sequence[Outgoing]) -> list[Result]:
        return [Result(REFUSED, code="no-such-channel")] * len(messages)


_FILE: dict[Path, FileCarrier] = {}


def outgoing_file() -> Path:
    """Return where the file carrier writes."""
    return Path(settings.OUTREACH_DIR) / "outgoing.jsonl"


def carrier(channel: str) -> Carrier:
    """Return what carries this channel: the file where OUTREACH_CARRIER says so, else for real."""
    if settings.OUTREACH_CARRIER == "file":
        return _FILE.setdefault(outgoing_file(), FileCarrier(outgoing_file()))
    return MailCarrier() if channel == "email" else NoCarrier()
