#!/bin/bash
# dist/image.sh: makes out/ from the jars in dist/target/lib: one runtime image, three launchers named as their processes, an AOT cache for each.
set -euo pipefail
cd "$(dirname "$0")/.."
. dist/jdk.sh
lib=$PWD/dist/target/lib; work=$PWD/dist/target/image; version=0.1.0
[ -d "$lib" ] || { echo "dist/image.sh: no jars in $lib; run ./build" >&2; exit 1; }

# What jdeps sees in the jars (a test compares), less java.desktop and java.sql, which only unused corners of libraries ask for; then
# what is found by name at run time: the cryptographic tokens, zip files as file systems, host names.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.jfr,jdk.management,jdk.net,jdk.unsupported
modules+=,jdk.crypto.cryptoki,jdk.zipfs

main_class() {
  case $1 in
    kubelet) echo dev.caravel.kubelet.KubeletMain ;;
    kube-proxy) echo dev.caravel.proxy.KubeProxyMain ;;
    caravel) echo dev.caravel.ctl.CaravelMain ;;
  esac
}
module() { case $1 in caravel) echo ctl ;; *) echo "$1" ;; esac; }

# The options each JVM runs with. Only C1: less memory, and quicker while the machine is busy starting pods. No log of the JVM's own,
# so that a cache which does not fit (another JVM, moved jars) is passed over in silence.
options() {
  local heap=96m; [ "$1" != caravel ] || heap=64m
  printf '%s\n' -Xms16m -Xmx$heap -Xss512k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
    -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:MaxMetaspaceSize=160m -XX:ReservedCodeCacheSize=48m \
    -XX:+ExitOnOutOfMemoryError -XX:+DisableAttachMechanism -Xlog:disable -Xlog:all=off \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Djdk.httpclient.keepalive.timeout=60 -Dio.grpc.netty.shaded.io.netty.allocator.type=unpooled
}

class_path() { # class_path NAME: its jars in the order of the launcher, one a line
  echo "$(module "$1")-$version.jar"
  { cat "$(module "$1")/target/classpath"; echo; } | tr ':' '\n' | sed -n 's#.*/##p'
}

launcher_settings() { # launcher_settings NAME: the launcher's .cfg
  echo '[Application]'; class_path "$1" | sed 's#^#app.classpath=$APPDIR/#'
  echo "app.mainclass=$(main_class "$1")"; echo; echo '[JavaOptions]'
  options "$1" | sed 's/^/java-options=/'; echo "java-options=-XX:AOTCache=\$APPDIR/$1.aot"
}

rm -rf out "$work"; mkdir -p "$work"
launchers=(); : > "$work/extra.properties"
for name in kube-proxy caravel; do launchers+=(--add-launcher "$name=$work/extra.properties"); done
"$JAVA_HOME/bin/jpackage" --type app-image --name kubelet --dest "$work" --input "$lib" \
  --main-jar kubelet-$version.jar --main-class "$(main_class kubelet)" --add-modules "$modules" \
  --jlink-options "--strip-debug --no-man-pages --no-header-files" "${launchers[@]}"
mv "$work/kubelet" out; rm -f out/lib/*.png out/lib/app/.jpackage.xml
for name in kubelet kube-proxy caravel; do
  [ -x "out/bin/$name" ] || { echo "dist/image.sh: jpackage made no launcher $name" >&2; exit 1; }
  launcher_settings $name > out/lib/app/$name.cfg
done
dist/aot.sh
