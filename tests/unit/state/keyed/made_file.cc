// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/keyed/made_file.h"

#include <stdexcept>
#include <utility>

#include "state/bytes/state_bytes.h"

namespace checkpointfs::test {

MadeFile made_file(const Proxy& proxy, int32_t first, const std::vector<std::string>& groups) {
  std::string bytes = keyed_proxy(proxy);
  auto read = state::read_keyed_proxy(bytes, state::Writer::kFlink1);
  if (!read.has_value()) throw std::runtime_error(to_string(read.error()));
  state::KeyGroupFile file;
  file.groups = {first, first + static_cast<int32_t>(groups.size()) - 1};
  for (const std::string& group : groups) {
    file.offsets.push_back(group.empty() ? 0 : static_cast<int64_t>(bytes.size()));
    bytes += group;
  }
  file.bytes = state::memory_bytes(bytes, "memory");
  return {file, std::make_shared<state::KeyedProxy>(*std::move(read))};
}

MadeFile with_bytes(const MadeFile& made, std::string_view bytes) {
  MadeFile other = made;
  other.file.bytes = state::memory_bytes(bytes, "memory");
  return other;
}

std::string bytes_of(const MadeFile& made) {
  std::string bytes(made.file.bytes->size(), '\0');
  made.file.bytes->read(0, bytes.data(), bytes.size());
  return bytes;
}

std::string hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 0x0F];
  }
  return text;
}

std::string text_of(state::KeyedEntries& entries) {
  std::string text;
  while (const auto entry = entries.next()) {
    text += std::to_string(entry->key_group) + " " + hex(entry->key) + "=" + hex(entry->value) +
            (entry->pending ? " pending\n" : "\n");
  }
  for (const int32_t group : entries.gaps().key_groups) {
    text += "gap " + std::to_string(group) + ": " + entries.gaps().reason + "\n";
  }
  if (entries.error()) text += "error: " + entries.error()->reason + "\n";
  return text;
}

}  // namespace checkpointfs::test
