// SPDX-License-Identifier: Apache-2.0
// The symbolic links that a survey found: which lead to directories that it has entered, and which to places
// that it cannot look at.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "removal/model/storage.h"
#include "storage/resolver.h"
#include "storage/walk.h"

namespace checkpointfs::removal {

class Links {
 public:
  // REQUIRES: the references outlive it.
  Links(const Storage& storage, const storage::Resolver& resolver) : storage_(storage), resolver_(resolver) {}

  // A directory that is entered, open.
  void note_directory(const storage::Location& directory, int fd);
  void add(storage::Location link) { found_.push_back(std::move(link)); }

  // Enters the directory of a mapping, or below it.
  using Enter = std::function<void(const storage::Location& directory)>;
  // Receives the reason why nothing can be known of the files behind a link, and what to do.
  using Refuse = std::function<void(const storage::Location& link, const std::string& why)>;
  // Decides on every link, also on those that `enter` adds. REQUIRES: all sources were entered.
  void follow(const Enter& enter, const Refuse& refuse);

  bool has_followed() const { return !followed_.empty(); }
  // The location without the links that were followed.
  storage::Location real(storage::Location location) const;

 private:
  // "": it is followed.
  std::string why_refused(const storage::Location& link, const Enter& enter);
  std::string advice(const std::string& link, const std::string& target) const;

  const Storage& storage_;
  const storage::Resolver& resolver_;
  std::vector<storage::Location> found_;
  std::map<std::pair<dev_t, ino_t>, storage::Location> entered_;
  std::map<std::pair<int64_t, std::string>, storage::Location> followed_;  // by root and path
};

}  // namespace checkpointfs::removal
