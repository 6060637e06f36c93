// SPDX-License-Identifier: Apache-2.0
// Serves the metrics of a mount over HTTP.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "fs/metrics/metrics_address.h"
#include "fs/metrics/metrics_text.h"

namespace checkpointfs::fs {

// GET and HEAD of /metrics. One thread answers everybody; who is slow waits alone, and if too many wait, the
// one that has waited longest goes.
class MetricsServer {
 public:
  using MakeText = std::function<std::string(MetricsFormat)>;

  // Listens; nobody is answered yet. `text` is called by the thread, and may throw. Throws SystemError.
  MetricsServer(const MetricsAddress& address, MakeText text);
  // Ends the thread, which takes no longer than a call of `text`.
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  // REQUIRES: called once, and no fork() afterwards. Throws SystemError.
  void start();

  // "http://127.0.0.1:9300/metrics", with the port that was chosen.
  const std::string& url() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace checkpointfs::fs
