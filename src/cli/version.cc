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
constexpr const char* kHasPassthrough = kYes;
#else
constexpr const char* kHasPassthrough = kNo;
#endif

#ifdef CHECKPOINTFS_STATE
constexpr const char* kHasState = kYes;
#else
constexpr const char* kHasState = kNo;
#endif

#ifdef CHECKPOINTFS_STATIC
constexpr const char* kIsStatic = kYes;
#else
constexpr const char* kIsStatic = kNo;
#endif

}  // namespace

std::string version_text() {
  return base::format("checkpointfs " CHECKPOINTFS_VERSION
                      "\n"
                      "commit: {}\nlibfuse: {}\npassthrough: {}\nio_uring: {}\nstate: {}\nstatic: {}\n",
                      kCommit, fuse_pkgversion(), kHasPassthrough, fs::kHasIoUring ? kYes : kNo, kHasState,
                      kIsStatic);
}

}  // namespace checkpointfs::cli
