// SPDX-License-Identifier: Apache-2.0
// Bodies of the serializer snapshots of SQL that have a form of their own.
#pragma once

#include "state/types/snapshot_body.h"
#include "state/types/type.h"

namespace checkpointfs::state {

// int n | n x LogicalType | nested snapshots. The fields' names are not there: f0, f1, ...
TypePtr read_row_data(SnapshotBody& body);
// LogicalType of the element | serializer, as a Java object
TypePtr read_array_data(SnapshotBody& body);
// LogicalTypes of key and value | their serializers, as Java objects
TypePtr read_map_data(SnapshotBody& body);
// int precision | int scale
TypePtr read_decimal_data(SnapshotBody& body);
// int precision
TypePtr read_timestamp_data(SnapshotBody& body);
// int n: the types of the fields are not there
TypePtr read_binary_row(SnapshotBody& body);
// comparator, as a Java object | nested snapshots of key and value
TypePtr read_sorted_map(SnapshotBody& body);
// two blocks of Java objects | SNAP, whose values the key's are
TypePtr read_row_data_key(SnapshotBody& body);

}  // namespace checkpointfs::state
