package dev.caravel.kubelet.objects;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Which pods use which objects, so that an object goes with the last pod that names it. */
final class Users {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Set<ObjectName>> namesByPod = new HashMap<>();
    private final Map<ObjectName, Set<String>> podsByName = new HashMap<>();

    /**
     * Sets the objects a pod uses; none forgets the pod.
     *
     * @return the objects that no pod uses any more
     */
    Set<ObjectName> set(String podUid, Set<ObjectName> names) {
        lock.lock();
        try {
            Set<ObjectName> before =
                    names.isEmpty()
                            ? namesByPod.remove(podUid)
                            : namesByPod.put(podUid, Set.copyOf(names));
            names.forEach(
                    name -> podsByName.computeIfAbsent(name, _ -> new HashSet<>()).add(podUid));
            Set<ObjectName> unused = new HashSet<>();
            for (ObjectName name : before == null ? Set.<ObjectName>of() : before) {
                Set<String> pods = podsByName.get(name);
                if (!names.contains(name) && pods != null) {
                    pods.remove(podUid);
                    if (pods.isEmpty()) {
                        podsByName.remove(name);
                        unused.add(name);
                    }
                }
            }
            return unused;
        } finally {
            lock.unlock();
        }
    }

    boolean has(ObjectName name) {
        lock.lock();
        try {
            return podsByName.containsKey(name);
        } finally {
            lock.unlock();
        }
    }

    /** UIDs of the pods that use an object. */
    Set<String> of(ObjectName name) {
        lock.lock();
        try {
            return Set.copyOf(podsByName.getOrDefault(name, Set.of()));
        } finally {
            lock.unlock();
        }
    }
}
