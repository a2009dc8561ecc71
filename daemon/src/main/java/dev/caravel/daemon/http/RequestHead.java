package dev.caravel.daemon.http;

/**
 * A request line and its headers, checked.
 *
 * @param target as sent
 * @param minorVersion 0 or 1 of HTTP/1
 * @param contentLength bytes of the body, 0 for none, -1 for chunked
 */
record RequestHead(
        String method, String target, int minorVersion, HttpHeaders headers, long contentLength) {

    static final long CHUNKED = -1;

    boolean keepAlive() {
        if (headers.hasToken("Connection", "close")) {
            return false;
        }
        return minorVersion >= 1 || headers.hasToken("Connection", "keep-alive");
    }

    boolean expectsContinue() {
        return minorVersion >= 1
                && headers.first("Expect").filter("100-continue"::equalsIgnoreCase).isPresent();
    }

    /** The target without scheme, authority and query. */
    String rawPath() {
        String path = originForm();
        int question = path.indexOf('?');
        return question < 0 ? path : path.substring(0, question);
    }

    String rawQuery() {
        int question = target.indexOf('?');
        return question < 0 ? "" : target.substring(question + 1);
    }

    /** {@code /path?query} also when the client sent an absolute URL. */
    String originForm() {
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme < 0) {
            return target;
        }
        int slash = target.indexOf('/', scheme + 3);
        if (slash >= 0) {
            return target.substring(slash);
        }
        int question = target.indexOf('?');
        return question < 0 ? "/" : "/" + target.substring(question);
    }
}
