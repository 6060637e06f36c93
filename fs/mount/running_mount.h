// SPDX-License-Identifier: Apache-2.0
// RunningMount: one mount from its beginning to its end.
//
// The parts of this folder, in the order in which one reads them:
//   mount_options      the options, as the commands have checked them
//   mount_table        the kernel's table of mounts
//   mount_point        checks the directory before mounting, detaches dead mounts, and unmounts
//   serving_process    proves which process serves a mount, before it is sent a signal
//   inherited_device   a mount that mount.fuse3 has made, given as an open /dev/fuse
//   UnprivilegedMount  mounts and then gives up all privileges (-o drop_privileges)
//   FuseSession        the session of libfuse
//   Signals, Watchdog  end the mount on a signal, and end the process if a store that hangs keeps the mount
//   RunningMount       makes the parts of all folders of fs, answers until the mount ends, and destroys them
// Nothing waits for a store that hangs for longer than a few seconds at the end. If the process is killed,
// the next mount at the same place detaches the dead one.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "fs/follow/follower.h"
#include "fs/fuse/kernel_cache_invalidator.h"
#include "fs/fuse/session.h"
#include "fs/hold/deferring_invalidator.h"
#include "fs/hold/hold_expiry.h"
#include "fs/hold/removal_through_mount.h"
#include "fs/hold/shown_tree.h"
#include "fs/metrics/metrics_server.h"
#include "fs/mount/fuse_session.h"
#include "fs/mount/mount_options.h"
#include "fs/mount/signals.h"
#include "fs/mount/watchdog.h"
#include "fs/projection/current_projection.h"
#include "fs/projection/mount_state.h"
#include "index/database/lock.h"

namespace checkpointfs::fs {

// The members are the parts of a mount in the order in which they are made; they are destroyed in reverse.
class RunningMount {
 public:
  // Makes the parts; nothing is mounted yet. `lock`: that of the index, which is given back as soon as the
  // index has been opened. Throws Failure(kIndex, kUsage), and SystemError where metrics cannot be served.
  // REQUIRES: the process has no other thread that takes SIGTERM, SIGINT, SIGHUP or SIGUSR1.
  RunningMount(MountOptions options, index::IndexLock lock);
  ~RunningMount();
  RunningMount(const RunningMount&) = delete;
  RunningMount& operator=(const RunningMount&) = delete;

  // Mounts, answers the kernel and follows the sources until the mount is unmounted or SIGTERM or SIGINT
  // arrives, and unmounts. SIGUSR1 rescans the sources at once; SIGHUP does too, and reopens the log file.
  // `ready` is called by another thread once the kernel has been answered (FUSE_INIT) and the mount can be
  // used; what it throws is thrown at the end. Throws Failure(kMount) and SystemError; no mount is left
  // behind. REQUIRES: called once, by the thread that constructed this object.
  void run(const std::function<void()>& ready);

 private:
  // Settings of the whole process; the first of them to fail is thrown.
  struct ProcessSettings {
    ProcessSettings();
  };
  // The numbers of descriptors that may be open for holds, and for opened files.
  struct DescriptorShares {
    size_t held = 0;
    size_t opened = 0;
  };
  // Hears of sources that are mounted again while it lives.
  class SourceReturn {
   public:
    SourceReturn(SourceMounter* mounter, std::function<void()> tell);
    ~SourceReturn();
    SourceReturn(const SourceReturn&) = delete;
    SourceReturn& operator=(const SourceReturn&) = delete;

   private:
    SourceMounter* mounter_;
  };
  // Tells the watchdog, in its destructor, that nothing can be unmounted any more.
  class UnmountedNotice {
   public:
    explicit UnmountedNotice(Watchdog& watchdog) : watchdog_(watchdog) {}
    ~UnmountedNotice() { watchdog_.is_unmounted(); }
    UnmountedNotice(const UnmountedNotice&) = delete;
    UnmountedNotice& operator=(const UnmountedNotice&) = delete;

   private:
    Watchdog& watchdog_;
  };

  // Steps of the constructor, in their order.
  std::shared_ptr<Projection> open_index(index::IndexLock& lock);
  static DescriptorShares share_descriptors(bool holds);
  std::string choose_io_uring() const;
  IoCosts io_costs() const;
  IoChoice choose_io() const;
  void connect_parts();
  void make_fuse_session();
  void start_watchdog();
  void take_signals();

  // Actions of the signals, called by their thread.
  void stop();
  void rescan();

  // Steps of run(). The thread calls `ready` as soon as the mount answers, and keeps what `ready` throws in
  // `failure`. REQUIRES: joined after session_.ready was set or cancelled.
  std::jthread announce(const std::function<void()>& ready, std::exception_ptr& failure);
  // Returns 0, or an errno less than 0, when the mount has ended.
  int answer_kernel();

  const ProcessSettings process_;
  const MountOptions options_;
  std::optional<Watchdog> watchdog_;  // started last, ends last: the other parts may wait for a store
  std::vector<std::string> roots_;    // of the index
  MountState state_;
  CurrentProjection shown_;
  const DescriptorShares descriptors_;
  const std::string io_uring_;  // see io_uring_state()
  ShownTree tree_;
  RemovalThroughMount removal_;
  Session session_;
  KernelCacheInvalidator kernel_cache_;
  DeferringInvalidator kernel_;
  HoldExpiry expiry_;
  Follower follower_;
  const SourceReturn source_return_;
  std::optional<MetricsServer> metrics_;
  FuseSession fuse_{nullptr, &fuse_session_destroy};
  std::optional<UnmountedNotice> unmounted_notice_;
  std::optional<Signals> signals_;
};

}  // namespace checkpointfs::fs
