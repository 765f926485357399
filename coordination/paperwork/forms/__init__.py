"""What is asked of paper: coming in, going out, to be signed."""

from coordination.paperwork.forms.filing import (
    FileItForm,
    PageForm,
    PileForm,
    UploadForm,
)
from coordination.paperwork.forms.sending import ArrivedForm, SendForm, SentForm, WhyForm
from coordination.paperwork.forms.signing import AskSignatureForm, SignedForm

__all__ = [
    "ArrivedForm", "AskSignatureForm", "FileItForm", "PageForm", "PileForm", "SendForm",
    "SentForm", "SignedForm", "UploadForm", "WhyForm",
]  # fmt: skip
