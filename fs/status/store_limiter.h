// SPDX-License-Identifier: Apache-2.0
// Limits how many of the threads that answer the kernel may wait for each backing store. A store that hangs
// occupies some of the threads, never all: further requests for it are queued, and the next thread that
// leaves the store answers them.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace checkpointfs::fs {

// Threads that may wait for one store at the same time.
inline constexpr unsigned kThreadsPerStore = 10;
// Threads that never wait for a store: for names, attributes, and the control directory.
inline constexpr unsigned kThreadsForNames = 4;

// The most threads that answer the kernel in a mount with so many roots. If more than four stores hang, files
// of the other stores wait too; names never do.
constexpr unsigned threads_for(size_t roots) {
  const size_t stores = roots < 1 ? 1 : roots > 4 ? 4 : roots;
  return static_cast<unsigned>(stores) * kThreadsPerStore + kThreadsForNames;
}

// Thread-safe.
class StoreLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  // The kind of calls to a store. It decides the number of threads that may wait, and if a long wait means
  // that the store hangs.
  enum class Kind : uint8_t {
    kStore,  // files: each call is short
    kWork,   // programs that read the store: may take long
  };
  struct Limits {
    unsigned most = kThreadsPerStore;  // REQUIRES: at most kThreadsPerStore
    Kind kind = Kind::kStore;
  };

  // A directory beneath which files are opened. Guarded by the mutex of its StoreLimiter.
  class Store {
    friend class StoreLimiter;
    std::string path_;
    Limits limits_;
    std::array<Clock::time_point, kThreadsPerStore> entered_;  // epoch: free
    unsigned inside_ = 0;
    bool is_reported_ = false;
  };

  // Thrown by enter(): the request must be made again once a thread has left the store.
  struct StoreBusy {
    Store* store = nullptr;
  };

  // Lives while a thread answers one request of the kernel. Its end leaves the store.
  class Request {
   public:
    explicit Request(StoreLimiter& stores);
    ~Request();
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

   private:
    friend class StoreLimiter;
    StoreLimiter& stores_;
    Store* store_ = nullptr;
    size_t slot_ = 0;
  };

  // For how long the store at a path has not answered a thread without a Request.
  using Silence = std::function<Clock::duration(const std::string& path)>;

  // `silence` may be empty. REQUIRES: `silence` takes no lock that is held while this object is called.
  explicit StoreLimiter(unsigned roots = 1, Silence silence = {});

  // Sets the number of roots. REQUIRES: called before the first request.
  void expect(size_t roots);
  // From now on, enter() lets a request in that finds no room, and throws nothing: for mounts whose requests
  // must be answered by the thread that gets them. REQUIRES: called before the first request.
  void queue_nothing() { queues_ = false; }
  unsigned threads() const { return most_inside_ + kThreadsForNames; }

  // The store at this path; the path of work is any text. The reference is valid as long as this object
  // lives. REQUIRES: the same limits in all calls with one path.
  Store& at(const std::string& path) { return at(path, Limits()); }
  Store& at(const std::string& path, Limits limits);

  // Must be called before a call that may wait for the store: the request of this thread is in it from now
  // on, and in no other. Does nothing for a thread without a Request. Throws StoreBusy.
  void enter(Store& store);

  // A request that met StoreBusy. `answer` makes it again, `refuse` answers it with an errno.
  struct Waiting {
    const void* key = nullptr;  // of the request
    std::function<void()> answer;
    std::function<void(int)> refuse;
  };
  // Queues the request. next() does not return it before offer().
  void keep(Store& store, Waiting waiting);
  // From now on next() may return the request.
  void offer(const void* key);
  // The caller of the request is gone: refuse_overdue() refuses it. Does nothing if it is not queued.
  void cancel(const void* key);
  // Takes a request for which there is room now; the caller must answer it. Empty if there is none. Must be
  // called after each offer() and each Request.
  std::function<void()> next();

  // Refuses requests that were cancelled, and those that have waited so long for a store that does not
  // answer.
  void refuse_overdue(Clock::duration longest_wait = std::chrono::minutes(1));

  // A store in which a thread has been for a while, or that does not answer the follower.
  struct Hanging {
    std::string path;
    double seconds = 0;  // the longest wait
    unsigned inside = 0;
    size_t waiting = 0;
  };
  std::vector<Hanging> hanging() const;
  // Logs once each store that began to hang, and each that answers again.
  void report();

 private:
  struct Kept {
    Store* store = nullptr;
    Waiting waiting;
    Clock::time_point since;
    bool is_offered = false;
    bool is_cancelled = false;
  };

  bool has_room(const Store& store) const;
  Clock::duration longest(const Store& store, Clock::time_point now) const;
  std::vector<Hanging> hanging_for(Clock::duration least) const;
  void leave(Request& request);

  const Silence silence_;
  unsigned most_inside_;
  bool queues_ = true;
  std::atomic<size_t> offered_ = 0;  // an upper bound: while it is 0, next() takes no lock

  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  std::map<std::string, Store> stores_;
  std::list<Kept> waiting_;  // oldest first
  unsigned inside_ = 0;      // of all stores
};

}  // namespace checkpointfs::fs
