// SPDX-License-Identifier: Apache-2.0
// One mount from its beginning to its end.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/fd_limit.h"
#include "base/log.h"
#include "base/sd_notify.h"
#include "base/text/message.h"
#include "fs/follow/follower.h"
#include "fs/fuse/callbacks.h"
#include "fs/fuse/io_uring.h"
#include "fs/fuse/kernel_cache_invalidator.h"
#include "fs/fuse/session.h"
#include "fs/hold/deferring_invalidator.h"
#include "fs/hold/hold_expiry.h"
#include "fs/hold/removal_through_mount.h"
#include "fs/hold/shown_tree.h"
#include "fs/metrics/metrics_server.h"
#include "fs/mount/fuse_session.h"
#include "fs/mount/mount.h"
#include "fs/mount/mount_table.h"
#include "fs/mount/signals.h"
#include "fs/mount/watchdog.h"
#include "index/read/reader.h"

namespace checkpointfs::fs {
namespace {

// What waits for a store that hangs is not waited for longer.
constexpr std::chrono::milliseconds kPatience(2000);

// To be gone before the session.
struct SessionWatch {
  explicit SessionWatch(Watchdog& one) : watchdog(one) {}
  ~SessionWatch() { watchdog.is_unmounted(); }
  SessionWatch(const SessionWatch&) = delete;
  SessionWatch& operator=(const SessionWatch&) = delete;
  Watchdog& watchdog;
};

// Hears of sources that are there again while it lives.
class BackingWatch {
 public:
  BackingWatch(SourceMounter* backing, std::function<void()> tell) : backing_(backing) {
    if (backing_ != nullptr) backing_->on_return(std::move(tell));
  }
  ~BackingWatch() {
    if (backing_ != nullptr) backing_->on_return({});
  }
  BackingWatch(const BackingWatch&) = delete;
  BackingWatch& operator=(const BackingWatch&) = delete;

 private:
  SourceMounter* backing_;
};

// Mounted while it lives, if it is not by somebody else.
class Mounted {
 public:
  Mounted(fuse_session* session, const MountOptions& options) : session_(session), device_(options.device) {
    const std::string place =
        device_ < 0 ? options.mount_point : base::format("/dev/fd/{}", device_);  // which libfuse knows
    if (fuse_session_mount(session, place.c_str()) != 0) throw mount_failure(options);
  }
  ~Mounted() {
    if (device_ < 0) fuse_session_unmount(session_);
  }
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;

 private:
  fuse_session* session_;
  int device_;
};

IoChoice io_choice(Projection& projection, const MountOptions& options) {
  return choose_io_mode(options.io, projection.sizes(), projection.totals().broken_snapshots,
                        options.pin_on_open ? PinOnOpen::kOn : PinOnOpen::kOff);
}

IoStatus io_status(const Session& session) {
  return {std::string(to_string(session.io.mode)), session.io.why, session.passthrough.state(),
          session.io_uring, session.pages.stored_files()};
}

// How many descriptors may be open for whom.
struct Descriptors {
  size_t held = 0;
  size_t opened = 0;
};

Descriptors share_descriptors(bool holds) {
  // Beside these there are the sources, what is being scanned, and two of the index for each thread.
  static constexpr size_t kOwn = 128;
  const size_t all = base::raise_descriptor_limit();
  const size_t shared = all - std::min(all / 2, kOwn);
  const size_t held = holds ? shared / 4 * 3 : 0;
  return {held, shared - held};
}

// Calls `ready` as soon as the mount answers. To be joined after its end was told.
std::jthread announce(MountReady& mount_ready, const std::function<void()>& ready,
                      std::exception_ptr& failure) {
  return std::jthread([&mount_ready, ready, &failure] {
    if (!mount_ready.wait()) return;
    try {
      ready();
    } catch (...) {
      failure = std::current_exception();
    }
  });
}

// Whether mount.fuse3, which has made the mount that is given, has done so for all users.
bool is_seen_by_others(const MountOptions& options) {
  if (options.device < 0) return false;
  const auto mount = mount_at(options.mount_point);
  return !mount || ("," + mount->super_options + ",").find(",allow_other,") != std::string::npos;
}

}  // namespace

void serve(const MountOptions& options, index::IndexLock lock, const std::function<void()>& ready) {
  base::require_openat2();
  ::signal(SIGPIPE, SIG_IGN);

  std::optional<Watchdog> watchdog;  // it goes last: what goes before may wait for a store
  MountState state(options.calls);
  state.allow_other = options.allow_other || is_seen_by_others(options);
  const size_t roots = index::Reader(options.index_file).roots().size();
  state.stores->expect(roots);
  CurrentProjection shown(std::make_shared<Projection>(options.index_file, options.form, state));
  lock.release();
  const Descriptors descriptors = share_descriptors(options.pin_on_open.has_value());
  state.open_files.allow(descriptors.opened);
  ShownTree tree(shown, options.pin_on_open, descriptors.held);
  RemovalThroughMount removal(options.release, shown, tree);
  removal.resume();
  Session session(shown, state, tree, removal, io_choice(*shown.get(), options));
  state.io = [&session] { return io_status(session); };
  state.holding = [&tree] { return tree.holds_status(); };
  KernelCacheInvalidator kernel_cache(session);
  DeferringInvalidator kernel(tree, kernel_cache);
  HoldExpiry keeper(options.mount_point, options.pin_on_open.value_or(std::chrono::seconds(0)), tree, kernel);
  Follower follower(
      {options.sources, options.index_file, options.form, "mount at " + options.mount_point, options.poll},
      shown, state, kernel);
  state.following = [&follower] { return follower.status(); };
  session.follower = &follower;
  const BackingWatch backing(options.backing, [&] {
    session.inode_files.drop_all();
    follower.reopen();
  });
  if (options.backing != nullptr) state.backing = [&options] { return options.backing->status(); };
  session.io_uring = io_uring_state(roots);
  std::optional<MetricsServer> metrics;
  if (options.metrics) {
    metrics.emplace(*options.metrics, [&](MetricsFormat format) { return shown.get()->metrics(format); });
    state.metrics_url = metrics->url();
  }
  const FuseSession fuse = new_fuse_session(options, session.io_uring == "on", callbacks(), &session);
  session.fuse = fuse.get();
  session.pages.use(fuse.get());
  watchdog.emplace(state.stores, options.index_file,
                   Watchdog::Actions{.is_ending = [&] { return fuse_session_exited(fuse.get()) != 0; },
                                     .unmount =
                                         [&] {
                                           if (options.device < 0) fuse_session_unmount(fuse.get());
                                         }});
  const SessionWatch watch(*watchdog);
  const auto look_again = [&] {
    if (options.backing != nullptr) options.backing->refresh();
    follower.rescan_with_files();
  };
  Signals signals({.stop =
                       [&] {
                         base::notify_service_manager("STOPPING=1");
                         watchdog->expect_end();
                         // While there is still somebody to answer what they wait for.
                         session.prefetcher.stop();
                         follower.stop(kPatience);
                         keeper.stop(kPatience);
                         fuse_session_exit(fuse.get());
                       },
                   .hangup =
                       [&] {
                         base::reopen_log();
                         look_again();
                       },
                   .rescan = look_again,
                   .hangup_stops = options.hangup_stops});

  std::exception_ptr failure;
  std::jthread announcer;
  int result = 0;
  bool has_ended = true;
  {
    const Mounted mounted(fuse.get(), options);
    if (session.io.mode == IoMode::kPush) session.prefetcher.start();
    if (metrics) metrics->start();
    announcer = announce(
        session.ready,
        [&] {
          follower.start();
          if (tree.has_holds()) keeper.start();
          ready();
        },
        failure);
    const std::unique_ptr<fuse_loop_config, decltype(&fuse_loop_cfg_destroy)> config(fuse_loop_cfg_create(),
                                                                                     &fuse_loop_cfg_destroy);
    fuse_loop_cfg_set_max_threads(config.get(), state.stores->threads());
    result = fuse_session_loop_mt(fuse.get(), config.get());
    session.ready.cancel();
    watchdog->expect_end();
    session.prefetcher.stop();
    signals.finish();
    has_ended = follower.stop(kPatience) && keeper.stop(kPatience);
  }
  announcer.join();
  if (!has_ended) {
    // Nothing can end a thread that waits for a store, and there is nothing left to do.
    end_without_waiting(*state.stores, options.index_file);
  }
  if (failure) std::rethrow_exception(failure);
  if (result < 0) throw base::SystemError(-result, "serve", options.mount_point);
}

}  // namespace checkpointfs::fs
