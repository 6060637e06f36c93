// SPDX-License-Identifier: Apache-2.0
// The elements of operator state in one handle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_error.h"
#include "flink/listed_states.h"
#include "state/bytes/state_bytes.h"
#include "state/bytes/stored_input.h"
#include "state/meta/proxies.h"

namespace checkpointfs::state {

// The bytes [start, end) of an element as they are stored.
struct ElementExtent {
  uint64_t start = 0;
  uint64_t end = 0;
  bool is_apart = true;  // false: all elements of the state have one offset, and cannot be told apart
};

// A state of a handle.
struct HandleState {
  const StateMeta* meta = nullptr;  // of the handle's proxy
  // A list state has an extent for each element, a broadcast state one for all entries: int n x (key, value).
  std::vector<ElementExtent> extents;
};

class OperatorHandle {
 public:
  // Reads the descriptions of the states. `listed`: see flink::listed_states(). An error if they are damaged,
  // or an offset lies outside of the bytes. Throws base::SystemError if the bytes cannot be read, as do the
  // functions below.
  static base::Result<OperatorHandle> open(std::shared_ptr<const StateBytes> bytes,
                                           const std::vector<flink::ListedState>& listed, Writer writer);

  // In the order of the proxy; broadcast states last. States of the metadata that the proxy does not describe
  // are left out.
  const std::vector<HandleState>& states() const { return states_; }
  const HandleState* find(std::string_view name) const;
  const std::shared_ptr<const StateBytes>& bytes() const { return bytes_; }
  bool compressed() const { return proxy_->compressed; }

 private:
  OperatorHandle(std::shared_ptr<const StateBytes> bytes, std::shared_ptr<const OperatorProxy> proxy)
      : bytes_(std::move(bytes)), proxy_(std::move(proxy)) {}

  std::shared_ptr<const StateBytes> bytes_;
  std::shared_ptr<const OperatorProxy> proxy_;
  std::vector<HandleState> states_;
};

// An element as an input, decompressed. REQUIRES: it is apart.
StoredInput element_input(const OperatorHandle& handle, const ElementExtent& extent);

// All bytes of an element, decompressed. An error if they are damaged, or if it is not apart.
base::Result<std::string> element_bytes(const OperatorHandle& handle, const ElementExtent& extent);

}  // namespace checkpointfs::state
