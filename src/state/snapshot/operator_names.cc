// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/operator_names.h"

#include <vector>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/modified_utf8.h"

namespace checkpointfs::state {
namespace {

constexpr size_t kMostListed = 20;

std::string listed(const flink::Metadata& metadata, const std::vector<uint32_t>& operators) {
  std::string text;
  for (size_t i = 0; i < operators.size() && i < kMostListed; ++i) {
    const flink::Operator& op = metadata.operators[operators[i]];
    const std::string label = flink::operator_label(op);
    const std::string id = flink::hex(op.id);
    text += base::format("{}{}", text.empty() ? "" : ", ", base::printable(label));
    if (label != id) text += base::format(" ({})", id);
  }
  if (operators.size() > kMostListed) text += ", ...";
  return text;
}

}  // namespace

uint32_t find_operator(const flink::Metadata& metadata, std::string_view text) {
  std::vector<uint32_t> all;
  std::vector<uint32_t> equal;
  std::vector<uint32_t> beginning;
  for (uint32_t i = 0; i < metadata.operators.size(); ++i) {
    const flink::Operator& op = metadata.operators[i];
    const std::string id = flink::hex(op.id);
    const std::string uid = base::utf8_or_as_written(op.uid);
    const std::string name = base::utf8_or_as_written(op.name);
    all.push_back(i);
    if (text.empty()) continue;
    // Two operators may have one name, but not one uid.
    if (text == uid || text == id) return i;
    if (text == name) equal.push_back(i);
    if (uid.starts_with(text) || id.starts_with(text) || name.starts_with(text)) beginning.push_back(i);
  }
  const std::vector<uint32_t>& found = equal.empty() ? beginning : equal;
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    throw base::Failure(
        base::FailureKind::kUsage,
        base::format("no operator {}; the snapshot has {}", base::printable(text), listed(metadata, all)));
  }
  throw base::Failure(base::FailureKind::kUsage,
                      base::format("{} may be any of {} operators; name one by its id: {}",
                                   base::printable(text), found.size(), listed(metadata, found)));
}

}  // namespace checkpointfs::state
