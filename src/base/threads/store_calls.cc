// SPDX-License-Identifier: Apache-2.0
#include "base/threads/store_calls.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/threads/signal_blocked_threads.h"

namespace checkpointfs::base {
namespace {

using Clock = StoreCalls::Clock;
using std::chrono::duration_cast;

// Other sources wait for so long, once, when one begins to hang.
constexpr StoreCalls::Milliseconds kPatience(1'000);
// A call that takes longer than kSlowest hangs; a store with a shorter late call is slow, for kKnownSlow.
constexpr std::chrono::seconds kSlowest(60);
constexpr std::chrono::minutes kKnownSlow(10);
constexpr std::chrono::seconds kIdle(10);

struct Call {
  std::function<void()> function;
  const Clock::time_point started = Clock::now();
  bool done = false;
  bool given_up = false;
  std::exception_ptr failure;
  std::condition_variable changed;
};

struct Store {
  std::multiset<Clock::time_point> given_up;  // when the calls began that have not returned
  StoreCalls::Milliseconds patience = kPatience;
  Clock::time_point patient_until = Clock::time_point::max();
};

}  // namespace

// Outlives the object for as long as a call does not return.
struct StoreCalls::State {
  void serve(std::unique_lock<std::mutex>& lock);
  void note_answer(Store& store, Clock::duration took);

  mutable std::mutex mutex;  // guards what follows; never held while a call is made
  std::condition_variable wake;
  std::map<std::string, Store> stores;
  std::deque<std::pair<Store*, std::shared_ptr<Call>>> waiting;
  size_t idle = 0;
  bool stop = false;

  std::mutex tell_mutex;  // guards `tell`, while it is called
  std::function<void()> tell;
};

void StoreCalls::State::note_answer(Store& store, Clock::duration took) {
  const auto now = Clock::now();
  if (took > kPatience && took < kSlowest) {
    store.patience = std::max(store.patience, duration_cast<Milliseconds>(took) * 2);
    store.patient_until = now + kKnownSlow;
  } else if (now > store.patient_until) {
    store.patience = kPatience;
    store.patient_until = Clock::time_point::max();
  }
}

// One call after the other, until there was none for a while.
void StoreCalls::State::serve(std::unique_lock<std::mutex>& lock) {
  for (;;) {
    ++idle;
    const bool woken = wake.wait_for(lock, kIdle, [this] { return stop || !waiting.empty(); });
    --idle;
    if (!woken || stop) return;
    const auto [store, call] = std::move(waiting.front());
    waiting.pop_front();
    lock.unlock();
    std::exception_ptr failure;
    try {
      std::exchange(call->function, {})();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    call->failure = failure;
    call->done = true;
    note_answer(*store, Clock::now() - call->started);
    call->changed.notify_one();
    if (!call->given_up) continue;
    store->given_up.erase(store->given_up.find(call->started));
    if (!store->given_up.empty()) continue;
    lock.unlock();
    {
      const std::lock_guard telling(tell_mutex);
      if (tell) tell();
    }
    lock.lock();
  }
}

StoreCalls::StoreCalls() : state_(std::make_shared<State>()) {}

StoreCalls::~StoreCalls() {
  on_return({});
  const std::lock_guard lock(state_->mutex);
  state_->stop = true;
  state_->wake.notify_all();
}

bool StoreCalls::make(const std::string& of, std::function<void()> function) {
  std::unique_lock lock(state_->mutex);
  Store& store = state_->stores[of];
  if (!store.given_up.empty()) return false;
  const auto call = std::make_shared<Call>();
  call->function = std::move(function);
  state_->waiting.emplace_back(&store, call);
  if (state_->idle < state_->waiting.size()) {
    std::vector<std::thread> threads;
    start_signal_blocked_threads(threads, 1, [state = state_] {
      ::pthread_setname_np(::pthread_self(), "store call");
      std::unique_lock held(state->mutex);
      state->serve(held);
    });
    for (std::thread& thread : threads) thread.detach();
    if (threads.empty() && state_->idle == 0) {
      state_->waiting.pop_back();
      lock.unlock();
      call->function();
      return true;
    }
  }
  state_->wake.notify_one();
  if (!call->changed.wait_for(lock, store.patience, [&] { return call->done; })) {
    call->given_up = true;
    store.given_up.insert(call->started);
    return false;
  }
  if (call->failure) std::rethrow_exception(call->failure);
  return true;
}

StoreCalls::Clock::duration StoreCalls::silent_for(const std::string& of) const {
  const std::lock_guard lock(state_->mutex);
  const auto store = state_->stores.find(of);
  if (store == state_->stores.end() || store->second.given_up.empty()) return {};
  return Clock::now() - *store->second.given_up.begin();
}

void StoreCalls::set_patience(const std::string& of, Milliseconds patience, Clock::duration how_long) {
  const std::lock_guard lock(state_->mutex);
  Store& store = state_->stores[of];
  store.patience = patience;
  store.patient_until = Clock::now() + how_long;
}

void StoreCalls::on_return(std::function<void()> tell) {
  const std::lock_guard telling(state_->tell_mutex);
  state_->tell = std::move(tell);
}

}  // namespace checkpointfs::base
