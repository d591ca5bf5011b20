"""The centre's settings; everything that differs from place to place comes from the environment.

LIAISON_HOME           folder of the database, keys, attachments and secret key (default `.home/server`)
DATABASE_URL           a PostgreSQL; without it the SQLite file in LIAISON_HOME
LIAISON_PUBLIC_URL     the address citizens know, printed in receipts for ever (default http://localhost:8000: a trial)
LIAISON_TLS            proxy: a proxy with the certificate stands before the centre and says so by X-Forwarded-Proto
LIAISON_ALLOWED_HOSTS  further host names the server answers to, separated by commas
LIAISON_TRUSTED_PROXIES  addresses or networks of own proxies, whose X-Forwarded-For is believed, separated by commas
LIAISON_MEDIA_SERVER   media server of meetings: off, built (by ./liaison), a livekit-server's path, a wss:// address
LIAISON_MEDIA_HOST     the IP address under which offices reach the media server; without it only this computer does
LIAISON_MEDIA_URL      the wss:// address where offices and browsers join (default LIAISON_PUBLIC_URL as wss://)
LIAISON_MEDIA_PORTS    its ports (default signal=7880,udp=7882,tcp=7881,turn=3478,turn_tls=5349,metrics=6789), or free
LIAISON_MEDIA_INTERFACES  network interfaces that meetings go through (default all but bridges of virtual machines)
LIAISON_MEDIA_TURN_DOMAIN  name of the relay over TLS, for offices whose lines let only port 443 pass
LIAISON_MEDIA_TURN_CERT  file with its certificate; without certificate and key a proxy before it holds them
LIAISON_MEDIA_TURN_KEY  file with the certificate's key
LIAISON_MEDIA_REDIS    redis://:PASSWORD@HOST:PORT/N where several media servers share their rooms
LIAISON_MEDIA_API_KEY  key of the media server, for several or one elsewhere (default a pair drawn here)
LIAISON_MEDIA_API_SECRET  its secret, of 32 letters or more
LIAISON_MEDIA_API_SECRET_FILE  a file with the secret instead, which others may not read
LIAISON_MEDIA_WEBHOOK  address that the media server tells who comes and goes (default this centre, if it keeps it)
LIAISON_MAIL_HOST      mail server by which citizens get codes; without it nobody can write on the portal
LIAISON_MAIL_PORT      its port (default 587)
LIAISON_MAIL_FROM      the address that letters come from
LIAISON_MAIL_TLS       starttls (default), tls from the start, or off for a mail server of this very computer
LIAISON_MAIL_USER      name at the mail server, where it wants one
LIAISON_MAIL_PASSWORD  and the password to it
LIAISON_SMS_URL        gateway for text messages, by which codes go to telephones too; without it to e-mail alone
LIAISON_SMS_TOKEN      the word by which it knows us
LIAISON_SMS_PREFIXES   countries whose mobile telephones are served, as +996,+7 (default +996)
LIAISON_SMS_HOURLY     how many messages may go in an hour (default 300)
LIAISON_IDENTITY_ISSUER  by whose identity citizens may sign in too (OpenID Connect); without it nothing of it is shown
LIAISON_IDENTITY_CLIENT_ID      what the portal is called there
LIAISON_IDENTITY_CLIENT_SECRET  and its secret
LIAISON_DEBUG          1 for developers only: errors are shown with their details
"""

import os
from urllib.parse import urlsplit

from server_sync.common.addresses import read_proxies
from server_sync.common.home import home, private_folder, secret_key
from server_sync.common.resources import resource
from server_sync.common.sqlite import use_sound_sqlite

use_sound_sqlite()

from csp.constants import NONCE, NONE, SELF  # noqa: E402 (Django must meet the sound SQLite first)
from django.core.exceptions import ImproperlyConfigured  # noqa: E402 (Django, as above)

from server_sync.config.database import postgresql, sqlite  # noqa: E402
from server_sync.config.logs import configure_structlog, logging_settings  # noqa: E402
from server_sync.contract.passwords import CENTRE_LEAST  # noqa: E402 (as the two above)
from server_sync.doors import browser_files  # noqa: E402 (as the three above)
from server_sync.letters.gateway import read_gateway  # noqa: E402 (as the four above)
from server_sync.letters.wanted import read_mail_server  # noqa: E402 (as the five above)
from server_sync.meetings.media_server.wanted import read_wanted  # noqa: E402 (as the six above)
from server_sync.portal.accounts.wanted import read_identity  # noqa: E402 (as the seven above)

LIAISON_HOME = home()
LIAISON_PUBLIC_URL = os.environ.get("LIAISON_PUBLIC_URL", "http://localhost:8000").rstrip("/")
try:
    _public = urlsplit(LIAISON_PUBLIC_URL)
except ValueError as wrong:
    raise ImproperlyConfigured(f"LIAISON_PUBLIC_URL must look like https://kattar.gov.kg ({wrong}).") from wrong
_behind_tls = _public.scheme == "https"
LIAISON_TLS = os.environ.get("LIAISON_TLS", "").strip()
LIAISON_MEDIA = read_wanted(os.environ, LIAISON_PUBLIC_URL)
LIAISON_MAIL = read_mail_server(os.environ)
LIAISON_SMS = read_gateway(os.environ)
LIAISON_IDENTITY = read_identity(os.environ)

DEBUG = os.environ.get("LIAISON_DEBUG") == "1"
SECRET_KEY = secret_key()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", _public.hostname or "localhost"]
ALLOWED_HOSTS += [name.strip() for name in os.environ.get("LIAISON_ALLOWED_HOSTS", "").split(",") if name.strip()]
LIAISON_TRUSTED_PROXIES = read_proxies(os.environ.get("LIAISON_TRUSTED_PROXIES", ""))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "server_sync.workplaces",
    "server_sync.officials",
    "server_sync.evidence",
    "server_sync.blobs",
    "server_sync.letters",
    "server_sync.journal",
    "server_sync.appeals",
    "server_sync.meetings",
    "server_sync.pages",
    "server_sync.monitoring",
    "server_sync.oversight",
    "server_sync.directory",
    "server_sync.casework",
    "server_sync.conferring",
    "server_sync.doors",
    "server_sync.portal",
    "server_sync.subscriptions",
    "server_sync.exchange",
    "server_sync.programs",
    "server_sync.config",
]

MIDDLEWARE = [
    "server_sync.common.under_way.CountWriters",
    "server_sync.exchange.plainly.PlainReplies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "server_sync.pages.compression.CompressPages",
    "csp.middleware.CSPMiddleware",
    "server_sync.programs.border.AsDescribed",
    "server_sync.pages.border.FewParameters",
    "server_sync.pages.language.ChosenLanguage",
    "server_sync.pages.border.CleanAddress",
    "server_sync.pages.sight.ChosenSight",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "server_sync.pages.small_forms.SmallForms",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "server_sync.config.urls"
WSGI_APPLICATION = "server_sync.config.wsgi.application"
APPEND_SLASH = False

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
            ],
        },
    }
]

_database_url = os.environ.get("DATABASE_URL")
DATABASES = {"default": postgresql(_database_url) if _database_url else sqlite(LIAISON_HOME / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People
AUTH_USER_MODEL = "workplaces.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["login", "surname", "given_name", "full_name", "two_names", "two_names_turned"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": CENTRE_LEAST}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "server_sync.workplaces.passwords.NotHollow"},
]  # fmt: skip
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# Languages and time
LANGUAGE_CODE = "ky"
LANGUAGES = [("ky", "Кыргызча"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [resource("translations", "compiled")]
FORMAT_MODULE_PATH = ["server_sync.config.formats"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
TIME_ZONE = "Asia/Bishkek"

# Sessions, cookies, forms
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _behind_tls
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _behind_tls
CSRF_TRUSTED_ORIGINS = [LIAISON_PUBLIC_URL]
CSRF_FAILURE_VIEW = "server_sync.pages.errors.form_expired"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = _behind_tls
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# What a browser may do with our pages
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _behind_tls else None
SECURE_SSL_REDIRECT = _behind_tls and LIAISON_TLS == "proxy"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^meetings/heard$"]  # watchdogs and the media server ask beside the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _behind_tls else 0
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

STATIC_URL = "static/"
STATIC_ROOT = private_folder(LIAISON_HOME / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATICFILES_DIRS = [(browser_files.PREFIX, browser_files.place())] if browser_files.are_here() else []
WHITENOISE_USE_FINDERS = False

SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # other names of the domain are not ours to bind to TLS
if not _behind_tls:  # one sentence about the address says it; these name settings that nobody can set
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]

LOGGING = logging_settings("DEBUG" if DEBUG else "INFO")
configure_structlog()
