// SPDX-License-Identifier: Apache-2.0
#include "state/json/json_sink.h"

namespace checkpointfs::state {

void JsonSink::long_integer(int64_t value) {
  if (text_ == nullptr) return;
  if (style_.int64_as_string) text_->push_back('"');
  append_integer(value, *text_);
  if (style_.int64_as_string) text_->push_back('"');
}

void JsonSink::hex(std::string_view bytes) {
  if (text_ == nullptr) return;
  text_->push_back('"');
  append_hex(bytes, *text_);
  text_->push_back('"');
}

}  // namespace checkpointfs::state
