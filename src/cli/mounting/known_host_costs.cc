// SPDX-License-Identifier: Apache-2.0
#include "cli/mounting/known_host_costs.h"

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

#include <boost/json.hpp>

#include "base/log.h"
#include "base/named_file.h"
#include "base/text/message.h"
#include "index/database/index_file.h"
#include "index/scan/default_file.h"

namespace checkpointfs::cli {
namespace {

constexpr uint64_t kLargest = 4096;           // bytes of the file
constexpr uint64_t kLongest = 1'000'000'000;  // ns; nothing that is measured takes so long
// A virtual machine may have been measured while its host was busy, or have moved since.
constexpr int64_t kGoodFor = 3600;  // seconds

std::string text_of(const fs::HostCosts& costs) {
  return boost::json::serialize(boost::json::object{{"measured_at", std::time(nullptr)},
                                                    {"round_trip_ns", costs.round_trip_ns},
                                                    {"distant_round_trip_ns", costs.distant_round_trip_ns},
                                                    {"new_pages_ns", costs.new_pages_ns}}) +
         "\n";
}

// Returns nothing if the text is too old, or says what nobody can have measured.
std::optional<fs::HostCosts> costs_of(const std::string& text) {
  const boost::json::value read = boost::json::parse(text);
  const auto number = [&read](const char* name) { return read.at(name).to_number<int64_t>(); };
  const int64_t at = number("measured_at");
  const std::time_t now = std::time(nullptr);
  if (at > now || at <= now - kGoodFor) return std::nullopt;
  const auto time = [&number](const char* name) { return static_cast<uint64_t>(number(name)); };
  const fs::HostCosts costs = {time("round_trip_ns"), time("distant_round_trip_ns"), time("new_pages_ns")};
  for (const uint64_t ns : {costs.round_trip_ns, costs.distant_round_trip_ns, costs.new_pages_ns}) {
    if (ns == 0 || ns > kLongest) return std::nullopt;
  }
  return costs;
}

}  // namespace

fs::HostCosts known_host_costs() {
  std::string file;
  try {
    file = index::index_directory() + "/host-costs.json";
    const auto known = costs_of(base::read_up_to(base::open_named(file).get(), file, kLargest));
    if (known) return *known;
  } catch (const std::exception& e) {
    base::log_debug(base::format("the costs of this host are measured: {}", e.what()));
  }
  const fs::HostCosts measured = fs::measure_host_costs();
  try {
    index::create_directory_of(file);
    base::replace_file(file, text_of(measured));
  } catch (const std::exception& e) {
    base::log_info(base::format("the costs of this host are not remembered: {}", e.what()));
  }
  return measured;
}

}  // namespace checkpointfs::cli
