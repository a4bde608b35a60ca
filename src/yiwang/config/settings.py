"""Settings, read from the environment. Every `YIWANG_…` variable is listed in docs/reference/settings.md."""

import os
import secrets
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import SELF

from yiwang.foundation import files, keys

BASE_DIR = Path(__file__).resolve().parents[3]
PACKAGE_DIR = Path(__file__).resolve().parents[1]


def _flag(name: str, default: str = "0") -> bool:
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


def database(url: str) -> dict:
    """Return Django's settings for `sqlite:///path` or `postgres://user:password@host:port/name?host=/socket`.

    Raises:
        ValueError: for any other address.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "yiwang.foundation.databases.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
            },
            "CONN_MAX_AGE": None,
        }
    if parts.scheme in {"postgres", "postgresql"}:
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        return {
            "ENGINE": "yiwang.foundation.databases.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(query.get("host", parts.hostname or "")),
            "PORT": str(parts.port or query.get("port", "")),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                # How long a statement, a lock and an idle transaction may last is told to the server by the backend,
                # by who asks: a request, a worker or a migration.
                "connect_timeout": 10,
                "keepalives": 1,
                "keepalives_idle": 10,
                "keepalives_interval": 3,
                "keepalives_count": 3,
                "tcp_user_timeout": 10_000,
                "prepare_threshold": 2,
            },
        }
    raise ValueError(f"YIWANG_DATABASE_URL: {parts.scheme or 'nothing'} is not sqlite or postgres")


def cache(url: str) -> dict:
    """Return Django's settings for what counts tries: `memory` (each process for itself) or `db` (a table, all together).

    Raises:
        ValueError: for anything else.
    """
    backends = {"memory": ("locmem.LocMemCache", ""), "db": ("db.DatabaseCache", "yiwang_cache")}
    if url not in backends:
        raise ValueError(f"YIWANG_CACHE_URL: {url} is not memory or db")
    backend, place = backends[url]
    options = {"MAX_ENTRIES": 20_000}
    return {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": place, "OPTIONS": options}


def proxies(text: str) -> int | tuple[str, ...]:
    """Return how many proxies stand before the platform, or their addresses and networks.

    Raises:
        ValueError: where one of them is no address.
    """
    if text.strip().isdecimal():
        return int(text)
    return tuple(str(ip_network(one.strip(), strict=False)) for one in text.split(",") if one.strip())


YIWANG_DIR = Path(os.environ.get("YIWANG_DIR", BASE_DIR / "var" / "demo"))
YIWANG_PROVINCE = os.environ.get("YIWANG_PROVINCE", "33")
YIWANG_DEMO = _flag("YIWANG_DEMO")
YIWANG_ORIGIN = os.environ.get("YIWANG_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
YIWANG_TRUSTED_PROXIES = proxies(os.environ.get("YIWANG_TRUSTED_PROXIES", "0"))
YIWANG_LIMITS = _flag("YIWANG_LIMITS", "1")
YIWANG_LEASE_SECONDS = int(os.environ.get("YIWANG_LEASE_SECONDS", "45"))
YIWANG_FRONT_BYTES = int(float(os.environ.get("YIWANG_FRONT_MB", "8")) * 1024 * 1024)
YIWANG_METRICS_TOKEN = os.environ.get("YIWANG_METRICS_TOKEN", "")
YIWANG_COURIER_URL = os.environ.get("YIWANG_COURIER_URL", "").rstrip("/")
YIWANG_COURIER_SECRET = os.environ.get("YIWANG_COURIER_SECRET", "")
YIWANG_PAYMENT_URL = os.environ.get("YIWANG_PAYMENT_URL", "").rstrip("/")
YIWANG_PAYMENT_SECRET = os.environ.get("YIWANG_PAYMENT_SECRET", "")
DEMO_DATA = BASE_DIR / "demo"

keys.use_keys(YIWANG_DIR / "keys")
files.configure(YIWANG_DIR / "files")

DEBUG = False
HAS_KEYS = (YIWANG_DIR / "keys" / "vault.json").exists()
SECRET_KEY = os.environ.get("YIWANG_SECRET_KEY") or (keys.secret_key() if HAS_KEYS else secrets.token_urlsafe(48))
ALLOWED_HOSTS = os.environ.get("YIWANG_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [YIWANG_ORIGIN]
SECURE = YIWANG_ORIGIN.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "yiwang.foundation.journal",
    "yiwang.foundation.jobs",
    "yiwang.foundation.clock",
    "yiwang.foundation.numbers",
    "yiwang.foundation.reads",
    "yiwang.domains.regions",
    "yiwang.domains.organisations",
    "yiwang.domains.identity",
    "yiwang.domains.notices",
    "yiwang.domains.seals",
    "yiwang.domains.documents",
    "yiwang.domains.certificates",
    "yiwang.domains.rules",
    "yiwang.domains.papers",
    "yiwang.domains.catalogue",
    "yiwang.domains.search",
    "yiwang.domains.payments",
    "yiwang.domains.deliveries",
    "yiwang.domains.halls",
    "yiwang.domains.cases",
    "yiwang.domains.joint_cases",
    "yiwang.domains.ratings",
    "yiwang.domains.supervision",
    "yiwang.channels.ui",
    "yiwang.channels.portal",
    "yiwang.channels.desk",
    "yiwang.channels.console",
    "yiwang.channels.openapi",
]

MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yiwang.channels.ui.door.DoorMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "yiwang.config.urls"
WSGI_APPLICATION = "yiwang.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "yiwang.channels.ui.backend.Minijinja",
        "APP_DIRS": True,
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

DATABASES = {"default": database(os.environ.get("YIWANG_DATABASE_URL", f"sqlite:///{YIWANG_DIR / 'yiwang.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "yiwang.channels.portal.accounts.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "verify_phone": "1/30s/key,30/m/ip",
    "reset_password": "20/m/ip,5/h/key",
    "real_name": "10/h/user",
    "window_lookup": "60/h/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_ADAPTER = "yiwang.channels.portal.accounts.SecondFactors"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Yiwang"
MFA_TOTP_TOLERANCE = 1
CSRF_FAILURE_VIEW = "yiwang.channels.ui.errors.csrf_failed"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/me/"
SESSION_ENGINE = "yiwang.channels.ui.sessions"
SESSION_COOKIE_AGE = 12 * 3600
OFFICIALS_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
EMAIL_BACKEND = (
    "django.core.mail.backends.console.EmailBackend" if YIWANG_DEMO else "django.core.mail.backends.smtp.EmailBackend"
)
CACHES = {"default": cache(os.environ.get("YIWANG_CACHE_URL", "memory")), "process": cache("memory")}
CACHES["process"]["LOCATION"] = "process"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = YIWANG_DIR / "static"
STATICFILES_DIRS = [
    ("vendor", path) for path in [BASE_DIR / "node_modules/@digdir/designsystemet-css/dist/src"] if path.exists()
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False


def static_headers(headers: dict[str, str], path: str, url: str) -> None:
    """Give static files the headers of every answer; pages get them at the door."""
    for name, value in HEADERS.items():
        headers[name] = value
    if SECURE:
        headers["Strict-Transport-Security"] = f"max-age={SECURE_HSTS_SECONDS}"


WHITENOISE_ADD_HEADERS_FUNCTION = static_headers
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

_DEMO_CONNECTORS = {
    "realname": "yiwang.connectors.realname_demo.register.DemoRegister",
    "sms": "yiwang.connectors.sms_demo.gateway.DemoGateway",
    "seal_authority": "yiwang.connectors.seals_demo.authority.DemoAuthority",
    "courier": "yiwang.connectors.courier_demo.client.DemoCourier",
    "payment": "yiwang.connectors.payment_demo.provider.DemoProvider",
}
CONNECTORS = {
    "realname": os.environ.get("YIWANG_CONNECTOR_REALNAME", _DEMO_CONNECTORS["realname"]),
    "sms": os.environ.get("YIWANG_CONNECTOR_SMS", _DEMO_CONNECTORS["sms"]),
    "seal_authority": os.environ.get("YIWANG_CONNECTOR_SEAL_AUTHORITY", _DEMO_CONNECTORS["seal_authority"]),
    "courier": os.environ.get("YIWANG_CONNECTOR_COURIER", _DEMO_CONNECTORS["courier"]),
    "payment": os.environ.get("YIWANG_CONNECTOR_PAYMENT", _DEMO_CONNECTORS["payment"]),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("YIWANG_LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "fontTools": {"level": "ERROR"}, "pyhanko": {"level": "ERROR"}},
}
