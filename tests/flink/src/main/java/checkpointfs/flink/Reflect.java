// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Calls of methods that are not the same in all versions of Flink. */
final class Reflect {
    private Reflect() {}

    /** Whether there is a public method of this name that takes so many arguments. */
    static boolean has(Object object, String method, int arguments) {
        return find(object.getClass(), method, arguments) != null;
    }

    /** Calls the public method of this name that takes so many arguments; there must be one. */
    static Object call(Object object, String method, Object... arguments) throws Exception {
        return invoke(object, object.getClass(), method, arguments);
    }

    /** The same for a static method. */
    static Object callStatic(Class<?> type, String method, Object... arguments) throws Exception {
        return invoke(null, type, method, arguments);
    }

    /** As {@link #call} of a getter, where a failure is a mistake of ours. */
    static Object get(Object object, String getter) {
        try {
            return call(object, getter);
        } catch (Exception e) {
            throw new IllegalStateException(object.getClass() + " has no " + getter, e);
        }
    }

    private static Object invoke(Object object, Class<?> type, String name, Object... arguments) throws Exception {
        Method method = find(type, name, arguments.length);
        if (method == null) {
            throw new NoSuchMethodException(type + "." + name + " with " + arguments.length + " arguments");
        }
        // Public methods of classes that are not.
        method.setAccessible(true);
        try {
            return method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static Method find(Class<?> type, String name, int arguments) {
        for (Method method : type.getMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == arguments && !method.isBridge()) {
                return method;
            }
        }
        return null;
    }
}
