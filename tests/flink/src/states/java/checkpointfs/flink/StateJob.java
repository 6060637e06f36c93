// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.time.DayOfWeek;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.formats.avro.typeutils.GenericRecordAvroTypeInfo;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Row;

/** A job with state of every kind and every type, for what reads state without Flink. Its parts can be chosen. */
final class StateJob {
    static final long BEGIN_MS = 1_700_000_000_000L;
    static final long STEP_MS = 1000;

    /** Each is one operator or a few. */
    enum Part {
        BASIC,
        TIMES,
        ARRAYS,
        OBJECTS,
        KINDS,
        TUPLE_KEYS,
        POJO_KEYS,
        ROW_KEYS,
        AVRO_KEYS,
        LONG_KEYS,
        AMBIGUOUS_KEYS,
        WINDOWS,
        OPERATOR,
        OPAQUE,
        /** Since 2.0. */
        ASYNC,
        /** This and the next for the versions whose profile in pom.xml has connectors. */
        KAFKA,
        SQL,
        /** For the versions whose Kafka connector has it. */
        LEGACY_KAFKA,
        /** State whose point is its size. */
        LARGE
    }

    /**
     * What a job is like.
     *
     * @param users different keys, at most
     */
    record Spec(Set<Part> parts, int users, int parallelism, int maxParallelism, boolean compressed) {}

    /** A key with a hash code of its own, as Flink demands. */
    public static class Place {
        public String city;
        public int zone;
        public DayOfWeek day;

        /** For Flink's POJO serializer. */
        public Place() {}

        Place(long n) {
            city = n % 5 == 0 ? null : "city" + n;
            zone = (int) n;
            day = DayOfWeek.of((int) n % 7 + 1);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Place place && Objects.equals(city, place.city) && zone == place.zone;
        }

        @Override
        public int hashCode() {
            return 31 * Objects.hashCode(city) + zone;
        }
    }

    private static final String AVRO_KEY = """
            {"type": "record", "name": "Device", "fields": [{"name": "id", "type": "long"}, {"name": "zone", "type": "string"}]}
            """;

    private final Spec spec;
    private final DataStream<Event> events;

    private StateJob(Spec spec, DataStream<Event> events) {
        this.spec = spec;
        this.events = events;
    }

    static JobGraph graph(Spec spec, String run, JobID id, Configuration configuration) throws Exception {
        StreamExecutionEnvironment environment = Environments.of(configuration);
        environment.setParallelism(spec.parallelism);
        environment.setMaxParallelism(spec.maxParallelism);
        environment.getConfig().setUseSnapshotCompression(spec.compressed);
        if (!FlinkVersion.atLeast("1.10")) {
            // No option for it yet.
            Reflect.call(environment.getConfig(), "registerPojoType", ObjectSample.Square.class);
        }
        DataStream<Event> events = Numbers.stream(environment, new JobSpec(100, 0, 0, 0), 1)
                .flatMap(new Feed(run, spec.users))
                .returns(Types.POJO(Event.class))
                .setParallelism(1)
                .name("feed")
                .uid("feed");
        StateJob job = new StateJob(spec, EventTimes.of(events).setParallelism(1).name("times").uid("times"));
        for (Part part : spec.parts) {
            job.add(part);
        }
        return Environments.graph(environment, id);
    }

    private void add(Part part) throws Exception {
        int users = spec.users;
        switch (part) {
            case BASIC -> keyed("basic", event -> event.user, Types.STRING, new SampleStates<>(SampleStates.Group.BASIC));
            case TIMES -> keyed("times-of-all-kinds", event -> (int) (event.number % users), Types.INT, new SampleStates<>(SampleStates.Group.TIMES));
            case ARRAYS -> keyed("arrays", event -> (int) (event.number % users), Types.INT, new SampleStates<>(SampleStates.Group.ARRAYS));
            case OBJECTS -> keyed("objects", event -> event.user, Types.STRING, new SampleStates<>(SampleStates.Group.OBJECTS));
            case KINDS -> keyed("kinds", event -> (int) (event.number % users), Types.INT, new KindStates<>());
            case TUPLE_KEYS -> keyed("tuple-keys", event -> Tuple2.of(event.user, (int) event.number % 2),
                    Types.TUPLE(Types.STRING, Types.INT), new KindStates<>());
            case POJO_KEYS -> keyed("pojo-keys", event -> new Place(event.number % users), Types.POJO(Place.class), new KindStates<>());
            case ROW_KEYS -> keyed("row-keys", event -> Row.of(event.user, event.number % 3), Types.ROW(Types.STRING, Types.LONG), new KindStates<>());
            case AVRO_KEYS -> keyed("avro-keys", StateJob::device, new GenericRecordAvroTypeInfo(new Schema.Parser().parse(AVRO_KEY)),
                    new KindStates<>());
            case LONG_KEYS -> keyed("long-keys", event -> event.number % users - users / 2, Types.LONG, new KindStates<>());
            case AMBIGUOUS_KEYS -> events.keyBy(event -> event.user.repeat(1 + (int) event.number % users % 9 * 4), Types.STRING)
                    .transform("ambiguous-keys", Types.POJO(Event.class), new AmbiguousStates())
                    .uid("ambiguous-keys");
            case WINDOWS -> WindowStates.add(events);
            case OPERATOR -> events.map(new OperatorStates()).returns(Types.POJO(Event.class)).name("operator").uid("operator");
            case ASYNC -> Reflect.callStatic(Class.forName("checkpointfs.flink.AsyncStates"), "add", events);
            case KAFKA -> Reflect.callStatic(Class.forName("checkpointfs.flink.KafkaStates"), "add", events);
            case SQL -> Reflect.callStatic(Class.forName("checkpointfs.flink.SqlStates"), "add", events);
            case LEGACY_KAFKA -> LegacyKafka.add(events);
            case LARGE -> keyed("large", event -> event.user, Types.STRING, new LargeStates());
            case OPAQUE -> keyed("opaque", event -> event.user, Types.STRING, new SampleStates<>(SampleStates.Group.OPAQUE));
        }
    }

    private <K> void keyed(String name, KeySelector<Event, K> key, org.apache.flink.api.common.typeinfo.TypeInformation<K> type, StateFunction<K> function) {
        events.keyBy(key, type).process(function).returns(Types.POJO(Event.class)).name(name).uid(name);
    }

    private static GenericRecord device(Event event) {
        GenericRecord device = new GenericData.Record(new Schema.Parser().parse(AVRO_KEY));
        device.put("id", event.number % 50);
        device.put("zone", event.user);
        return device;
    }
}
