// SPDX-License-Identifier: Apache-2.0
#include "removal/model/listing.h"

namespace checkpointfs::removal {

void pack(base::Packer& packer, const ListedFile& file) {
  pack(packer, file.place);
  pack(packer, file.identity);
}

void unpack(base::Unpacker& unpacker, ListedFile* file) {
  unpack(unpacker, &file->place);
  unpack(unpacker, &file->identity);
}

}  // namespace checkpointfs::removal
