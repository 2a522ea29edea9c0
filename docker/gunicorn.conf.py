"""Gunicorn in the container, under `./run` and in measurements. WEB_CONCURRENCY and WEB_THREADS are the dials
(docs/operations.md). What keeps the processes small stands in docs/performance.md.
"""

import ctypes
import gc
import os
from pathlib import Path
from typing import Any

# The container's own network; compose publishes the port on the host's loopback only.
bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
# Rolling restarts of the processes, not all at once.
max_requests = 2000
max_requests_jitter = 200
graceful_timeout = 20
timeout = 30
# A worker's sign of life must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True

_STATM = Path("/proc/self/statm")
_PAGE = os.sysconf("SC_PAGE_SIZE")
# An export of 10,000 people needs 80 MB for a moment.
_GROWTH = 16 * 1024 * 1024
_settled = 0


def when_ready(_server: Any) -> None:
    """Load before the fork what requests would load after it, and keep the collector from touching it: shared once.

    Nothing here may ask the database: the workers would share its connection, too.
    """
    from django.conf import settings  # noqa: PLC0415 - only now there are settings
    from django.template.loader import get_template  # noqa: PLC0415
    from django.urls import get_resolver  # noqa: PLC0415

    _ = get_resolver().reverse_dict
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for path in Path(folder).rglob("*.html"):
            name = path.relative_to(folder).as_posix()
            # Only the worker makes mails.
            if not name.startswith("emails/"):
                get_template(name)
    gc.collect()
    gc.freeze()


def post_request(_worker: Any, _request: Any, _environ: Any, _response: Any) -> None:
    """Give back what a large request has left behind: the heap is full of holes, and glibc keeps its top."""
    global _settled  # noqa: PLW0603 - one number per process
    if _trim is None or _resident() < _settled + _GROWTH:
        return
    gc.collect()
    _trim(0)
    _settled = _resident()


def _resident() -> int:
    return int(_STATM.read_text().split()[1]) * _PAGE


# glibc's own; elsewhere memory stays as it is.
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if _STATM.exists() else None
