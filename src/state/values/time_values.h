// SPDX-License-Identifier: Apache-2.0
// Dates and times: of java.util, java.sql and java.time, and of SQL.
#pragma once

#include <cstdint>

#include "state/types/type.h"
#include "state/json/time_text.h"
#include "state/values/value_reader.h"

namespace checkpointfs::state {

void read_date(ValueReader& reader, const Type& type);
void read_sql_date(ValueReader& reader, const Type& type);
void read_sql_time(ValueReader& reader, const Type& type);
void read_sql_timestamp(ValueReader& reader, const Type& type);
void read_instant(ValueReader& reader, const Type& type);
void read_local_date(ValueReader& reader, const Type& type);
void read_local_time(ValueReader& reader, const Type& type);
void read_local_date_time(ValueReader& reader, const Type& type);
void read_timestamp_data(ValueReader& reader, const Type& type);

// Write what was read, for other encodings of the same classes.

// "2024-01-31T12:34:56Z".
void write_instant(const Moment& moment, JsonSink& out);
// The same without "Z".
void write_local(const Moment& moment, JsonSink& out);
// java.sql.Date: the time is midnight in the zone of the JVM, which is not known. The date if it is midnight
// in UTC, else the instant. java.sql.Time: the time in UTC on 1970-01-01, else the instant.
void write_sql_date(int64_t millis, JsonSink& out);
void write_sql_time(int64_t millis, JsonSink& out);

struct TimeOfDay {
  int32_t hour = 0;
  int32_t minute = 0;
  int32_t second = 0;
  int32_t nano = 0;
};
int64_t nanos_of_day(const TimeOfDay& time);
// If there is no such date or time, the input gets an error at `offset`.
bool check_date(const Date& date, uint64_t offset, Input& in);
bool check_time(const TimeOfDay& time, uint64_t offset, Input& in);

}  // namespace checkpointfs::state
