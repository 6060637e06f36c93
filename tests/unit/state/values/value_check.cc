// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/values/value_check.h"

#include <algorithm>
#include <cstdint>

#include "state/bytes/byte_stream.h"
#include "state/encode/encode.h"
#include "state/json/json_value.h"
#include "state/values/values.h"

namespace checkpointfs::test {
namespace {

using state::Input;
using state::Outcome;

// Bytes in pieces of three.
class SmallPieces : public state::ByteStream {
 public:
  explicit SmallPieces(std::string_view bytes) : bytes_(bytes) {}
  size_t read(char* out, size_t most) override {
    const std::string_view piece = bytes_.substr(0, std::min<size_t>(most, 3));
    std::copy(piece.begin(), piece.end(), out);
    bytes_.remove_prefix(piece.size());
    return piece.size();
  }
  const base::InputError* error() const override { return nullptr; }

 private:
  std::string_view bytes_;
};

struct Walked {
  Outcome outcome = Outcome::kRead;
  bool has_error = false;
  uint64_t end = 0;
  std::string json;
};

Walked walk(Input& in, const state::Type& type) {
  Walked walked;
  walked.outcome = append_json(in, type, {}, walked.json);
  walked.has_error = !in.ok();
  walked.end = in.offset();
  return walked;
}

bool is_json(const std::string& text) {
  return state::parse_json(text).has_value();
}

}  // namespace

std::string broken_promise(std::string_view bytes, const state::Type& type) {
  Input memory(bytes);
  const Walked walked = walk(memory, type);
  if (walked.outcome == Outcome::kDamaged && !walked.has_error) return "damaged without an error";
  if (walked.outcome == Outcome::kRead && walked.has_error) return "read with an error";
  SmallPieces pieces(bytes);
  Input stream(pieces);
  const Walked streamed = walk(stream, type);
  // Memory ends before a count that is too large; a stream does so later, behind a value that is opaque.
  if ((streamed.outcome == Outcome::kRead) != (walked.outcome == Outcome::kRead)) {
    return "another outcome from a stream";
  }
  std::string framed;
  const bool is_read = !append_framed_json(bytes, type, {}, framed);
  if (!is_json(framed)) return "no JSON: " + framed;
  Input skipped(bytes);
  const Outcome skip = skip_value(skipped, type);
  if (walked.outcome != Outcome::kRead) return is_read ? "read, but only framed" : "";
  if (skip != Outcome::kRead || skipped.offset() != walked.end) return "skipped to another place";
  if (is_read != (walked.end == bytes.size())) return "framed, but not read to its end";
  if (!is_json(walked.json)) return "no JSON: " + walked.json;
  if (streamed.json != walked.json || streamed.end != walked.end) return "other JSON from a stream";
  return "";
}

std::string broken_encoding(const std::string& json, const state::Type& type) {
  const base::Result<std::string> bytes = state::value_from_json(json, type);
  if (!bytes.has_value()) return "";
  Input in(*bytes);
  const Walked walked = walk(in, type);
  if (walked.outcome != Outcome::kRead || !in.at_end()) return json + " becomes bytes that cannot be read";
  return walked.json == json ? "" : json + " becomes " + walked.json;
}

}  // namespace checkpointfs::test
