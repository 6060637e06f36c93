// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeutils.base.IntSerializer;

/** The state of the verifying job, in every kind of snapshot. */
final class VerifyingState {
    private VerifyingState() {}

    /** Why this version of Flink has no such snapshot; null if it has. */
    static String leftOut(Scenario scenario) {
        String since = Arrays.stream(Kind.values())
                .filter(kind -> kind.written == scenario)
                .map(kind -> kind.since)
                .findFirst()
                .orElseThrow();
        return FlinkVersion.atLeast(since) ? null : "since " + since;
    }

    static String compare(Scenario scenario, Path work) throws Exception {
        Path storage = work.resolve("storage");
        List<JobRun.Result> results = Storage.generate(scenario, MovedStorage.spec(scenario), storage, 3);
        new Contents(scenario, Snapshot.read(MovedStorage.localPath(results.get(results.size() - 1).newest())).files()).check();
        return outcome(scenario, storage);
    }

    /** Of all snapshots in a storage. */
    static String outcome(Scenario scenario, Path storage) throws Exception {
        return CompareState.outcome(Snapshot.findAll(storage), backend(scenario), IntSerializer.INSTANCE);
    }

    /** In which the state is restored. */
    private static RestoredBackends.Type backend(Scenario scenario) {
        return switch (scenario) {
            case HASHMAP, CHANGELOG_HEAP, CHANGELOG_HEAP_COMPRESSED, CHANGELOG_HEAP_UNMATERIALIZED -> RestoredBackends.Type.HEAP;
            case FORST_LOCAL, FORST_REMOTE -> RestoredBackends.Type.FORST;
            case FORST_ASYNC -> RestoredBackends.Type.FORST_ASYNC;
            default -> RestoredBackends.Type.ROCKSDB;
        };
    }
}
