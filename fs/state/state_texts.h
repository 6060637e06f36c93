// SPDX-License-Identifier: Apache-2.0
// Texts about the state in snapshots, for `.checkpointfs/state`.
//
// No byte of state is decoded in the process that serves a mount: the bytes are untrusted, and a crash would
// take the mount along. Each text is printed by the program itself in a child. In the order in which one
// reads: state_tree.h has the names that a snapshot's metadata knows (entry_names.h makes them fit for a
// file system), state_request.h a text and the arguments that ask for it, state_program.h starts and kills
// children, state_child.h reads what one of them prints, and this file limits, shares and keeps. A mount
// reads keyed_stream.h through streamed_text.h.
//
// A text depends on the snapshot alone, so it has one size whenever it is made. Texts of a known size are
// kept in memory; the text of a keyed state, which may be as large as the state, is read while it is made.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/lru_cache.h"
#include "fs/state/shown_nodes.h"
#include "fs/state/state_child.h"
#include "fs/state/state_program.h"
#include "fs/state/state_request.h"
#include "fs/state/state_tree.h"
#include "fs/status/store_limiter.h"
#include "index/database/types.h"

namespace checkpointfs::fs {

// Thread-safe.
class StateTexts {
 public:
  using Text = std::shared_ptr<const std::string>;

  // REQUIRES: `stores` outlives it.
  StateTexts(StateShown shown, std::string index_file, StoreLimiter& stores);

  StateShown shown() const { return shown_; }
  // True if the request that the calling thread answers was interrupted. REQUIRES: set before the first
  // request.
  void set_unwanted(StateChild::IsUnwanted is_unwanted) { is_unwanted_ = std::move(is_unwanted); }

  // The text, made by a child if it is not kept. `name`: for messages. Throws SystemError: EIO with the
  // reason if it cannot be read, EFBIG if it is larger than kMostBytes, EINTR; and StoreBusy, as two children
  // at most make texts of one source at the same time. While the snapshot is unchanged, a text that its child
  // has refused is tried again after kRetry at the earliest: a file may be back before a scan sees it.
  Text get(const index::Snapshot& snapshot, const StateRequest& request, const std::string& name);

  // Lives while a stream is open.
  class Ticket;
  // Throws SystemError(EMFILE) if too many streams are open.
  std::unique_ptr<Ticket> open_stream(const std::string& name);
  // A child that prints the text from its start. Throws SystemError.
  std::unique_ptr<StateChild> start(const index::Snapshot& snapshot, const StateRequest& request);
  // The next piece. Throws SystemError.
  std::string next(StateChild& child, const std::string& name) const;
  // A thread must have entered it to call next() for a snapshot of this source.
  StoreLimiter::Store& streams_of(const std::string& source);

  // Kills all children: requests that wait for them fail.
  void stop() { program_.stop(); }

  ShownNodes& shown_nodes() { return shown_nodes_; }

  static constexpr uint64_t kMostBytes = 64 << 20;  // of one text, and of all that are kept
  static constexpr unsigned kMostChildren = 2;      // for texts of one source
  static constexpr unsigned kMostReads = 4;         // of streams of one source, at the same time
  static constexpr unsigned kMostStreams = 16;
  static constexpr std::chrono::minutes kRetry{1};

 private:
  static constexpr uint64_t kMostFailures = 1000;
  using Arguments = std::vector<std::string>;
  using Key = std::pair<Arguments, std::string>;  // and the state of the snapshot's files
  using Shared = std::shared_future<Text>;
  struct Failure {
    StateRefusal error;
    std::string files;  // their state then
    StateChild::Clock::time_point retry;
  };

  Arguments words(const index::Snapshot& snapshot, const StateRequest& request) const;
  std::optional<Text> kept(const Key& key);
  Text shared_with(const Shared& other) const;
  Text make_for_all(const Key& key, const std::string& name, std::promise<Text>& promise);
  Text make(const std::vector<std::string>& words, const std::string& name);

  const StateShown shown_;
  const std::string index_file_;
  StoreLimiter& stores_;
  StateChild::IsUnwanted is_unwanted_;
  ShownNodes shown_nodes_;
  StateProgram program_;
  base::LruCache<Key, Text> kept_{kMostBytes};
  base::LruCache<Arguments, Failure> failed_{kMostFailures};
  std::atomic<unsigned> streams_ = 0;
  std::mutex mutex_;              // guards what follows; never held across a system call
  std::map<Key, Shared> making_;  // by threads that call get()
};

class StateTexts::Ticket {
 public:
  explicit Ticket(std::atomic<unsigned>& count) : count_(count) {}
  ~Ticket() { --count_; }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

 private:
  std::atomic<unsigned>& count_;
};

}  // namespace checkpointfs::fs
