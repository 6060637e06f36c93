// SPDX-License-Identifier: Apache-2.0
package checkpointfs.flink;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Objects of Flink's interfaces that answer what a state backend asks while it is built. */
final class Proxies {
    private Proxies() {}

    /** An answer that depends on the question. */
    interface Answer {
        Object to(Object[] arguments) throws Exception;
    }

    /** The answer null. */
    static Answer none() {
        return arguments -> null;
    }

    /** @param answers by the name of the method, an {@link Answer} or an object; any other method of the interface is an error */
    @SuppressWarnings("unchecked")
    static <T> T of(Class<T> type, Map<String, Object> answers) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object answer = answers.get(method.getName());
            if (answer != null) {
                return answer instanceof Answer function ? function.to(arguments) : answer;
            }
            if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            throw new UnsupportedOperationException(type.getSimpleName() + "." + method.getName());
        };
        return (T) Proxy.newProxyInstance(Proxies.class.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
