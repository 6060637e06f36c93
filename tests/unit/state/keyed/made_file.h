// SPDX-License-Identifier: Apache-2.0
// Key-group files made by hand, and entries as text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "state/keyed/key_group_file.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/proxies.h"
#include "tests/unit/state/state_builder.h"

namespace checkpointfs::test {

struct MadeFile {
  state::KeyGroupFile file;
  std::shared_ptr<const state::KeyedProxy> proxy;
};

// The proxy, then the bytes of the key groups from `first` on; "": the key group has offset 0. Throws if the
// proxy cannot be read.
MadeFile made_file(const Proxy& proxy, int32_t first, const std::vector<std::string>& groups);
// The same with other bytes in place of those of the whole file.
MadeFile with_bytes(const MadeFile& made, std::string_view bytes);
std::string bytes_of(const MadeFile& made);

// One line an entry: "2 00000001=0000002A", hexadecimal, with " pending". Then lines "gap 3: reason" and
// "error: reason".
std::string text_of(state::KeyedEntries& entries);
std::string hex(std::string_view bytes);

}  // namespace checkpointfs::test
