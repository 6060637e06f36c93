// SPDX-License-Identifier: Apache-2.0
#include "flink/metadata_decoder.h"

#include <cstring>

#include "base/text/message.h"
#include "flink/java_tail.h"
#include "java/utf.h"

namespace checkpointfs::flink {
namespace {

constexpr uint64_t kHeaderSize = 8;  // magic, version
constexpr int32_t kMasterStateMagic = static_cast<int32_t>(0xC96B1696);

// The fewest bytes that an item of each list takes.
constexpr uint64_t kMinMasterState = 8 + 10;
constexpr uint64_t kMinOperator2 = 16 + 4 * 4;
constexpr uint64_t kMinOperator3 = 16 + 2 * 4 + 1 + 4;
constexpr uint64_t kMinSubtask2 = 4 + 8 + 4 + 2 * 4 + 2;
constexpr uint64_t kMinSubtask3 = 4;

}  // namespace

MetadataDecoder::MetadataDecoder(const base::ByteCursor& input, const Layout& layout, const Limits& limits,
                                 Metadata* metadata)
    : state_{input, layout, limits, *metadata},
      handles_(state_),
      operator_state_(state_, handles_),
      keyed_state_(state_, handles_),
      channel_state_(state_, handles_) {}

base::InputError MetadataDecoder::error() const {
  base::InputError error = in_.error();
  error.field = state_.path.prefix() + error.field;
  return error;
}

bool MetadataDecoder::next() {
  if (!in_.ok() || is_at_end_) return false;
  if (!has_begun_) {
    head();
    has_begun_ = true;
  } else if (subtask_ < subtasks_) {
    next_subtask();
  } else if (operator_ < operators_) {
    FieldScope scope = state_.field("operators");
    scope.set_index(operator_++);
    an_operator();
  } else {
    end();
    is_at_end_ = true;
  }
  return in_.ok();
}

// body:
//   long checkpoint_id                     not negative
//   int count | count x master_state
//   int count | count x operator
//   java_tail                              from version 4
void MetadataDecoder::head() {
  in_.bytes(kHeaderSize, "magic");
  const uint64_t id_offset = in_.offset();
  out_.checkpoint_id = in_.i64("checkpoint_id");
  if (out_.checkpoint_id < 0) {
    in_.fail(id_offset, "checkpoint_id", base::format("negative checkpoint id {}", out_.checkpoint_id));
  }
  {
    FieldScope scope = state_.field("master_states");
    out_.master_states = in_.count(kMinMasterState, "count");
    for (uint32_t i = 0; i < out_.master_states && in_.ok(); ++i) {
      scope.set_index(i);
      master_state();
    }
  }
  const FieldScope scope = state_.field("operators");
  operators_ = in_.count(state_.layout.coordinators ? kMinOperator3 : kMinOperator2, "count");
  out_.operators.reserve(operators_);
}

void MetadataDecoder::end() {
  if (state_.layout.properties) {
    const FieldScope scope = state_.field("properties");
    out_.kind = read_java_tail(in_);
  }
  if (in_.ok() && !in_.at_end()) {
    in_.fail("end", base::format("{} bytes follow the end of the metadata", in_.remaining()));
  }
}

// master_state:
//   int 0xC96B1696 | int size              greater than 0
//   int version | UTF name | int length | byte[length]      fill `size` exactly
void MetadataDecoder::master_state() {
  const uint64_t magic_offset = in_.offset();
  const int32_t magic = in_.i32("magic");
  if (in_.ok() && magic != kMasterStateMagic) in_.fail(magic_offset, "magic", "wrong magic number");
  const uint64_t size_offset = in_.offset();
  const std::string_view content = in_.block("size");
  if (!in_.ok()) return;
  const uint64_t start = in_.offset() - content.size();

  base::ByteCursor inner(content);
  inner.i32("version");
  const std::string_view name = inner.utf("name");
  inner.block("bytes");
  if (!inner.ok()) {
    in_.fail(start + inner.error().offset, "content", inner.error().reason);
  } else if (!inner.at_end()) {
    in_.fail(size_offset, "size",
             base::format("says {} bytes, the content takes {}", content.size(), inner.offset()));
  } else if (!java::is_utf(name)) {
    in_.fail(start + 4, "name", "not modified UTF-8");
  }
}

// operator:
//   UTF name | UTF uid                     from version 5; "": none
//   long lower | long upper                its id
//   int parallelism | int max_parallelism
//   int chain_length                       version 2 only, unused since Flink 1.3
//   SSH coordinator                        from version 3; NULL or BYTE
//   int count | count x subtask            from Flink 1.14, a negative count: the whole operator is
//                                          finished, and there is no coordinator state
void MetadataDecoder::an_operator() {
  Operator& op = out_.operators.emplace_back();
  if (state_.layout.names) {
    op.name = state_.utf("name");
    op.uid = state_.utf("uid");
  }
  const std::string_view id = in_.bytes(op.id.size(), "id");
  const uint64_t parallelism_offset = in_.offset();
  op.parallelism = in_.i32("parallelism");
  op.max_parallelism = in_.i32("max_parallelism");
  if (!in_.ok()) return;
  std::memcpy(op.id.data(), id.data(), id.size());
  if (op.parallelism < 0 || op.parallelism > op.max_parallelism) {
    in_.fail(parallelism_offset, "parallelism",
             base::format("{}, not between 0 and the maximum of {}", op.parallelism, op.max_parallelism));
    return;
  }
  if (!state_.layout.coordinators) {
    in_.i32("chain_length");
    begin_subtasks();
    return;
  }
  const bool has_coordinator = coordinator_state();
  if (state_.layout.finished && finished_marker()) {
    if (has_coordinator) in_.fail("subtasks", "the operator is finished, but has coordinator state");
    op.finished = true;
    return;
  }
  begin_subtasks();
}

// Returns whether there is one.
bool MetadataDecoder::coordinator_state() {
  const FieldScope scope = state_.field("coordinator");
  const uint64_t offset = in_.offset();
  const int tag = in_.u8("tag");
  if (!in_.ok() || tag == static_cast<int>(StreamTag::kNull)) return false;
  if (tag != static_cast<int>(StreamTag::kByte)) {
    in_.fail(offset, "tag", base::format("tag {}: coordinator state must be absent or inline", tag));
    return false;
  }
  handles_.bytes(Part::kDelegate, {}).coordinator = true;
  return true;
}

// Takes the count of subtasks if it is negative, else leaves it.
bool MetadataDecoder::finished_marker() {
  base::ByteCursor peek = in_;
  if (peek.i32("count") >= 0) return false;
  in_ = peek;
  return true;
}

void MetadataDecoder::begin_subtasks() {
  const FieldScope scope = state_.field("subtasks");
  subtask_ = 0;
  subtasks_ = in_.count(state_.layout.coordinators ? kMinSubtask3 : kMinSubtask2, "count");
}

void MetadataDecoder::next_subtask() {
  FieldScope operators = state_.field("operators");
  operators.set_index(operator_ - 1);
  FieldScope scope = state_.field("subtasks");
  scope.set_index(subtask_++);
  Operator& op = out_.operators.back();
  ++op.subtasks;
  if (subtask_index()) {
    subtask();
  } else {
    ++op.finished_subtasks;
  }
}

// Reads the index of a subtask. False: it is finished (the index is written as -index - 1), nothing follows.
bool MetadataDecoder::subtask_index() {
  const uint64_t offset = in_.offset();
  const int64_t written = in_.i32("index");
  const bool finished = state_.layout.finished && written < 0;
  const int64_t index = finished ? -written - 1 : written;
  const int32_t parallelism = out_.operators.back().parallelism;
  if (in_.ok() && (index < 0 || index >= parallelism)) {
    in_.fail(offset, "index", base::format("subtask {} of {}", index, parallelism));
  }
  state_.subtask = static_cast<int32_t>(index);
  return !finished;
}

// subtask:
//   int index                              from Flink 1.14, negative: see subtask_index()
//   long duration                          version 2 only
//   int legacy_count                       version 2 only; must be 0
//   [opt OSH] managed | [opt OSH] raw      an int, 0: absent, then the handle
//   KSH managed | KSH raw
//   int count | count x CSH                input channels, from version 3
//   int count | count x CSH                result subpartitions, from version 3
void MetadataDecoder::subtask() {
  if (!state_.layout.coordinators) refuse_legacy_state();
  operator_state_.handle("managed_operator", Role::kOperatorManaged);
  operator_state_.handle("raw_operator", Role::kOperatorRaw);
  keyed_state_.handle("managed_keyed", Role::kKeyedManaged);
  keyed_state_.handle("raw_keyed", Role::kKeyedRaw);
  if (state_.layout.coordinators) {
    channel_state_.channels("input_channels", Role::kInputChannel);
    channel_state_.channels("result_subpartitions", Role::kResultSubpartition);
  }
}

void MetadataDecoder::refuse_legacy_state() {
  in_.i64("duration");
  const uint64_t offset = in_.offset();
  const int32_t count = in_.i32("legacy_states");
  if (count == 0) return;
  in_.fail(
      offset, "legacy_states",
      count < 0
          ? base::format("negative count {}", count)
          : base::format(
                "{} states of the Checkpointed interface of Flink 1.1, which Flink 1.4 and later refuse to read",
                count));
}

}  // namespace checkpointfs::flink
