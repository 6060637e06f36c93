// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/allocations.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

// Negative in a thread that frees memory of another thread.
thread_local int64_t held = 0;
thread_local int64_t most_held = 0;

// Null counts nothing.
void* counted(void* memory) {
  held += static_cast<int64_t>(malloc_usable_size(memory));
  most_held = std::max(most_held, held);
  return memory;
}

}  // namespace

void* operator new(size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return counted(memory);
}

// std::stable_sort() calls this one.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return counted(std::malloc(size));
}

void operator delete(void* memory) noexcept {
  held -= static_cast<int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

void operator delete(void* memory, size_t) noexcept {
  operator delete(memory);
}

void operator delete(void* memory, const std::nothrow_t&) noexcept {
  operator delete(memory);
}

// std::pmr::new_delete_resource() calls this one.
void* operator new(size_t size, std::align_val_t alignment) {
  void* const memory = std::aligned_alloc(static_cast<size_t>(alignment), size);
  if (memory == nullptr) throw std::bad_alloc();
  return counted(memory);
}

void operator delete(void* memory, std::align_val_t) noexcept {
  operator delete(memory);
}

void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  operator delete(memory);
}

namespace checkpointfs::fuzz {

AllocationPeak::AllocationPeak() : start_(held) {
  most_held = held;
}

uint64_t AllocationPeak::bytes() const {
  return static_cast<uint64_t>(most_held - start_);
}

}  // namespace checkpointfs::fuzz
