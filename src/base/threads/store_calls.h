// SPDX-License-Identifier: Apache-2.0
// Calls that may wait for a store, made by other threads: a store that hangs keeps those, and nobody else.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace checkpointfs::base {

// Thread-safe. A store is named by the root that lies in it.
class StoreCalls {
 public:
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::milliseconds;

  StoreCalls();
  // Does not wait for calls that were given up.
  ~StoreCalls();
  StoreCalls(const StoreCalls&) = delete;
  StoreCalls& operator=(const StoreCalls&) = delete;

  // Makes `call` in another thread, and throws what it throws. False: the store did not answer in time, or
  // has still not answered what was given up before. Then the call may yet be made, at any time, even when
  // nothing else is left of this object: it must own all that it uses.
  bool make(const std::string& store, std::function<void()> call);

  // The time for which the store has not answered, if it was given up.
  Clock::duration silent_for(const std::string& store) const;

  // Sets how long an answer of the store is waited for. A store that answers late, but within the hang limit,
  // gets twice that time for a while; otherwise a slow store would always look hung.
  void set_patience(const std::string& store, Milliseconds patience, Clock::duration how_long);

  // Has `tell` called whenever a store answers that was given up; empty: nobody is. When this returns, what
  // was set before is not called any more.
  void on_return(std::function<void()> tell);

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace checkpointfs::base
