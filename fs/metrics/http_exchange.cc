// SPDX-License-Identifier: Apache-2.0
// The only file that sees Boost.Beast.
#include "fs/metrics/http_exchange.h"

#include <cstdint>
#include <exception>
#include <sstream>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "base/log.h"
#include "base/text/message.h"
#include "fs/metrics/metrics_accept.h"

namespace checkpointfs::fs {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

constexpr uint32_t kMostHeader = 8 * 1024;

Response text_response(http::status status, std::string text,
                       std::string_view type = "text/plain; charset=utf-8") {
  Response response(status, 11);
  response.set(http::field::content_type, {type.data(), type.size()});
  response.body() = std::move(text);
  return response;
}

Response refusal(http::status status) {
  return text_response(status, base::format("{}\n", http::obsolete_reason(status)));
}

Response metrics_response(const Request& request, const MakeMetricsText& make_text) {
  const auto accept = request[http::field::accept];
  const MetricsFormat format = accepted_format({accept.data(), accept.size()});
  try {
    Response response = text_response(http::status::ok, make_text(format), content_type(format));
    response.set(http::field::vary, "Accept");
    return response;
  } catch (const std::exception& e) {
    base::log_warning(base::format("metrics: {}", e.what()));
    return refusal(http::status::internal_server_error);
  }
}

Response response_to(const Request& request, const MakeMetricsText& make_text) {
  const std::string_view target(request.target().data(), request.target().size());
  const std::string_view path = target.substr(0, target.find('?'));
  if (path != "/" && path != "/metrics") return refusal(http::status::not_found);
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    Response response = refusal(http::status::method_not_allowed);
    response.set(http::field::allow, "GET, HEAD");
    return response;
  }
  if (path == "/metrics") return metrics_response(request, make_text);
  return text_response(http::status::ok,
                       "checkpointfs " CHECKPOINTFS_VERSION ": the metrics are at /metrics\n");
}

// `with_body`: false for the answer to HEAD, which has the length of the body that GET would give.
HttpExchange::Answer to_answer(Response response, bool keep_alive, bool with_body = true) {
  response.keep_alive(keep_alive);
  response.prepare_payload();
  if (!with_body) response.body().clear();
  std::ostringstream out;
  out << response;
  return {std::move(out).str(), keep_alive};
}

}  // namespace

struct HttpExchange::State {
  explicit State(const MakeMetricsText& text) : make_text(text) { begin(); }

  void begin() {
    parser.emplace();
    parser->header_limit(kMostHeader);
  }

  // Parses what has arrived. Returns false while bytes of the header are missing.
  bool parse(error_code& error) {
    while (!parser->is_header_done() && !pending.empty()) {
      const size_t parsed = parser->put(boost::asio::buffer(pending), error);
      pending.erase(0, parsed);
      if (error) break;
    }
    if (error == http::error::need_more) error = {};
    if (!error && !parser->is_header_done() && pending.size() > kMostHeader)
      error = http::error::header_limit;
    return error || parser->is_header_done();
  }

  const MakeMetricsText& make_text;
  std::string pending;  // bytes that have arrived and were not parsed
  std::optional<http::request_parser<http::empty_body>> parser;
};

HttpExchange::HttpExchange(const MakeMetricsText& make_text) : state_(std::make_unique<State>(make_text)) {}

HttpExchange::~HttpExchange() = default;

std::optional<HttpExchange::Answer> HttpExchange::take(std::string_view arrived) {
  state_->pending += arrived;
  error_code error;
  if (!state_->parse(error)) return std::nullopt;
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return to_answer(refusal(http::status::request_header_fields_too_large), false);
  if (error) return to_answer(refusal(http::status::bad_request), false);
  const Request& request = state_->parser->get();
  Response response = response_to(request, state_->make_text);
  response.version(request.version());
  // A body that was not read would be taken for the next request.
  const bool keep_alive = request.keep_alive() && state_->parser->is_done();
  Answer answer = to_answer(std::move(response), keep_alive, request.method() != http::verb::head);
  state_->begin();
  return answer;
}

}  // namespace checkpointfs::fs
