// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/crc32c.h"

#include <cstddef>
#include <cstring>

#include <boost/crc.hpp>

namespace checkpointfs::state {
namespace {

uint32_t crc32c_by_table(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

#ifdef __x86_64__

// Ten times as fast as the table, which would take longer than all else that is done with a block.
__attribute__((target("sse4.2"))) uint32_t crc32c_by_instruction(std::string_view bytes) {
  uint64_t crc = 0xFFFFFFFF;
  while (bytes.size() >= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof(word));
    crc = __builtin_ia32_crc32di(crc, word);
    bytes.remove_prefix(sizeof(word));
  }
  auto rest = static_cast<uint32_t>(crc);
  for (const char c : bytes) rest = __builtin_ia32_crc32qi(rest, static_cast<unsigned char>(c));
  return ~rest;
}

#endif

}  // namespace

uint32_t crc32c(std::string_view bytes) {
#ifdef __x86_64__
  static const bool kHasInstruction = __builtin_cpu_supports("sse4.2") != 0;
  if (kHasInstruction) return crc32c_by_instruction(bytes);
#endif
  return crc32c_by_table(bytes);
}

}  // namespace checkpointfs::state
