package dev.caravel.kubelet.plan;

/**
 * What an action works on: a topic and, for containers, a name.
 *
 * @param subject the container's name or ID; empty for the pod as a whole
 */
public record ActivityKey(Topic topic, String subject) {

    /** The kinds of work a pod needs. */
    public enum Topic {
        PREPARE,
        REFRESH,
        SANDBOX,
        IMAGE,
        START,
        HOOK,
        STOP,
        REMOVE,
        RESIZE,
        RELEASE,
        REMAINS
    }

    public static final ActivityKey PREPARE = new ActivityKey(Topic.PREPARE, "");
    public static final ActivityKey REFRESH = new ActivityKey(Topic.REFRESH, "");
    public static final ActivityKey SANDBOX = new ActivityKey(Topic.SANDBOX, "");
    public static final ActivityKey RESIZE = new ActivityKey(Topic.RESIZE, "");
    public static final ActivityKey RELEASE = new ActivityKey(Topic.RELEASE, "");
    public static final ActivityKey REMAINS = new ActivityKey(Topic.REMAINS, "");

    public static ActivityKey image(String container) {
        return new ActivityKey(Topic.IMAGE, container);
    }

    public static ActivityKey start(String container) {
        return new ActivityKey(Topic.START, container);
    }

    public static ActivityKey hook(String container) {
        return new ActivityKey(Topic.HOOK, container);
    }

    public static ActivityKey stop(String container) {
        return new ActivityKey(Topic.STOP, container);
    }

    public static ActivityKey remove(String containerId) {
        return new ActivityKey(Topic.REMOVE, containerId);
    }

    /** The same for people: {@code image of web}. */
    public String words() {
        return switch (topic) {
            case PREPARE -> "volumes";
            case REFRESH -> "refresh of volumes";
            case SANDBOX -> "sandbox";
            case IMAGE -> "image of " + subject;
            case START -> "start of " + subject;
            case HOOK -> "postStart of " + subject;
            case STOP -> "stop of " + subject;
            case REMOVE -> "removal of container " + subject;
            case RESIZE -> "resize";
            case RELEASE -> "release of volumes and cgroup";
            case REMAINS -> "removal of what is left";
        };
    }

    @Override
    public String toString() {
        String word = topic.name().toLowerCase(java.util.Locale.ROOT);
        return subject.isEmpty() ? word : word + "/" + subject;
    }
}
