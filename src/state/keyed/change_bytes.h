// SPDX-License-Identifier: Apache-2.0
// The bytes of a changelog, readable from any position in their uncompressed form.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/input_error.h"
#include "state/bytes/state_bytes.h"
#include "state/bytes/stored_input.h"

namespace checkpointfs::state {

enum class ChangeForm : uint8_t {
  kFile,  // tags 10 and 13: a file of the changelog, all of it
  kList,  // tag 9: int count | count x (int key group | int length | bytes)
};

// Some changes that a handle names.
struct ChangeSet {
  std::shared_ptr<const StateBytes> bytes;
  int64_t offset = 0;  // kFile: in the uncompressed stream behind the file's first byte; kList: in `bytes`
  ChangeForm form = ChangeForm::kFile;
};

class ChangeBytes {
 public:
  // A file begins with boolean compressed. REQUIRES: kFile, or bytes whose positions are offsets.
  static base::Result<std::shared_ptr<const ChangeBytes>> open(std::shared_ptr<const StateBytes> bytes,
                                                               ChangeForm form);

  // An input from one position on. More than `length` bytes are not read, as far as that can be known.
  // REQUIRES: the bytes outlive it.
  StoredInput read(uint64_t position, uint64_t length) const;

 private:
  // The beginning of a block in the compressed file.
  struct Block {
    uint64_t position = 0;  // of its first byte, uncompressed
    uint64_t offset = 0;    // in the file
  };
  explicit ChangeBytes(std::shared_ptr<const StateBytes> bytes) : bytes_(std::move(bytes)) {}
  std::optional<base::InputError> find_blocks();
  Block block_at(uint64_t position) const;

  std::shared_ptr<const StateBytes> bytes_;
  uint64_t start_ = 0;  // of the stream, in bytes_
  bool compressed_ = false;
  std::vector<Block> blocks_;
};

}  // namespace checkpointfs::state
