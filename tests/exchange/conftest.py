"""The tests on the real inputs exist where those inputs lie beside the checkout."""

from __future__ import annotations

from django.conf import settings

SHARED = settings.BASE_DIR.parent / "shared" / "data"
collect_ignore = [] if SHARED.is_dir() else ["test_shared.py"]
