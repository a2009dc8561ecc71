package dev.caravel.kubelet.env;

import dev.caravel.kubelet.objects.ServiceAddress;
import dev.caravel.kubelet.objects.ServiceAddress.ServicePort;
import dev.caravel.kubelet.objects.Services;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The variables that tell a container where services are, in the form of Docker's links. */
final class ServiceVariables {
    private static final String API_SERVER_NAMESPACE = "default";
    private static final String API_SERVER = "kubernetes";

    private ServiceVariables() {}

    /**
     * The variables of a pod. The API server's service is always among them; others only of the
     * pod's namespace and only if {@code links}.
     */
    static Map<String, String> of(Services services, String namespace, boolean links) {
        Map<String, ServiceAddress> visible = new LinkedHashMap<>();
        if (links) {
            services.forNamespace(namespace).forEach(s -> visible.put(s.name(), s));
        }
        services.forNamespace(API_SERVER_NAMESPACE).stream()
                .filter(s -> s.name().equals(API_SERVER))
                .forEach(s -> visible.putIfAbsent(s.name(), s));
        Map<String, String> variables = new LinkedHashMap<>();
        visible.values().forEach(service -> add(variables, service));
        return variables;
    }

    private static void add(Map<String, String> variables, ServiceAddress service) {
        String prefix = variableName(service.name());
        variables.put(prefix + "_SERVICE_HOST", service.clusterIp());
        ServicePort first = service.ports().getFirst();
        variables.put(prefix + "_SERVICE_PORT", Integer.toString(first.port()));
        for (ServicePort port : service.ports()) {
            if (!port.name().isEmpty()) {
                variables.put(
                        prefix + "_SERVICE_PORT_" + variableName(port.name()),
                        Integer.toString(port.port()));
            }
        }
        variables.put(prefix + "_PORT", url(service, first));
        for (ServicePort port : service.ports()) {
            String name =
                    prefix
                            + "_PORT_"
                            + port.port()
                            + "_"
                            + port.protocol().toUpperCase(Locale.ROOT);
            variables.put(name, url(service, port));
            variables.put(name + "_PROTO", port.protocol().toLowerCase(Locale.ROOT));
            variables.put(name + "_PORT", Integer.toString(port.port()));
            variables.put(name + "_ADDR", service.clusterIp());
        }
    }

    private static String url(ServiceAddress service, ServicePort port) {
        String host =
                service.clusterIp().indexOf(':') < 0
                        ? service.clusterIp()
                        : "[" + service.clusterIp() + "]";
        return port.protocol().toLowerCase(Locale.ROOT) + "://" + host + ":" + port.port();
    }

    private static String variableName(String name) {
        return name.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
