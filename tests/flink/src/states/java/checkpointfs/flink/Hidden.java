// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;

/** Reads private fields of Flink's classes, and calls what is not public. */
final class Hidden {
    private Hidden() {}

    /** The field of this name of the object's class, or of the nearest superclass that has one. */
    @SuppressWarnings("unchecked")
    static <T> T get(Object object, String name) {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    try {
                        field.setAccessible(true);
                        return (T) field.get(object);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
        throw new IllegalStateException(object.getClass() + " has no field " + name);
    }

    static boolean has(Object object, String name) {
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the class itself has a method of this name. */
    static boolean hasMethod(Class<?> type, String name) {
        return Arrays.stream(type.getDeclaredMethods()).anyMatch(method -> method.getName().equals(name));
    }

    /** A static method of this name that takes so many arguments. */
    static Object callStatic(Class<?> type, String name, Object... arguments) throws Exception {
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == arguments.length) {
                method.setAccessible(true);
                return method.invoke(null, arguments);
            }
        }
        throw new NoSuchMethodException(type + "." + name);
    }

    /** A new object by the constructor that takes such arguments. */
    @SuppressWarnings("unchecked")
    static <T> T construct(Class<T> type, Object... arguments) {
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (takes(constructor, arguments)) {
                try {
                    constructor.setAccessible(true);
                    return (T) constructor.newInstance(arguments);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(type + ": " + e.getCause(), e);
                }
            }
        }
        throw new IllegalStateException("no constructor of " + type + " takes " + Arrays.toString(arguments));
    }

    private static boolean takes(Constructor<?> constructor, Object[] arguments) {
        Class<?>[] types = constructor.getParameterTypes();
        boolean fits = types.length == arguments.length;
        for (int i = 0; fits && i < types.length; i++) {
            Class<?> type = MethodType.methodType(types[i]).wrap().returnType();
            fits = arguments[i] == null ? !types[i].isPrimitive() : type.isInstance(arguments[i]);
        }
        return fits;
    }
}
