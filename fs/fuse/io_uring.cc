// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/io_uring.h"

#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <set>

#include "base/beneath.h"
#include "base/errors.h"
#include "fs/libfuse.h"
#include "storage/watcher.h"

namespace checkpointfs::fs {
namespace {

// The file system that a root lies on.
struct Disk {
  bool is_local = false;
  dev_t device = 0;
};

// Not local if the root does not answer.
Disk disk_of(const std::string& root, base::StoreCalls& calls) {
  const auto disk = std::make_shared<Disk>();
  const auto look = [disk, root] {
    const base::UniqueFd directory = base::open_directory(root);
    struct stat st = {};
    if (::fstat(directory.get(), &st) != 0) base::throw_errno("stat", root);
    std::string type;
    *disk = {!storage::is_remote(directory.get(), &type), st.st_dev};
  };
  try {
    return calls.make(root, look) ? *disk : Disk();
  } catch (const base::SystemError&) {
    return {};
  }
}

}  // namespace

std::string io_uring_state(const std::vector<std::string>& roots, base::StoreCalls& calls) {
  if (!kHasIoUring) return "off, needs libfuse 3.18";
  std::ifstream parameter("/sys/module/fuse/parameters/enable_uring");
  char value = 0;
  if (!(parameter >> value)) return "off, needs Linux 6.14";
  if (value != 'Y') return "off, the kernel's parameter fuse.enable_uring is not set";
  std::set<dev_t> devices;
  for (const std::string& root : roots) {
    const Disk disk = disk_of(root, calls);
    if (!disk.is_local) return "off, a store that hangs would keep names from being answered";
    devices.insert(disk.device);
  }
  if (devices.size() > 1) return "off, one disk that hangs would keep the others from answering";
  return "on";
}

}  // namespace checkpointfs::fs
