# SPDX-License-Identifier: Apache-2.0
"""The notices that go with a static program: the licences of all that is linked into it."""
import os
import re

COMMON = "/usr/share/common-licenses"
HEAD = """Third-party software in checkpointfs {version}
==================================================

checkpointfs is under the Apache License 2.0: see the file LICENSE. The program is linked statically, and so contains the
libraries of this list. Their licences follow, as their authors or Debian state them; they may also speak of parts of the
sources that are not in the program.

{table}

Libraries under the GNU Lesser General Public License
-----------------------------------------------------

{lgpl} are under the LGPL, version 2.1, whose section 6 gives you the right to
change them and to link the program anew. All that this needs is published beside this file, in the archive
checkpointfs-{version}-sources.tar: the complete sources of these libraries, and those of checkpointfs with the scripts that
link them (scripts/release). How: CONTRIBUTING.md, "Release". You may reverse engineer the program to debug such changes.
"""


def _enumeration(names):
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _text_of(component):
    with open(component.text_file, encoding="utf-8", errors="replace") as text:
        return text.read().strip()


def _heading(text):
    return f"\n\n{'=' * 100}\n{text}\n{'=' * 100}\n\n"


def notices(version, components):
    table = "\n".join(f"  {part.source:<12} {part.version:<22} {part.license}" for part in components)
    lgpl = _enumeration([part.source for part in components if part.is_lgpl])
    texts = {part.source: _text_of(part) for part in components}
    parts = [HEAD.format(version=version, table=table, lgpl=lgpl)]
    for part in components:
        parts += [_heading(f"{part.source} {part.version}: {part.license}"), texts[part.source]]
    # Debian's statements name these files in place of their texts.
    named = set(re.findall(rf"{COMMON}/([A-Za-z0-9.-]*[A-Za-z0-9])", "\n".join(texts.values())))
    for name in sorted(name for name in named if os.path.isfile(f"{COMMON}/{name}")):
        with open(f"{COMMON}/{name}", encoding="utf-8") as text:
            parts += [_heading(name), text.read().strip()]
    return "".join(parts) + "\n"
