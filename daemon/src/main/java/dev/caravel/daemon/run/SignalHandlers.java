package dev.caravel.daemon.run;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Hears UNIX signals through {@code sun.misc.Signal} of the module {@code jdk.unsupported}: the JDK
 * has nothing else that leaves us in control after the signal. By reflection, because the compiler
 * warns about that class and the warning cannot be switched off.
 */
final class SignalHandlers {
    private SignalHandlers() {}

    /**
     * Runs {@code action} on a thread of the JVM whenever the signal arrives, instead of what the
     * JVM does with it.
     *
     * @param name without SIG, for example {@code TERM}
     * @throws IllegalStateException when this JVM lacks the module or uses the signal itself
     */
    static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler =
                    Proxy.newProxyInstance(
                            SignalHandlers.class.getClassLoader(),
                            new Class<?>[] {handlerType},
                            (proxy, method, arguments) -> called(proxy, method, action));
            signal.getMethod("handle", signal, handlerType)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot handle SIG" + name + " in this JVM", e);
        }
    }

    private static Object called(Object proxy, Method method, Runnable action) {
        if (method.getName().equals("handle")) {
            action.run();
        }
        return switch (method.getName()) {
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "signal handler";
            default -> false;
        };
    }
}
