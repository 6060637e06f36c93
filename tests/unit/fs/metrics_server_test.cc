// SPDX-License-Identifier: Apache-2.0
// The server answers clients of all manners, without a mount.
#include "fs/metrics/metrics_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <stdexcept>

#include "base/errors.h"
#include "tests/mount/http.h"

namespace checkpointfs::fs {
namespace {

using test::get;
using test::http_get;
using test::HttpClient;
using test::HttpResponse;

constexpr std::chrono::seconds kSoon{5};  // less than any limit of the server

class MetricsServerTest : public testing::Test {
 protected:
  MetricsServerTest() { server_->start(); }

  std::string url(const std::string& path = "metrics") const {
    return server_->url().substr(0, server_->url().rfind('/') + 1) + path;
  }
  std::optional<HttpResponse> ask(const std::string& request, bool head = false) const {
    HttpClient client(url());
    client.send(request);
    return client.receive(head);
  }
  int status_of(const std::string& request) const {
    const auto response = ask(request);
    return response ? response->status : 0;
  }

  std::string large_ = std::string(8 << 20, 'x');
  std::atomic<bool> fails_ = false;
  std::atomic<bool> is_large_ = false;
  std::unique_ptr<MetricsServer> server_ =
      std::make_unique<MetricsServer>(MetricsAddress{}, [this](MetricsFormat format) -> std::string {
        if (fails_) throw std::runtime_error("no facts");
        if (is_large_) return large_;
        return format == MetricsFormat::kOpenMetrics ? "open\n" : "plain\n";
      });
};

TEST_F(MetricsServerTest, answers_in_the_format_that_is_asked_for) {
  const HttpResponse open = get(url());
  EXPECT_EQ(open.status, 200);
  EXPECT_EQ(open.body, "open\n");
  EXPECT_EQ(open.headers.at("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
  const HttpResponse plain = get(url(), "Accept: text/plain\r\n");
  EXPECT_EQ(plain.body, "plain\n");
  EXPECT_EQ(plain.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(get(url("metrics?since=1")).body, "open\n");
}

TEST_F(MetricsServerTest, answers_head_without_a_body) {
  HttpClient client(url());
  ASSERT_TRUE(client.send("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto head = client.receive(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->headers.at("content-length"), "5");
  ASSERT_TRUE(client.send(http_get("/metrics")));
  EXPECT_EQ(client.receive().value().body, "open\n") << "nothing was left over";
}

TEST_F(MetricsServerTest, points_to_the_metrics_and_refuses_all_else) {
  const HttpResponse root = get(url(""));
  EXPECT_EQ(root.status, 200);
  EXPECT_NE(root.body.find("/metrics"), std::string::npos);
  EXPECT_EQ(get(url("other")).status, 404);
  EXPECT_EQ(get(url("metrics/")).status, 404);
  const auto post = ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  ASSERT_TRUE(post);
  EXPECT_EQ(post->status, 405);
  EXPECT_EQ(post->headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(status_of("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n"), 405);
}

TEST_F(MetricsServerTest, takes_no_body_for_a_request) {
  HttpClient client(url());
  client.send("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n" + http_get("/other"));
  EXPECT_EQ(client.receive().value().status, 200);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(MetricsServerTest, refuses_what_is_no_http) {
  for (const char* garbage :
       {"garbage\r\n\r\n", "GET\r\n\r\n", "GET /metrics HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nno colon\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n"}) {
    HttpClient client(url());
    client.send(garbage);
    const auto response = client.receive();
    ASSERT_TRUE(response) << garbage;
    EXPECT_EQ(response->status, 400) << garbage;
    EXPECT_TRUE(client.is_closed());
  }
  EXPECT_EQ(get(url()).status, 200);
}

TEST_F(MetricsServerTest, refuses_headers_that_are_too_long) {
  EXPECT_EQ(status_of(http_get("/metrics", "X: " + std::string(100'000, 'x') + "\r\n")), 431);
  EXPECT_EQ(status_of("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\n\r\n"), 431);
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "a: b\r\n";
  EXPECT_EQ(status_of(http_get("/metrics", many)), 431);
  EXPECT_EQ(status_of(http_get("/metrics", "X: " + std::string(7'000, 'x') + "\r\n")), 200);
}

TEST_F(MetricsServerTest, goes_on_with_a_connection_until_it_is_told_to_close) {
  HttpClient client(url());
  client.send(http_get("/metrics") + http_get("/other"));  // at once
  EXPECT_EQ(client.receive().value().status, 200);
  EXPECT_EQ(client.receive().value().status, 404);
  client.send(http_get("/metrics", "Connection: close\r\n"));
  EXPECT_EQ(client.receive().value().status, 200);
  EXPECT_TRUE(client.is_closed());
  HttpClient old(url());
  old.send("GET /metrics HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.receive().value().status, 200);
  EXPECT_TRUE(old.is_closed());
}

TEST_F(MetricsServerTest, answers_others_while_some_are_slow) {
  HttpClient half(url());
  half.send("GET /metrics HTTP/1.1\r\nHo");
  is_large_ = true;
  HttpClient unread(url());
  unread.send(http_get("/metrics"));
  EXPECT_EQ(get(url()).body.size(), large_.size());
  is_large_ = false;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(get(url()).status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon);
  half.send("st: x\r\n\r\n");
  EXPECT_EQ(half.receive().value().status, 200) << "it was only slow";
}

TEST_F(MetricsServerTest, lets_go_of_who_waited_longest_when_there_are_many) {
  std::deque<HttpClient> idle;
  for (int i = 0; i < 100; ++i) idle.emplace_back(url()).send("GET");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(get(url()).status, 200);
  EXPECT_TRUE(idle.front().is_closed());
  EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon);
  idle.back().send(" /metrics HTTP/1.1\r\n\r\n");
  EXPECT_EQ(idle.back().receive().value().status, 200) << "the last ones were kept";
}

TEST_F(MetricsServerTest, keeps_who_asks_while_others_only_connect) {
  HttpClient asking(url());
  std::deque<HttpClient> idle;
  for (int i = 0; i < 200; ++i) {
    idle.emplace_back(url());
    if (i % 10 != 0) continue;
    ASSERT_TRUE(asking.send(http_get("/metrics")));
    const auto answer = asking.receive();
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->status, 200) << i;
  }
}

TEST_F(MetricsServerTest, ends_at_once_whatever_clients_do) {
  is_large_ = true;
  std::deque<HttpClient> clients;
  for (int i = 0; i < 5; ++i) {
    clients.emplace_back(url());
    clients.emplace_back(url()).send("GET /met");
    clients.emplace_back(url()).send(http_get("/metrics"));
    clients.emplace_back(url()).send("garbage\r\n\r\n");
  }
  EXPECT_EQ(get(url()).status, 200);
  const auto start = std::chrono::steady_clock::now();
  server_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, kSoon);
  EXPECT_TRUE(clients.front().is_closed());
}

TEST_F(MetricsServerTest, tells_of_an_error_and_goes_on) {
  fails_ = true;
  EXPECT_EQ(get(url()).status, 500);
  fails_ = false;
  EXPECT_EQ(get(url()).status, 200);
}

TEST_F(MetricsServerTest, refuses_an_address_that_is_taken_by_its_name) {
  const std::string port = url().substr(17, url().rfind('/') - 17);
  try {
    MetricsServer second(parse_metrics_address(port), [](MetricsFormat) { return ""; });
    FAIL() << "listens at " << second.url();
  } catch (const base::SystemError& e) {
    EXPECT_EQ(e.code(), EADDRINUSE);
    EXPECT_NE(std::string(e.what()).find("127.0.0.1:" + port), std::string::npos) << e.what();
  }
}

TEST_F(MetricsServerTest, can_have_the_port_of_the_one_before) {
  const MetricsAddress address = parse_metrics_address(url().substr(7, url().rfind('/') - 7));
  get(url());
  server_.reset();
  MetricsServer next(address, [](MetricsFormat) { return "next"; });
  next.start();
  EXPECT_EQ(get(next.url()).body, "next");
}

TEST(MetricsServerIpv6, answers_where_there_is_ipv6) {
  std::unique_ptr<MetricsServer> server;
  try {
    server = std::make_unique<MetricsServer>(MetricsAddress{"::1", 0}, [](MetricsFormat) { return "six"; });
  } catch (const base::SystemError& e) {
    GTEST_SKIP() << e.what();
  }
  server->start();
  EXPECT_TRUE(server->url().starts_with("http://[::1]:")) << server->url();
  EXPECT_EQ(get(server->url()).body, "six");
}

TEST(MetricsServerLife, may_end_before_it_started) {
  const MetricsServer server(MetricsAddress{}, [](MetricsFormat) { return ""; });
  EXPECT_NE(server.url(), "http://127.0.0.1:0/metrics");
}

}  // namespace
}  // namespace checkpointfs::fs
