# SPDX-License-Identifier: Apache-2.0
"""Runs a command and measures it."""
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass

LONGEST = 900  # seconds: what takes longer hangs


class Failure(Exception):
    """Something did not work that has to, for the figures to mean anything."""


@dataclass(frozen=True)
class Run:
    wall: float
    user: float
    system: float


def call(command):
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired as error:
        raise Failure(str(error)) from None
    if done.returncode != 0:
        raise Failure(f"exit code {done.returncode}: {' '.join(command)}\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def _too_long(_signal, _frame):
    raise Failure(f"no end after {LONGEST} seconds")


def measured(command):
    """Its time and that of all it started. Its output is dropped. It is killed, with all it started, when we are interrupted."""
    with tempfile.TemporaryFile() as errors:
        files = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, errors.fileno(), 2),
        ]
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(LONGEST)
        start = time.perf_counter()
        pid = os.posix_spawnp(command[0], command, {**os.environ, "LC_ALL": "C"}, file_actions=files, setpgroup=0)
        try:
            _, status, usage = os.wait4(pid, 0)
            wall = time.perf_counter() - start
        except BaseException:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        finally:
            signal.alarm(0)
        if status != 0:
            errors.seek(0)
            text = errors.read(500).decode(errors="replace").partition("\n")[0]
            raise Failure(f"{text} (exit code {os.waitstatus_to_exitcode(status)}: {' '.join(command)[:200]!r})")
        return Run(wall, usage.ru_utime, usage.ru_stime)
