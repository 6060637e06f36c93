# SPDX-License-Identifier: Apache-2.0
"""Describes the machine and the settings of a measurement."""
import os
import platform
import subprocess

# Fields of .checkpointfs/status, at its top or below "io", that decide how the kernel is answered.
IN_FORCE = ("libfuse", "passthrough", "io_uring")


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
