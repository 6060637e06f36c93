// SPDX-License-Identifier: Apache-2.0
// The only file that sees Boost.Asio.
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
#include <boost/asio/write.hpp>

#include "base/errors.h"
#include "base/log.h"
#include "base/text/message.h"
#include "base/threads/signal_blocked_threads.h"
#include "base/unique_fd.h"
#include "fs/metrics/http_exchange.h"

namespace checkpointfs::fs {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::seconds;

constexpr size_t kMostConnections = 32;
constexpr size_t kMostDrained = 256 * 1024;
constexpr seconds kFirstRequest{10};  // for the first request to arrive, and for each answer to be sent
constexpr seconds kNextRequest{120};  // more than the usual time between two scrapes
constexpr seconds kDraining{2};

// The connection of one client. Lives as long as an operation is under way that will call it.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // All connections, the one that has been idle longest first.
  using All = std::list<Connection*>;

  // REQUIRES: `all` and `make_text` outlive it.
  Connection(tcp::socket socket, All& all, const MakeMetricsText& make_text)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        exchange_(make_text),
        all_(all),
        place_(all_.insert(all_.end(), this)) {}
  ~Connection() { leave(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start() { read(kFirstRequest); }

  // Makes room for one more: closes one that never sent a request, or else the one that has been idle
  // longest.
  static void drop_one_of(All& all) {
    const auto idle = std::ranges::find_if(all, [](const Connection* one) { return !one->has_asked_; });
    (idle != all.end() ? *idle : all.front())->close();
  }

 private:
  void leave() {
    if (place_) all_.erase(*place_);
    place_.reset();
  }

  // Operations that are under way fail at once.
  void close() {
    leave();
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
  }

  // The connection is closed if nothing sets a new limit before.
  void expire_after(seconds limit) {
    timer_.expires_after(limit);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error && self->timer_.expiry() <= asio::steady_timer::clock_type::now()) self->close();
    });
  }

  // Waits for the next request, of which bytes may have arrived with the last one.
  void read(seconds limit) {
    expire_after(limit);
    if (!answer({})) read_more();
  }

  void read_more() {
    socket_.async_read_some(asio::buffer(bytes_), [self = shared_from_this()](error_code error, size_t n) {
      if (error) return self->close();  // the client is gone
      if (!self->answer({self->bytes_.data(), n})) self->read_more();
    });
  }

  // Returns false while bytes of the request are missing.
  bool answer(std::string_view arrived) {
    std::optional<HttpExchange::Answer> answer = exchange_.take(arrived);
    if (!answer) return false;
    if (place_) all_.splice(all_.end(), all_, *place_);
    has_asked_ = true;
    write(std::move(*answer));
    return true;
  }

  void write(HttpExchange::Answer answer) {
    answer_ = std::move(answer);
    expire_after(kFirstRequest);
    asio::async_write(socket_, asio::buffer(answer_.bytes),
                      [self = shared_from_this()](error_code error, size_t) {
                        if (error) return self->close();
                        self->answer_.bytes = {};
                        if (self->answer_.keep_alive) {
                          self->read(kNextRequest);
                        } else {
                          self->finish();
                        }
                      });
  }

  // If a connection is closed with bytes unread, the client may lose an answer that has not arrived yet.
  void finish() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    expire_after(kDraining);
    drain();
  }

  void drain() {
    socket_.async_read_some(asio::buffer(bytes_), [self = shared_from_this()](error_code error, size_t n) {
      self->drained_bytes_ += n;
      if (error || self->drained_bytes_ >= kMostDrained) return self->close();
      self->drain();
    });
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  HttpExchange exchange_;
  HttpExchange::Answer answer_;  // being sent
  std::array<char, 4096> bytes_ = {};
  size_t drained_bytes_ = 0;
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
  explicit State(MakeMetricsText text) : make_text(std::move(text)) {}

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

  const MakeMetricsText make_text;
  std::string url;
  Connection::All connections;
  asio::io_context io{1};  // owns the connections
  tcp::acceptor acceptor{io};
  asio::steady_timer pause{io};
  std::vector<std::thread> threads;  // one
};

MetricsServer::MetricsServer(const MetricsAddress& address, MakeMetricsText text)
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
