"""A mail server that writes each mail down before it answers, and knows no key."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend


class Backend(BaseEmailBackend):
    """Appends the id of each mail to the file MAILBOX names."""

    def send_messages(self, messages: Any) -> int:
        with Path(os.environ["MAILBOX"]).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            for message in messages:
                file.write(message.extra_headers["Message-ID"] + "\n")
            file.flush()
            os.fsync(file.fileno())
        return len(messages)
