// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/properties.h"

#include <vector>

#include "base/text/message.h"
#include "flink/check_rewritten.h"
#include "flink/decode.h"
#include "flink/parts.h"
#include "flink/rewrite.h"
#include "tests/fuzz/decoding.h"
#include "tests/fuzz/rewriting.h"

namespace checkpointfs::fuzz {
namespace {

using flink::Form;
using flink::FormKind;

const Form kOriginal = {FormKind::kOriginal, ""};
const Form kOwned = {FormKind::kOwned, ""};
const Form kBeside = {FormKind::kOwned, "../shared"};
const Form kShared = {FormKind::kShared, ""};
const Form kAbsolute = {FormKind::kAbsolute, "file:/copy"};
const Form kElsewhere = {FormKind::kAbsolute,
                         "s3://b\xC3\xBC"
                         "cket/\xF0\x9F\x98\x80"};  // two surrogates

struct NamedForm {
  const char* name;
  const Form& form;
};

std::string form_problem(const flink::Metadata& metadata, const std::string& rewritten, const Form& form,
                         const std::vector<std::string>& names) {
  const std::string problem = flink::check_rewritten(metadata, rewritten, form, names);
  if (!problem.empty()) return problem;
  const Rewritten again = rewrite_again(rewritten, form, names);
  if (!again.problem.empty()) return again.problem;
  return again.bytes == rewritten ? "" : "rewriting it once more changes it";
}

std::string refusal_of_rewrite(const flink::Metadata& metadata, const base::InputError& error) {
  if (!has_no_other_form(metadata)) return "refused without need: " + base::to_string(error);
  return refusal_problem(error, metadata.bytes);
}

// A way from one form to another, and what must come out.
struct Way {
  const char* name;
  const std::string& from;
  const Form& form;
  const std::string& expected;
};

std::string way_problem(const Way& way, const std::vector<std::string>& names) {
  const Rewritten result = rewrite_again(way.from, way.form, names);
  if (!result.problem.empty()) return result.problem;
  return result.bytes == way.expected ? "" : "other bytes";
}

class WholeInput : public base::GrowingInput {
 public:
  explicit WholeInput(std::string_view bytes) : bytes_(bytes) {}
  uint64_t size() const override { return bytes_.size(); }
  std::string_view until(uint64_t wanted) override { return bytes_.substr(0, wanted); }

 private:
  std::string_view bytes_;
};

// Part by part, the input must be what it is as a whole.
std::string parts_problem(std::string_view bytes, const base::Result<flink::Metadata>& whole) {
  WholeInput input(bytes);
  flink::PartDecoder decoder(input);
  size_t files = 0;
  uint64_t end = 0;
  while (true) {
    const auto part = decoder.next();
    if (!part.has_value()) {
      const bool is_same = !whole.has_value() && to_string(whole.error()) == to_string(part.error());
      return is_same ? "" : "another error in parts: " + to_string(part.error());
    }
    if (*part == nullptr) break;
    if ((*part)->begin != end) return "a gap between parts";
    end = (*part)->end;
    for (const flink::FileHandle& handle : (*part)->files) {
      const size_t number = files++;
      if (!whole.has_value()) continue;  // the error is in a later part
      if (number >= whole->files.size() || whole->files[number].offset != handle.offset ||
          whole->files[number].length != handle.length || whole->files[number].path != handle.path) {
        return "another handle in parts";
      }
    }
  }
  const bool is_same = whole.has_value() && files == whole->files.size() && end == bytes.size();
  return is_same ? "" : "parts of something else";
}

}  // namespace

Verdict check_decoding(std::string_view bytes) {
  const auto metadata = flink::decode(bytes);
  std::string problem = parts_problem(bytes, metadata);
  if (!problem.empty()) return {metadata.has_value(), problem};
  if (!metadata.has_value()) return {false, refusal_problem(metadata.error(), bytes)};
  problem = positions_problem(*metadata, bytes);
  if (problem.empty()) problem = paths_problem(*metadata);
  return {true, problem};
}

Verdict check_rewriting(std::string_view bytes) {
  const auto metadata = flink::decode(bytes);
  if (!metadata.has_value()) return {false, refusal_problem(metadata.error(), bytes)};
  const std::vector<std::string> names = projected_names(*metadata);
  const auto original = flink::rewrite(bytes, *metadata, kOriginal, names);
  if (!original.has_value() || *original != bytes) {
    return {true, "the original form is not the input"};
  }
  uint64_t owned_size = 0;
  for (const NamedForm& to :
       {NamedForm{"owned", kOwned}, {"shared", kShared}, {"beside", kBeside}, {"absolute", kElsewhere}}) {
    const auto rewritten = flink::rewrite(bytes, *metadata, to.form, names);
    if (!rewritten.has_value()) return {false, refusal_of_rewrite(*metadata, rewritten.error())};
    const std::string problem = form_problem(*metadata, *rewritten, to.form, names);
    if (!problem.empty()) return {true, base::format("the {} form: {}", to.name, problem)};
    if (&to.form == &kOwned) owned_size = rewritten->size();
    if (!to.form.prefix.empty() &&
        rewritten->size() != flink::prefixed_size(owned_size, names.size(), to.form.prefix)) {
      return {true, base::format("the {} form is longer or shorter than prefixed_size()", to.name)};
    }
  }
  return {true, ""};
}

Verdict check_relative(std::string_view bytes) {
  const auto metadata = flink::decode(bytes);
  if (!metadata.has_value()) return {false, refusal_problem(metadata.error(), bytes)};
  if (has_no_other_form(*metadata)) return {false, ""};
  const std::vector<std::string> names = projected_names(*metadata);
  const Rewritten owned = rewrite_again(bytes, kOwned, names);
  const Rewritten shared = rewrite_again(bytes, kShared, names);
  const Rewritten beside = rewrite_again(bytes, kBeside, names);
  const Rewritten absolute = rewrite_again(bytes, kAbsolute, names);
  const Rewritten elsewhere = rewrite_again(bytes, kElsewhere, names);
  for (const Rewritten* made : {&owned, &shared, &beside, &absolute, &elsewhere}) {
    if (!made->problem.empty()) return {true, made->problem};
    const auto decoded = flink::decode(made->bytes);
    if (!decoded.has_value()) return {true, "the result is refused: " + base::to_string(decoded.error())};
    const std::string problem = difference(*metadata, *decoded);
    if (!problem.empty()) return {true, "the result has " + problem};
  }
  for (const Way& way : {Way{"shared to absolute", shared.bytes, kAbsolute, absolute.bytes},
                         {"absolute to shared", absolute.bytes, kShared, shared.bytes},
                         {"absolute to owned", absolute.bytes, kOwned, owned.bytes},
                         {"shared to owned", shared.bytes, kOwned, owned.bytes},
                         {"owned to shared", owned.bytes, kShared, owned.bytes},
                         {"owned to beside", owned.bytes, kBeside, beside.bytes},
                         {"absolute to beside", absolute.bytes, kBeside, beside.bytes},
                         {"beside to owned", beside.bytes, kOwned, owned.bytes},
                         {"absolute to absolute elsewhere", absolute.bytes, kElsewhere, elsewhere.bytes},
                         {"and back", elsewhere.bytes, kAbsolute, absolute.bytes}}) {
    const std::string problem = way_problem(way, names);
    if (!problem.empty()) return {true, base::format("{}: {}", way.name, problem)};
  }
  return {true, ""};
}

}  // namespace checkpointfs::fuzz
