// SPDX-License-Identifier: Apache-2.0
// An HTTP server for the metrics of a mount.
#pragma once

#include <memory>
#include <string>

#include "fs/metrics/http_exchange.h"
#include "fs/metrics/metrics_address.h"

namespace checkpointfs::fs {

// Answers GET and HEAD of /metrics. One thread serves all connections asynchronously, so a slow client delays
// no other; if there are too many connections, the one that has been idle longest is closed.
class MetricsServer {
 public:
  // Listens; requests are answered after start(). The thread calls `text`, which may throw. Throws
  // SystemError.
  MetricsServer(const MetricsAddress& address, MakeMetricsText text);
  // Ends the thread; waits at most for one call of `text`.
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
