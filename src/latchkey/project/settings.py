"""Django's settings, all from the environment and the home."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import to_language

from latchkey.project import environment as _environment
from latchkey.project import home as _home

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 30000; "
    "PRAGMA cache_size = -16000;"
)


def _database() -> dict[str, Any]:
    given = os.environ.get("LATCHKEY_DATABASE_URL")
    url = given or f"sqlite:///{_home.database_file('latchkey.sqlite3')}"
    database: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    )
    if database["ENGINE"].endswith("sqlite3"):
        # In memory, the tests' threads would share one connection; a file is what users have.
        database["TEST"] = {"NAME": str(_home.home() / "test.sqlite3")}
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": SQLITE_PRAGMAS,
        }
    return database


SECRET_KEY = _home.secret_key()
DEBUG = False
DATABASES = {"default": _database()}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "axes",
    "latchkey.store",
    "latchkey.web",
]
AUTH_USER_MODEL = "store.User"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
# The languages that there is a catalogue for: a page is all in one, and not half of it in another.
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
LANGUAGES = [
    (to_language(one.name), one.name) for one in sorted(LOCALE_PATHS[0].iterdir()) if one.is_dir()
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# How long a worker's claim lasts unless it is renewed; a crash delays its changes by that much.
LATCHKEY_LEASE_SECONDS = _environment.seconds("LATCHKEY_LEASE_SECONDS", 60)
# How many proxies of ours stand before us: so much of X-Forwarded-For is believed.
LATCHKEY_PROXIES = _environment.count("LATCHKEY_PROXIES")

# The public address: links in mails, and what a browser may call us by besides this machine.
LATCHKEY_URL = os.environ.get("LATCHKEY_URL", "").rstrip("/")
_address = _environment.address("LATCHKEY_URL")
_is_https = _address.scheme == "https"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, [_address.hostname])]
CSRF_TRUSTED_ORIGINS = [f"{_address.scheme}://{_address.netloc}"] if _address.netloc else []
if _is_https:
    # Whoever ends TLS before us says so in this header.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
# A browser sends cookies to every port of a host: one name for all would have two installations
# of one machine log each other out. All processes of one of them share the key.
SESSION_COOKIE_NAME = f"{_home.SESSION_COOKIE}{_home.mark(SECRET_KEY)}"
CSRF_COOKIE_NAME = f"{_home.CSRF_COOKIE}{_home.mark(SECRET_KEY)}"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

ROOT_URLCONF = "latchkey.project.urls"
WSGI_APPLICATION = "latchkey.project.wsgi.application"
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:dashboard"
LOGOUT_REDIRECT_URL = "web:login"
MIDDLEWARE = [
    "latchkey.web.probes.ProbesFirst",
    "latchkey.web.proxies.BehindProxies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "latchkey.web.permissions.AskFirst",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "latchkey.web.context.page",
            ],
        },
    },
]
FORM_RENDERER = "latchkey.web.forms.Renderer"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300
# `data:` is for the small drawings in Bootstrap's own stylesheet.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
# One who guesses locks out their own address, not the person whose name they try.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "web/signing/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
