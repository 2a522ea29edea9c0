"""Health check of the web container: asks /healthz as the proxy would, under the portal's own name."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

request = urllib.request.Request(
    "http://127.0.0.1:8000/healthz", headers={"Host": urlsplit(os.environ["PORTAL_BASE_URL"]).netloc}
)
with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- the address is fixed
    sys.exit(answer.status != 200)
