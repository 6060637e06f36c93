// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "flink/decode.h"
#include "tests/fuzz/generator.h"
#include "tests/support/bytes.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::fuzz {
namespace {

using flink::FileHandle;
using flink::Metadata;

constexpr std::string_view kJavaStream("\xAC\xED\0\5", 4);

std::string big_endian(uint64_t value, size_t width) {
  const std::string all = test::Bytes().i64(static_cast<int64_t>(value));
  return all.substr(all.size() - width);
}

uint64_t number_at(std::string_view bytes, uint64_t offset, size_t width) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

// The number of `width` bytes at `offset` becomes one near it, of the size of the input, or at a limit.
void change_number(std::string& bytes, uint64_t offset, size_t width, Random& random) {
  if (offset > bytes.size() || bytes.size() - offset < width) return;
  const uint64_t old = number_at(bytes, offset, width);
  const uint64_t left = bytes.size() - offset - width;
  const std::vector<uint64_t> values = {old + 1,
                                        old - 1,
                                        old * 2,
                                        left,
                                        left + 1,
                                        left - 1,
                                        left / 3,
                                        0,
                                        uint64_t(-1),
                                        uint64_t{1} << (8 * width - 1),
                                        (uint64_t{1} << (8 * width - 1)) - 1,
                                        static_cast<uint64_t>(any_long(random))};
  bytes.replace(offset, width, big_endian(random.any(values), width));
}

void change_any_number(std::string& bytes, uint64_t offset, Random& random) {
  change_number(bytes, offset, random.any(std::vector<size_t>{1, 2, 4, 8}), random);
}

// The offsets of numbers and tags, as far as the decoder records them.
std::vector<uint64_t> positions(const Metadata& metadata) {
  std::vector<uint64_t> list = {4, 8, 16};  // version, checkpoint id, count of master states
  for (const FileHandle& handle : metadata.files) {
    const auto path = static_cast<uint64_t>(handle.path.data() - metadata.bytes.data());
    for (const uint64_t offset :
         {handle.offset, handle.offset + 1, handle.offset + 9, handle.offset + 17, path - 2, path,
          handle.offset + handle.length - 8, handle.offset + handle.length}) {
      list.push_back(offset);
    }
    if (handle.offset >= 8) list.push_back(handle.offset - 8);
  }
  for (const flink::IncrementalHandle& handle : metadata.incrementals) {
    list.insert(list.end(), {handle.shared_count_offset, handle.private_count_offset});
  }
  for (const flink::SegmentOperatorHandle& handle : metadata.segment_operators) {
    list.insert(list.end(), {handle.present_offset, handle.tag_offset, handle.tag_offset + 1,
                             handle.directories_offset, handle.delegate_offset - 1, handle.delegate_offset});
  }
  return list;
}

void replace_handle(std::string& bytes, const FileHandle& handle, const std::string& by) {
  bytes.replace(handle.offset, handle.length, by);
}

std::string with_path(const FileHandle& handle, const std::string& path) {
  switch (handle.tag) {
    case flink::StreamTag::kRelative:
      return test::relative(path, handle.size);
    case flink::StreamTag::kSegment:
      return test::segment(path, handle.start, handle.size);
    default:
      return test::file(path, handle.size);
  }
}

// Finds the beginning of the handle's entry in a shared or private map; false if it has none of its own.
bool entry_begin(const Metadata& metadata, const FileHandle& handle, uint64_t* begin) {
  if (handle.part != flink::Part::kShared && handle.part != flink::Part::kPrivate) return false;
  if (handle.local_name.empty()) return false;
  const auto name = static_cast<uint64_t>(handle.local_name.data() - metadata.bytes.data());
  *begin = name - 2;
  return name + handle.local_name.size() == handle.offset;
}

uint64_t count_offset(const Metadata& metadata, const FileHandle& handle) {
  uint64_t offset = 0;
  for (const flink::IncrementalHandle& list : metadata.incrementals) {
    if (list.shared_count_offset > handle.offset) break;
    offset = handle.part == flink::Part::kShared ? list.shared_count_offset : list.private_count_offset;
  }
  return offset;
}

// Doubles an entry of a map, or takes it away; its count follows.
void change_list(std::string& bytes, const Metadata& metadata, const FileHandle& handle, Random& random) {
  uint64_t begin = 0;
  const uint64_t count_at = count_offset(metadata, handle);
  if (count_at == 0 || !entry_begin(metadata, handle, &begin)) return;
  const uint64_t end = handle.offset + handle.length;
  const uint64_t count = number_at(bytes, count_at, 4);
  if (random.one_in(3)) {
    bytes.erase(begin, end - begin);
    bytes.replace(count_at, 4, big_endian(count - 1, 4));
  } else {
    const std::string entry = bytes.substr(begin, end - begin);
    bytes.insert(end, entry);
    bytes.replace(count_at, 4, big_endian(count + 1, 4));
  }
}

void change_handle(std::string& bytes, const Metadata& metadata, Random& random) {
  const FileHandle& handle = random.any(metadata.files);
  switch (random.below(5)) {
    case 0:
      return replace_handle(bytes, handle, any_stream_handle(random));
    case 1:
      return replace_handle(bytes, handle, with_path(handle, any_path(random)));
    case 2:
      return replace_handle(bytes, handle,
                            test::key_groups(bytes.substr(handle.offset, handle.length), {any_long(random)}));
    case 3:
      bytes[handle.offset] = static_cast<char>(random.below(19));
      return;
    default:
      return change_list(bytes, metadata, handle, random);
  }
}

// Changes a type, a flag or part of a reference in the Java object at the end, or all of the object.
void change_properties(std::string& bytes, Random& random) {
  const size_t start = bytes.rfind(kJavaStream);
  if (start == std::string::npos || bytes.size() - start < 6) return;
  const size_t at = start + 4 + random.below(bytes.size() - start - 4);
  switch (random.below(4)) {
    case 0:
      bytes[at] = static_cast<char>(0x70 + random.below(16));
      return;
    case 1:
      bytes.insert(at, "\x71" + big_endian(0x7E0000 + random.below(20), 4));
      return;
    case 2:
      bytes.replace(start, std::string::npos, any_properties(random));
      return;
    default:
      bytes[at] = static_cast<char>(random.below(16));
  }
}

void change_range(std::string& bytes, Random& random) {
  const size_t begin = random.below(bytes.size());
  const size_t length = 1 + random.below(std::min<size_t>(bytes.size() - begin, 64));
  if (random.one_in(2)) {
    bytes.erase(begin, length);
  } else {
    bytes.insert(begin, bytes.substr(begin, length));
  }
}

void change_once(std::string& bytes, Random& random) {
  if (bytes.size() < 20 || random.one_in(40)) {
    bytes = any_metadata(random);
    return;
  }
  const auto metadata = flink::decode(bytes);
  if (!metadata.has_value()) {
    // Perhaps this lets the decoder go on.
    if (random.one_in(2)) return change_any_number(bytes, metadata.error().offset, random);
    return change_any_number(bytes, random.below(bytes.size()), random);
  }
  switch (random.below(8)) {
    case 0:
      bytes.replace(4, 4, big_endian(random.below(8), 4));
      return;
    case 1:
      return change_properties(bytes, random);
    case 2:
      return change_range(bytes, random);
    case 3:
      return change_any_number(bytes, random.below(bytes.size()), random);
    case 4:
      return change_any_number(bytes, random.any(positions(*metadata)), random);
    default:
      if (!metadata->files.empty()) change_handle(bytes, *metadata, random);
  }
}

std::string cut(std::string bytes, size_t max_size) {
  if (bytes.size() > max_size) bytes.resize(max_size);
  return bytes.empty() ? "I" : bytes;  // libFuzzer takes no empty ones
}

}  // namespace

std::string mutate(std::string_view bytes, size_t max_size, Random& random) {
  std::string result(bytes);
  for (size_t changes = 1 + random.below(4); changes > 0; --changes) change_once(result, random);
  return cut(std::move(result), max_size);
}

std::string splice(std::string_view bytes, std::string_view donor, size_t max_size, Random& random) {
  std::string result(bytes);
  const auto from = flink::decode(donor);
  for (size_t changes = 1 + random.below(3); changes > 0; --changes) {
    const auto into = flink::decode(result);
    if (!into.has_value() || into->files.empty() || !from.has_value() || from->files.empty()) break;
    const FileHandle& handle = random.any(from->files);
    replace_handle(result, random.any(into->files), std::string(donor.substr(handle.offset, handle.length)));
  }
  return cut(std::move(result), max_size);
}

}  // namespace checkpointfs::fuzz
