"""One settings file, read from the environment. Each default works on a laptop and is safe."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from coordination.ground import servers
from coordination.logs import logging_settings

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("THROUGHLINE_VAR", BASE_DIR / "var")).resolve()


def flag(name: str, default: str = "0") -> bool:
    """Read an on/off setting."""
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def listed(name: str, default: str = "") -> list[str]:
    """Read a list, separated by commas."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret(name: str, default: str) -> str:
    """Read a secret from NAME or, for containers, from the file NAME_FILE names."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text().strip() if path else os.environ.get(name, default)


def own_key(path: Path) -> str:
    """Read the key that `manage.py up` made for this folder, if it made one."""
    return path.read_text().strip() if path.exists() else ""


def strong(name: str, value: str) -> str:
    """Refuse a missing, known or guessable secret: whoever knows it can sign in as anybody."""
    short = len(value) < KEY_LENGTH or len(set(value)) < KEY_CHARACTERS
    if short or value.startswith("django-insecure") or value == DEVELOPMENT_KEY:
        raise ImproperlyConfigured(
            f"{name} is missing or weak: set {name} or {name}_FILE to {KEY_LENGTH} or more random"
            ' characters (python -c "import secrets; print(secrets.token_urlsafe(48))"),'
            " or DEBUG=1 for a trial."
        )
    return value


def database(url: str, password: str = "") -> dict[str, object]:
    """Turn postgresql://user:password@host:port/name?option=value into Django's settings.

    The host may be a percent-encoded folder: a Unix socket. password: used if the address has none.
    """
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or "") or password,
        "HOST": unquote(parts.hostname or "")
        if "%" not in parts.netloc
        else unquote(parts.netloc.rpartition("@")[2]),
        "PORT": str(parts.port or "") if "%" not in parts.netloc else "",
        "OPTIONS": {"options": SESSION_OPTIONS, **dict(parse_qsl(parts.query))},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DEBUG = flag("DEBUG", "0")
KEY_LENGTH, KEY_CHARACTERS = 50, 16
DEVELOPMENT_KEY = "development-only-key-never-used-when-debug-is-off"
SECRET_KEY = secret("SECRET_KEY", own_key(VAR_DIR / "secret_key"))
if DEBUG:
    SECRET_KEY = SECRET_KEY or DEVELOPMENT_KEY
else:
    strong("SECRET_KEY", SECRET_KEY)
HASH_KEY = secret("HASH_KEY", SECRET_KEY)
ALLOWED_HOSTS = listed("ALLOWED_HOSTS", "localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = listed("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = listed("TRUSTED_PROXIES")
HTTPS = flag("HTTPS", "0" if DEBUG else "1")

INSTALLED_APPS = [
    "coordination.access",
    "patients",
    "coordination.clocks",
    "coordination.worklist",
    "coordination.outreach",
    "coordination.paperwork",
    "referrals",
    "coordination.caseload",
    "coordination.reports",
    "coordination.exchange",
    "coordination.demo",
    "coordination.ground",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "pgtrigger",
]
if find_spec("django_linear_migrations"):  # a development tool
    INSTALLED_APPS.append("django_linear_migrations")
FIRST_PARTY_APPS = [
    name for name in INSTALLED_APPS if name.startswith(("coordination.", "patients", "referrals"))
]

MIDDLEWARE = [
    "coordination.ground.middleware.ClientAddress",
    "coordination.ground.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "coordination.access.edge.Edge",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "coordination.access.sessions.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "coordination.access.middleware.SignInRequired",
    "coordination.access.idle.IdleLock",
    "coordination.access.middleware.Guard",
]

ROOT_URLCONF = "coordination.urls"
REACTIONS = "coordination.reactions.TABLE"
ASKS = "coordination.asks.TABLE"
CHART_TABLES = "coordination.charts.TABLES"
MOVED_CHARTS = "patients.queries.moved_to"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "coordination.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coordination.nav.doorplate",
            ]
        },
    },
]
FORM_RENDERER = "coordination.jinja.Renderer"

# Unset, both point at the private servers that `manage.py up` runs under var/.
STATEMENT_SECONDS = int(os.environ.get("STATEMENT_SECONDS", "15"))
SESSION_OPTIONS = (
    f"-c statement_timeout={STATEMENT_SECONDS}s -c idle_in_transaction_session_timeout=60s"
    " -c jit=off"  # compiling our statements costs more than running them
    # So does planning them anew for each parameter: only `Prepared` statements heed this, and
    # they are written so that one plan serves all parameters.
    " -c plan_cache_mode=force_generic_plan"
)
# Off behind a pool that gives each transaction another connection.
PREPARED_STATEMENTS = flag("PREPARED_STATEMENTS", "1")
DATABASE_URL = secret("DATABASE_URL", "") or servers.database_url(VAR_DIR)
DATABASE_OWNER_URL = secret("DATABASE_OWNER_URL", "") or (
    "" if secret("DATABASE_URL", "") else servers.database_url(VAR_DIR, servers.OWNER)
)
DATABASES = {"default": database(DATABASE_URL, secret("DATABASE_PASSWORD", ""))}
OWNER_DATABASE = None
if DATABASE_OWNER_URL:
    OWNER_DATABASE = database(DATABASE_OWNER_URL, secret("DATABASE_OWNER_PASSWORD", ""))
    OWNER_DATABASE["OPTIONS"] = {"options": "-c lock_timeout=5s"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = secret("REDIS_URL", "") or servers.redis_url(VAR_DIR)

CELERY_BROKER_URL = servers.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0}
CELERY_TASK_ACKS_LATE = True
# A killed child's job counts as one of the few a worker holds until this many seconds have passed;
# ten of them, the default, leave new children without work. No job has a result to wait for.
CELERY_WORKER_LOST_WAIT = 0.5
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("CELERY_QUEUE", "celery")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# What /readyz and doctor ask, in this order: functions that return a ground.checks.Check.
HEALTH_CHECKS = [
    "coordination.ground.checks.database",
    "coordination.ground.checks.migrations",
    "coordination.ground.checks.worker",
    "coordination.ground.checks.disk",
    "coordination.outreach.queries.watch.messages_check",
]
DOCTOR_CHECKS = [
    "coordination.ground.checks.redis",
    "coordination.ground.checks.clock",
    "coordination.ground.checks.roles",
    "coordination.ground.checks.configuration",
    "coordination.ground.checks.facility_settings",
    "coordination.ground.checks.deciders",
    "coordination.paperwork.pdf.pdf_check",
]

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["coordination.access.backend.GrantsBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "coordination.access.adapter.Adapter"
# An outer fence in the cache only; who must wait is decided in PostgreSQL (access/throttle.py).
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "120/m/ip",
    "change_password": "5/m/user",
}
CSRF_FAILURE_VIEW = "coordination.access.views.csrf_failure"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "coordination.access.passwords.LongestPassword"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = ["coordination.access.hashers.Argon2id"]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS = 12 * 3600
HELP_DESK = os.environ.get("HELP_DESK", "")  # a number to call, said where one cannot sign in
IDLE_SECONDS = int(os.environ.get("IDLE_SECONDS", "900"))  # then the screen locks
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
if not DEBUG:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# ClientAddress drops this header unless the caller is one of TRUSTED_PROXIES.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = DEBUG
_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
_MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC if DEBUG else _MANIFEST},
}

LOGGING = logging_settings(os.environ.get("LOG_FILE"), os.environ.get("LOG_LEVEL", "INFO"))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# The API (coordination/exchange/api). The Guard stands before it as before every page.
API_PER_MINUTE = int(os.environ.get("API_PER_MINUTE", "600"))
API_SEARCHES_PER_MINUTE = 60
API_TOKEN_DAYS = int(os.environ.get("API_TOKEN_DAYS", "365"))  # the longest a person's own lives
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["coordination.exchange.api.callers.AsTheGuardSays"],
    "DEFAULT_PERMISSION_CLASSES": ["coordination.exchange.api.callers.SignedIn"],
    "DEFAULT_THROTTLE_CLASSES": ["coordination.exchange.api.throttle.PerMinute"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "coordination.exchange.api.schema.Described",
    "EXCEPTION_HANDLER": "coordination.exchange.api.errors.answer_problem",
    "UNICODE_JSON": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Throughline",
    "DESCRIPTION": "The same records, acts and scope as the pages. See docs/api.md.",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["coordination.exchange.api.callers.SignedIn"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [],
}
# Paper (coordination/paperwork). The scanner: the dotted path of a function that takes the open
# file and returns what it found, or nothing; unset, each document says it was not scanned.
DOCUMENTS_DIR = os.environ.get("DOCUMENTS_DIR", str(VAR_DIR / "documents"))
DOCUMENT_SCANNER = os.environ.get("DOCUMENT_SCANNER", "")
UPLOAD_BYTES = 21 * 1024 * 1024  # of a whole request: one file of 20 MiB and its form
FILE_UPLOAD_HANDLERS = [
    "coordination.access.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Messages (coordination/outreach). "file" writes them to a file instead of sending them.
OUTREACH_CARRIER = os.environ.get("OUTREACH_CARRIER", "file" if DEBUG else "live")
OUTREACH_DIR = os.environ.get("OUTREACH_DIR", str(VAR_DIR / "outgoing"))
OUTREACH_LEASE_SECONDS = int(os.environ.get("OUTREACH_LEASE_SECONDS", "120"))
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000")
MAIL_HOST_NAME = os.environ.get("MAIL_HOST_NAME", urlsplit(SITE_URL).hostname or "localhost")
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = secret("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", f"coordination@{MAIL_HOST_NAME}")

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
