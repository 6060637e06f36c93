# SPDX-License-Identifier: Apache-2.0
"""Which of the subjects can be had here. The others are skipped by name."""
import glob
import os
import re
import shutil
import subprocess

from io_mounts import Bind, Checkpointfs, Native, Peer
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
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found.group() if found else ""


def _peers(build):
    """(name, the commands to try: those with what makes them fast first)."""
    # Its option has had two names; older ones have none.
    mergerfs = [["mergerfs", "-o", f"{option}=ro,cache.files=auto-full"] for option in ("passthrough.io", "passthrough")]
    peers = [("bindfs", [["bindfs"]]), ("mergerfs", [*mergerfs, ["mergerfs"]])]
    found = glob.glob(os.path.join(build, "subprojects", "fuse*", "example", "passthrough_hp"))
    example = os.path.abspath(found[0]) if found else "passthrough_hp"
    return [*peers, ("passthrough_hp", [[example, "-o", "io_uring"], [example]])]


def find_subjects(data, storage, program, build, with_peers, say):
    """The native one, the control, ours in each mode, the peers: (compared in each row, modes, peers)."""
    always = [Native(data)]
    reason = _works(Bind(data), storage)
    if reason:
        say(f"skipped: bind mount: {reason}")
    else:
        always.append(Bind(data))

    reason = _works(Checkpointfs(data, program), storage)
    if reason:
        raise Failure(f"{program} does not mount: {reason}")
    modes = [Checkpointfs(data, program, mode) for mode in MODES]
    if _works(modes[0], storage):
        say("skipped: the modes: the program has no -o io=")
        modes = [Checkpointfs(data, program)]
    always.append(modes.pop(0))

    peers = []
    for name, commands in _peers(build) if with_peers else []:
        if not shutil.which(commands[0][0]):
            say(f"skipped: {name}: not installed")
            continue
        label = f"{name} {_version(commands[0][0])}".strip()
        reasons = []
        for command in commands:
            options = " ".join(command[1:])
            peer = Peer(data, f"{label} ({options})" if options else label, command)
            reasons.append(_works(peer, storage))
            if not reasons[-1]:
                peers.append(peer)
                break
        else:
            say(f"skipped: {name}: {reasons[-1]}")
    return always, modes, peers
