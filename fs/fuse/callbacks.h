// SPDX-License-Identifier: Apache-2.0
// The callbacks of libfuse, which answer the requests of the kernel.
//
// The parts of this folder, in the order in which one reads them:
//   Session                 the objects that the callbacks of one mount share
//   request_guard           runs the answer to a request and turns its exceptions into an errno
//   follower_reports        tells the follower which files are not as the index has them
//   callbacks_directories   names, attributes and lists, from the ShownTree (fs/hold)
//   callbacks_files         the bytes of files, in each IoMode (fs/io)
//   callbacks_modifying     requests that would change something
//   affinity                answers on the processor of a quick reader, as affinity_policy decides
//   callbacks               the table of all callbacks, and the features that init() agrees on with the
//   kernel KernelCacheInvalidator  has the kernel forget names, attributes and content (fs/projection says
//   which) MountReady, io_uring    the moment of the first answer; the way in which answers reach the kernel
// A callback translates and decides nothing about snapshots: it counts, asks the ShownTree, and replies. Each
// request is answered exactly once, by any thread of libfuse's loop.
#pragma once

#include "fs/libfuse.h"

namespace checkpointfs::fs {

// The callbacks of a session whose userdata is a Session*. REQUIRES: the Session outlives the session.
const fuse_lowlevel_ops& callbacks();

}  // namespace checkpointfs::fs
