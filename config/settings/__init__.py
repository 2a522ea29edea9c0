"""The settings, driven by the environment (see .env.example). Nothing here exists only in production.

What is Django's own stands here; the parts beside are named by what they are about. Secrets may also come from files:
NAME_FILE=/run/secrets/name. There is no default for a secret; `./run` makes its own in ./var and sets PORTAL_LOCAL, the
mode that shows demo sign-ins and the demo mailbox on loopback only.
"""

from typing import Any

from config.settings.accounts import *
from config.settings.background import *
from config.settings.browser import *
from config.settings.environment import *
from config.settings.environment import BASE_DIR, PORTAL_BASE_URL, VAR_DIR, base_address, env
from config.settings.mail import *

ALLOWED_HOSTS = [base_address.hostname, *env.list("ALLOWED_HOSTS", [])]
CSRF_TRUSTED_ORIGINS = [PORTAL_BASE_URL]

# --- Who runs this installation: imprint, privacy, accessibility and the foot of every page ---------------------------
# The coordination centre as host of its meetings.
PORTAL_CENTRE_NAME = env.str("PORTAL_CENTRE_NAME", "forum wbv")
PORTAL_OPERATOR = {
    "name": env.str("PORTAL_OPERATOR_NAME", ""),
    # Lines separated by "|": street, postcode and town, country.
    "address": env.str("PORTAL_OPERATOR_ADDRESS", ""),
    "represented_by": env.str("PORTAL_OPERATOR_REPRESENTED_BY", ""),
    "email": env.str("PORTAL_OPERATOR_EMAIL", ""),
    "phone": env.str("PORTAL_OPERATOR_PHONE", ""),
    "data_protection_email": env.str("PORTAL_OPERATOR_DATA_PROTECTION_EMAIL", ""),
}
# Where the public form "Rückmeldung" goes.
FEEDBACK_TO = env.str("FEEDBACK_TO", PORTAL_OPERATOR["email"] or "koordinierungszentrum@example.org")

# --- Applications, from the top of the street to its bottom ----------------------------------------------------------
INSTALLED_APPS = [
    "demo",
    "portal",
    "events",
    "verbuende",
    "privacy",
    "accounts",
    "mailing",
    "core",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.ResponseHeadersMiddleware",
    "core.middleware.BadInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
            "builtins": ["core.templatetags.portal"],
        },
    },
]

# --- Data ------------------------------------------------------------------------------------------------------------
_database = env.dj_db_url("DATABASE_URL")
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A host that does not answer is an error page after seconds, and a "down" at /readyz, not a hanging request.
        "OPTIONS": {"connect_timeout": 3, **_database.get("OPTIONS", {})},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# allauth's limits live in the cache: it must work when Redis does not (DESIGN, "Caches and limits").
# SECURITY: beyond MAX_ENTRIES Django throws entries away, and with the default of 300 a flood of names lifts limits.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
USE_I18N = True
USE_TZ = True

# --- Static and private files ----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Uploads: shared by web and worker, readable by their user only, without an address. Served by scoped views alone.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.path("PRIVATE_ROOT", VAR_DIR / "private"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": env.str("STATIC_STORAGE", "core.static_files.BundlingStorage"),
    },
}

# --- Forms -----------------------------------------------------------------------------------------------------------
FORM_RENDERER = "core.form_renderer.PortalRenderer"
CRISPY_TEMPLATE_PACK = "portal"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("portal",)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1500
# The largest body of all: imports take files of 20 MB, nothing else comes near, core.middleware refuses more.
# Uploads never touch a temporary folder: a full or read-only one would be an error before any form is asked (F21), and
# whoever reads them reads them whole.
FILE_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# --- Logging ---------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact_links": {"()": "core.logs.RedactLinks"}},
    "formatters": {"line": {"()": "core.logs.JsonLines"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redact_links"]},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"celery.app.trace": {"level": "WARNING"}, "celery.beat": {"level": "WARNING"}},
}
