"""The one password rule Django does not bring: not longer than anybody needs."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 128


class LongestPassword:
    """Refuses a password over 128 characters; hashing a megabyte is somebody's attack."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        if len(password) > MOST:
            raise ValidationError(
                _("Use at most %(most)d characters.") % {"most": MOST}, code="password_too_long"
            )

    def get_help_text(self) -> str:
        return _("Use at most %(most)d characters.") % {"most": MOST}
