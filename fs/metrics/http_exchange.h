// SPDX-License-Identifier: Apache-2.0
// The HTTP of the metrics: bytes of requests become bytes of answers. Knows no socket.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fs/metrics/metrics_text.h"

namespace checkpointfs::fs {

using MakeMetricsText = std::function<std::string(MetricsFormat)>;

// The requests of one connection, one after the other.
class HttpExchange {
 public:
  struct Answer {
    std::string bytes;
    bool keep_alive = false;  // otherwise the connection ends behind the answer
  };

  // `make_text` outlives this, and may throw.
  explicit HttpExchange(const MakeMetricsText& make_text);
  ~HttpExchange();

  // Takes bytes that have arrived. Returns the answer to the next request once its header is whole or can no
  // longer become one; bytes behind the header belong to the request after it, so `arrived` may be empty.
  // Returns nothing while bytes are missing.
  std::optional<Answer> take(std::string_view arrived);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace checkpointfs::fs
