// SPDX-License-Identifier: Apache-2.0
// Who waits for which backing store. A store that hangs keeps some of the threads that answer the kernel,
// never all: requests that would need more of it wait without a thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace checkpointfs::fs {

// Threads that may wait for one store at the same time.
inline constexpr unsigned kThreadsPerStore = 10;
// Threads that never wait for any: for names, attributes, and the control directory.
inline constexpr unsigned kThreadsForNames = 4;

// Threads that answer the kernel of a mount with `roots` of them, at most. With more than four stores that
// hang, files of the others wait too; names never do.
constexpr unsigned threads_for(size_t roots) {
  const size_t stores = roots < 1 ? 1 : roots > 4 ? 4 : roots;
  return static_cast<unsigned>(stores) * kThreadsPerStore + kThreadsForNames;
}

// Thread-safe.
class StoreLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  // One directory that files are opened beneath. Guarded by the mutex of its StoreLimiter.
  class Store {
    friend class StoreLimiter;
    std::string path_;
    std::array<Clock::time_point, kThreadsPerStore> entered_;  // epoch: free
    unsigned inside_ = 0;
    bool is_reported_ = false;
  };

  // Thrown by enter(): the request is to be made again once somebody has left.
  struct StoreBusy {
    Store* store = nullptr;
  };

  // What a thread does to answer one request of the kernel. At its end the thread is in no store.
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

  // For how long the store at a path has not answered somebody who has no Request.
  using Silence = std::function<Clock::duration(const std::string& path)>;

  // `silence` may be empty, and takes no lock that is held while this is called.
  explicit StoreLimiter(unsigned roots = 1, Silence silence = {});

  // Before anything is asked.
  void expect(size_t roots);
  unsigned threads() const { return most_inside_ + kThreadsForNames; }

  // The store at this path, as long as this object lives.
  Store& at(const std::string& path);

  // To be called before whatever may wait for the store: this thread's request is in it from now on, and in
  // no other. Threads without a Request may always wait. Throws Full.
  void enter(Store& store);

  // A request that met a store that was Full. `refuse` answers it with an errno, and so does `answer`.
  struct Waiting {
    const void* key = nullptr;  // of the request
    std::function<void()> answer;
    std::function<void(int)> refuse;
  };
  // Keeps it, but for nobody yet.
  void keep(Store& store, Waiting waiting);
  // From now on next() may return it.
  void offer(const void* key);
  // Nobody waits for the answer any more: it is refused soon. Does nothing if it does not wait.
  void cancel(const void* key);
  // A request for which there is room now, to be answered by the caller; empty if there is none. To be called
  // after each offer() and each Request.
  std::function<void()> next();

  // Refuses what was cancelled, and what has waited so long for a store that does not answer either.
  void refuse_overdue(Clock::duration longest_wait = std::chrono::minutes(1));

  // A store in which somebody has been for a while, or that does not answer whoever looks for changes.
  struct Hanging {
    std::string path;
    double seconds = 0;  // since who waits longest began to
    unsigned inside = 0;
    size_t waiting = 0;
  };
  std::vector<Hanging> hanging() const;
  // Logs each store that began to hang, and each that answers again, once.
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
  std::atomic<size_t> offered_ = 0;  // who waits, at most: where nobody does, next() takes no lock

  mutable std::mutex mutex_;  // guards what follows; never held across a system call
  std::map<std::string, Store> stores_;
  std::list<Kept> waiting_;  // oldest first
  unsigned inside_ = 0;      // of all stores
};

}  // namespace checkpointfs::fs
