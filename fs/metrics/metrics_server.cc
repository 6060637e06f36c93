// SPDX-License-Identifier: Apache-2.0
// The only file that sees Boost.Beast and Asio.
#include "fs/metrics/metrics_server.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <list>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "base/errors.h"
#include "base/log.h"
#include "base/text/message.h"
#include "base/threads/signal_blocked_threads.h"
#include "base/unique_fd.h"
#include "fs/metrics/metrics_accept.h"

namespace checkpointfs::fs {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::seconds;

using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

constexpr size_t kMostConnections = 32;
constexpr uint32_t kMostHeader = 8 * 1024;
constexpr size_t kMostDrained = 256 * 1024;
constexpr seconds kFirstRequest{10};  // for the first request to arrive, and for each answer to be sent
constexpr seconds kNextRequest{120};  // more than the usual time between two scrapes
constexpr seconds kDraining{2};

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

Response metrics_response(const Request& request, const MetricsServer::MakeText& make_text) {
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

Response response_to(const Request& request, const MetricsServer::MakeText& make_text) {
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

// The connection of one client. Lives as long as an operation is under way that will call it.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // All connections, the one that has been idle longest first.
  using All = std::list<Connection*>;

  // REQUIRES: `all` and `make_text` outlive it.
  Connection(tcp::socket socket, All& all, const MetricsServer::MakeText& make_text)
      : stream_(std::move(socket)), make_text_(make_text), all_(all), place_(all.insert(all.end(), this)) {}
  ~Connection() { leave(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start() { read(kFirstRequest); }

  // Makes room for one more: closes one that never sent a request, or else the one that has been idle
  // longest.
  static void drop_one_of(All& all) {
    const auto idle = std::ranges::find_if(all, [](const Connection* one) { return !one->has_asked_; });
    (idle != all.end() ? *idle : all.front())->drop();
  }

  // Operations that are under way fail at once.
  void drop() {
    leave();
    stream_.close();
  }

 private:
  // After an answer.
  enum class Next : uint8_t { kRead, kClose };

  void leave() {
    if (place_) all_.erase(*place_);
    place_.reset();
  }

  void read(seconds limit) {
    parser_.emplace();
    parser_->header_limit(kMostHeader);
    stream_.expires_after(limit);
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](error_code error, size_t) { self->have_read(error); });
  }

  void have_read(error_code error) {
    if (error) {
      static const auto& wrong_request = http::make_error_code(http::error::bad_method).category();
      if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        write(refusal(http::status::request_header_fields_too_large), Next::kClose);
      } else if (error.category() == wrong_request && error != http::error::end_of_stream &&
                 error != http::error::partial_message) {
        write(refusal(http::status::bad_request), Next::kClose);
      }
      return;  // otherwise the client is gone
    }
    if (place_) all_.splice(all_.end(), all_, *place_);
    has_asked_ = true;
    const Request& request = parser_->get();
    Response response = response_to(request, make_text_);
    response.version(request.version());
    response.prepare_payload();
    if (request.method() == http::verb::head) response.body().clear();
    // A body that was not read would be taken for the next request.
    const bool can_go_on = request.keep_alive() && parser_->is_done();
    write(std::move(response), can_go_on ? Next::kRead : Next::kClose);
  }

  void write(Response response, Next next) {
    response_.emplace(std::move(response));
    if (!response_->has_content_length()) response_->prepare_payload();
    response_->keep_alive(next == Next::kRead);
    stream_.expires_after(kFirstRequest);
    http::async_write(stream_, *response_, [self = shared_from_this(), next](error_code error, size_t) {
      self->response_.reset();
      if (error) return;
      if (next == Next::kRead) {
        self->read(kNextRequest);
      } else {
        self->finish();
      }
    });
  }

  // If a connection is closed with bytes unread, the client may lose an answer that has not arrived yet.
  void finish() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kDraining);
    drain();
  }

  void drain() {
    stream_.async_read_some(asio::buffer(drained_), [self = shared_from_this()](error_code error, size_t n) {
      self->drained_bytes_ += n;
      if (!error && self->drained_bytes_ < kMostDrained) self->drain();
    });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{2 * kMostHeader};
  std::optional<http::request_parser<http::empty_body>> parser_;
  std::optional<Response> response_;
  std::array<char, 4096> drained_ = {};
  size_t drained_bytes_ = 0;
  const MetricsServer::MakeText& make_text_;
  All& all_;
  bool has_asked_ = false;
  std::optional<All::iterator> place_;
};

[[noreturn]] void cannot_listen(const MetricsAddress& address, int error) {
  throw base::SystemError(error,
                          base::SystemError(error, "cannot serve metrics at", to_string(address)).what() +
                              std::string("; name another address or port, or port 0 for any that is free"));
}

// Opens the socket without Asio, whose sockets are inherited by the programs that libfuse starts.
base::UniqueFd listen_at(const MetricsAddress& address) {
  const tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
  base::UniqueFd fd(::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  // Otherwise the port could not be used for a minute after each mount.
  if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(fd.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 ||
      ::listen(fd.get(), SOMAXCONN) != 0) {
    cannot_listen(address, errno);
  }
  return fd;
}

}  // namespace

struct MetricsServer::State {
  explicit State(MakeText text) : make_text(std::move(text)) {}

  void accept() {
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) {
        // Perhaps no descriptor is free. Without a pause this would be a busy loop.
        pause.expires_after(std::chrono::milliseconds(100));
        pause.async_wait([this](error_code stopped) {
          if (!stopped) accept();
        });
        return;
      }
      accept();
      ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
      while (connections.size() >= kMostConnections) Connection::drop_one_of(connections);
      std::make_shared<Connection>(std::move(socket), connections, make_text)->start();
    });
  }

  void run() {
    while (true) {
      try {
        io.run();
        return;
      } catch (const std::exception& e) {  // out of memory: one connection ends
        base::log_warning(base::format("metrics: {}", e.what()));
      }
    }
  }

  const MakeText make_text;
  std::string url;
  Connection::All connections;
  asio::io_context io{1};  // owns the connections
  tcp::acceptor acceptor{io};
  asio::steady_timer pause{io};
  std::vector<std::thread> threads;  // one
};

MetricsServer::MetricsServer(const MetricsAddress& address, MakeText text)
    : state_(std::make_unique<State>(std::move(text))) {
  base::UniqueFd fd = listen_at(address);
  const bool v4 = asio::ip::make_address(address.host).is_v4();
  state_->acceptor.assign(v4 ? tcp::v4() : tcp::v6(), fd.get());
  fd.release();
  const MetricsAddress actual{address.host, state_->acceptor.local_endpoint().port()};
  state_->url = base::format("http://{}/metrics", to_string(actual));
  // The user cannot know a port that the system chose.
  const auto log = address.port == 0 ? base::log_warning : base::log_info;
  log(base::format("metrics are served at {}", state_->url));
  if (!is_loopback(address)) {
    base::log_warning(base::format("metrics are served at {} to every host that reaches it", state_->url));
  }
}

MetricsServer::~MetricsServer() {
  state_->io.stop();
  for (std::thread& thread : state_->threads) thread.join();
}

void MetricsServer::start() {
  state_->accept();
  base::start_signal_blocked_threads(state_->threads, 1, [state = state_.get()] { state->run(); });
  if (state_->threads.empty()) throw base::SystemError(EAGAIN, "start", "a thread for the metrics");
}

const std::string& MetricsServer::url() const {
  return state_->url;
}

}  // namespace checkpointfs::fs
