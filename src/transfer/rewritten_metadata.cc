// SPDX-License-Identifier: Apache-2.0
#include "transfer/rewritten_metadata.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/check_rewritten.h"
#include "flink/names.h"
#include "flink/parts.h"
#include "index/read/decoded_metadata.h"
#include "storage/metadata_file.h"

namespace checkpointfs::transfer {
namespace {

// The metadata as far as it is rewritten.
class RewrittenInput : public base::GrowingInput {
 public:
  explicit RewrittenInput(uint64_t most) : most_(most), window_(most) {}

  uint64_t size() const override { return is_whole_ ? window_.bytes().size() : most_; }
  std::string_view until(uint64_t wanted) override {
    if (wanted > window_.bytes().size())
      throw base::SystemError(EIO, "the rewritten metadata ends too early");
    return window_.bytes();
  }
  void append(std::string_view text) {
    if (text.size() > window_.room()) throw base::SystemError(EIO, "the rewritten metadata is too large");
    window_.append(text);
  }
  void drop_before(uint64_t offset) { window_.drop_before(offset); }
  void set_whole() { is_whole_ = true; }

 private:
  const uint64_t most_;
  base::ByteWindow window_;
  bool is_whole_ = false;
};

std::unique_ptr<storage::MetadataInput> open_metadata(const index::Snapshot& snapshot, int source) {
  auto input = storage::MetadataInput::open(source, snapshot.source_path);
  if (!input) index::refuse_metadata(snapshot, input.error().reason);
  index::require_indexed(snapshot, (*input)->st());
  return std::move(*input);
}

// The rewritten metadata is not larger.
uint64_t most_bytes(const index::Snapshot& snapshot, const flink::Form& form, bool has_other_names) {
  constexpr uint64_t kLongestName = 2 * 255;  // in modified UTF-8
  const uint64_t added = 2 * form.prefix.size() + 1 + (has_other_names ? kLongestName : 0);
  return std::max(snapshot.metadata_size, snapshot.owned_size) + snapshot.file_handles * added;
}

// Rewrites part after part. Throws SystemError.
class Rewriting {
 public:
  Rewriting(index::Reader& reader, const index::Snapshot& snapshot, const flink::Form& form,
            const NameOf& name_of, int source)
      : snapshot_(snapshot),
        form_(form),
        names_(reader, snapshot, name_of),
        input_(open_metadata(snapshot, source)),
        parts_(*input_),
        rewritten_(most_bytes(snapshot, form, name_of != nullptr)),
        rewritten_parts_(rewritten_, flink::kNoLimits) {}

  // The text of the next part; nothing behind the last one.
  std::optional<std::string> next() {
    const flink::Metadata* const part = checked(parts_.next());
    if (part == nullptr) {
      names_.require_all();
      if (!input_->is_unchanged()) index::refuse_metadata(snapshot_, "changed while it was read");
      return std::nullopt;
    }
    const std::vector<std::string> names = names_.of(*part);
    std::string text = checked(flink::rewrite(part->bytes, *part, form_, names));
    rewritten_.append(text);
    if (part->end == input_->size()) rewritten_.set_whole();
    const base::Result<const flink::Metadata*> after = rewritten_parts_.next();
    if (!after) refuse("cannot be decoded: " + base::to_string(after.error()));
    if (*after == nullptr) refuse("ends too early");
    if (const std::string difference = flink::check_rewritten(*part, **after, form_, names);
        !difference.empty()) {
      refuse(difference);
    }
    input_->drop_before(part->end);
    rewritten_.drop_before((*after)->end);
    return text;
  }

 private:
  template <typename T>
  T checked(base::Result<T> result) const {
    if (!result) index::refuse_metadata(snapshot_, base::to_string(result.error()));
    return std::move(*result);
  }

  [[noreturn]] void refuse(const std::string& difference) const {
    index::refuse_metadata(snapshot_, "the rewritten metadata is wrong: " + difference);
  }

  const index::Snapshot& snapshot_;
  const flink::Form& form_;
  HandleNames names_;
  const std::unique_ptr<storage::MetadataInput> input_;
  flink::PartDecoder parts_;
  RewrittenInput rewritten_;
  flink::PartDecoder rewritten_parts_;
};

// Errors of reading and rewriting are those of the snapshot.
template <typename Work>
auto of_snapshot(const Work& work) {
  try {
    return work();
  } catch (const base::SystemError& e) {
    throw base::Failure(base::FailureKind::kInput, e.what());
  }
}

// Opens the source, and fills in `directory`. Throws Failure(kSource) if the snapshot is gone.
base::UniqueFd open_source(const index::Snapshot& snapshot, struct stat* directory) {
  base::UniqueFd source = base::open_directory(snapshot.source.path);
  const std::string& path = snapshot.source_path;
  struct stat st = {};
  if (base::stat_beneath(source.get(), path.empty() ? "." : path.c_str(), directory) == ENOENT ||
      base::stat_beneath(source.get(), base::join(path, flink::kMetadataFile).c_str(), &st) == ENOENT) {
    throw base::Failure(base::FailureKind::kSource, base::format("the snapshot {} is gone", snapshot.path));
  }
  return source;
}

}  // namespace

SnapshotStats stat_snapshot(const index::Snapshot& snapshot) {
  SnapshotStats stats;
  const base::UniqueFd source = open_source(snapshot, &stats.directory);
  stats.metadata = of_snapshot([&] { return open_metadata(snapshot, source.get())->st(); });
  return stats;
}

void rewrite_metadata(index::Reader& reader, const index::Snapshot& snapshot, const flink::Form& form,
                      const NameOf& name_of, const std::function<void(std::string_view)>& take) {
  struct stat directory = {};
  const base::UniqueFd source = open_source(snapshot, &directory);
  const auto rewriting =
      of_snapshot([&] { return std::make_unique<Rewriting>(reader, snapshot, form, name_of, source.get()); });
  while (const auto text = of_snapshot([&] { return rewriting->next(); })) take(*text);
}

std::string rewritten_metadata(index::Reader& reader, const index::Snapshot& snapshot,
                               const flink::Form& form, const NameOf& name_of) {
  std::string text;
  text.reserve(snapshot.owned_size);
  rewrite_metadata(reader, snapshot, form, name_of, [&](std::string_view part) { text += part; });
  return text;
}

void require_sound(const index::Snapshot& snapshot) {
  using base::FailureKind;
  if (index::is_sound(snapshot.status)) return;
  const FailureKind kind = index::lacks_files(snapshot.status) ? FailureKind::kBroken : FailureKind::kInput;
  throw base::Failure(kind, base::format("the snapshot {} is {}: {}", snapshot.path,
                                         to_string(snapshot.status), snapshot.reason));
}

}  // namespace checkpointfs::transfer
