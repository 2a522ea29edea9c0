"""WSGI entry point for gunicorn."""

import os
import sys

from django.core.wsgi import get_wsgi_application

# Threads hand on the interpreter after half a millisecond instead of five: whoever holds the lock of an event asks the
# database thirty times, and everybody else waits for them (docs/performance.md).
sys.setswitchinterval(0.0005)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
