"""How a worker that is told to stop lets its running delivery know.

Celery tells the parent process only; its children share this one byte of memory with it, because they are forked after
this module is loaded. The mail in hand is finished, no further one begun (RELIABILITY F18).
"""

import mmap
from typing import Any

from celery.signals import worker_shutting_down

_flag = mmap.mmap(-1, 1)


@worker_shutting_down.connect
def _remember(**_kwargs: Any) -> None:
    _flag[0] = 1


def is_stopping() -> bool:
    """Tell whether the worker was asked to end."""
    return _flag[0] == 1
