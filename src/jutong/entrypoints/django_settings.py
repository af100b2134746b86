"""Django's settings, made from the platform's."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.functional import lazy

from jutong.entrypoints.settings import platform_settings
from jutong.kernel.crypto.keys import platform_key

_platform = platform_settings()
_home = _platform.data_home
_package = Path(__file__).resolve().parent.parent


def _database() -> dict[str, Any]:
    url = _platform.database_url.reveal()
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": _home.control_database,
            "OPTIONS": {
                # IMMEDIATE avoids "database is locked" when a read transaction turns into a write.
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=10000",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


DATA_HOME = _home
PUBLIC_GATEWAY_URL = _platform.public_gateway_url
# The job engine keeps its tables in a schema of its own in the same PostgreSQL.
JOBS_DATABASE_URL = _platform.database_url.reveal().replace("postgresql://", "postgresql+psycopg://", 1)

# Made when first used: `jutong … --help` must not make a data home.
SECRET_KEY = lazy(
    lambda: _platform.secret_key.reveal() or platform_key(_home, "session", size=48).hex(), str
)()
DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in _platform.allowed_hosts.split(",") if host.strip()]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "jutong.control.directory",
    "jutong.control.duties",
    "jutong.control.standards",
    "jutong.control.catalogue",
    "jutong.control.collection",
    "jutong.control.quarantine",
    "jutong.control.filling",
    "jutong.control.retention",
    "jutong.control.alerts",
    "jutong.control.interchange",
    "jutong.control.harvest",
    "jutong.control.one_source",
    "jutong.control.drafting",
    "jutong.control.grants",
    "jutong.control.approval",
    "jutong.control.opening",
    "jutong.control.lists",
    "jutong.control.inspection",
    "jutong.control.datamap",
    "jutong.control.restructuring",
    "jutong.control.supervision",
    "jutong.pages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jutong.pages.middleware.KeepSession",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jutong.pages.middleware.ContentSecurityPolicy",
    "jutong.pages.middleware.ErrorPages",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jutong.entrypoints.urls"
WSGI_APPLICATION = "jutong.entrypoints.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jutong.pages.context.everywhere",
            ],
        },
    },
]

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jutong.control.directory.passwords.MixedCharactersValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"

# scrypt (RFC 7914) is in the standard library, hard on memory, and a tenth of PBKDF2's time for a sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# GB/T 22239-2019 level 3 as customarily set: five failures lock the account and address for half an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_HTTP_RESPONSE_CODE = 429

SESSION_COOKIE_AGE = _platform.session_minutes * 60
# `KeepSession` moves the end of an idle session on, once a minute: not a write a request.
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _platform.https
CSRF_COOKIE_SECURE = _platform.https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [_package / "pages" / "locale"]
LANGUAGE_COOKIE_NAME = "jutong_language"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# Far above what a form takes: the form itself then says which text is too long, with everything typed still on it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
