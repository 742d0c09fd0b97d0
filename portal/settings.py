"""Settings of the site. They differ between machines only by environment variables.

Every variable is read in this file through `env`; one with a bad value stops the start with a
sentence that names it. Production has no default for a secret.
"""

import ssl
from datetime import timedelta
from email.utils import formataddr
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.buckets import storage_at
from portal.logs import logging_config
from portal.runtime.environment import BROKERS, Environment
from portal.runtime.refusal import refuse

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("PORTAL_VAR", BASE_DIR / "var")

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY")
# Keys the hash that replaces user ids at the door; changing it cuts all history.
USER_HASH_KEY = env.secret("USER_HASH_KEY")
# What the site is called wherever people read its name.
SITE_NAME = env.text("SITE_NAME", "Notelink")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.site("SITE_URL", "http://localhost:8000", schemes=("http", "https"))
# Signs click ids and, at the community's app, the reader's id in a listing's link.
LINK_SIGNING_KEY = env.secret("LINK_SIGNING_KEY")
# Partners' keys are derived from it: changing it makes all of them worthless at once.
WEBHOOK_KEY = env.secret("WEBHOOK_KEY")
# Where merchants pay in; without them the wallet says whom to ask.
PAY_IN_TO = env.text("PAY_IN_TO", "")
PAY_IN_BANK = env.text("PAY_IN_BANK", "")
PAY_IN_ACCOUNT = env.text("PAY_IN_ACCOUNT", "")
# Off only for the embedded start, which serves plain HTTP on the loopback address.
HTTPS = env.flag("HTTPS", default=True)
# Whether partners' endpoints may be on this machine.
WEBHOOK_LOOPBACK = env.flag("WEBHOOK_LOOPBACK", default=False)
if HTTPS and WEBHOOK_LOOPBACK:
    refuse("WEBHOOK_LOOPBACK=1 is for a demo without HTTPS: leave it out, or set HTTPS=0.")

INSTALLED_APPS = [
    "portal.accounts",
    "portal.jobs",
    "portal.webhooks",
    "portal.health",
    "portal.notices",
    "portal.exports",
    "portal.review",
    "portal.ui",
    "portal.shell",
    "merchants",
    "campaigns",
    "reports",
    "demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_bootstrap5",
    "crispy_forms",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
]

MIDDLEWARE = [
    # Before all others: what comes behind it shares its chunk of frames.
    "portal.shell.frames.FramesMiddleware",
    "portal.shell.requests.RequestIdMiddleware",
    # Before the host is looked at: who probes knows an address, not our name.
    "portal.health.middleware.HealthMiddleware",
    # Before anybody reads a body.
    "portal.uploads.bounds.BodyBoundMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.accounts.middleware.NobodyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.accounts.middleware.PersonMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.accounts.middleware.GuardMiddleware",
    "portal.ui.errors.NotAllowedMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

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
                "portal.shell.context.base",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "portal.ui.templatetags.opened_by",
            ],
        },
    },
]

# --- Database, jobs, lake -------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL")}
# A new connection per request costs three to four times the throughput.
DATABASES["default"]["CONN_MAX_AGE"] = 600
# Whoever cannot connect hears so in seconds; DATABASE_URL may say another number.
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 3)
# Off behind a pooler that gives each transaction another connection and knows no statements.
if env.flag("PREPARED_STATEMENTS", default=True):
    DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 5
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL = env.redis("CELERY_BROKER_URL", schemes=BROKERS)
# Without this the broker's certificate would be taken from anybody.
CELERY_BROKER_USE_SSL = (
    {"ssl_cert_reqs": ssl.CERT_REQUIRED} if CELERY_BROKER_URL.startswith("rediss:") else False
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# An hour: a message comes again only when its worker died; the sweeper is far quicker than that.
# Whoever sends through a broker that hangs hears so in seconds, each of the few times he asks.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 3600, "socket_timeout": 2, "socket_connect_timeout": 2}
    if "redis" in CELERY_BROKER_URL
    else {}
)
LOGGING = logging_config(env.log_level())
# A message is acknowledged when it is taken, as it only wakes: a worker that acknowledges later
# breaks over a broker that was killed meanwhile (docs/adr/0020).
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULER = "portal.jobs.beating:Scheduler"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# A job whose worker has not reported for this long is given to another worker.
JOB_LEASE = timedelta(seconds=20)
# What all web workers count together: in the database, or in Redis or Valkey where there is one.
CACHES = {"default": env.cache("CACHE_URL")}
LAKE_URL = env.place("LAKE_URL", VAR_DIR / "lake")
DOCUMENTS_URL = env.place("DOCUMENTS_URL", VAR_DIR / "media")
# How buckets are reached, as `deltalake` is told.
OBJECT_STORE = env.object_store()
# How many links each web process keeps ready.
LINKS_KEPT = env.number("LINKS_KEPT", 50_000, least=1, most=10_000_000)
# Who computes report days: DuckDB in the worker, or a Spark at this address.
ATTRIBUTION_ENGINE = env.engine("ATTRIBUTION_ENGINE", "duckdb")
# So many days every copy of a report day is kept that was shown once, then the last of each day.
RESTATEMENT_DAYS = env.number("RESTATEMENT_DAYS", 400, least=1, most=100_000)

# --- People ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "signup": "portal.accounts.forms.SignUpForm",
    "add_email": "portal.accounts.forms.AddressForm",
    "reset_password": "portal.accounts.forms.ForgottenForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Whoever's password, addresses or second factors were changed is told.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Wrong passwords are counted in portal/accounts/attempts.py; "login_failed" are codes of a second
# factor, by person.
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "login_failed": "5/5m/key,20/2h/key",
    "signup": "40/10m/ip",
    "reset_password": "40/10m/ip,5/1h/key",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# `portal.accounts.recent` alone says what is recent.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
# Asked of people of the platform and of whoever holds a right over money or members.
SECOND_FACTOR = env.flag("SECOND_FACTOR", default=True)
if HTTPS and not SECOND_FACTOR:
    refuse("SECOND_FACTOR=0 is for a demo without HTTPS: leave it out, or set HTTPS=0.")
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.SecondFactorForm",
    "reauthenticate": "portal.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "portal.accounts.forms.AppForm",
    "add_webauthn": "portal.accounts.forms.PasskeyForm",
    "edit_webauthn": "portal.accounts.forms.PasskeyNameForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 12
MFA_ADAPTER = "portal.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# EMAIL_BACKEND and what it needs.
globals().update(env.mail("EMAIL_URL"))
# Mails that people make us send, by business day: invitations of a team, and what whoever types an
# address can have sent to it.
NOTICE_MAILS_A_DAY = env.number("NOTICE_MAILS_A_DAY", 20, least=1, most=100_000)
INVITATIONS_A_DAY = env.number("INVITATIONS_A_DAY", 50, least=1, most=100_000)
MAILS_TO_ADDRESS_A_DAY = env.number("MAILS_TO_ADDRESS_A_DAY", 20, least=1, most=100_000)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender(
    "EMAIL_FROM", formataddr((SITE_NAME, "no-reply@localhost"))
)

# --- Words, days, files ---------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.ui.assets.AssetFinder",
]
STORAGES = {
    "default": storage_at(DOCUMENTS_URL, OBJECT_STORE),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DOCUMENTS_URL
FILTERS_EMPTY_CHOICE_LABEL = _("All")
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Safety ---------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
CSRF_FAILURE_VIEW = "portal.ui.session_over.csrf_failed"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Whose X-Forwarded-For is believed: addresses or networks of the proxies in front of the site.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
