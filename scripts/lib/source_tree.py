# SPDX-License-Identifier: Apache-2.0
"""The C++ sources of the project, by folder and module, and the includes between them."""
import re
from functools import cached_property
from os.path import normpath

from cxx_source import Source

TARGET = re.compile(r"\bsubdir\('([^']+)'|\b(?:(?:static_|shared_|both_)?(?:library|libraries)|executable)\(")
INCLUDE_DIRECTORIES = ("", "src/")


def meson_folders(root, folder=""):
    """The folder and those below it, in the order of their first targets; a folder without a target goes first."""
    order, own = [], [folder]
    build = (root / folder / "meson.build").read_text(encoding="utf-8")
    for call in TARGET.finditer(re.sub(r"#.*", "", build)):
        if call[1]:
            order += meson_folders(root, normpath(f"{folder}/{call[1]}").lstrip("/"))
        else:
            order, own = order + own, []
    return own + order


def cxx_files(folder, pattern="*"):
    return sorted(path for path in folder.glob(pattern) if path.suffix in (".cc", ".h"))


class SourceTree:
    def __init__(self, root):
        self.root, self.folders = root, {}
        for folder in meson_folders(root):
            if folder.split("/")[0] != "tests" and (sources := self._read(cxx_files(root / folder))):
                self.folders[folder] = sources
        self.order = {folder: place for place, folder in enumerate(self.folders)}
        self.sources = {source.path: source for sources in self.folders.values() for source in sources}

    def _read(self, paths):
        return [Source(str(path.relative_to(self.root)), path.read_text(encoding="utf-8")) for path in paths]

    def _included(self, source, name):
        """None if it is not a source of the program."""
        places = (*INCLUDE_DIRECTORIES, source.folder + "/")
        return next(filter(None, (self.sources.get(normpath(place + name)) for place in places)), None)

    @cached_property
    def includes(self):
        """(source, line, included source) of each include that stays in the program."""
        every = [(source, line, name) for source in self.sources.values() for line, name in source.includes]
        return [(source, line, target) for source, line, name in every if (target := self._included(source, name))]

    @cached_property
    def sentences(self):
        """(file, line, sentence) of all comments, those of the tests too."""
        every = [*self.sources.values(), *self._read(cxx_files(self.root / "tests", "**/*"))]
        return [(source.path, *sentence) for source in every for sentence in source.sentences()]

    def graph(self, kind):
        """{folder or module: {one that it includes: (file, line) of the first include}}"""
        graph = {getattr(source, kind): {} for source in self.sources.values()}
        for source, line, target in self.includes:
            if getattr(source, kind) != getattr(target, kind):
                graph[getattr(source, kind)].setdefault(getattr(target, kind), (source.path, line))
        return graph

    def modules(self, folder):
        """The number of them. A precompiled header is none: it only includes others."""
        return len({source.module for source in self.folders[folder]} - {f"{folder}/precompiled"})

    def unlisted_folders(self):
        """Folders with sources, below the top of a listed one, that no subdir() call names."""
        tops = {folder.split("/")[0] for folder in self.folders}
        found = {path.parent for top in tops for path in cxx_files(self.root / top, "**/*")}
        return {str(folder.relative_to(self.root)) for folder in found} - set(self.folders)
