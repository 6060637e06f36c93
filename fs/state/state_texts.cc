// SPDX-License-Identifier: Apache-2.0
#include "fs/state/state_texts.h"

#include <cerrno>
#include <chrono>
#include <exception>
#include <utility>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::fs {
namespace {

// A store may be slow, and a snapshot may have thousands of handles.
constexpr std::chrono::minutes kLongest(5);
constexpr std::chrono::milliseconds kAsk(200);  // how often a waiting request looks whether it is unwanted

[[noreturn]] void throw_of(const std::string& name, const base::SystemError& e) {
  const std::string message = base::format("read {}: {}", name, e.what());
  if (dynamic_cast<const StateRefusal*>(&e) != nullptr) throw StateRefusal(e.code(), message);
  throw base::SystemError(e.code(), message);
}

}  // namespace

StateTexts::StateTexts(StateShown shown, std::string index_file, StoreLimiter& stores)
    : shown_(shown), index_file_(std::move(index_file)), stores_(stores) {}

StateTexts::Arguments StateTexts::words(const index::Snapshot& snapshot, const StateRequest& request) const {
  std::vector<std::string> words = to_arguments({index_file_, state_snapshot(snapshot), request});
  words.insert(words.begin(), std::string(kStateTextCommand));
  return words;
}

StateTexts::Text StateTexts::get(const index::Snapshot& snapshot, const StateRequest& request,
                                 const std::string& name) {
  const std::vector<std::string> arguments = words(snapshot, request);
  // The list of states says which files are missing now.
  const Key key = {arguments, base::format("{} {}", to_string(snapshot.status), snapshot.broken_files)};
  if (const std::optional<Text> text = kept(key)) return *text;
  stores_.enter(stores_.at("state in " + snapshot.source.path, {kMostChildren, StoreLimiter::Kind::kWork}));
  for (;;) {
    if (const std::optional<Text> text = kept(key)) return *text;
    std::promise<Text> promise;
    Shared other;
    {
      const std::lock_guard lock(mutex_);
      const auto [found, is_new] = making_.try_emplace(key);
      if (!is_new) other = found->second;
      if (is_new) found->second = promise.get_future().share();
    }
    if (!other.valid()) return make_for_all(key, name, promise);
    if (Text text = shared_with(other)) return text;
  }
}

// Throws again what making the text has thrown.
std::optional<StateTexts::Text> StateTexts::kept(const Key& key) {
  const auto& [arguments, files] = key;
  if (const std::optional<Failure> failure = failed_.find(arguments)) {
    if (failure->files == files && StateChild::Clock::now() < failure->retry)
      throw StateRefusal(failure->error);
    failed_.drop(arguments);
  }
  return kept_.find(key);
}

// Makes the text, keeps it, and gives it to the other threads that want it.
StateTexts::Text StateTexts::make_for_all(const Key& key, const std::string& name,
                                          std::promise<Text>& promise) {
  const auto& [arguments, files] = key;
  const auto forget = [&] {
    const std::lock_guard lock(mutex_);
    making_.erase(key);
  };
  try {
    Text text = make(arguments, name);
    kept_.keep(key, text, text->size());
    forget();
    promise.set_value(text);
    return text;
  } catch (const StateRefusal& e) {
    failed_.keep(arguments, {e, files, StateChild::Clock::now() + kRetry});
    forget();
    promise.set_exception(std::current_exception());
    throw;
  } catch (...) {
    forget();
    promise.set_exception(std::current_exception());
    throw;
  }
}

// The text that another thread makes; null if that one was interrupted.
StateTexts::Text StateTexts::shared_with(const Shared& other) const {
  while (other.wait_for(kAsk) != std::future_status::ready) {
    if (is_unwanted_ && is_unwanted_()) throw base::SystemError(EINTR, "the reader of the text has gone");
  }
  try {
    return other.get();
  } catch (const base::SystemError& e) {
    if (e.code() == EINTR) return nullptr;
    throw;
  }
}

StateTexts::Text StateTexts::make(const std::vector<std::string>& arguments, const std::string& name) {
  const auto deadline = StateChild::Clock::now() + kLongest;
  auto text = std::make_shared<std::string>();
  try {
    StateChild child(program_, arguments);
    for (std::string piece = child.next(deadline, is_unwanted_); !piece.empty();
         piece = child.next(deadline, is_unwanted_)) {
      *text += piece;
      if (text->size() > kMostBytes) {
        throw StateRefusal(EFBIG, base::format("it is larger than {}; 'checkpointfs state' prints it",
                                               base::human_bytes(kMostBytes)));
      }
    }
  } catch (const base::SystemError& e) {
    throw_of(name, e);
  }
  text->shrink_to_fit();
  return text;
}

std::unique_ptr<StateTexts::Ticket> StateTexts::open_stream(const std::string& name) {
  auto ticket = std::make_unique<Ticket>(streams_);
  if (++streams_ > kMostStreams) {
    throw base::SystemError(
        EMFILE, base::format("open {}: {} files of keyed state are open already", name, kMostStreams));
  }
  return ticket;
}

std::unique_ptr<StateChild> StateTexts::start(const index::Snapshot& snapshot, const StateRequest& request) {
  return std::make_unique<StateChild>(program_, words(snapshot, request));
}

std::string StateTexts::next(StateChild& child, const std::string& name) const {
  try {
    return child.next(StateChild::Clock::now() + kLongest, is_unwanted_);
  } catch (const base::SystemError& e) {
    throw_of(name, e);
  }
}

StoreLimiter::Store& StateTexts::streams_of(const std::string& source) {
  return stores_.at("keyed state in " + source, {kMostReads, StoreLimiter::Kind::kWork});
}

}  // namespace checkpointfs::fs
