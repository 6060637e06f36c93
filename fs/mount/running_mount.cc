// SPDX-License-Identifier: Apache-2.0
#include "fs/mount/running_mount.h"

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/fd_limit.h"
#include "base/log.h"
#include "base/sd_notify.h"
#include "base/text/message.h"
#include "base/threads/time_slice.h"
#include "fs/fuse/callbacks.h"
#include "fs/fuse/dying_caller.h"
#include "fs/fuse/io_uring.h"
#include "fs/mount/mount_table.h"
#include "index/read/reader.h"

namespace checkpointfs::fs {
namespace {

// A thread that waits for a store that hangs is given this long to end.
constexpr std::chrono::milliseconds kThreadPatience(2000);

// Mounts, and unmounts at the end of its life; a mount that another process has made stays.
class Mounted {
 public:
  Mounted(fuse_session* session, const MountOptions& options) : session_(session), device_(options.device) {
    // libfuse takes an open device by this name.
    const std::string place = device_ < 0 ? options.mount_point : base::format("/dev/fd/{}", device_);
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

// Returns whether another process has made the mount, for all users.
bool is_seen_by_others(const MountOptions& options) {
  if (options.device < 0) return false;
  const auto mount = mount_at(options.mount_point);
  return !mount || ("," + mount->super_options + ",").find(",allow_other,") != std::string::npos;
}

IoStatus io_status(const Session& session, const std::string& io_uring) {
  return {std::string(to_string(session.io.mode)),
          session.io.why,
          session.passthrough.state(),
          io_uring,
          session.affinity.state(),
          session.affinity.choices(),
          session.pages.stored_files()};
}

}  // namespace

RunningMount::ProcessSettings::ProcessSettings() {
  base::require_openat2();
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);  // or nothing would tell how children end
}

RunningMount::SourceReturn::SourceReturn(SourceMounter* mounter, std::function<void()> tell)
    : mounter_(mounter) {
  if (mounter_ != nullptr) mounter_->on_return(std::move(tell));
}

RunningMount::SourceReturn::~SourceReturn() {
  if (mounter_ != nullptr) mounter_->on_return({});
}

RunningMount::RunningMount(MountOptions options, index::IndexLock lock)
    : options_(std::move(options)),
      state_(options_.calls),
      shown_(open_index(lock)),
      descriptors_(share_descriptors(options_.pin_on_open.has_value())),
      io_uring_(choose_io_uring()),
      tree_(shown_, options_.pin_on_open, descriptors_.held),
      removal_(options_.release, shown_, tree_),
      session_(shown_, state_, tree_, removal_, choose_io()),
      kernel_cache_(session_),
      kernel_(tree_, kernel_cache_),
      expiry_(options_.mount_point, options_.pin_on_open.value_or(std::chrono::seconds(0)), tree_, kernel_),
      follower_({options_.sources, options_.index_file, options_.form,
                 base::format("mount at {}", options_.mount_point), options_.poll},
                shown_, state_, kernel_),
      source_return_(options_.source_mounter, [this] {
        session_.inode_files.drop_all();
        follower_.reopen();
      }) {
  removal_.resume();
  connect_parts();
  make_fuse_session();
  start_watchdog();
  take_signals();
}

RunningMount::~RunningMount() = default;

std::shared_ptr<Projection> RunningMount::open_index(index::IndexLock& lock) {
  state_.allow_other = options_.allow_other || is_seen_by_others(options_);
  for (const storage::Root& root : index::Reader(options_.index_file).roots()) roots_.push_back(root.path);
  state_.stores->expect(roots_.size());
  if (options_.state != StateShown::kNone) {
    state_.state_texts = std::make_unique<StateTexts>(options_.state, options_.index_file, *state_.stores);
    state_.state_texts->set_unwanted(answers_dying_caller);
  }
  auto first = std::make_shared<Projection>(options_.index_file, options_.form, state_);
  lock.release();
  return first;
}

RunningMount::DescriptorShares RunningMount::share_descriptors(bool holds) {
  // Beside these there are the sources, what is being scanned, and two of the index for each thread.
  static constexpr size_t kOwn = 128;
  const size_t all = base::raise_descriptor_limit();
  const size_t shared = all - std::min(all / 2, kOwn);
  const size_t held = holds ? shared / 4 * 3 : 0;
  return {held, shared - held};
}

std::string RunningMount::choose_io_uring() const {
  std::string state = io_uring_state(roots_, *state_.calls);
  if (state != "on") return state;
  if (options_.state == StateShown::kOperatorAndKeyed) return "off, reading keyed state may take long";
  if (options_.release) return "off, removing a snapshot may take long";
  return state;
}

IoCosts RunningMount::io_costs() const {
  const bool is_near = io_uring_ == "on";
  try {
    return IoCosts::of(options_.host_costs(), is_near);
  } catch (const std::exception& e) {
    base::log_debug(base::format("the usual costs are taken for those of this host: {}", e.what()));
    return IoCosts::of(kUsualHostCosts, is_near);
  }
}

IoChoice RunningMount::choose_io() const {
  const auto projection = shown_.get();
  NeedsOpen needs_open = NeedsOpen::kNo;
  if (options_.state == StateShown::kOperatorAndKeyed) needs_open = NeedsOpen::kKeyedState;
  if (options_.pin_on_open) needs_open = NeedsOpen::kPinOnOpen;
  IoChoice choice = choose_io_mode(options_.io, projection->sizes(), projection->totals().broken_snapshots,
                                   needs_open, [this] { return io_costs(); });
  base::log_debug(base::format("the io mode is {}: {}", to_string(choice.mode), choice.why));
  return choice;
}

void RunningMount::connect_parts() {
  state_.open_files.allow(descriptors_.opened);
  state_.free_space = std::make_unique<FreeSpace>(options_.sources, state_.calls, state_.sources);
  state_.io = [this] { return io_status(session_, io_uring_); };
  state_.holding = [this] { return tree_.holds_status(); };
  state_.following = [this] { return follower_.status(); };
  if (options_.source_mounter != nullptr)
    state_.backing = [this] { return options_.source_mounter->status(); };
  session_.follower = &follower_;
  if (io_uring_ == "on") state_.stores->queue_nothing();
  session_.lists_ahead = io_uring_ != "on" && !options_.pin_on_open && !options_.release;
  if (!options_.affinity) {
    session_.affinity.disable("not asked for");
  } else if (io_uring_ == "on") {
    session_.affinity.disable("io_uring answers on the processor of the reader");
  }
  if (!options_.metrics) return;
  metrics_.emplace(*options_.metrics, [this](MetricsFormat format) { return shown_.get()->metrics(format); });
  state_.metrics_url = metrics_->url();
}

void RunningMount::make_fuse_session() {
  fuse_ = new_fuse_session(options_, io_uring_ == "on", callbacks(), &session_);
  session_.fuse = fuse_.get();
  session_.pages.use(fuse_.get());
}

void RunningMount::start_watchdog() {
  const auto unmount = [this] {
    if (options_.device < 0) fuse_session_unmount(fuse_.get());
  };
  watchdog_.emplace(state_.stores, options_.index_file,
                    Watchdog::Actions{.is_ending = [this] { return fuse_session_exited(fuse_.get()) != 0; },
                                      .unmount = unmount});
  unmounted_notice_.emplace(*watchdog_);
}

void RunningMount::take_signals() {
  const auto hangup = [this] {
    base::reopen_log();
    rescan();
  };
  signals_.emplace(SignalActions{.stop = [this] { stop(); },
                                 .hangup = hangup,
                                 .rescan = [this] { rescan(); },
                                 .hangup_stops = options_.hangup_stops});
}

void RunningMount::stop() {
  base::notify_service_manager("STOPPING=1");
  watchdog_->expect_end();
  // These threads may wait for an answer of this mount, so they end while it still answers.
  session_.prefetcher.stop(kThreadPatience);
  follower_.stop(kThreadPatience);
  expiry_.stop(kThreadPatience);
  if (state_.state_texts != nullptr) state_.state_texts->stop();
  fuse_session_exit(fuse_.get());
}

void RunningMount::rescan() {
  if (options_.source_mounter != nullptr) options_.source_mounter->refresh();
  follower_.rescan_with_files();
}

std::jthread RunningMount::announce(const std::function<void()>& ready, std::exception_ptr& failure) {
  return std::jthread([this, ready, &failure] {
    if (!session_.ready.wait()) return;
    try {
      follower_.start();
      if (tree_.has_holds()) expiry_.start();
      ready();
    } catch (...) {
      failure = std::current_exception();
    }
  });
}

int RunningMount::answer_kernel() {
  // libfuse starts the threads that answer from this one, and from each other.
  base::prefer_short_slices();
  const std::unique_ptr<fuse_loop_config, decltype(&fuse_loop_cfg_destroy)> config(fuse_loop_cfg_create(),
                                                                                   &fuse_loop_cfg_destroy);
  fuse_loop_cfg_set_max_threads(config.get(), state_.stores->threads());
  return fuse_session_loop_mt(fuse_.get(), config.get());
}

void RunningMount::run(const std::function<void()>& ready) {
  std::exception_ptr failure;
  std::jthread announcer;
  int result = 0;
  bool has_ended = true;
  {
    const Mounted mounted(fuse_.get(), options_);
    if (session_.io.mode != IoMode::kPlain) session_.prefetcher.start();
    session_.affinity.start();
    if (metrics_) metrics_->start();
    announcer = announce(ready, failure);
    result = answer_kernel();
    session_.affinity.stop();
    session_.ready.cancel();
    watchdog_->expect_end();
    has_ended = session_.prefetcher.stop(kThreadPatience);
    signals_->finish();
    has_ended = has_ended && follower_.stop(kThreadPatience) && expiry_.stop(kThreadPatience);
  }
  announcer.join();
  // No thread that waits for a store can be ended, and there is nothing left to do.
  if (!has_ended) end_without_waiting(*state_.stores, options_.index_file);
  if (failure) std::rethrow_exception(failure);
  if (result < 0) throw base::SystemError(-result, "serve", options_.mount_point);
}

}  // namespace checkpointfs::fs
