// SPDX-License-Identifier: Apache-2.0
#include "cli/version.h"

#include "base/text/message.h"
#include "cli/commit.h"
#include "fs/libfuse.h"

namespace checkpointfs::cli {
namespace {

constexpr const char* kYes = "yes";
constexpr const char* kNo = "no";

#ifdef FUSE_CAP_PASSTHROUGH
constexpr const char* kPassthrough = kYes;
#else
constexpr const char* kPassthrough = kNo;
#endif

// The same limit as in fs/fuse/io_uring.cc.
constexpr const char* kIoUring = FUSE_VERSION >= FUSE_MAKE_VERSION(3, 18) ? kYes : kNo;

#ifdef CHECKPOINTFS_STATE
constexpr const char* kState = kYes;
#else
constexpr const char* kState = kNo;
#endif

#ifdef CHECKPOINTFS_STATIC
constexpr const char* kStatic = kYes;
#else
constexpr const char* kStatic = kNo;
#endif

}  // namespace

std::string version_text() {
  return base::format("checkpointfs " CHECKPOINTFS_VERSION
                      "\n"
                      "commit: {}\nlibfuse: {}\npassthrough: {}\nio_uring: {}\nstate: {}\nstatic: {}\n",
                      kCommit, fuse_pkgversion(), kPassthrough, kIoUring, kState, kStatic);
}

}  // namespace checkpointfs::cli
