// SPDX-License-Identifier: Apache-2.0
#include "http.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cctype>
#include <cerrno>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace checkpointfs::test {
namespace {

constexpr timeval kLimit = {10, 0};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

base::UniqueFd connect_to(int family, const sockaddr* address, socklen_t size) {
  base::UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) fail("socket");
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kLimit, sizeof kLimit);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kLimit, sizeof kLimit);
  if (::connect(fd.get(), address, size) != 0) fail("connect");
  return fd;
}

base::UniqueFd connect_to(const std::string& url) {
  const size_t begin = url.find("//") + 2;
  const std::string place = url.substr(begin, url.find('/', begin) - begin);
  const size_t colon = place.rfind(':');
  const auto port = htons(static_cast<uint16_t>(std::stoi(place.substr(colon + 1))));
  if (place.starts_with('[')) {
    sockaddr_in6 v6 = {};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = port;
    ::inet_pton(AF_INET6, place.substr(1, colon - 2).c_str(), &v6.sin6_addr);
    return connect_to(AF_INET6, reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
  }
  sockaddr_in v4 = {};
  v4.sin_family = AF_INET;
  v4.sin_port = port;
  ::inet_pton(AF_INET, place.substr(0, colon).c_str(), &v4.sin_addr);
  return connect_to(AF_INET, reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
}

// Parses the status line and headers, the text before the empty line.
HttpResponse parse_head(const std::string& head) {
  HttpResponse response;
  std::istringstream lines(head);
  std::string line;
  std::getline(lines, line);
  if (line.starts_with("HTTP/1.") && line.size() > 12) response.status = std::stoi(line.substr(9, 3));
  while (std::getline(lines, line) && line.find(": ") != std::string::npos) {
    if (line.ends_with('\r')) line.pop_back();
    std::string name = line.substr(0, line.find(": "));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    response.headers[name] = line.substr(name.size() + 2);
  }
  return response;
}

}  // namespace

HttpClient::HttpClient(const std::string& url) : socket_(connect_to(url)) {}

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

bool HttpClient::receive_more() {
  char buffer[65536];
  const ssize_t n = ::recv(socket_.get(), buffer, sizeof buffer, 0);
  if (n <= 0) return false;
  received_.append(buffer, static_cast<size_t>(n));
  return true;
}

std::optional<HttpResponse> HttpClient::receive(bool head) {
  size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_more()) return std::nullopt;
  }
  HttpResponse response = parse_head(received_.substr(0, end + 2));
  received_.erase(0, end + 4);
  if (head) return response;
  const size_t length = std::stoul(response.headers.at("content-length"));
  while (received_.size() < length) {
    if (!receive_more()) return std::nullopt;
  }
  response.body = received_.substr(0, length);
  received_.erase(0, length);
  return response;
}

bool HttpClient::is_closed() {
  if (!received_.empty()) return false;
  char byte = 0;
  const ssize_t n = ::recv(socket_.get(), &byte, 1, 0);
  return n == 0 || (n < 0 && errno == ECONNRESET);
}

std::string http_get(std::string_view target, std::string_view lines) {
  return std::string("GET ")
      .append(target)
      .append(" HTTP/1.1\r\nHost: test\r\n")
      .append(lines)
      .append("\r\n");
}

HttpResponse get(const std::string& url, std::string_view lines) {
  HttpClient client(url);
  client.send(http_get(url.substr(url.find('/', 7)), lines));
  std::optional<HttpResponse> response = client.receive();
  if (!response) throw std::runtime_error("no response from " + url);
  return *response;
}

}  // namespace checkpointfs::test
