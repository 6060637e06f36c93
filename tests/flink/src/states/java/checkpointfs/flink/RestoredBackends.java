// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.io.disk.iomanager.IOManagerAsync;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.runtime.query.KvStateRegistry;
import org.apache.flink.runtime.query.TaskKvStateRegistry;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.TaskStateManager;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.runtime.taskmanager.TaskManagerRuntimeInfo;

/**
 * Flink's own state backends, restored from handles of a snapshot, one per subtask.
 *
 * <p>The environment is a stand-in: nothing of a backend asks for more than what is answered here.
 */
final class RestoredBackends implements AutoCloseable {
    /** Which of Flink's backends. */
    enum Type {
        HEAP,
        ROCKSDB,
        FORST,
        /** With asynchronous state access. */
        FORST_ASYNC;

        /** The name on the command line, {@code forst-async}. */
        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Type of(String label) {
            return Arrays.stream(values())
                    .filter(type -> type.label().equals(label))
                    .findAny()
                    .orElseThrow(() -> new Arguments.WrongUsage("no backend '" + label + "'"));
        }
    }

    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Before, a log was read by a backend that writes one only. */
    private static final boolean LOG_CAN_BE_OFF = FlinkVersion.atLeast("1.16");

    private final File scratch;
    private final IOManagerAsync io;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Environment environment;

    RestoredBackends(File scratch) {
        this.scratch = scratch;
        io = new IOManagerAsync(scratch.toString());
        environment = environment();
    }

    private Environment environment() {
        ClassLoader loader = getClass().getClassLoader();
        Map<String, Object> answers = new HashMap<>(Map.of(
                "getJobID", new JobID(),
                "getExecutionConfig", new ExecutionConfig(),
                "getUserClassLoader", loader,
                "getUserCodeClassLoader", userCode(loader),
                "getIOManager", io,
                "getTaskConfiguration", new Configuration(),
                "getJobConfiguration", new Configuration(),
                "getTaskManagerInfo", taskManager(),
                "getTaskStateManager", stateManager(),
                "getAsyncOperationsThreadPool", executor));
        answers.put("getTaskInfo", FlinkVersion.atLeast("2.0") ? taskInfo() : Proxies.none());
        answers.put("getCheckpointStorageAccess", Proxies.none());
        // RocksDB gets its memory elsewhere.
        answers.put("getMemoryManager", Proxies.none());
        if (!LOG_CAN_BE_OFF) {
            answers.put("getTaskInfo", Hidden.construct(TaskInfo.class, "oracle", 1, 0, 1, 0));
            answers.put("getMainMailboxExecutor", mailbox());
        }
        return Proxies.of(Environment.class, answers);
    }

    /** An interface since 1.19. */
    private static Object taskInfo() {
        return Proxies.of(TaskInfo.class, Map.of("getAttemptNumber", 0, "getIndexOfThisSubtask", 0, "getNumberOfParallelSubtasks", 1));
    }

    private TaskManagerRuntimeInfo taskManager() {
        return Proxies.of(TaskManagerRuntimeInfo.class, Map.of(
                "getTmpDirectories", new String[] {scratch.toString()},
                "getTmpWorkingDirectory", scratch,
                "getConfiguration", new Configuration()));
    }

    private TaskStateManager stateManager() {
        Proxies.Answer changelog = arguments -> Reflect.callStatic(
                Class.forName("org.apache.flink.runtime.state.changelog.StateChangelogStorageLoader"), "loadFromStateHandle", arguments);
        Proxies.Answer newLog = arguments -> newLog();
        return Proxies.of(TaskStateManager.class, Map.of(
                "createLocalRecoveryConfig", noLocalRecovery(),
                "getStateChangelogStorage", newLog,
                "getStateChangelogStorageView", changelog));
    }

    /** Where a backend writes its log, which it does not do here. */
    private Object newLog() throws Exception {
        Configuration options = new Configuration();
        options.setString("dstl.dfs.base-path", scratch.toURI().toString());
        return Hidden.construct(Class.forName("org.apache.flink.changelog.fs.FsStateChangelogStorage"), options,
                UnregisteredMetricGroups.createUnregisteredTaskManagerJobMetricGroup());
    }

    private static Object mailbox() {
        try {
            return Proxies.of(Class.forName("org.apache.flink.api.common.operators.MailboxExecutor"), Map.of());
        } catch (ClassNotFoundException e) {
            return Proxies.none();
        }
    }

    /** What a task asks for the loader of the user's classes, which is not there in each version. */
    private static Object userCode(ClassLoader loader) {
        try {
            return Proxies.of(Class.forName("org.apache.flink.util.UserCodeClassLoader"), Map.of("asClassLoader", loader));
        } catch (ClassNotFoundException e) {
            return loader;
        }
    }

    private static LocalRecoveryConfig noLocalRecovery() {
        // None to two flags, and a directory.
        Object[] arguments = new Object[LocalRecoveryConfig.class.getConstructors()[0].getParameterCount()];
        Arrays.fill(arguments, 0, arguments.length - 1, false);
        return Hidden.construct(LocalRecoveryConfig.class, arguments);
    }

    /** A backend that has restored these handles, with the range of key groups that they have together. */
    Object keyed(Type type, TypeSerializer<?> key, int maxParallelism, List<KeyedStateHandle> handles) throws Exception {
        KeyGroupRange range = range(handles);
        Object backend = switch (type) {
            case HEAP -> heap();
            case ROCKSDB -> rocksdb();
            case FORST, FORST_ASYNC -> forst();
        };
        boolean isLogged = handles.get(0).getClass().getSimpleName().startsWith("Changelog");
        if (isLogged) {
            // As a job restores it that has its changelog switched off, where that is possible: replays the log.
            String logged = LOG_CAN_BE_OFF ? "DeactivatedChangelogStateBackend" : "ChangelogStateBackend";
            backend = Hidden.construct(Class.forName("org.apache.flink.state.changelog." + logged), backend);
        }
        TaskKvStateRegistry registry = new KvStateRegistry().createTaskRegistry(new JobID(), new JobVertexID());
        String name = "oracle-" + COUNT.incrementAndGet();
        List<Object> arguments = new ArrayList<>(List.of(environment, new JobID(), name, key, maxParallelism, range, registry,
                TtlTimeProvider.DEFAULT, new UnregisteredMetricsGroup(), handles, new CloseableRegistry()));
        String method = type == Type.FORST_ASYNC ? "createAsyncKeyedStateBackend" : "createKeyedStateBackend";
        Object restored;
        if (FlinkVersion.atLeast("1.19")) {
            Class<?> parameters = Class.forName("org.apache.flink.runtime.state.KeyedStateBackendParametersImpl");
            restored = Reflect.call(backend, method, Hidden.construct(parameters, arguments.toArray()));
        } else {
            restored = Reflect.call(backend, method, arguments.toArray());
        }
        // What replays the log is around the backend.
        return isLogged ? Hidden.get(restored, LOG_CAN_BE_OFF ? "val$keyedStateBackend" : "keyedStateBackend") : restored;
    }

    /** The ranges of all handles of a subtask are the same, but after a rescaling. */
    private static KeyGroupRange range(List<KeyedStateHandle> handles) {
        int first = handles.stream().mapToInt(handle -> handle.getKeyGroupRange().getStartKeyGroup()).min().orElseThrow();
        int last = handles.stream().mapToInt(handle -> handle.getKeyGroupRange().getEndKeyGroup()).max().orElseThrow();
        return KeyGroupRange.of(first, last);
    }

    Object operator(List<OperatorStateHandle> handles) throws Exception {
        Object backend = heap();
        List<Object> arguments = List.of(environment, "oracle", handles, new CloseableRegistry());
        if (FlinkVersion.atLeast("1.19")) {
            Class<?> parameters = Class.forName("org.apache.flink.runtime.state.OperatorStateBackendParametersImpl");
            return Reflect.call(backend, "createOperatorStateBackend", Hidden.construct(parameters, arguments.toArray()));
        }
        return Reflect.call(backend, "createOperatorStateBackend", arguments.toArray());
    }

    private static Object heap() throws Exception {
        return FlinkVersion.atLeast("1.13")
                ? Hidden.construct(Class.forName("org.apache.flink.runtime.state.hashmap.HashMapStateBackend"))
                : Hidden.construct(Class.forName("org.apache.flink.runtime.state.memory.MemoryStateBackend"));
    }

    private Object rocksdb() throws Exception {
        Configuration options = new Configuration();
        options.setString("state.backend.rocksdb.memory.managed", "false");
        options.setString("state.backend.rocksdb.timer-service.factory", "ROCKSDB");
        options.setString("state.backend.rocksdb.localdir", scratch.toString());
        String packageName = "org.apache.flink.contrib.streaming.state.";
        Object backend = FlinkVersion.atLeast("1.13")
                ? Hidden.construct(Class.forName(packageName + "EmbeddedRocksDBStateBackend"))
                : Hidden.construct(Class.forName(packageName + "RocksDBStateBackend"), scratch.toURI().toString());
        return Reflect.call(backend, "configure", options, getClass().getClassLoader());
    }

    private Object forst() throws Exception {
        Configuration options = new Configuration();
        options.setString("state.backend.forst.memory.managed", "false");
        options.setString("state.backend.forst.timer-service.factory", "ForStDB");
        options.setString("state.backend.forst.local-dir", scratch.toString());
        options.setString("state.backend.forst.primary-dir", scratch.toURI().resolve("primary").toString());
        Object backend = Hidden.construct(Class.forName("org.apache.flink.state.forst.ForStStateBackend"));
        return Reflect.call(backend, "configure", options, getClass().getClassLoader());
    }

    @Override
    public void close() throws Exception {
        executor.shutdownNow();
        // Closeable since 1.9.
        Reflect.call(io, Reflect.has(io, "close", 0) ? "close" : "shutdown");
    }
}
