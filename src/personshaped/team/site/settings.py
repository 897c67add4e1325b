"""Django's settings, all from the environment; `serve` sets what a fresh machine lacks.

PERSONSHAPED_STUDY     the study's folder: its findings are shown, and what the team records goes there as a source
PERSONSHAPED_KEEP      where the application keeps its own things (database, keys, recordings)
DATABASE_URL           postgresql://… for a service; SQLite in PERSONSHAPED_KEEP where it is not set
PERSONSHAPED_HOSTS     the names it is reached by, separated by commas
PERSONSHAPED_PRACTICE  1: invented people only; no second factor is asked for, and every page says so
PERSONSHAPED_HTTP      1: without TLS, for this machine alone
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

from personshaped.team.site.keeping import keeping_place, kept_key
from personshaped.vendored import vendored

HERE = Path(__file__).parent
KEEP = keeping_place()
STUDY = Path(os.environ["PERSONSHAPED_STUDY"]) if os.environ.get("PERSONSHAPED_STUDY") else None
PRACTICE = os.environ.get("PERSONSHAPED_PRACTICE") == "1"
OVER_HTTP = os.environ.get("PERSONSHAPED_HTTP") == "1"

DEBUG = False
SECRET_KEY = kept_key(KEEP, "session").hex()
AUDIT_KEY = kept_key(KEEP, "audit")
SECOND_FACTOR_KEY = kept_key(KEEP, "second_factor")
AUDIT_HEAD = KEEP / "audit.head"
ALLOWED_HOSTS = os.environ.get("PERSONSHAPED_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in ("localhost", "127.0.0.1")]

TEAM_APPS = [
    "accounts",
    "audit",
    "people",
    "visits",
    "pull",
    "listening",
    "links",
    "blockages",
    "experiments",
    "peers",
    "cases",
    "site",
    "site.ground",
]
INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    *(f"personshaped.team.{app}" for app in TEAM_APPS),
]
MIDDLEWARE = [
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
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "personshaped.team.site.middleware.no_nul",
    "personshaped.team.site.middleware.whole_pages",
    "personshaped.team.site.middleware.keep_no_copy",
    "personshaped.team.site.middleware.nothing_lost",
    "personshaped.team.site.middleware.second_factor",
    "axes.middleware.AxesMiddleware",
]
CSRF_FAILURE_VIEW = "personshaped.team.site.unsent.refused"
ROOT_URLCONF = "personshaped.team.site.urls"
WSGI_APPLICATION = "personshaped.team.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["personshaped.team.site.writer"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "personshaped.team.site.context.about",
            ],
        },
    }
]
FORM_RENDERER = "personshaped.team.site.forms.GovukRenderer"

DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{KEEP / 'team.sqlite3'}", conn_max_age=60)}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
CACHES = {  # in the database: a code used at one process is used at all
    "default": {"BACKEND": "personshaped.team.accounts.moments.Moments"}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["personshaped.team.accounts.hashing.OneCore"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "personshaped.team.accounts.adapter.ByInvitation"
ACCOUNT_SESSION_REMEMBER = False  # machines are shared
ACCOUNT_FORMS = {
    "login": "personshaped.team.accounts.forms.SignIn",
    "change_password": "personshaped.team.accounts.forms.NewPassword",
    "reauthenticate": "personshaped.team.accounts.forms.PasswordAgain",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",  # a whole team may share one address; opening the page counts too
    "login_failed": "10/15m/key",  # second factors; axes counts the passwords
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "personshaped.team.accounts.adapter.SecondFactor"
MFA_FORMS = {
    "activate_totp": "personshaped.team.accounts.forms.FirstCode",
    "authenticate": "personshaped.team.accounts.forms.Code",
    "reauthenticate": "personshaped.team.accounts.forms.CodeAgain",
    "add_webauthn": "personshaped.team.accounts.forms.NewKey",
    "edit_webauthn": "personshaped.team.accounts.forms.KeyCalled",
}
MFA_TOTP_ISSUER = "personshaped"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours; a lockout ends by itself
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # nobody can lock another out from elsewhere
AXES_CLIENT_IP_CALLABLE = "personshaped.team.accounts.door.came_from"
AXES_LOCKOUT_TEMPLATE = "site/locked_out.html"

SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not OVER_HTTP
SECURE_HSTS_SECONDS = 0 if OVER_HTTP else 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not OVER_HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [HERE / "locale", HERE / "plain"]
"""Our sentences in other languages; and, in `plain`, Django's own English in plainer words."""
TRANSLATED = frozenset(
    {"home", "begin", "account_login", "answer-ask", "answer-handover", "leave-story", "erase-person"}
)
"""Pages that are wholly in every language of LANGUAGES, and what leads back to them; all others are in English."""
MESSAGE_STORAGE = "personshaped.team.site.languages.Sentences"
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_SAMESITE = True, not OVER_HTTP, "Lax"
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = KEEP / "static"
STATICFILES_DIRS = [HERE / "static", vendored(), ("house", HERE.parents[1] / "picture" / "styles")]
"""The house's stylesheets are the picture's own, so that a page looks here as in the file that a study leaves."""
WHITENOISE_USE_FINDERS = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"wordless": {"()": "personshaped.team.site.logs.WithoutWords"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "wordless"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
