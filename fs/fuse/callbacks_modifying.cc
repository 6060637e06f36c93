// SPDX-License-Identifier: Apache-2.0
#include "fs/fuse/callbacks_modifying.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "fs/fuse/request_guard.h"

namespace checkpointfs::fs {
namespace {

removal::Caller caller_of(fuse_req_t request) {
  const fuse_ctx* const context = fuse_req_ctx(request);
  removal::Caller caller{context->uid, {context->gid}};
  std::array<gid_t, 256> groups = {};
  const int count = fuse_req_getgroups(request, static_cast<int>(groups.size()), groups.data());
  const int known = std::clamp(count, 0, static_cast<int>(groups.size()));
  caller.gids.insert(caller.gids.end(), groups.begin(), groups.begin() + known);
  return caller;
}

void unlink(fuse_req_t request, fuse_ino_t parent, const char* name) {
  guard(request, [request, parent, name = std::string(name), caller = caller_of(request)](Session& session) {
    session.removal.unlink(parent, name, caller);
    fuse_reply_err(request, 0);
  });
}

void rmdir(fuse_req_t request, fuse_ino_t parent, const char* name) {
  guard(request, [request, parent, name = std::string(name), caller = caller_of(request)](Session& session) {
    session.removal.rmdir(parent, name, caller);
    fuse_reply_err(request, 0);
  });
}

void refuse(fuse_req_t request) {
  fuse_reply_err(request, EROFS);
}

}  // namespace

void add_modifying_callbacks(fuse_lowlevel_ops& ops) {
  ops.unlink = unlink;
  ops.rmdir = rmdir;
  ops.setattr = [](fuse_req_t request, fuse_ino_t, struct stat*, int, fuse_file_info*) { refuse(request); };
  ops.mknod = [](fuse_req_t request, fuse_ino_t, const char*, mode_t, dev_t) { refuse(request); };
  ops.mkdir = [](fuse_req_t request, fuse_ino_t, const char*, mode_t) { refuse(request); };
  ops.symlink = [](fuse_req_t request, const char*, fuse_ino_t, const char*) { refuse(request); };
  ops.rename = [](fuse_req_t request, fuse_ino_t, const char*, fuse_ino_t, const char*, unsigned) {
    refuse(request);
  };
  ops.link = [](fuse_req_t request, fuse_ino_t, fuse_ino_t, const char*) { refuse(request); };
  ops.create = [](fuse_req_t request, fuse_ino_t, const char*, mode_t, fuse_file_info*) { refuse(request); };
  ops.write = [](fuse_req_t request, fuse_ino_t, const char*, size_t, off_t, fuse_file_info*) {
    refuse(request);
  };
  ops.setxattr = [](fuse_req_t request, fuse_ino_t, const char*, const char*, size_t, int) {
    refuse(request);
  };
  ops.removexattr = [](fuse_req_t request, fuse_ino_t, const char*) { refuse(request); };
  ops.fallocate = [](fuse_req_t request, fuse_ino_t, int, off_t, off_t, fuse_file_info*) { refuse(request); };
}

}  // namespace checkpointfs::fs
