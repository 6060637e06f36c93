// SPDX-License-Identifier: Apache-2.0
#include "cli/output/duration.h"

#include <algorithm>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/numbers.h"

namespace checkpointfs::cli {
namespace {

// Seconds of one unit; 0 if `text` is not a unit.
int64_t unit(std::string_view text) {
  if (text == "s") return 1;
  if (text == "m") return 60;
  if (text == "h") return 3600;
  if (text == "d") return int64_t{24} * 3600;
  if (text == "w") return int64_t{7} * 24 * 3600;
  return 0;
}

constexpr int64_t kMostSeconds = int64_t{200} * 365 * 24 * 3600;

}  // namespace

int64_t parse_duration(const std::string& text, const std::string& option) {
  const std::string_view view = text;
  const size_t digits = std::min(view.find_first_not_of("0123456789"), view.size());
  const auto number = base::parse_number<int64_t>(view.substr(0, digits));
  const int64_t seconds = unit(view.substr(digits));
  const bool zero = number == 0 && digits == view.size();
  const bool right = number && (zero || (seconds != 0 && *number <= kMostSeconds / seconds));
  if (!right) {
    throw base::Failure(base::FailureKind::kUsage,
                        base::format("--{}={} is not a duration such as 12h, 3d or 0", option, text));
  }
  return *number * seconds * 1'000'000'000;
}

}  // namespace checkpointfs::cli
