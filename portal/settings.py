"""Settings. The environment is read at the top; everything below follows from it.

With nothing set, the portal runs on one machine: SQLite, files under var/, no server besides itself.
`.env.example` explains every variable.
"""

from pathlib import Path
from typing import Any

import django
import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal.lib import env
from portal.lib.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent

# --- the environment -------------------------------------------------------------------------------
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.boolean("DEBUG", default=False)
PORTAL_DATA_DIR = Path(env.text("PORTAL_DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{PORTAL_DATA_DIR / 'portal.sqlite3'}")
BROKER_URL = env.text("BROKER_URL", "filesystem://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
PORT = env.integer("PORT", 8000, at_least=1)
PORTAL_URL = env.text("PORTAL_URL", f"http://localhost:{PORT}").rstrip("/")
PORTAL_HTTPS = env.boolean("PORTAL_HTTPS", default=PORTAL_URL.startswith("https://"))
PORTAL_BEHIND_PROXY = env.boolean("PORTAL_BEHIND_PROXY", default=False)
SECRET_KEY = env.text("SECRET_KEY") or env.generated_secret(PORTAL_DATA_DIR / "secret_key")
EMAIL_URL = env.text("EMAIL_URL", "consolemail://")
TIME_ZONE = env.text("TIME_ZONE", "UTC")
WEB_WORKERS = env.integer("WEB_WORKERS", 2, at_least=1)
WEB_THREADS = env.integer("WEB_THREADS", 4, at_least=1)
WORKER_PROCESSES = env.integer("WORKER_PROCESSES", 1, at_least=1)
REPORT_SECONDS = env.integer("REPORT_SECONDS", 300, at_least=5)
REPORT_MEMORY_MB = env.integer("REPORT_MEMORY_MB", 2048, at_least=256)
REPORT_FILE_MB = env.integer("REPORT_FILE_MB", 100, at_least=1)
JOB_LEASE_SECONDS = env.integer("JOB_LEASE_SECONDS", 15, at_least=2)

# --- what it is made of ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal",
    "teams",
    "strategy",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_htmx",
    "guardian",
    "allauth",
    "allauth.account",
]
MIDDLEWARE = [
    "portal.live.middleware.LivePollMiddleware",  # answers "anything new?" before anything else runs
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.lib.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.routes.RouteGuardMiddleware",  # every route is in the table; most need a signed-in person
    "portal.lib.carry.CarryMiddleware",  # links keep the lens that a page is seen through
    "portal.views.RefusalMiddleware",  # a refused action becomes a page or a fragment with its sentence
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

_builtins = ["portal.templatetags.portal", "strategy.templatetags.glossary"]
_loaders: list[Any] = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
if not DEBUG:  # with DEBUG a changed template shows at once
    _loaders = [("django.template.loaders.cached.Loader", _loaders)]
if django.VERSION < (6, 0):  # template partials are part of Django 6
    INSTALLED_APPS.append("template_partials.apps.SimpleAppConfig")
    _builtins.append("template_partials.templatetags.partials")
    _loaders = [("template_partials.loader.Loader", _loaders)]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "builtins": _builtins,
            "loaders": _loaders,
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.views.shell_context",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database --------------------------------------------------------------------------------------
try:
    _database = environ.Env.db_url_config(DATABASE_URL)
except Exception as error:
    raise ImproperlyConfigured(f"DATABASE_URL is not understood: {error}") from error
if _database["ENGINE"] not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
    raise ImproperlyConfigured(
        "DATABASE_URL is not understood: it must begin with sqlite:/// or postgres://"
    )
_database["CONN_MAX_AGE"] = 60
_database["CONN_HEALTH_CHECKS"] = True
if _database["ENGINE"] == "django.db.backends.sqlite3":
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-20000; PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY;"
            "PRAGMA journal_size_limit=27103364;"
        ),
    }
    # Tests use a file as well: a real worker process must see what the test wrote.
    _database["TEST"] = {"NAME": str(PORTAL_DATA_DIR / "test.sqlite3")}
else:
    _database.setdefault("OPTIONS", {})["connect_timeout"] = 5
    # Each list in a form would open a cursor on the server: three more round trips, and no pooler between.
    _database["DISABLE_SERVER_SIDE_CURSORS"] = True
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {  # sign-in limits count in it, so it is shared by all processes
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
    }
}

# --- people ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "teams.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "teams.forms.SignInForm",
    "reset_password": "teams.forms.ResetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
INVITATION_DAYS = 14  # how long an invitation's link works
INVITATIONS_A_DAY = 100  # by one person
if PORTAL_BEHIND_PROXY:
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# --- security --------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a grid of 50 channels with its versions and choices
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
if PORTAL_HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
if PORTAL_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- words and time --------------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en-us", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True

# --- files -----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = PORTAL_DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PORTAL_DATA_DIR / "files"), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# --- mail ------------------------------------------------------------------------------------------
vars().update(environ.Env.email_url_config(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Customer Access Strategy Portal <portal@localhost>")

# --- Celery: the row is the job, a message is only the doorbell ------------------------------------
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = (
    None  # the default of 100 would end a worker in a long outage
)
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60  # loading the PDF library may be slow on a slow disk
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # concerns no task of ours
if BROKER_URL.startswith(
    "redis"
):  # the dispatcher must never hang on a broker that does not answer
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "visibility_timeout": 900,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
    }
if BROKER_URL.startswith("filesystem://"):
    _queue = PORTAL_DATA_DIR / "queue"
    (_queue / "control").mkdir(parents=True, exist_ok=True)  # kombu does not make it
    CELERY_BROKER_TRANSPORT = "portal.jobs.folder:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
        "polling_interval": 0.05,
    }

# --- logs ------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "kombu.connection": {
            "level": "ERROR"
        },  # the embedded broker has no host, which it finds odd
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},  # a refusal is an answer, no event for the log
    },
}
