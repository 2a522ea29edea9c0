"""Gunicorn in the container. WEB_CONCURRENCY and WEB_THREADS are the dials (docs/operations.md)."""

import os

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
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
