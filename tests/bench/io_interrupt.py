# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C and its like: the first one ends the benchmark as an exception would, further ones do not disturb the cleaning up."""
import contextlib
import os
import signal

_stopping = 0  # the signal
_holding = 0


def _interrupted(number, _frame):
    global _stopping
    if not _stopping:
        _stopping = number
        os.write(2, f"benchmark: {signal.Signals(number).name}: cleaning up\n".encode())
        if not _holding:
            raise SystemExit(128 + number)


def catch_interrupts():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)


@contextlib.contextmanager
def uninterrupted():
    """What must not be left half done: a mount that is made by a process in the background. The interrupt comes at its end."""
    global _holding
    before = _stopping
    _holding += 1
    try:
        yield
    finally:
        _holding -= 1
        if _stopping and not before and not _holding:
            raise SystemExit(128 + _stopping)
