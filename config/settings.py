"""All settings, from the environment (`.env.example` lists the variables).

A variable that is needed and missing stops the start with a sentence that says what to do.
What is merely unwise in production is reported by `manage.py check --deploy`.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from config import schema, unfold
from config.content_policy import CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_OF_DASHBOARD  # noqa: F401
from config.environment import env, read_files, required, starting_with
from config.log import logging_config
from config.schedule import BEAT

BASE_DIR = Path(__file__).resolve().parent.parent

TESTING = env.bool("TESTING", default=False)
ALONE = TESTING or env.bool("NO_ENV_FILES", default=False)
# `make run` writes its servers and secrets into the second file, for commands in another window.
VAR_DIR = Path(env.str("IMPRIMATUR_VAR", default="") or BASE_DIR / "var")
read_files(*(() if ALONE else (BASE_DIR / ".env", VAR_DIR / "run.env")))
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)

# --- Who we are --------------------------------------------------------------------------------
SECRET_KEY = required("SECRET_KEY")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
# Goes into signed documents and DIDs and can never change afterwards; SITE_URL may.
ISSUER_ORIGIN = env.str(
    "ISSUER_ORIGIN", default="https://badges.example.org" if DEMO or DEBUG or TESTING else SITE_URL
).rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
ALLOWED_HOSTS += [urlsplit(ISSUER_ORIGIN).hostname or ""]  # keys and lists are fetched from there
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
SITE_NAME = "Imprimatur"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Parts -------------------------------------------------------------------------------------
LOCAL_APPS = [
    "policies",
    "accounts",
    "journal",
    "credentials",
    "learning",
    "proposals",
    "reviews",
    "issuance",
    "evaluation",
    "outreach",
    "desk",
]
INSTALLED_APPS = [
    "config",
    # Ours come before the libraries, so that our templates win.
    *reversed(LOCAL_APPS),
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "accounts.dashboard.DashboardConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "django_fsm",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "rest_framework",
    "rest_framework.authtoken",
]
MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.once.ReadingMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.idempotency.IdempotencyMiddleware",
    "config.once.OneTimeKeyMiddleware",
]
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
                "csp.context_processors.nonce",
                "desk.context.frame",
                "desk.navigation.ways_about",
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # widgets of our own have templates too

# --- Servers -----------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db_url_config(required("DATABASE_URL")),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }
}
REDIS_URL = required("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "imprimatur",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # people stay signed in when Redis is gone

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False  # a lost wake-up is found by the sweep; a page never waits for it
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# One more try at once and no more: without these a page would wait six seconds for a broker that is away.
AT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5, **AT_ONCE}
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=2)
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "config.beat.Pulse"
CELERY_BEAT_SCHEDULE = BEAT
WAKE_AGAIN_SECONDS = env.int("WAKE_AGAIN_SECONDS", default=60)  # a message lost with its worker is sent anew
LANE_LONGEST_PAUSE = env.int("LANE_LONGEST_PAUSE", default=3600)  # seconds between two tries of one delivery
LANE_THREADS = env.int("LANE_THREADS", default=8)  # calls in flight at one platform account, a worker process

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Imprimatur <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
WHITENOISE_USE_FINDERS = DEBUG or DEMO or TESTING
WHITENOISE_AUTOREFRESH = DEBUG or TESTING  # look for a file when it is asked for, not for all at the start
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
HASHED_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))()
STORAGES = {
    "default": {
        "BACKEND": env.str("FILES_BACKEND", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("FILES_OPTIONS", default={}),
    },
    "staticfiles": {"BACKEND": PLAIN_STATIC if WHITENOISE_USE_FINDERS else HASHED_STATIC},
}
KEYS_PASSPHRASE = env.str("KEYS_PASSPHRASE", default="")  # encrypts the issuers' key files
ISSUER_KEYS = starting_with("ISSUER_KEYS_")  # instead of files; by variable
KEYS_DIR = env.path("KEYS_DIR", default=str(VAR_DIR / "keys"))()  # signing keys, never in the database
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

# --- Rules and platforms -----------------------------------------------------------------------
# IMPRIMATUR_POLICY_DIR (folders of further packs) is read by `policies`, which knows no Django.
CREDLY_BASE_URL = env.str("CREDLY_BASE_URL", default="")  # empty: the platform's own
CREDLY_TOKEN = env.str("CREDLY_TOKEN", default="")
CREDLY_ORGANIZATION = env.str("CREDLY_ORGANIZATION", default="")
ACCREDIBLE_BASE_URL = env.str("ACCREDIBLE_BASE_URL", default="")
ACCREDIBLE_API_KEY = env.str("ACCREDIBLE_API_KEY", default="")
CANVAS_BASE_URL = env.str("CANVAS_BASE_URL", default="")
CANVAS_USERNAME = env.str("CANVAS_USERNAME", default="")
CANVAS_PASSWORD = env.str("CANVAS_PASSWORD", default="")
CANVAS_ISSUER = env.str("CANVAS_ISSUER", default="")

# --- Checking anyone's badge -------------------------------------------------------------------
# How many checks in a minute may ask other hosts on behalf of one visitor.
CHECKS_A_MINUTE = 100_000 if TESTING else env.int("CHECKS_A_MINUTE", default=20)
# What people without an account may write to an office in an hour: from one place, and all of a campus unconfirmed.
ASKS_AN_HOUR = 100_000 if TESTING else env.int("ASKS_AN_HOUR", default=30)
UNCONFIRMED_AN_HOUR = env.int("UNCONFIRMED_AN_HOUR", default=300)
# For development alone: lets a stranger's badge name this machine as the host to ask.
FETCH_FROM_LOOPBACK = (DEBUG or DEMO or TESTING) and env.bool("FETCH_FROM_LOOPBACK", default=False)

# --- Signing in --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "config.signin.InvitedOnlyAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited by e-mail, which is the verification
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = (
    False
    if TESTING
    else {
        "login": "60/m/ip",
        "login_failed": "20/m/ip,5/300s/key",
        "wallet_link": "30/m/ip,5/300s/key",
        "address": "10/300s/key",
        "address_password": "5/300s/key",
        "survey": "120/m/ip",
    }
)
SOCIALACCOUNT_ADAPTER = "config.signin.InvitedOnlySocialAdapter"
SOCIALACCOUNT_PROVIDERS = env.json("SOCIALACCOUNT_PROVIDERS", default={})
SOCIALACCOUNT_ONLY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME

# --- Safe transport ----------------------------------------------------------------------------
HARDENED = not (DEBUG or DEMO or TESTING)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HARDENED
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HARDENED
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000) if HARDENED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HARDENED
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("TRUST_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- The API -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "config.api.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {"token": None if TESTING else "20/min"},
    "EXCEPTION_HANDLER": "config.api.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = schema.SPECTACULAR_SETTINGS
UNFOLD = unfold.UNFOLD

# --- Language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"  # each institution's own zone comes from its pack
USE_I18N = True
USE_TZ = True

LOGGING = logging_config(
    readable=DEBUG or DEMO or sys.stderr.isatty(), level=env.str("LOG_LEVEL", default="INFO")
)
