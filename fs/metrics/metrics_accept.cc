// SPDX-License-Identifier: Apache-2.0
#include "fs/metrics/metrics_accept.h"

#include <algorithm>
#include <string>

#include "base/text/numbers.h"

namespace checkpointfs::fs {
namespace {

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Cuts off the part before the first `separator`, and returns it without the white space around it.
std::string_view next(std::string_view& rest, char separator) {
  const size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// The quality of a media type, by the most specific range that matches it: RFC 9110, 12.5.1.
class Quality {
 public:
  Quality(std::string_view type, std::string_view version)
      : type_(type), any_subtype_(std::string(type.substr(0, type.find('/'))) + "/*"), version_(version) {}

  void add(std::string_view range, std::string_view version, double quality) {
    const int precision = range == type_ ? 3 : range == any_subtype_ ? 2 : range == "*/*" ? 1 : 0;
    if (precision == 0 || precision < precision_ ||
        (precision == 3 && !version.empty() && version != version_))
      return;
    quality_ = precision > precision_ ? quality : std::max(quality_, quality);
    precision_ = precision;
  }
  double value() const { return quality_; }

 private:
  const std::string_view type_;
  const std::string any_subtype_;
  const std::string_view version_;
  int precision_ = 0;
  double quality_ = 0;
};

}  // namespace

MetricsFormat accepted_format(std::string_view accept) {
  std::string lower(accept);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  Quality open_metrics("application/openmetrics-text", "1.0.0");
  Quality plain("text/plain", "0.0.4");
  if (trimmed(lower).empty()) return MetricsFormat::kOpenMetrics;
  for (std::string_view ranges = lower; !ranges.empty();) {
    std::string_view parameters = next(ranges, ',');
    const std::string_view range = next(parameters, ';');
    std::string_view version;
    double quality = 1;
    while (!parameters.empty()) {
      std::string_view value = next(parameters, ';');
      const std::string_view name = next(value, '=');
      if (name == "version") version = value;
      if (name == "q") quality = base::parse_number<double>(value).value_or(1);
    }
    open_metrics.add(range, version, quality);
    plain.add(range, version, quality);
  }
  const bool takes = open_metrics.value() > 0 && open_metrics.value() >= plain.value();
  return takes ? MetricsFormat::kOpenMetrics : MetricsFormat::kPrometheus;
}

std::string_view content_type(MetricsFormat format) {
  switch (format) {
    case MetricsFormat::kOpenMetrics:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    case MetricsFormat::kPrometheus:
      return "text/plain; version=0.0.4; charset=utf-8";
  }
  return {};
}

}  // namespace checkpointfs::fs
