"""One settings file, driven by the environment (see .env.example). Nothing here exists only in production.

Secrets may also come from files: NAME_FILE=/run/secrets/name. There is no default for a secret; `./run` makes
its own in ./var and sets PORTAL_LOCAL, the mode that shows demo sign-ins and the demo mailbox on loopback only.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP
from environs import FileAwareEnv

# A secret file made with an editor ends with a line break.
env = FileAwareEnv(strip_whitespace=True)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.path("PORTAL_VAR", BASE_DIR / "var")

# --- Mode -----------------------------------------------------------------------------------------------------------
PORTAL_LOCAL = env.bool("PORTAL_LOCAL", False)
DEBUG = env.bool("DEBUG", False)

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Kept apart from SECRET_KEY: suppression must survive a change of the secret key (RELIABILITY B4).
SUPPRESSION_KEY = env.str("SUPPRESSION_KEY")

# Links in mails come from here, never from a request's Host header.
PORTAL_BASE_URL = env.str("PORTAL_BASE_URL").rstrip("/")
_base = urlsplit(PORTAL_BASE_URL)
_is_https = _base.scheme == "https"

ALLOWED_HOSTS = [_base.hostname, *env.list("ALLOWED_HOSTS", [])]
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

# How many proxies of ours stand in front; 0 means REMOTE_ADDR is the visitor.
TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", False) else 0

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
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

# --- Accounts --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:desk"
LOGOUT_REDIRECT_URL = "account_signed_out"
# The longest a mailed link may set a password; accounts.tokens is stricter with everybody who has signed in before.
PASSWORD_RESET_TIMEOUT = int(timedelta(days=7).total_seconds())

ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Sign-up is closed (the adapter); allauth wants to know what it would ask for.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_PREVENT_ENUMERATION = True
# Whoever gets an account proves the address by the first link or code.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = int(timedelta(minutes=10).total_seconds())
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.tokens.PasswordLinkGenerator"  # noqa: S105 - a path
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
# Beside these, accounts.limits counts sign-ins and mails per address and network.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "request_login_code": None, "confirm_email": None}
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "request_login_code": "accounts.forms.RequestCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmCodeForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "add_email": "accounts.forms.ChangeAddressForm",
}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Browser security ------------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = _is_https
# Answered to the container's own probes, which speak plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if _is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _is_https
# SECURITY: only set behind a proxy that overwrites the header (docs/operations.md).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None

SESSION_COOKIE_NAME = "__Host-session" if _is_https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _is_https else "csrf"
# Tells a browser that has signed in before; set when somebody signs in, never for visitors.
DEVICE_COOKIE_NAME = "__Host-device" if _is_https else "device"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

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

# --- Mail ------------------------------------------------------------------------------------------------------------
# Django's mailer is used by the delivery task only; everything else queues rows in the outbox.
MAIL_HOST = env.str("MAIL_HOST", "")
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": MAIL_HOST or "localhost",
            "port": env.int("MAIL_PORT", 587),
            "username": env.str("MAIL_USERNAME", ""),
            "password": env.str("MAIL_PASSWORD", ""),
            "use_tls": env.bool("MAIL_STARTTLS", True),
            "timeout": env.int("MAIL_TIMEOUT", 30),
        },
    }
}
MAIL_FROM = env.str("MAIL_FROM", "portal@example.org")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
MAIL_FROM_NAME = env.str("MAIL_FROM_NAME", "Weiterbildungsverbünde")
# The domain of Message-IDs and calendar UIDs; must not change once mails have left.
MAIL_DOMAIN = MAIL_FROM.rpartition("@")[2]

# Without a server the local mode keeps every mail in the demo mailbox: "delivered" means "shown there".
MAIL_TRANSPORT = env.str(
    "MAIL_TRANSPORT",
    "mailing.transport.DemoMailbox" if PORTAL_LOCAL and not MAIL_HOST else "mailing.transport.Smtp",
)
MAIL_LEASE_SECONDS = env.float("MAIL_LEASE_SECONDS", 120)
MAIL_RUN_SECONDS = env.float("MAIL_RUN_SECONDS", 30)
# Growing delays between attempts, in seconds (RELIABILITY B3); the last one repeats until the mail expires.
MAIL_RETRY_SECONDS = env.list("MAIL_RETRY_SECONDS", [60, 300, 900, 3600, 7200, 14400], subcast=float)
MAIL_GREYLIST_SECONDS = env.float("MAIL_GREYLIST_SECONDS", 300)
MAIL_BREAKER_FAILURES = env.int("MAIL_BREAKER_FAILURES", 10)
MAIL_BREAKER_SECONDS = env.float("MAIL_BREAKER_SECONDS", 60)
# Automatic bulk mail rests between these hours, local time; None switches the rest off.
MAIL_QUIET_HOURS = None if PORTAL_LOCAL else (20, 7)
# Bulk mails a minute per sending domain, all workers together; 0 is no limit.
MAIL_BULK_PER_MINUTE = env.int("MAIL_BULK_PER_MINUTE", 0 if PORTAL_LOCAL else 1200)
# A sending to many stops by itself after so many refusals as unwanted (5.7.x) in a row, or above this share.
MAIL_PAUSE_REFUSALS = env.int("MAIL_PAUSE_REFUSALS", 5)
MAIL_PAUSE_SHARE = env.float("MAIL_PAUSE_SHARE", 0.02)
MAIL_KEEP_BODY_DAYS = env.int("MAIL_KEEP_BODY_DAYS", 90)

# Per purpose one small class (mailing.purposes.Purpose); a worker leaves unknown purposes queued.
MAIL_PURPOSES = [
    "accounts.emails.SignInCodeMail",
    "accounts.emails.PasswordLinkMail",
    "accounts.emails.WelcomeMail",
    "accounts.emails.AddressConfirmationMail",
    "accounts.emails.NoticeMail",
    "events.emails.InvitationMail",
    "events.emails.RegistrationMail",
    "events.emails.ChangeMail",
    "events.emails.AddressProofMail",
    "events.emails.ReminderMail",
    "events.emails.AnswerReminderMail",
    "events.emails.ThanksMail",
    "events.emails.OrganiserNoticeMail",
    "events.emails.LinkAgainMail",
    "events.emails.SubscriptionProofMail",
    "events.emails.SubscriptionKnownMail",
    "events.emails.EventNewsMail",
    "events.emails.ChangeDeclinedMail",
    "events.emails.InterestProofMail",
    "events.emails.InterestOpenMail",
    "events.emails.DeputyRequestMail",
    "events.emails.DeputyOutcomeMail",
    "events.emails.DeputyEndedMail",
    "events.emails.DeputyGoneMail",
    "portal.emails.FeedbackMail",
]

# --- Background work: Redis is the broker and nothing else -----------------------------------------------------------
REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "global_keyprefix": env.str("REDIS_PREFIX", "portal:"),
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "deliver-due-mail": {"task": "mailing.deliver_due", "schedule": 2.0, "options": {"expires": 2.0}},
    "beat-heartbeat": {"task": "core.note_heartbeat", "schedule": 10.0, "options": {"expires": 10.0}},
    "sweep-mail-plans": {"task": "events.sweep_mail_plans", "schedule": 30.0, "options": {"expires": 30.0}},
    "expire-unproven": {"task": "events.expire_unproven", "schedule": 60.0, "options": {"expires": 60.0}},
    "settle-due-offers": {"task": "events.settle_due_offers", "schedule": 30.0, "options": {"expires": 30.0}},
    "sweep-event-news": {"task": "events.sweep_event_news", "schedule": 300.0, "options": {"expires": 300.0}},
    "sweep-interest": {"task": "events.sweep_interest", "schedule": 60.0, "options": {"expires": 60.0}},
    "lapse-deputies": {"task": "events.lapse_deputies", "schedule": 60.0, "options": {"expires": 60.0}},
    "clean-up-hourly": {"task": "core.clean_up", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "clean-up-mail": {"task": "mailing.clean_up", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "forget-needs": {"task": "events.forget_needs", "schedule": 3600.0, "options": {"expires": 3600.0}},
}

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
