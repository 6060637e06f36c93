// SPDX-License-Identifier: Apache-2.0
#include "index/scan/scan.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "index/database/index_file.h"
#include "index/read/reader.h"
#include "index/read/reader_rows.h"
#include "index/scan/configuration.h"
#include "index/scan/configuration_rows.h"
#include "index/scan/scanner.h"

namespace checkpointfs::index {

ScanResult scan(const Options& options, const ScanRequest& request) {
  return scan_for_mount(options, {request, {}, {}});
}

ScanResult scan_for_mount(const Options& options, const MountScanRequest& request) {
  base::require_openat2();
  const Configuration configuration = make_configuration(options);
  // Memory that threads give back is soon taken again.
  ::mallopt(M_TRIM_THRESHOLD, 32 << 20);
  ScanResult result = damage_refused(options.index_file, [&] {
    const auto db = open_index_to_write(options.index_file, request.ids_above);
    return Scanner(*db, store_configuration(*db, configuration), request).run();
  });
  if (!request.is_whole()) return result;
  // A mount lives on for months after it.
  ::mallopt(M_TRIM_THRESHOLD, 128 << 10);
  ::malloc_trim(0);
  return result;
}

namespace {

std::vector<storage::Mapping> still_given(std::vector<storage::Mapping> given,
                                          const std::vector<storage::Root>& roots, base::StoreCalls* calls) {
  const auto is_gone = [&](const std::string& directory) {
    const auto gone = std::make_shared<std::atomic<bool>>(false);
    const auto look = [gone, directory] { *gone = ::access(directory.c_str(), F_OK) != 0; };
    if (calls == nullptr || roots.size() < 2) {
      look();
      return gone->load();
    }
    const auto root = std::ranges::find_if(
        roots, [&](const storage::Root& one) { return base::is_at_or_below(directory, one.path); });
    return calls->make(root == roots.end() ? directory : root->path, look) && *gone;
  };
  std::erase_if(
      given, [&](const storage::Mapping& mapping) { return mapping.inferred || is_gone(mapping.directory); });
  return given;
}

// Those of an index whose first scan was killed.
std::vector<storage::Mapping> given_at_first(const std::string& index_file, base::StoreCalls* calls) {
  try {
    Connection db(index_file, Connection::Mode::kReadOnly);
    return still_given(read_mappings(db), read_roots(db), calls);
  } catch (const base::Failure&) {
    return {};
  } catch (const IndexError&) {
    return {};  // the scan makes it anew, or says what is wrong with it
  }
}

}  // namespace

std::vector<storage::Mapping> given_mappings(const std::string& index_file, base::StoreCalls* calls) {
  if (::access(index_file.c_str(), F_OK) != 0) return {};
  try {
    Reader reader(index_file);
    return given_mappings(reader, calls);
  } catch (const base::Failure&) {
    return given_at_first(index_file, calls);
  }
}

std::vector<storage::Mapping> given_mappings(Reader& reader, base::StoreCalls* calls) {
  return still_given(reader.mappings(), reader.roots(), calls);
}

}  // namespace checkpointfs::index
