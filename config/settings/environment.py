"""Where settings come from, and in which mode this installation runs; the other parts build on it."""

from pathlib import Path
from urllib.parse import urlsplit

from environs import FileAwareEnv

# A secret file made with an editor ends with a line break.
env = FileAwareEnv(strip_whitespace=True)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = env.path("PORTAL_VAR", BASE_DIR / "var")

PORTAL_LOCAL = env.bool("PORTAL_LOCAL", False)
DEBUG = env.bool("DEBUG", False)

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Kept apart from SECRET_KEY: suppression must survive a change of the secret key (RELIABILITY B4).
SUPPRESSION_KEY = env.str("SUPPRESSION_KEY")

# Links in mails come from here, never from a request's Host header.
PORTAL_BASE_URL = env.str("PORTAL_BASE_URL").rstrip("/")
base_address = urlsplit(PORTAL_BASE_URL)
is_https = base_address.scheme == "https"

# How many proxies of ours stand in front; 0 means REMOTE_ADDR is the visitor.
TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", False) else 0

TIME_ZONE = "Europe/Berlin"
