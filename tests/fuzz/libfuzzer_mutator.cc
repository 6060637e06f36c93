// SPDX-License-Identifier: Apache-2.0
// Gives our mutations to libFuzzer, beside its own.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "tests/fuzz/mutator.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed);
extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* data1, size_t size1, const uint8_t* data2,
                                            size_t size2, uint8_t* out, size_t max_out_size,
                                            unsigned int seed);

namespace {

constexpr size_t kOwnShare = 4;  // every fourth mutation is libFuzzer's own

std::string_view view(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace

size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
  checkpointfs::fuzz::Random random(seed);
  if (random.one_in(kOwnShare)) return LLVMFuzzerMutate(data, size, max_size);
  const std::string result = checkpointfs::fuzz::mutate(view(data, size), max_size, random);
  std::memcpy(data, result.data(), result.size());
  return result.size();
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t* data1, size_t size1, const uint8_t* data2, size_t size2,
                                 uint8_t* out, size_t max_out_size, unsigned int seed) {
  checkpointfs::fuzz::Random random(seed);
  const std::string result =
      checkpointfs::fuzz::splice(view(data1, size1), view(data2, size2), max_out_size, random);
  std::memcpy(out, result.data(), result.size());
  return result.size();
}
