// SPDX-License-Identifier: Apache-2.0
#include "fs/follow/directory_watches.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/text/message.h"
#include "base/unique_fd.h"

namespace checkpointfs::fs {

DirectoryWatches::DirectoryWatches(const FollowOptions& options, MountState& state, SharedStatus& status)
    : options_(options), state_(state), status_(status) {
  sort_sources();
}

bool DirectoryWatches::is_to_be_polled(const std::string& root, std::string* type) {
  struct Answer {
    std::string type;
    bool is_remote = false;
  };
  const auto answer = std::make_shared<Answer>();
  const auto ask = [answer, root] {
    answer->is_remote = storage::is_remote(base::open_directory(root).get(), &answer->type);
  };
  *type = "a store that does not answer";
  if (!state_.calls->make(root, ask)) return true;
  *type = answer->type;
  return answer->is_remote;
}

void DirectoryWatches::poll_all(const std::string& why) {
  for (const std::string& source : options_.sources) polled_.insert({source, ""});
  status_.change([&](auto& status) {
    status.how = "polling";
    status.why = why;
  });
  base::log_debug(base::format("all sources are polled: {}", why));
}

void DirectoryWatches::sort_sources() {
  if (options_.poll && options_.poll->count() == 0) {
    status_.change([&](auto& status) {
      status.how = "off";
      status.why = "asked for";
    });
    base::log_debug("no source is watched or polled: asked for");
    return;
  }
  if (options_.poll) {
    poll_all("asked for");
    return;
  }
  status_.change([](auto& status) { status.how = "inotify"; });
  for (const std::string& source : options_.sources) {
    std::string type;
    const bool is_alone = options_.sources.size() == 1;
    const bool polls = is_alone ? storage::is_remote(base::open_directory(source).get(), &type)
                                : is_to_be_polled(source, &type);
    if (!polls) {
      base::log_debug(base::format("source {} is watched: inotify tells of its changes", source));
      continue;
    }
    polled_.insert({source, ""});
    const std::string why = base::format("{} is on {}, which does not tell of changes", source, type);
    status_.change([&](auto& status) {
      status.how = "polling";
      status.why = why;
    });
    base::log_debug(base::format("source {} is polled: {}", source, why));
  }
  if (polled_.size() == options_.sources.size()) return;
  try {
    watcher_ = std::make_unique<storage::Watcher>();
  } catch (const base::SystemError& e) {
    poll_all(e.what());
  }
}

bool DirectoryWatches::watch(const storage::Place& directory, int fd) {
  if (polled_.contains({directory.root, ""})) return true;
  try {
    watcher_->add(directory, fd);
  } catch (const base::SystemError& e) {
    // The directory is gone meanwhile, and the watch of its parent tells of that.
    if (e.code() == ENOENT) return true;
    base::log_warning(base::format("{}; source {} is polled instead", e.what(), directory.root));
    polled_.insert({directory.root, ""});
    status_.change([&](auto& status) {
      status.how = "polling";
      status.why = e.what();
    });
    return false;
  }
  return true;
}

bool DirectoryWatches::is_watchable(const storage::Root& root) {
  if (state_.sources.lost().contains(root.path)) return false;
  const auto is_source = std::ranges::find(options_.sources, root.path) != options_.sources.end();
  if (is_source) return !polled_.contains({root.path, ""});
  const auto [known, is_new] = watchable_.try_emplace(root.path, false);
  std::string type;
  if (is_new) known->second = !is_to_be_polled(root.path, &type);
  return known->second;
}

void DirectoryWatches::watch_state_files(index::KnownFiles& known) {
  std::map<std::string, base::UniqueFd> roots;
  const auto watch_one = [&](const storage::Root& root, const std::string& path) {
    const storage::Place directory{root.path, path};
    if (!is_watchable(root) || watcher_->has_state(directory)) return;
    base::UniqueFd& fd = roots[root.path];
    if (!fd) fd = base::open_directory(root.path);
    const base::UniqueFd opened =
        base::try_open_beneath(fd.get(), path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY);
    // A directory that is not there is named by the snapshots that are broken.
    if (opened) watcher_->add_state(directory, opened.get());
  };
  try {
    known.directories(watch_one);
  } catch (const base::SystemError& e) {
    if (e.code() == ENOENT) return;
    base::log_warning(base::format("{}; state files are checked now and then instead", e.what()));
  }
}

}  // namespace checkpointfs::fs
