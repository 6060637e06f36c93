# SPDX-License-Identifier: Apache-2.0
"""Makes a storage ready to be measured on, and proves that the work will be the same for all."""
import os
import shutil

from io_process import Failure


def listing(top):
    """Size by name relative to `top`."""
    found = {}
    for directory, _, names in os.walk(top):
        for name in names:
            path = os.path.join(directory, name)
            found[os.path.relpath(path, top)] = os.path.getsize(path)
    return found


def prepare(data, storage, ours):
    data.make(storage)
    with ours.mounted(storage) as tree:
        if storage.files:
            return
        job = storage.measured().job
        native = os.path.join(data.native(storage.measured()), job)
        for snapshot in storage.snapshots():
            shutil.copyfile(os.path.join(tree, job, snapshot, "_metadata"), os.path.join(native, snapshot, "_metadata"))
        if listing(native) != listing(os.path.join(tree, job)):
            raise Failure(f"{storage.name}: the mount does not show the files and sizes that were made: {tree}")
