#!/bin/bash
# dist/image.sh: makes out/ from the jars in dist/target/lib: one runtime image, three launchers named as their processes, an AOT cache for each.
set -euo pipefail
cd "$(dirname "$0")/.."
. dist/jdk.sh
lib=dist/target/lib
[ -d "$lib" ] || { echo "dist/image.sh: no jars in $lib; run ./build" >&2; exit 1; }
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.xml,jdk.crypto.cryptoki,jdk.jfr,jdk.management,jdk.unsupported,jdk.net,jdk.zipfs
common="-XX:+UseSerialGC -XX:-UsePerfData -XX:TieredStopAtLevel=1 -XX:+AutoCreateSharedArchive -Xss512k -XX:MaxMetaspaceSize=160m -XX:ReservedCodeCacheSize=48m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dsun.net.http.allowRestrictedHeaders=true -Djdk.httpclient.keepalive.timeout=60 -Dio.grpc.netty.shaded.io.netty.allocator.type=unpooled"
common=${common/-XX:+AutoCreateSharedArchive /}
options() { # options LAUNCHER: what its JVM runs with
  case $1 in
    kubelet) echo "-Xms16m -Xmx96m $common" ;;
    kube-proxy) echo "-Xms16m -Xmx96m $common" ;;
    caravel) echo "-Xms8m -Xmx64m $common" ;;
  esac
}
main() {
  case $1 in
    kubelet) echo dev.caravel.kubelet.KubeletMain ;;
    kube-proxy) echo dev.caravel.proxy.KubeProxyMain ;;
    caravel) echo dev.caravel.ctl.CaravelMain ;;
  esac
}
rm -rf out dist/target/image; mkdir -p dist/target/image
launchers=()
for name in kube-proxy caravel; do
  file=dist/target/image/$name.properties
  { echo "main-jar=$name-0.1.0.jar" | sed 's/=caravel-/=ctl-/'; echo "main-class=$(main $name)"
    echo "java-options=$(options $name) -XX:AOTCache=\$APPDIR/$name.aot -Xlog:disable -Xlog:all=off"; } > "$file"
  launchers+=(--add-launcher "$name=$file")
done
"$JAVA_HOME/bin/jpackage" --type app-image --name kubelet --dest dist/target/image --input "$lib" \
  --main-jar kubelet-0.1.0.jar --main-class "$(main kubelet)" \
  --java-options "$(options kubelet) -XX:AOTCache=\$APPDIR/kubelet.aot -Xlog:disable -Xlog:all=off" \
  --add-modules "$modules" --jlink-options "--strip-debug --no-man-pages --no-header-files" "${launchers[@]}"
mv dist/target/image/kubelet out
for name in kubelet kube-proxy caravel; do
  [ -x "out/bin/$name" ] || { echo "dist/image.sh: no launcher $name" >&2; exit 1; }
done
