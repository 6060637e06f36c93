// SPDX-License-Identifier: Apache-2.0
// A client of HTTP that can be as rude as a test wants it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace checkpointfs::test {

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in small letters
  std::string body;
};

// A connection. No call waits longer than ten seconds.
class HttpClient {
 public:
  // Connects to the address and port of `url`, "http://127.0.0.1:80/..." or "http://[::1]:80/...". Throws
  // std::system_error.
  explicit HttpClient(const std::string& url);

  // False if the other side is gone.
  bool send(std::string_view bytes);
  // The next response; nothing if none comes. `head`: without a body.
  std::optional<HttpResponse> receive(bool head = false);
  // True if the other side has closed the connection and has sent nothing more.
  bool is_closed();

 private:
  bool receive_more();

  base::UniqueFd socket_;
  std::string received_;
};

// "GET /metrics", with these further lines, each ending in "\r\n".
std::string http_get(std::string_view target, std::string_view lines = {});

// Requests `url` by a connection of its own. Throws std::runtime_error if there is no response.
HttpResponse get(const std::string& url, std::string_view lines = {});

}  // namespace checkpointfs::test
