# SPDX-License-Identifier: Apache-2.0
"""The kernel's own projection, as composefs arranges it: an EROFS image has names and attributes, and overlayfs finds the bytes
of each file below another directory. Files are not verified (fs-verity)."""
import contextlib
import hashlib
import os

from io_kernel import need_file_system
from io_mounts import Subject, unmount
from io_prepare import listing
from io_process import call


class Composefs(Subject):
    name = "composefs (EROFS + overlayfs)"
    may_fail = True

    def _path(self, storage, kind):
        path = os.path.join(self.data.top, "composefs", f"{storage.measured().name}.{kind}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def mount(self, storage):
        for name in ("erofs", "overlay"):
            need_file_system(name)
        image, names = self._image(storage), self._path(storage, "names")
        os.makedirs(names, exist_ok=True)
        call(["mount", "-t", "erofs", "-o", "ro,loop", image, names])
        lower = f"metacopy=on,redirect_dir=on,lowerdir={names}::{self.data.native(storage.measured())}"
        call(["mount", "-t", "overlay", "-o", f"ro,{lower}", "overlay", self.tree(storage)])

    def unmount(self, storage):
        unmount(self.tree(storage))
        unmount(self._path(storage, "names"))

    def _image(self, storage):
        """Made anew if the files are not those of the last time."""
        image = self._path(storage, "image")
        native = self.data.native(storage.measured())
        files = listing(native)
        stamp = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
        with contextlib.suppress(FileNotFoundError):
            with open(image + ".stamp", encoding="utf-8") as file:
                if file.read() == stamp:
                    return image
        stubs = self._path(storage, "stubs")
        os.makedirs(stubs, exist_ok=True)
        # In memory: ext4 is slow after very many files were deleted.
        call(["mount", "-t", "tmpfs", "-o", "nr_inodes=0", "tmpfs", stubs])
        try:
            for name, size in files.items():
                self._make_stub(os.path.join(stubs, name), name, size)
            call(["mkfs.erofs", "--quiet", "--chunksize=1048576", image, stubs])
        finally:
            unmount(stubs)
        with open(image + ".stamp", "w", encoding="utf-8") as file:
            file.write(stamp)
        return image

    def _make_stub(self, path, name, size):
        """A file without bytes, which tells overlayfs where they are."""
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "xb") as file:
            file.truncate(size)
        os.setxattr(path, "trusted.overlay.redirect", os.fsencode("/" + name))
        os.setxattr(path, "trusted.overlay.metacopy", b"")
