// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/quarantine.h"

#include <algorithm>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "flink/decode.h"
#include "removal/model/names.h"
#include "removal/model/plan.h"
#include "removal/model/survey.h"
#include "removal/trash/run_record.h"
#include "removal/trash/trash.h"
#include "storage/metadata_file.h"
#include "storage/walk.h"

namespace checkpointfs::removal {
namespace {

constexpr size_t kUuid = 36;
constexpr size_t kFirstHyphen = 8;

// Calls `take` for each name of a state file in `text`, wherever it begins.
template <typename Take>
void each_name(std::string_view text, const Take& take) {
  for (size_t hyphen = text.find('-', kFirstHyphen); hyphen != std::string_view::npos;
       hyphen = text.find('-', hyphen + 1)) {
    const std::string_view name = text.substr(hyphen - kFirstHyphen, kUuid);
    if (is_state_file_name(name)) take(name);
  }
}

// The bytes of a version that is unknown are all there; of others it is not known what they have lost.
bool is_damaged(std::string_view metadata) {
  const auto decoded = flink::decode(metadata);
  return !decoded.has_value() && (decoded.error().field != "version" || decoded.error().truncated);
}

}  // namespace

std::string why_quarantined(const std::vector<Quarantined>& all, const Place& file) {
  for (const Quarantined& one : all) {
    bool may_name = one.damaged || (one.place.root == file.root &&
                                    base::is_at_or_below(file.path, base::parent(one.place.path)));
    each_name(base::last_component(file.path),
              [&](std::string_view name) { may_name |= one.names.contains(name); });
    if (may_name)
      return base::format("an unreadable snapshot that lies in the trash may name it (plan {})", one.plan);
  }
  return {};
}

std::vector<Quarantined> find_quarantined(const std::vector<std::string>& sources) {
  std::vector<Quarantined> all;
  for (const std::string& source : sources) {
    const auto trash = Trash::open(source);
    if (!trash) continue;
    for (const std::string& id : trash->runs()) {
      const auto run = read_run_without_files(*trash, id);
      if (!run || !run->plan.is_quarantine()) continue;
      for (const PlannedSnapshot& snapshot : run->plan.snapshots) {
        if (snapshot.place.root != source) continue;
        const auto file =
            storage::read_metadata_file(trash->fd(), Trash::files_path(id, snapshot.place.path));
        Quarantined one{snapshot.place, id, {}, !file.has_value() || is_damaged(file->bytes)};
        if (file.has_value()) {
          each_name(file->bytes, [&](std::string_view name) { one.names.emplace(name); });
        }
        all.push_back(std::move(one));
      }
    }
  }
  return all;
}

}  // namespace checkpointfs::removal
