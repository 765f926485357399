"""Documents and the bytes they are made of."""

from __future__ import annotations

import hashlib
import io
import zipfile

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from coordination.paperwork.models import Document
from coordination.paperwork.store import Looked, look_at

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


def looked(content: bytes = PDF, name: str = "note.pdf") -> Looked:
    return look_at(io.BytesIO(content), len(content), name)


def sent(content: bytes = PDF, name: str = "note.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")  # a lie, as browsers tell


class DocumentFactory(DjangoModelFactory):
    """A document on a chart, without a file; name `patient`."""

    class Meta:
        model = Document

    organization = factory.SelfAttribute("patient.organization")
    kind = "consult-note"
    title = factory.Sequence(lambda n: f"Visit note {n}")
    entered_at = factory.LazyFunction(timezone.now)
    filed_at = factory.SelfAttribute("entered_at")
    media_type = "application/pdf"
    size_bytes = 1000
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
