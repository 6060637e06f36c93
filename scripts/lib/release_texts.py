#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what a release says of its parts: release_texts.py ROOT BUILD MAP SYSROOT PROGRAM VERSION COMMIT EPOCH DIRECTORY

SYSROOT: the directory of the libraries, empty for that of the system. DIRECTORY gets THIRD-PARTY, bill.spdx.json; built-using, Debian's field of that name; and lgpl-sources, a
line for each source package that is published with the program."""
import os
import sys

from release_components import components
from release_notices import notices
from release_sbom import bill_of_materials


def codename():
    with open("/etc/os-release", encoding="utf-8") as lines:
        facts = dict(line.rstrip().split("=", 1) for line in lines if "=" in line)
    return facts["VERSION_CODENAME"].strip('"')


def main():
    root, build, link_map, sysroot, program, version, commit, epoch, directory = sys.argv[1:]
    parts = components(root, build, link_map, sysroot)
    lgpl = [part for part in parts if part.in_debian and part.is_lgpl]
    texts = {
        "THIRD-PARTY": notices(version, parts),
        "bill.spdx.json": bill_of_materials(version, commit, int(epoch), codename(), program, parts),
        "built-using": ", ".join(f"{part.source} (= {part.version})" for part in lgpl) + "\n",
        "lgpl-sources": "".join(f"{part.source}={part.version}\n" for part in lgpl),
    }
    for name, text in texts.items():
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
