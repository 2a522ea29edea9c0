"""Becomes one long-running program that never outlives the `./run` (or test run) it belongs to.

Called as `python -I -S config/launch.py OPTIONS -- PROGRAM …` by config.processes; standard library only. A process of
its own instead of Popen's preexec_fn, because that may not be used once threads exist (the test run has some).

Before it turns into the program (exec, same process id) it
* takes a lock and writes its id into the lock file. The program and all its children inherit the lock, so "is it free?"
  tells without guessing whether anything of a killed run is still alive;
* asks the kernel (Linux) for a signal when its parent dies, even by kill -9;
* changes its user for PostgreSQL, which refuses root and users without a name (in containers): inside a user namespace,
  where files keep their owner, or by becoming `nobody`.
"""

import argparse
import ctypes
import fcntl
import os
import pwd
import sys
from pathlib import Path

LOCKED = 75

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def main() -> None:
    """Read the options, prepare this process, become the program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lock")
    parser.add_argument("--parent", type=int)
    parser.add_argument("--signal", type=int)
    parser.add_argument("--shed", choices=["namespace", "nobody"])
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    if options.lock:
        hold_lock(options.lock)
    if options.shed == "namespace":
        enter_namespace()
    elif options.shed == "nobody":
        become_nobody()
    # Last: a change of credentials would clear it.
    if options.parent:
        end_with_parent(options.parent, options.signal)
    os.execv(options.program[0], options.program)  # noqa: S606 -- no shell is what we want


def hold_lock(path: str) -> None:
    """Lock the file for the life of the program and leave the process id in it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(LOCKED)
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    os.set_inheritable(handle, True)  # noqa: FBT003


def enter_namespace() -> None:
    """Be `nobody` inside a user namespace only: no change of owners, also in a folder nobody else may enter."""
    uid, gid = os.geteuid(), os.getegid()
    # initdb wants a user that exists; this one does everywhere.
    inside = pwd.getpwnam("nobody").pw_uid
    os.unshare(os.CLONE_NEWUSER)
    for name, content in (("setgroups", "deny"), ("uid_map", f"{inside} {uid} 1"), ("gid_map", f"{inside} {gid} 1")):
        Path("/proc/self", name).write_text(content)


def become_nobody() -> None:
    """Be `nobody`, where namespaces are forbidden; on Linux keep the one capability to enter a folder of root's.

    The secure bit keeps it through setuid() and lets access() respect it: initdb asks so about its own files.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    nobody = pwd.getpwnam("nobody")
    keeps = sys.platform == "linux" and libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
    if keeps:
        mask = 1 << CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
        # Where even this is refused, a folder that everybody may enter still works.
        if libc.capset(header, sets) == 0:
            libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def end_with_parent(parent: int, signal_number: int) -> None:
    """Have the kernel send the signal when the parent dies; elsewhere the next start clears up by the lock."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    # RACE: the parent may have died before the kernel knew.
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main()
