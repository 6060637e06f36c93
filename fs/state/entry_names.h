// SPDX-License-Identifier: Apache-2.0
// Names of files and directories for operators and states, which Flink lets be called anything.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace checkpointfs::fs {

// `text` as one name: bytes of control characters, of characters that reorder the text around them and of no
// UTF-8, '/', '%' and a leading '.' are percent-encoded, as "%2F". "%" stands for the empty text. A long
// text is cut, and followed by "~" and 16 hexadecimal digits that depend on all of it.
std::string entry_name(std::string_view text);

// The names that a directory has already.
class EntryNames {
 public:
  // `name`, or, if it is taken, `name` with a suffix made from `identity`.
  std::string free_name(const std::string& name, std::string_view identity);

 private:
  std::set<std::string> taken_;
};

}  // namespace checkpointfs::fs
