package dev.caravel.kubelet.image;

import dev.caravel.cri.Image;
import dev.caravel.cri.ImageFsInfo;
import dev.caravel.cri.ImageService;
import dev.caravel.cri.ImageSpec;
import dev.caravel.cri.Listing;
import dev.caravel.cri.RegistryCredentials;
import dev.caravel.cri.RuntimeCallException;
import dev.caravel.cri.RuntimeCallException.Code;
import dev.caravel.cri.SandboxConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A runtime with an empty image store and a registry behind it. Refuses what real ones refuse: an
 * unknown image, a wrong password, a call of an interrupted thread.
 */
final class FakeRegistry implements ImageService {
    private final Map<String, Optional<String>> passwords = new HashMap<>();
    private final Map<String, Image> store = new ConcurrentHashMap<>();
    private final Map<String, String> refusals = new HashMap<>();
    final List<String> pulls = new CopyOnWriteArrayList<>();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    volatile CountDownLatch hold = new CountDownLatch(0);
    volatile boolean broken = false;

    /** Offers an image to everybody. */
    FakeRegistry offer(String image) {
        passwords.put(image, Optional.empty());
        return this;
    }

    /** Offers an image to those who know the password. */
    FakeRegistry offer(String image, String password) {
        passwords.put(image, Optional.of(password));
        return this;
    }

    /** Answers a pull with this text. */
    FakeRegistry refuse(String image, String detail) {
        refusals.put(image, detail);
        return this;
    }

    /** Puts an image into the store as if loaded by hand. */
    FakeRegistry preload(String image) {
        store.put(image, image(image));
        return this;
    }

    void drop(String image) {
        store.remove(image);
    }

    static String idOf(String image) {
        return "sha256:" + Integer.toHexString(image.hashCode());
    }

    private static Image image(String name) {
        return new Image(
                idOf(name),
                List.of(name),
                List.of(),
                12345,
                OptionalLong.of(7),
                "",
                Optional.empty(),
                false);
    }

    @Override
    public Listing<Image> listImages() {
        return Listing.of(new ArrayList<>(store.values()));
    }

    @Override
    public Optional<Image> imageStatus(ImageSpec image) {
        if (broken) {
            throw new RuntimeCallException("image_status", image.image(), Code.UNAVAILABLE, "gone");
        }
        return Optional.ofNullable(store.get(image.image()));
    }

    @Override
    public String pullImage(
            ImageSpec image,
            Optional<RegistryCredentials> credentials,
            Optional<SandboxConfig> sandbox) {
        String name = image.image();
        pulls.add(name + credentials.map(c -> " as " + c.username()).orElse(""));
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            hold.await();
            return pulled(name, credentials);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeCallException("pull_image", name, Code.CANCELLED, "interrupted");
        } finally {
            running.decrementAndGet();
        }
    }

    private String pulled(String name, Optional<RegistryCredentials> credentials) {
        if (refusals.containsKey(name)) {
            throw new RuntimeCallException(
                    "pull_image", name, Code.UNKNOWN, refusals.getOrDefault(name, ""));
        }
        Optional<String> password = passwords.get(name);
        if (password == null) {
            throw new RuntimeCallException(
                    "pull_image", name, Code.NOT_FOUND, "failed to pull \"" + name + "\"");
        }
        if (password.isPresent()
                && !password.equals(credentials.map(RegistryCredentials::password))) {
            throw new RuntimeCallException(
                    "pull_image", name, Code.PERMISSION_DENIED, "no access to " + name);
        }
        store.put(name, image(name));
        return idOf(name);
    }

    @Override
    public void removeImage(ImageSpec image) {
        drop(image.image());
    }

    @Override
    public ImageFsInfo imageFsInfo() {
        throw new UnsupportedOperationException("not a file system");
    }

    @Override
    public void close() {}
}
