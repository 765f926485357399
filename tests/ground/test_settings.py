"""The settings refuse to be unsafe; each case reads them afresh in a process of its own."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from coordination.ground.middleware import ClientAddress

ROOT = Path(__file__).resolve().parent.parent.parent
STRONG = secrets.token_urlsafe(64)
SHOW = "from django.conf import settings; print(*[getattr(settings, n) for n in {names}], sep='|')"


def read(*names: str, var: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Print settings by name, with nothing of ours in the environment but `env`."""
    clean = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "coordination.settings"}
    return subprocess.run(
        [sys.executable, "-c", SHOW.format(names=list(names))],
        env={**clean, "THROUGHLINE_VAR": str(var), **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "key",
    [
        "",
        "short",
        "a" * 80,
        "django-insecure-" + STRONG,
        "development-only-key-never-used-when-debug-is-off",
    ],
    ids=["missing", "short", "one letter", "Django's own", "ours for development"],
)
def test_a_weak_secret_keeps_the_service_from_starting(key: str, tmp_path: Path) -> None:
    done = read("DEBUG", var=tmp_path, SECRET_KEY=key)
    assert done.returncode == 1
    assert "SECRET_KEY is missing or weak" in done.stderr


def test_without_debug_the_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    done = read(
        "DEBUG",
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_SECURE",
        "HTTPS",
        var=tmp_path,
        SECRET_KEY=STRONG,
    )
    assert done.stdout.strip() == "False|__Host-session|True|True"


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(STRONG + "\n")
    done = read("SECRET_KEY", var=tmp_path, SECRET_KEY_FILE=str(tmp_path / "key"))
    assert done.stdout.strip() == STRONG


def test_without_addresses_the_private_servers_are_used(tmp_path: Path) -> None:
    done = read("REDIS_URL", "CELERY_BROKER_URL", var=tmp_path, DEBUG="1")
    assert done.stdout.strip() == (
        f"unix://{tmp_path}/valkey/valkey.sock?db=0"
        f"|redis+socket://{tmp_path}/valkey/valkey.sock?virtual_host=0"
    )


@pytest.mark.parametrize(
    ("peer", "chain", "seen"),
    [
        pytest.param("203.0.113.9", "198.51.100.1", "203.0.113.9", id="forged by a stranger"),
        pytest.param("10.0.0.2", "198.51.100.1", "198.51.100.1", id="told by our proxy"),
        pytest.param("10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1", id="forged before it"),
        pytest.param("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1", id="two proxies"),
        pytest.param("10.0.0.2", "nonsense", "10.0.0.2", id="not an address"),
    ],
)
def test_only_our_own_proxies_say_who_calls(peer: str, chain: str, seen: str, settings, rf) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=chain)
    assert ClientAddress(lambda r: r.META["REMOTE_ADDR"])(request) == seen
