// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/listing.h"

#include <array>
#include <utility>

#include "base/text/message.h"
#include "transfer/verify/hadoop_listings.h"
#include "transfer/verify/rclone_listings.h"
#include "transfer/verify/s3_inventory.h"
#include "transfer/verify/s5cmd_listings.h"

namespace checkpointfs::transfer {
namespace {

constexpr std::string_view kInventory = "s3-inventory=";

template <typename Form>
std::unique_ptr<ListingForm> make() {
  return std::make_unique<Form>();
}

struct NamedForm {
  std::string_view name;
  std::unique_ptr<ListingForm> (*make)();
};

// The forms of which no line looks like one of another form.
constexpr std::array kRecognised = {
    NamedForm{"hadoop-ls", &make<HadoopListing>}, NamedForm{"rclone-lsjson", &make<RcloneJsonListing>},
    NamedForm{"rclone-lsf", &make<RcloneListing>}, NamedForm{"s5cmd", &make<S5cmdListing>},
    NamedForm{"s5cmd-json", &make<S5cmdJsonListing>}};

std::unique_ptr<ListingForm> recognised(std::string_view line) {
  std::unique_ptr<ListingForm> found;
  for (const NamedForm& form : kRecognised) {
    std::vector<ListedFile> files;
    if (!form.make()->add(line, files).empty()) continue;
    if (found) return nullptr;
    found = form.make();
  }
  return found;
}

}  // namespace

std::unique_ptr<ListingForm> make_listing_form(std::string_view name) {
  for (const NamedForm& form : kRecognised) {
    if (form.name == name) return form.make();
  }
  if (name == "hdfs-checksums") return make<HadoopChecksums>();
  if (name.starts_with(kInventory)) return S3Inventory::with_columns(name.substr(kInventory.size()));
  return nullptr;
}

std::string listing_form_names() {
  std::string names;
  for (const NamedForm& form : kRecognised) names += std::string(form.name) + ", ";
  return names + "hdfs-checksums and s3-inventory=COLUMNS";
}

base::Result<std::vector<ListedFile>> read_listing(ByteSource source, std::string_view name) {
  LineReader lines(std::move(source));
  std::unique_ptr<ListingForm> form = name.empty() ? nullptr : make_listing_form(name);
  std::vector<ListedFile> files;
  for (;;) {
    const auto line = lines.next();
    if (!line.has_value()) return line.error();
    if (!*line) break;
    if (!form) form = recognised(**line);
    if (!form)
      return lines.error(base::format("it begins none of the listings that are recognised; name its form: {}",
                                      listing_form_names()));
    if (std::string reason = form->add(**line, files); !reason.empty()) return lines.error(std::move(reason));
  }
  if (lines.line() == 0)
    return base::InputError{0, "line 1", "the listing is empty: its program has perhaps failed", true};
  if (std::string reason = form->finish(); !reason.empty()) return lines.error(std::move(reason));
  return files;
}

}  // namespace checkpointfs::transfer
