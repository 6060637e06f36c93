# SPDX-License-Identifier: Apache-2.0
"""Says what a table was measured on."""
import os
import platform
import subprocess

# Of .checkpointfs/status: what decides how the kernel is answered.
IN_FORCE = ("libfuse", "io", "passthrough", "io_uring")


def _field(path, name):
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            key, _, value = line.partition(":")
            if key.strip() == name:
                return value.strip()
    return "unknown"


def _first_line(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


def _io_uring():
    """What the kernel allows; it has to be switched on."""
    try:
        with open("/sys/module/fuse/parameters/enable_uring", encoding="utf-8") as file:
            return "on" if file.read().strip() == "Y" else "off"
    except FileNotFoundError:
        return "unknown to it"


def machine(directory):
    kib = int(_field("/proc/meminfo", "MemTotal").split()[0])
    return {
        "kernel": platform.release(),
        "cpu": _field("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(kib / (1 << 20)),
        "filesystem": _first_line("findmnt", "-n", "-o", "FSTYPE", "-T", directory),
        "fuse_io_uring": _io_uring(),
        "coreutils": _first_line("cp", "--version").split()[-1],
    }


def machine_text(found):
    return (
        f"Linux {found['kernel']}, {found['cores']} cores ({found['cpu']}), {found['memory_gib']} GB of memory; "
        f"files on {found['filesystem']}; FUSE over io_uring: {found['fuse_io_uring']}; coreutils {found['coreutils']}"
    )


def in_force(status):
    """`libfuse 3.18.3, passthrough: ...`; empty if there is no status."""
    said = []
    for name in IN_FORCE:
        value = status.get(name)
        if isinstance(value, bool):
            value = "on" if value else "off"
        if isinstance(value, dict):
            value = " ".join(f"{key}={each}" for key, each in value.items())
        if value is not None:
            said.append(f"{name} {value}")
    return ", ".join(said)
