// SPDX-License-Identifier: Apache-2.0
#include "removal/model/identity.h"

namespace checkpointfs::removal {

void pack(base::Packer& packer, const Place& place) {
  packer.text(place.root);
  packer.text(place.path);
}

void unpack(base::Unpacker& unpacker, Place* place) {
  place->root = unpacker.text();
  place->path = unpacker.text();
}

void pack(base::Packer& packer, const Identity& identity) {
  packer.number(identity.device);
  packer.number(identity.inode);
  packer.number(static_cast<uint64_t>(identity.size));
  packer.number(static_cast<uint64_t>(identity.mtime_ns));
  packer.number(static_cast<uint64_t>(identity.ctime_ns));
  packer.number(identity.uid);
}

void unpack(base::Unpacker& unpacker, Identity* identity) {
  identity->device = unpacker.number();
  identity->inode = unpacker.number();
  identity->size = static_cast<int64_t>(unpacker.number());
  identity->mtime_ns = static_cast<int64_t>(unpacker.number());
  identity->ctime_ns = static_cast<int64_t>(unpacker.number());
  identity->uid = static_cast<uint32_t>(unpacker.number());
}

}  // namespace checkpointfs::removal
