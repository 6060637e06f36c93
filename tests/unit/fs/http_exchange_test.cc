// SPDX-License-Identifier: Apache-2.0
#include "fs/metrics/http_exchange.h"

#include <gmock/gmock.h>

namespace checkpointfs::fs {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class HttpExchangeTest : public testing::Test {
 protected:
  const MakeMetricsText make_text_ = [](MetricsFormat) { return std::string("up 1\n"); };
  HttpExchange exchange_{make_text_};
};

constexpr std::string_view kRequest = "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";

TEST_F(HttpExchangeTest, request_that_arrives_byte_by_byte_is_answered_at_its_last_byte) {
  for (const char& byte : kRequest.substr(0, kRequest.size() - 1))
    ASSERT_FALSE(exchange_.take({&byte, 1})) << &byte;
  const auto answer = exchange_.take("\n");
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->bytes, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer->bytes, EndsWith("\r\n\r\nup 1\n"));
  EXPECT_TRUE(answer->keep_alive);
}

TEST_F(HttpExchangeTest, requests_that_arrive_together_are_answered_one_by_one) {
  const auto first =
      exchange_.take(std::string(kRequest) + "HEAD /metrics HTTP/1.1\r\n\r\nGET /else HTTP/1.1\r\n");
  ASSERT_TRUE(first);
  EXPECT_THAT(first->bytes, EndsWith("up 1\n"));
  const auto second = exchange_.take("");
  ASSERT_TRUE(second);
  EXPECT_THAT(second->bytes, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(second->bytes, EndsWith("\r\n\r\n"));
  EXPECT_FALSE(exchange_.take(""));
  const auto third = exchange_.take("Connection: close\r\n\r\n");
  ASSERT_TRUE(third);
  EXPECT_THAT(third->bytes, StartsWith("HTTP/1.1 404 "));
  EXPECT_FALSE(third->keep_alive);
}

TEST_F(HttpExchangeTest, header_without_end_is_refused) {
  std::optional<HttpExchange::Answer> answer = exchange_.take("GET / HTTP/1.1\r\n");
  for (int line = 0; !answer && line < 2000; ++line) answer = exchange_.take("Header: value\r\n");
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->bytes, StartsWith("HTTP/1.1 431 "));
  EXPECT_FALSE(answer->keep_alive);
}

TEST_F(HttpExchangeTest, line_without_end_is_refused) {
  std::optional<HttpExchange::Answer> answer = exchange_.take("GET /");
  for (int part = 0; !answer && part < 2000; ++part) answer = exchange_.take("xxxxxxxxxxxxxxx");
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->bytes, StartsWith("HTTP/1.1 4"));
  EXPECT_FALSE(answer->keep_alive);
}

}  // namespace
}  // namespace checkpointfs::fs
