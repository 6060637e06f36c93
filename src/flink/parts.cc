// SPDX-License-Identifier: Apache-2.0
#include "flink/parts.h"

#include <utility>

#include "flink/decode.h"
#include "flink/layout.h"

namespace checkpointfs::flink {
namespace {

void forget_handles(Metadata& metadata) {
  metadata.files.clear();
  metadata.inlines.clear();
  metadata.keyed.clear();
  metadata.operator_states.clear();
  metadata.changelog_files.clear();
  metadata.incrementals.clear();
  metadata.segment_operators.clear();
}

}  // namespace

PartDecoder::PartDecoder(base::GrowingInput& input, const Limits& limits) : input_(input), limits_(limits) {}

std::optional<base::InputError> PartDecoder::begin() {
  const base::Result<VersionLayouts> version = read_version(base::ByteCursor(input_), limits_);
  if (!version.has_value()) return version.error();
  if (version->layouts.size() > 1) {
    base::Result<Metadata> all = decode(input_.until(input_.size()), limits_);
    if (!all.has_value()) return all.error();
    part_ = std::move(*all);
    return std::nullopt;
  }
  part_.version = version->version;
  part_.dialect = version->layouts.front().dialect;
  decoder_.emplace(base::ByteCursor(input_), version->layouts.front(), limits_, &part_);
  return std::nullopt;
}

base::Result<const Metadata*> PartDecoder::next() {
  if (!std::exchange(has_begun_, true)) {
    if (auto error = begin()) return std::move(*error);
    if (!decoder_) return &part_;
  } else if (!decoder_) {
    return nullptr;
  }
  forget_handles(part_);
  if (!decoder_->next()) {
    if (!decoder_->ok()) return decoder_->error();
    return nullptr;
  }
  part_.begin = part_.end;
  part_.end = decoder_->offset();
  part_.bytes = input_.until(part_.end);
  return &part_;
}

}  // namespace checkpointfs::flink
