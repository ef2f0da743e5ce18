"""Django's settings, all from config/environment.py and the instance that KITH_DATA names."""

import environ
from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.engines.instance import Instance

BASE_DIR = environment.ROOT
INSTANCE = Instance.current()
env = environ.Env()

# --- Who we are ----------------------------------------------------------------------------------

PRODUCTION = environment.read("KITH_ENV") == "production"
DEBUG = False
SECRET_KEY = environment.read("KITH_SECRET_KEY") or INSTANCE.secret_key
PORT = int(environment.read("PORT"))
ALLOWED_HOSTS = [host.strip() for host in environment.read("KITH_HOSTS").split(",")]
PAGE_URL = f"http://{ALLOWED_HOSTS[-1]}:{PORT}"
PROXIES = environment.read("KITH_PROXIES")
WS_ECHO = environment.read("KITH_WS_ECHO") == "1" and not PRODUCTION
OTHER_ORIGINS = [origin for origin in environment.read("KITH_ORIGINS").split(",") if origin]
CSRF_TRUSTED_ORIGINS = OTHER_ORIGINS

# Providers that believe everything and banks that give any amount are for development alone.
IDENTITY_PROVIDER = environment.read("KITH_IDENTITY_PROVIDER")
_PLACES = "wallet.screening.places.providers"
PLACE_PROVIDER = environment.read("KITH_PLACE_PROVIDER") or (
    f"{_PLACES}.NoPlaces" if PRODUCTION else f"{_PLACES}.LocalPlaces"
)
BANK_CHANNELS = environment.read("KITH_BANK_CHANNELS").split(",")
BANKS_URL = INSTANCE.url_of("banks")

if PRODUCTION:
    if not environment.read("KITH_SECRET_KEY"):
        raise ImproperlyConfigured("KITH_SECRET_KEY must be set in production.")
    if IDENTITY_PROVIDER.endswith(".LocalProvider"):
        raise ImproperlyConfigured("KITH_IDENTITY_PROVIDER must name a real one in production.")
    if PLACE_PROVIDER.endswith(".LocalPlaces"):
        raise ImproperlyConfigured("KITH_PLACE_PROVIDER must name a real one in production.")
    if "sandbox" in BANK_CHANNELS:
        raise ImproperlyConfigured("KITH_BANK_CHANNELS must not hold `sandbox` in production.")
    if not BANKS_URL.startswith(("http://", "https://")):
        raise ImproperlyConfigured("KITH_BANKS_URL must name a real gateway in production.")

# --- Apps: one folder per product, one line each -------------------------------------------------

INSTALLED_APPS = [
    "config",
    "chat.page",
    "chat.doors",
    "chat.socket",
    "chat.cards",
    "chat.invites",
    "chat.reports",
    "chat.messages",
    "chat.presence",
    "chat.files",
    "chat.rooms",
    "wallet.cases",
    "wallet.points",
    "wallet.graphed",
    "wallet.closing",
    "wallet.lending",
    "wallet.expenses",
    "wallet.splits",
    "wallet.disputes",
    "wallet.requests",
    "wallet.transfers",
    "wallet.gates",
    "wallet.screening",
    "wallet.vouchers",
    "wallet.envelopes",
    "wallet.banks",
    "wallet.receipts",
    "wallet.accounts",
    "wallet.limits",
    "wallet.ledger",
    "graph.finding",
    "graph.contacts",
    "graph.links",
    "graph.intents",
    "graph.risk",
    "graph.limits",
    "graph.relations",
    "graph.trust",
    "graph.friends",
    "graph.people",
    "graph.projection",
    "outbox.notices",
    "outbox",
    "commands",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

# --- Engines -------------------------------------------------------------------------------------

IDEMPOTENCY_WAIT_SECONDS = 5
_POSTGRES = env.db_url_config(INSTANCE.url_of("postgres"))
# What the URL says goes along, such as `?sslmode=require`.
_OPTIONS = dict(_POSTGRES.get("OPTIONS", {}))
DATABASES = {
    "default": _POSTGRES
    | {
        "ENGINE": "django.db.backends.postgresql",
        # One connection per thread, kept; the threads are few, so the connections are.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5}
        | _OPTIONS
        | {
            # No command may wait for a lock longer than a duplicate waits for the first one. What
            # is prepared, and functions of ours, are planned once for all values.
            "options": f"{_OPTIONS.get('options', '')} -c lock_timeout={IDEMPOTENCY_WAIT_SECONDS}s"
            " -c plan_cache_mode=force_generic_plan",
            # Django's own cursors prepare nothing; see commands/questions.py for those that do.
            "prepare_threshold": 0,
        },
    }
}
DB_THREADS = int(environment.read("KITH_DB_THREADS"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = INSTANCE.url_of("valkey")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

NEO4J_URI = INSTANCE.url_of("neo4j")
NEO4J_USER = environment.read("NEO4J_USER")
NEO4J_PASSWORD = environment.read("NEO4J_PASSWORD") or INSTANCE.endpoint("neo4j").password
# The second Neo4j, with a graph of the FinBench benchmark; commands start it when they need it.
_FINBENCH = INSTANCE.endpoint("finbench")
FINBENCH_URI, FINBENCH_PASSWORD = f"bolt://127.0.0.1:{_FINBENCH.port}", _FINBENCH.password

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Person"
# The username is unique whatever its case, which the check does not recognise (constraint
# username_taken_once).
SILENCED_SYSTEM_CHECKS = ["auth.E003"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600

SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None

# --- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh", "中文")]
USE_I18N = True
USE_TZ = True
# Instants are stored and shown in UTC; what a "day" is follows the service's own time zone.
TIME_ZONE = "UTC"
SERVICE_TIME_ZONE = environment.read("KITH_TIME_ZONE")

# --- The page's files ----------------------------------------------------------------------------

STATIC_FILES = BASE_DIR / "chat" / "page" / "static"

# --- Mail ----------------------------------------------------------------------------------------

vars().update(env.email_url_config(environment.read("EMAIL_URL")))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.read("KITH_MAIL_FROM")

# --- Limits, see mechanisms in docs/money.md -----------------------------------------------------

RATE_LIMITS = environment.read("KITH_RATE_LIMITS") != "off"
MAX_FRAME_BYTES = 64 * 1024
# Uploaded files; anything that Django's storages can talk to may take their place.
MEDIA_ROOT = INSTANCE.data / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
COMMANDS_PER_SECOND = 50
COMMAND_BURST = 200
# Of one address, for commands that need no identity; and of one socket, whatever the frames hold.
PUBLIC_COMMANDS_PER_SECOND = 20
PUBLIC_COMMAND_BURST = 200
FRAMES_PER_SECOND = 100
FRAME_BURST = 400
# Of one person, over all sockets of a web process; and how many those may be.
BYTES_PER_SECOND = 1024 * 1024
BYTES_BURST = 8 * 1024 * 1024
SOCKETS_PER_PERSON = 50
IDLE_SECONDS = float(environment.read("KITH_IDLE_SECONDS"))
LOGIN_TRIES = 10
LOGIN_TRIES_SECONDS = 300
IDEMPOTENCY_KEEP_DAYS = 7
TOKEN_DAYS = 30
TOKEN_KEEP_DAYS = 30
NOTICE_KEEP_DAYS = 180
SETTINGS_BYTES = 4_096
ROOM_MEMBERS = 500
ROOM_PINS = 20
ROOM_INVITES = 20
ROOM_JOIN_REQUESTS = 200
# The longest that a link works, how long it is remembered afterwards, and how long a refusal holds.
INVITE_SECONDS = 30 * 24 * 3600
INVITE_KEEP_DAYS = 30
JOIN_AGAIN_DAYS = 7
REPORTS_PER_DAY = 20
RESUME_EVENTS = 200
RESUME_BYTES = 256 * 1024
FILE_BYTES = 20 * 1024 * 1024
FILES_UNSENT = 50
FRIENDS = 5_000
# Open requests: made by one person, and made to one.
FRIEND_REQUESTS = 200
FRIEND_REQUESTS_TO_ONE = 1_000
# Whom somebody does not want to be suggested.
DISMISSALS = 2_000
# The longest that a link to make friends by works, and the most who may follow one.
FRIEND_LINK_SECONDS = 30 * 24 * 3600
FRIEND_LINK_USES = 100
# Phone numbers kept of one address book, for so many days; how many may be asked for in one day;
# and the country of a number that names none.
CONTACTS = 5_000
CONTACT_DAYS = 180
CONTACTS_PER_DAY = 10_000
PHONE_COUNTRY = "86"
MESSAGE_LENGTH = 4_000
RECALL_SECONDS = 120
REACTIONS_OF_ONE_PERSON = 20
REACTION_KINDS = 50
CARD_CHANGES_PER_SECOND = 4
# Who is told of somebody's coming and going by themselves: members of rooms up to this size, in so
# many of the newest rooms, and friends; so many people at most.
PRESENCE_ROOM_MEMBERS = 50
PRESENCE_ROOMS = 100
PRESENCE_VIEWERS = 500
PRESENCE_ASKED = 500

ENVELOPE_SHARES = 500
ENVELOPE_LARGEST_SHARE = 20_000
ENVELOPE_HOURS = environment.read_hours("KITH_ENVELOPE_HOURS")
ENVELOPE_PASSWORD_TRIES = 10
ENVELOPE_PASSWORD_SECONDS = 600
TRANSFER_HOURS = environment.read_hours("KITH_TRANSFER_HOURS")
# How long a bank may take to answer, and a command waits for the end of a payment; how many
# payments a process has at one channel at once. One that no bank takes fails after these minutes.
BANK_SECONDS = 2.0
BANK_PATIENCE_SECONDS = 3.0
BANK_PAYMENTS_AT_ONCE = 6
BANK_GIVE_UP_MINUTES = 10
PAYMENT_REQUEST_DAYS = 7
PAYMENT_REQUEST_LONGEST_DAYS = 365
VOUCHER_PEOPLE = 500
VOUCHER_DAYS = 366
DISPUTE_DAYS = 180
SPLIT_REMINDER_HOURS = 24
SPLIT_REMINDER_PAUSE_MINUTES = 60

# What people of a tier may pay to others in a payment, a day and a year; incoming is free.
OUTGOING_LIMITS = {
    "basic": [100_000, 200_000, 1_000_000],
    "real_name": [2_000_000, 5_000_000, 10_000_000],
    "verified": [5_000_000, 10_000_000, 20_000_000],
}
# Who has set a payment PIN is asked for it above so much in a payment, or in all of a day.
PIN_ABOVE_PAYMENT = 20_000
PIN_ABOVE_DAY = 100_000
PIN_TRIES = 5
PIN_LOCK_HOURS = 3

LOAN_CAPS = {"basic": 50_000, "real_name": 500_000, "verified": 2_000_000}
LOAN_ASK_DAYS = 7
LOAN_OPEN_ASKS = 5
LOAN_DEFAULT_DAYS = 30
LOAN_DAILY_RATE_PPM = 400
# By how much a lender may extend one loan in all, and how far ahead a standing permission ends.
LOAN_EXTENDED_DAYS = 365
LOAN_ALLOWANCE_DAYS = 366

# Pay Points. Below a score, this percentage of the tier's cap is left; lowest score first.
POINTS_CAP_PERCENT = [(400, 50), (500, 75)]
POINTS_PEOPLE_AT_ONCE = 2_000
POINTS_CONSENT_DAYS = 30
# A service asks whether a score is above this; a yes is a grant for so many days, 0 for none.
POINTS_GATES = {"ride_then_pay": (500, 0), "test_drive": (600, 7), "easy_visa": (700, 0)}
# Above this amount two people of the risk team decide about a held payment.
REVIEW_TWO_ABOVE = 500_000
# How long it is known what rules in shadow would have decided.
SHADOW_KEEP_DAYS = 180
# Gates: transfers from this amount on are tested in the graph before they are made, within so many
# seconds; where nobody knows in time, those from the large amount on are held, the others go.
GATE_AMOUNT = int(environment.read("KITH_GATE_AMOUNT"))
GATE_SECONDS = int(environment.read("KITH_GATE_MS")) / 1000
GATE_LARGE = 2_500_000
# A ring has 3 to so many accounts, by transfers of at least so much in so many hours.
GATE_RING_STEPS = 6
GATE_RING_SMALLEST = 10_000
GATE_WINDOW_HOURS = 72
# Somebody to whom, in transfers above the amount, more than so many times as much has come as went.
# The largest transfer is 50 times the smallest that is gated: no two alone are uneven.
GATE_RATIO_AMOUNT = 50_000
GATE_RATIO = 50.0
# What those may owe in all for whom somebody stands, and those in turn.
GATE_CHAIN_OWED = 5_000_000
# Two uses of an account are a leap above this speed (kilometres per hour), but not nearer than
# providers of places are exact; how long the graph has to say whether a family tie explains it.
PLACE_SPEED = 900
PLACE_NEAR_KILOMETRES = 100
PLACE_SECONDS = 0.05
# How long a question of the risk team may take on the live graph, and how many rows it shows.
RISK_SECONDS = float(environment.read("KITH_RISK_SECONDS"))
RISK_ROWS = 1_000
# How many nodes of an answer a picture shows, beside who owns them.
RISK_PICTURE_NODES = 500

# --- Log -----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.read("KITH_LOG_LEVEL")},
    "loggers": {
        # Each request and frame is not news; a refused one is answered, not logged.
        "daphne": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.channels.server": {"level": "WARNING"},
        # Talks about each unknown property of an empty graph.
        "neo4j": {"level": "ERROR"},
        "twisted": {"level": "WARNING"},
    },
}
