# SPDX-License-Identifier: Apache-2.0
"""The libraries that are linked into a static program: found in the linker's map, described by Debian's packages."""
import os
import re
import subprocess
from dataclasses import dataclass

# Source package, or folder below subprojects/: the licence of what is linked, as an SPDX expression. A library that is
# not here stops the release, so that somebody reads its licence.
LICENSES = {
    "boost1.81": "BSL-1.0",
    "bzip2": "bzip2-1.0.6",
    "fmtlib": "MIT",
    "fuse": "LGPL-2.1-only",
    "gcc-12": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "gcc-12-cross": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "gflags": "BSD-3-Clause",
    "glibc": "LGPL-2.1-or-later",
    "isa-l": "BSD-3-Clause",
    "liburing": "MIT",
    "libzstd": "BSD-3-Clause",
    "lz4": "BSD-2-Clause",
    "numactl": "LGPL-2.1-only",
    "openssl": "Apache-2.0",
    "rocksdb": "Apache-2.0 AND BSD-3-Clause",
    "snappy": "BSD-3-Clause",
    "spdlog": "MIT",
    "sqlite3": "blessing",
    "zlib": "Zlib",
}
# Debian's packages whose headers are compiled in without an archive being linked.
HEADERS = ("libboost1.81-dev", "libfmt-dev", "libspdlog-dev")
# The texts of licences in folders of subprojects/.
TEXTS = ("LICENSE", "LGPL2.txt")


@dataclass(frozen=True)
class Component:
    source: str  # the source package of Debian, or the subproject
    version: str
    license: str
    text_file: str
    in_debian: bool

    @property
    def is_lgpl(self):
        return self.license.startswith("LGPL")


def linked_files(link_map):
    """The files whose code the map says to be linked."""
    with open(link_map, encoding="utf-8") as lines:
        text = lines.read()
    members = re.findall(r"^(/?\S+\.a)\(\S+\)$", text, re.MULTILINE)
    objects = re.findall(r"^LOAD (/\S+\.o)$", text, re.MULTILINE)
    own = re.findall(r"^(subprojects/\S+\.o)$", text, re.MULTILINE)  # members of thin archives, by their own paths
    return sorted({os.path.realpath(name) if name.startswith("/") else name for name in members + objects + own})


def _license_of(name):
    if name not in LICENSES:
        raise SystemExit(f"release: {name} is linked, and LICENSES in scripts/lib/release_components.py does not name it")
    return LICENSES[name]


class Debian:
    """The packages of a system, or of the directory that scripts/lib/sysroot.sh makes."""

    def __init__(self, sysroot):
        self.sysroot = sysroot
        self.database = ["--admindir", f"{sysroot}/var/lib/dpkg"]

    def _query(self, *arguments):
        return subprocess.run(["dpkg-query", *self.database, *arguments], check=True, capture_output=True, text=True).stdout

    def packages(self, files):
        if not files:
            return set()
        listed = self._query("-S", *[name[len(self.sysroot):] for name in files])
        return {line.split(": ")[0] for line in listed.splitlines()}

    def component(self, package):
        source, version = self._query("-W", "-f", "${source:Package}\t${source:Version}", package).split("\t")
        text_file = f"{self.sysroot}/usr/share/doc/{package.split(':')[0]}/copyright"
        return Component(source, version, _license_of(source), text_file, True)


def _subproject_component(root, folder):
    name, version = folder.rsplit("-", 1)
    directory = os.path.join(root, "subprojects", folder)
    text = next(os.path.join(directory, name) for name in TEXTS if os.path.exists(os.path.join(directory, name)))
    return Component(name, version, _license_of(name), text, False)


def components(root, build, link_map, sysroot):
    """All components of the program, by name. Own archives, below the build directory, are none."""
    system, libraries = Debian(""), Debian(os.path.realpath(sysroot) if sysroot else "")
    files = linked_files(link_map)
    found = {}
    for name in files:
        if match := re.search(r"(?:^|/)subprojects/([^/]+)/", name):
            component = _subproject_component(root, match[1])
            found[component.source] = component
    debian = [name for name in files if name.startswith("/") and not name.startswith(f"{build}/")]
    of_libraries = [name for name in debian if name.startswith(f"{libraries.sysroot}/")]
    for package in sorted(libraries.packages(of_libraries) | set(HEADERS)):
        component = libraries.component(package)
        found[component.source] = component
    # The libraries of a cross-compiler are the system's.
    for package in sorted(system.packages([name for name in debian if name not in of_libraries])):
        component = system.component(package)
        found.setdefault(component.source, component)
    return [found[name] for name in sorted(found)]
