// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;

/** Calls of methods that take durations: as {@code Time}, of which there are two, and since 2.0 as {@code Duration}. */
final class Millis {
    private Millis() {}

    /** A static method that takes nothing else. */
    static Object callStatic(Class<?> type, String name, long... millis) throws Exception {
        return call(null, type, name, millis);
    }

    static Object call(Object object, String name, long... millis) throws Exception {
        return call(object, object.getClass(), name, millis);
    }

    private static Object call(Object object, Class<?> type, String name, long... millis) throws Exception {
        for (Method method : type.getMethods()) {
            Class<?>[] types = method.getParameterTypes();
            boolean takesTimes = Arrays.stream(types).allMatch(Millis::isTime);
            if (method.getName().equals(name) && types.length == millis.length && takesTimes) {
                Object[] arguments = new Object[types.length];
                for (int i = 0; i < types.length; i++) {
                    arguments[i] = types[i] == Duration.class
                            ? Duration.ofMillis(millis[i])
                            : types[i].getMethod("milliseconds", long.class).invoke(null, millis[i]);
                }
                return method.invoke(object, arguments);
            }
        }
        throw new NoSuchMethodException(type + "." + name);
    }

    private static boolean isTime(Class<?> type) {
        return type == Duration.class || type.getSimpleName().equals("Time");
    }
}
