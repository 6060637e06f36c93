# SPDX-License-Identifier: Apache-2.0
"""Which of the subjects can be had here. The others are skipped by name."""
import os
import re
import shutil
import subprocess

from io_composefs import Composefs
from io_kernel import can_switch_io_uring
from io_mounts import Bind, Checkpointfs, Native, Peer
from io_passthrough_hp import PassthroughHp
from io_process import Failure

MODES = ("auto", "hybrid", "push", "plain")


def _works(subject, storage):
    """Whether it mounts; else why not."""
    try:
        with subject.mounted(storage) as tree:
            os.listdir(tree)
        return ""
    except (Failure, OSError) as error:
        return str(error).splitlines()[-1]


def _version(command):
    """Most programs say it; passthrough_hp does not know the option, and the complaint names its directory, which has it."""
    done = subprocess.run([shutil.which(command), "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found.group() if found else ""


def _peers():
    """(name, the commands to try: those with what makes them fast first)."""
    # Its option has had two names; older ones have none.
    mergerfs = [["mergerfs", "-o", f"{option}=ro,cache.files=auto-full"] for option in ("passthrough.io", "passthrough")]
    return [("bindfs", [["bindfs"]]), ("mergerfs", [*mergerfs, ["mergerfs"]])]


def _first_that_works(data, storage, name, commands):
    """Nothing, if none does."""
    label = f"{name} {_version(name)}".strip()
    for command in commands:
        options = " ".join(command[1:])
        peer = Peer(data, f"{label} ({options})" if options else label, command)
        if not _works(peer, storage):
            return [peer]
    return []


def _find_peers(data, storage, program, skip):
    found = []
    if can_switch_io_uring():
        found.append(Checkpointfs(data, program, io_uring=True))
    else:
        skip("FUSE over io_uring: fuse.enable_uring cannot be switched on")
    for name, commands in _peers():
        if shutil.which(name):
            found += _first_that_works(data, storage, name, commands) or [Peer(data, name, commands[-1])]
        else:
            skip(f"{name}: not installed")
    if shutil.which("passthrough_hp"):
        name = f"passthrough_hp {_version('passthrough_hp')}"
        found.append(PassthroughHp(data, name))
        if can_switch_io_uring():
            found.append(PassthroughHp(data, f"{name} over io_uring", ["-o", "io_uring"], io_uring=True))
    else:
        skip("passthrough_hp: it could not be built")
    found.append(Composefs(data))
    return [subject for subject in found if not _skipped(subject, storage, skip)]


def _skipped(subject, storage, skip):
    reason = _works(subject, storage)
    if reason:
        skip(f"{subject.name}: {reason}")
    return bool(reason)


def find_subjects(data, storage, program, with_peers, skip):
    """The native one, the control, ours in each mode, the peers: (compared in each row, modes, peers)."""
    always = [Native(data)]
    reason = _works(Bind(data), storage)
    if reason:
        skip(f"bind mount: {reason}")
    else:
        always.append(Bind(data))

    reason = _works(Checkpointfs(data, program), storage)
    if reason:
        raise Failure(f"{program} does not mount: {reason}")
    modes = [Checkpointfs(data, program, mode) for mode in MODES]
    if _works(modes[0], storage):
        skip("the modes: the program has no -o io=")
        modes = [Checkpointfs(data, program)]
    always.append(modes.pop(0))
    return always, modes, _find_peers(data, storage, program, skip) if with_peers else []
