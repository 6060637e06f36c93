// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;

/** SQL with state: aggregates, joins, the newest row of each key, windows, a pattern. */
public final class SqlStates {
    private static final String[] NAMES = {"id", "usr", "tiny", "small", "amount", "big", "flag", "day", "clock", "ts3", "ts9", "ltz", "body",
        "code", "nested", "numbers", "counts", "ratio", "score"};

    /** In the order of the queries of state that they have. */
    private static final String[] QUERIES = {
        // Aggregates, some of them with views of their own.
        """
        SELECT usr, COUNT(*), SUM(amount), AVG(score), MAX(ts3), MIN(code), COUNT(DISTINCT small), LAST_VALUE(usr), LISTAGG(code),
            COLLECT(tiny) FROM events GROUP BY usr""",
        // The newest row of each key, with all columns.
        "SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY usr ORDER BY rt DESC) AS n FROM events) WHERE n = 1",
        "SELECT * FROM (SELECT id, usr, amount, ROW_NUMBER() OVER (PARTITION BY code ORDER BY amount DESC) AS n FROM events) WHERE n <= 3",
        "SELECT a.id, b.id, b.amount FROM events a JOIN events b ON a.usr = b.usr AND a.id < b.id",
        """
        SELECT a.usr, a.c, b.id FROM (SELECT usr, COUNT(*) AS c FROM events GROUP BY usr) a
            LEFT JOIN events b ON a.usr = b.usr AND b.flag""",
        "SELECT a.id, b.id FROM events a, events b WHERE a.usr = b.usr AND a.rt BETWEEN b.rt - INTERVAL '20' SECOND AND b.rt",
        """
        SELECT usr, window_start, COUNT(*), SUM(amount)
            FROM TABLE(TUMBLE(TABLE events, DESCRIPTOR(rt), INTERVAL '1' MINUTE)) GROUP BY usr, window_start, window_end""",
        "SELECT usr, SESSION_START(rt, INTERVAL '30' SECOND), COUNT(*), SUM(big) FROM events GROUP BY usr, SESSION(rt, INTERVAL '30' SECOND)",
        "SELECT id, SUM(id) OVER (PARTITION BY usr ORDER BY rt ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM events",
        """
        SELECT * FROM (SELECT id, usr, rt, code FROM events) MATCH_RECOGNIZE (PARTITION BY usr ORDER BY rt
            MEASURES FIRST(A.id) AS first_id, LAST(B.id) AS last_id AFTER MATCH SKIP PAST LAST ROW
            PATTERN (A B+ C) DEFINE B AS B.id > A.id, C AS C.id < 0)""",
    };

    private SqlStates() {}

    /** Adds the queries to the job. */
    public static void add(DataStream<Event> events) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(events.getExecutionEnvironment());
        tables.getConfig().set("table.local-time-zone", "UTC");
        tables.getConfig().set("table.exec.state.ttl", "1 d");
        tables.createTemporaryView("events", events.map(SqlStates::row).returns(type()).uid("rows").name("rows"), schema());
        for (String query : QUERIES) {
            tables.toChangelogStream(tables.sqlQuery(query)).filter(row -> false).name("sql-end");
        }
    }

    private static Schema schema() {
        return Schema.newBuilder()
                .column("id", DataTypes.BIGINT())
                .column("usr", DataTypes.STRING())
                .column("tiny", DataTypes.TINYINT())
                .column("small", DataTypes.SMALLINT())
                .column("amount", DataTypes.DECIMAL(10, 2))
                .column("big", DataTypes.DECIMAL(38, 10))
                .column("flag", DataTypes.BOOLEAN())
                .column("day", DataTypes.DATE())
                .column("clock", DataTypes.TIME(3))
                .column("ts3", DataTypes.TIMESTAMP(3))
                .column("ts9", DataTypes.TIMESTAMP(9))
                .column("ltz", DataTypes.TIMESTAMP_LTZ(9))
                .column("body", DataTypes.BYTES())
                .column("code", DataTypes.STRING())
                .column("nested", DataTypes.ROW(DataTypes.FIELD("a", DataTypes.INT()), DataTypes.FIELD("b", DataTypes.STRING())))
                .column("numbers", DataTypes.ARRAY(DataTypes.INT()))
                .column("counts", DataTypes.MAP(DataTypes.STRING(), DataTypes.BIGINT()))
                .column("ratio", DataTypes.FLOAT())
                .column("score", DataTypes.DOUBLE())
                .columnByMetadata("rt", DataTypes.TIMESTAMP_LTZ(3), "rowtime")
                .watermark("rt", "SOURCE_WATERMARK()")
                .build();
    }

    private static TypeInformation<Row> type() {
        return Types.ROW_NAMED(NAMES, Types.LONG, Types.STRING, Types.BYTE, Types.SHORT, Types.BIG_DEC, Types.BIG_DEC, Types.BOOLEAN,
                Types.LOCAL_DATE, Types.LOCAL_TIME, Types.LOCAL_DATE_TIME, Types.LOCAL_DATE_TIME, Types.INSTANT,
                PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO, Types.STRING, Types.ROW_NAMED(new String[] {"a", "b"}, Types.INT, Types.STRING),
                Types.OBJECT_ARRAY(Types.INT), Types.MAP(Types.STRING, Types.LONG), Types.FLOAT, Types.DOUBLE);
    }

    /** Every sixth is null wherever it can be. */
    private static Row row(Event event) {
        long n = event.number;
        if (n % 6 == 5) {
            Row nulls = new Row(NAMES.length);
            nulls.setField(0, n);
            nulls.setField(1, event.user);
            return nulls;
        }
        LocalDateTime time = LocalDateTime.of(LocalDate.of(2024, 2, 29), LocalTime.of(23, 59, 59)).plusNanos(n * 1_000_001);
        return Row.of(n, event.user, (byte) n, (short) (n % 4 * 1000), BigDecimal.valueOf(n * 331 - 9000, 2),
                new BigDecimal(BigInteger.valueOf(-n).pow(13), 10), n % 2 == 0, LocalDate.ofEpochDay(n * 100 - 3000),
                LocalTime.ofNanoOfDay(n * 1_234_000_000), time.withNano(time.getNano() / 1_000_000 * 1_000_000), time,
                Instant.ofEpochSecond(n * 100_000, n), new byte[] {(byte) n, 0, -1}, n % 2 == 0 ? "short" : "longer than seven bytes, ü " + n % 3,
                Row.of((int) n, n % 4 == 0 ? null : "b" + n), n % 3 == 0 ? new Integer[0] : new Integer[] {(int) n, null, -1},
                Map.of("k" + n % 3, n), n / 3f, n / 7.0);
    }
}
