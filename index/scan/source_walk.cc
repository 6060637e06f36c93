// SPDX-License-Identifier: Apache-2.0
#include "index/scan/source_walk.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "storage/self_mounts.h"

namespace checkpointfs::index {
namespace {

std::string absolute_path(const storage::Root& root, const std::string& path) {
  return base::join(root.path, path);
}

}  // namespace

void SourceWalk::walk(const storage::Root& root, const std::string& path) {
  storage::WalkCallbacks callbacks;
  if (scan_.request.entered) {
    callbacks.entered = [&](const std::string& below, int fd) {
      scan_.request.entered({root.path, below}, fd);
    };
  }
  callbacks.snapshot = [&](storage::FoundSnapshot found) { take_(root.id, std::move(found)); };
  callbacks.unreadable = [&](const std::string& below, int error) { note_unreadable(root, below, error); };
  callbacks.passed_over = [&](const std::string& below, storage::PassedOver why) {
    note_passed_over(root, below, why);
  };
  callbacks.ask = [&](std::function<void()> call) {
    return scan_.directories.ask(root.id, [call = std::move(call)](int) { return call(), true; }).has_value();
  };
  if (scan_.directories.is_silent(root.id)) return;
  storage::walk(scan_.directories.fd(root.id), path,
                {storage::Reach::kShown, storage::self_mounts_below(root.path)}, callbacks);
}

void SourceWalk::note_unreadable(const storage::Root& root, const std::string& path, int error) {
  if (path.empty()) {
    const std::string why =
        base::format("source {} cannot be listed: {}", root.path, std::generic_category().message(error));
    if (!scan_.directories.does_without())
      throw base::PathFailure(base::FailureKind::kSource, why, root.path);
    scan_.directories.give_up(root.id, why);
    return;
  }
  if (!scan_.directories.is_of_the_file(error, root.id, path)) return;
  unreadable_.push_back({root.id, path});
  scan_.result.unreadable_directories.push_back(absolute_path(root, path));
}

void SourceWalk::note_passed_over(const storage::Root& root, const std::string& path,
                                  storage::PassedOver why) {
  const std::string absolute = absolute_path(root, path);
  if (why == storage::PassedOver::kDotted) {
    scan_.result.passed_over.push_back(absolute + " (a dot is at the head of its name)");
    return;
  }
  if (why == storage::PassedOver::kDanglingLink) {
    scan_.result.passed_over.push_back(absolute + " (a symbolic link to what is not there)");
    return;
  }
  // A link into a source hides nothing.
  const auto target = scan_.directories.ask(root.id, [absolute](int) {
    char* const real = ::realpath(absolute.c_str(), nullptr);
    std::string text = real == nullptr ? "" : real;
    std::free(real);
    return text;
  });
  const bool shown = target && std::ranges::any_of(scan_.roots, [&](const storage::Root& one) {
                       return one.is_source && base::is_at_or_below(*target, one.path);
                     });
  if (!shown) scan_.result.passed_over.push_back(absolute + " (a symbolic link to a directory)");
}

bool SourceWalk::is_unknown(int64_t root_id, const std::string& path) const {
  return scan_.directories.is_silent(root_id) ||
         std::ranges::any_of(unreadable_, [&](const storage::Location& directory) {
           return directory.root_id == root_id && base::is_at_or_below(path, directory.path);
         });
}

}  // namespace checkpointfs::index
