package dev.caravel.kubelet.device;

import dev.caravel.csi.PluginInfo;
import dev.caravel.daemon.run.NamedThreads;
import dev.caravel.kubelet.plugin.PluginException;
import dev.caravel.kubelet.plugin.PluginHandler;
import dev.caravel.kubelet.rpc.SocketRpc;
import dev.caravel.proto.deviceplugin.Empty;
import dev.caravel.proto.deviceplugin.RegisterRequest;
import dev.caravel.proto.deviceplugin.RegistrationGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes device plugins in, from their own registration socket or from {@code plugins_registry}, and
 * follows what each lists on a thread of its own until it is gone.
 */
public final class DevicePlugins implements PluginHandler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DevicePlugins.class);

    private static final String VERSION = "v1beta1";
    private static final String SOCKET = "kubelet.sock";
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final Pattern QUALIFIED =
            Pattern.compile(
                    "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
                            + "/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    private static final int LONGEST_DOMAIN = 253;
    private static final int LONGEST_NAME = 63;

    private final SocketRpc rpc;
    private final Path folder;
    private final Devices devices;
    private final Map<DevicePlugin, Thread> running = new ConcurrentHashMap<>();
    private SocketRpc.Listening listening = () -> {};
    private volatile boolean closed;

    /**
     * @param folder {@code <root>/device-plugins}
     */
    public DevicePlugins(SocketRpc rpc, Path folder, Devices devices) {
        this.rpc = rpc;
        this.folder = folder;
        this.devices = devices;
    }

    /**
     * Listens for plugins. Sockets of an earlier time are removed, which tells plugins that watch
     * the folder to register again.
     *
     * @throws IOException when the folder cannot be used
     */
    public void start() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (isSocket(entry)) {
                    Files.delete(entry);
                }
            }
        }
        listening = rpc.serve(folder.resolve(SOCKET), List.of(new Registration()));
    }

    private static boolean isSocket(Path entry) throws IOException {
        return Files.readAttributes(
                        entry,
                        java.nio.file.attribute.BasicFileAttributes.class,
                        LinkOption.NOFOLLOW_LINKS)
                .isOther();
    }

    private final class Registration extends RegistrationGrpc.RegistrationImplBase {
        @Override
        public void register(RegisterRequest request, StreamObserver<Empty> answer) {
            try {
                if (!request.getVersion().equals(VERSION)) {
                    throw new DeviceException(
                            "requested API version \"%s\" is not supported by kubelet. Supported"
                                            .formatted(request.getVersion())
                                    + " version is [\"v1beta1\"]");
                }
                connect(request.getResourceName(), endpoint(request.getEndpoint()));
                answer.onNext(Empty.getDefaultInstance());
                answer.onCompleted();
            } catch (DeviceException e) {
                log.warn(
                        "Device plugin for {} is not taken in: {}",
                        request.getResourceName(),
                        e.text());
                answer.onError(Status.UNKNOWN.withDescription(e.text()).asRuntimeException());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                answer.onError(Status.UNAVAILABLE.asRuntimeException());
            }
        }
    }

    private Path endpoint(String name) throws DeviceException {
        Path socket = folder.resolve(name).normalize();
        if (name.isEmpty() || !socket.startsWith(folder) || socket.equals(folder)) {
            throw new DeviceException("endpoint \"" + name + "\" is no file of " + folder);
        }
        return socket;
    }

    private void connect(String resource, Path socket)
            throws DeviceException, InterruptedException {
        if (!isExtendedResource(resource)) {
            throw new DeviceException(
                    "the ResourceName \""
                            + resource
                            + "\" is invalid: it must be a domain and a name");
        }
        DevicePlugin plugin = new GrpcDevicePlugin(rpc, socket);
        try {
            devices.connected(resource, plugin, plugin.options());
        } catch (DeviceException e) {
            plugin.close();
            throw new DeviceException("failed to get device plugin options: " + e.text(), e);
        }
        log.info("Device plugin for {} on {} is connected", resource, socket);
        running.put(
                plugin,
                NamedThreads.start("device-plugin/" + resource, () -> follow(resource, plugin)));
    }

    private void follow(String resource, DevicePlugin plugin) {
        try {
            plugin.listAndWatch(list -> devices.listed(resource, plugin, list));
        } catch (InterruptedException e) {
            log.debug("Device plugin for {} is followed no more", resource);
        } finally {
            plugin.close();
            running.remove(plugin);
            // At the kubelet's own end the devices stay what they are: pods go on.
            if (!closed) {
                devices.gone(resource, plugin);
            }
        }
    }

    /** A name with a domain that is not Kubernetes' own. */
    static boolean isExtendedResource(String name) {
        int slash = name.indexOf('/');
        return QUALIFIED.matcher(name).matches()
                && slash <= LONGEST_DOMAIN
                && name.length() - slash - 1 <= LONGEST_NAME
                && !name.contains("kubernetes.io/")
                && !name.startsWith("requests.");
    }

    @Override
    public String type() {
        return PluginInfo.DEVICE;
    }

    @Override
    public void register(PluginInfo plugin, Path endpoint)
            throws PluginException, InterruptedException {
        if (!plugin.versions().contains(VERSION)) {
            throw new PluginException(
                    "manager does not support versions "
                            + plugin.versions()
                            + " of device plugins");
        }
        try {
            connect(plugin.name(), endpoint);
        } catch (DeviceException e) {
            throw new PluginException(e.text(), e);
        }
    }

    /** Its list ends by itself when it is gone. */
    @Override
    public void deregister(PluginInfo plugin, Path endpoint) {
        log.debug("Device plugin {} left {}", plugin.name(), endpoint);
    }

    @Override
    public void close() {
        closed = true;
        listening.close();
        List<Thread> threads = List.copyOf(running.values());
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                boolean _ = thread.join(LAST_WORDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
