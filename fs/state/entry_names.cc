// SPDX-License-Identifier: Apache-2.0
#include "fs/state/entry_names.h"

#include "base/text/characters.h"
#include "base/text/hex.h"
#include "storage/projected_name.h"

namespace checkpointfs::fs {
namespace {

// Leaves room for what follows a name: an id of an operator, ".jsonl".
constexpr size_t kMostBytes = 200;
constexpr size_t kHashDigits = 16;

// Whole characters and whole escapes.
std::string_view beginning_of(std::string_view name, size_t bytes) {
  while (bytes > 0 && (static_cast<unsigned char>(name[bytes]) & 0xC0) == 0x80) --bytes;
  for (const size_t back : {size_t{1}, size_t{2}}) {
    if (bytes >= back && name[bytes - back] == '%') return name.substr(0, bytes - back);
  }
  return name.substr(0, bytes);
}

}  // namespace

std::string entry_name(std::string_view text) {
  if (text.empty()) return "%";
  std::string name = base::escaped(text, "/%", base::percent_escape);
  if (name.front() == '.') name.replace(0, 1, base::percent_escape('.'));
  if (name.size() <= kMostBytes) return name;
  const std::string hash = "~" + storage::hash_digits(text, kHashDigits);
  return std::string(beginning_of(name, kMostBytes - hash.size())) + hash;
}

std::string EntryNames::free_name(const std::string& name, std::string_view identity) {
  std::string free =
      storage::free_name(name, identity, [this](const std::string& one) { return taken_.contains(one); });
  taken_.insert(free);
  return free;
}

}  // namespace checkpointfs::fs
