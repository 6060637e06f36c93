// SPDX-License-Identifier: Apache-2.0
#include "fs/projection/control_view.h"

#include <cerrno>

#include "base/errors.h"
#include "fs/projection/mirror.h"
#include "fs/status/control_status.h"

namespace checkpointfs::fs {

std::optional<Entry> ControlView::entry(ViewId id) {
  const auto reader = readers_.borrow();
  if (id == kDirectory) return directory_like_root(*reader, id, kControlName);
  if (id == kStatus) return text_like_root(*reader, id, kControlStatusName);
  if (id == kMetrics) return text_like_root(*reader, id, kControlMetricsName);
  return std::nullopt;
}

std::vector<Entry> ControlView::entries() {
  std::vector<Entry> entries;
  const auto add = [&](std::optional<Entry> entry) {
    if (entry) entries.push_back(std::move(*entry));
  };
  add(entry(kStatus));
  add(entry(kMetrics));
  for (const Child& child : children_) {
    std::optional<Entry> entry = child.view.entry(child.id);
    if (entry) entry->name = child.name;
    add(std::move(entry));
  }
  return entries;
}

std::optional<Entry> ControlView::lookup(ViewId directory, std::string_view name) {
  if (directory != kDirectory) return std::nullopt;
  for (Entry& entry : entries()) {
    if (entry.name == name) return std::move(entry);
  }
  return std::nullopt;
}

void ControlView::list(ViewId directory, uint64_t after, const TakeEntry& take) {
  if (directory != kDirectory) return;
  uint64_t position = 0;
  for (const Entry& entry : entries()) {
    if (++position <= after) continue;
    if (!take(entry, position)) return;
  }
}

std::unique_ptr<OpenFile> ControlView::open(ViewId file) {
  if (file == kStatus) return OpenFile::of_live_text(kControlStatusName, status_());
  if (file == kMetrics) return OpenFile::of_live_text(kControlMetricsName, metrics_());
  throw base::SystemError(EISDIR, "open", kControlName);
}

}  // namespace checkpointfs::fs
