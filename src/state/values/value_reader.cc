// SPDX-License-Identifier: Apache-2.0
#include "state/values/value_reader.h"

#include "base/text/message.h"
#include "state/types/avro_schema.h"

namespace checkpointfs::state {
namespace {

constexpr uint64_t kFreeSteps = 65536;
constexpr uint64_t kStepsPerByte = 16;
constexpr uint64_t kFreeText = uint64_t{1} << 20;
constexpr uint64_t kTextPerByte = 256;
// The same for a part of a value, such as a field RAW of a row: many of them may share their bytes.
constexpr uint64_t kFreeStepsOfPart = 256;
constexpr uint64_t kFreeTextOfPart = 4096;

// Is false if each value has a byte at least, which bounds the count of values.
bool can_be_empty(const Type& type) {
  if (type.kind == TypeKind::kNullValue) return true;
  if (type.kind == TypeKind::kRow) return !type.flag && type.members.empty();
  if (type.kind == TypeKind::kTuple) {
    return type.members.empty() || can_be_empty(*type.members.front().type);
  }
  if (type.kind != TypeKind::kAvro || type.avro == nullptr || type.avro->root == nullptr) return false;
  const AvroNode& root = *type.avro->root;
  return root.kind == AvroKind::kNull || root.kind == AvroKind::kRecord ||
         (root.kind == AvroKind::kFixed && root.size == 0);
}

}  // namespace

ValueReader::ValueReader(Input& input, const ReadFunctions& functions, JsonSink sink)
    : in_(input),
      functions_(functions),
      out_(sink),
      allowed_steps_(kFreeSteps),
      allowed_text_(sink.size() + kFreeText),
      free_steps_(allowed_steps_),
      free_text_(allowed_text_),
      start_(input.offset()) {}

void ValueReader::value(const Type& type) {
  const Nesting nesting(*this);
  if (ok()) functions_[static_cast<size_t>(type.kind)](*this, type);
  if (opaque_ && opaque_type_ == nullptr) opaque_type_ = &type;
}

void ValueReader::framed_value(std::string_view bytes, uint64_t offset, const Type& type) {
  if (!spend(1 + bytes.size()) || !ok() || !out_.writes()) return;
  const size_t before = out_.size();
  Input input(bytes, offset);
  ValueReader part(input, functions_, out_);
  part.depth_ = depth_;
  part.allowed_steps_ = part.free_steps_ = kFreeStepsOfPart;
  part.allowed_text_ = part.free_text_ = before + kFreeTextOfPart;
  part.value(type);
  if (part.ok() && input.at_end()) return;
  out_.text().resize(before);
  out_.hex(bytes);
}

uint32_t ValueReader::count(const Type& type, const char* field) {
  if (!can_be_empty(type)) return in_.count(1, field);
  const uint64_t start = in_.offset();
  const int32_t n = in_.i32(field);
  if (n < 0) in_.fail(start, field, base::format("negative count {}", n));
  return n < 0 ? 0 : static_cast<uint32_t>(n);
}

bool ValueReader::extend() {
  const uint64_t bytes = in_.offset() - start_;
  allowed_steps_ = free_steps_ + kStepsPerByte * bytes;
  allowed_text_ = free_text_ + kTextPerByte * bytes;
  if (steps_ > allowed_steps_ || out_.size() > allowed_text_) set_opaque();
  return !opaque_;
}

}  // namespace checkpointfs::state
