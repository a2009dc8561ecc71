# Sourced: finds a JDK 25 and exports JAVA_HOME. A JAVA_HOME that already is one wins.
is_jdk25() { [ -x "$1/bin/javac" ] && "$1/bin/javac" -version 2>&1 | grep -q '^javac 25'; }
if ! is_jdk25 "${JAVA_HOME:-/nonexistent}"; then
  for candidate in /usr/lib/jvm/*25* /opt/*jdk*25*; do
    if is_jdk25 "$candidate"; then JAVA_HOME=$candidate; break; fi
  done
fi
is_jdk25 "${JAVA_HOME:-/nonexistent}" || { echo "Caravel needs a JDK 25: set JAVA_HOME to one" >&2; exit 1; }
export JAVA_HOME
export MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow"
