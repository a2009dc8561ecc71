#!/bin/bash
# dist/aot.sh: runs each command of out/ once, as users do, and keeps what its JVM loaded and linked as out/lib/app/NAME.aot (JEP 514).
# A command whose run cannot be made here still gets a cache, of a shorter run; what was left out is printed.
set -euo pipefail
cd "$(dirname "$0")/.."
. dist/jdk.sh
app=$PWD/out/lib/app; java=$PWD/out/lib/runtime/bin/java; work=$PWD/dist/target/training
. dist/containerd.sh
trap 'containerd_stop "$work/containerd"' EXIT
containerd_stop "$work/containerd"; containerd_unmount "$work" # of a build that was cut off
rm -rf "$work"; mkdir -p "$work"

# record NAME ARGS...: the very options and class path of the launcher, with the cache as output instead of input. Runs in the background.
record() {
  local name=$1 cp; shift
  cp=$(sed -n 's/^app.classpath=//p' "$app/$name.cfg" | sed "s#\$APPDIR#$app#" | paste -sd:)
  mapfile -t opts < <(sed -n 's/^java-options=//p' "$app/$name.cfg" | grep -v AOTCache)
  rm -f "$app/$name.aot"
  "$java" "${opts[@]}" -XX:AOTCacheOutput="$app/$name.aot" -cp "$cp" "$(sed -n 's/^app.mainclass=//p' "$app/$name.cfg")" "$@" \
    > "$work/$name.log" 2>&1 &
  recording=$!
}
finished() { # finished NAME: waits for the recording; whether there is a cache
  wait "$recording" || true
  if [ -s "$app/$1.aot" ]; then return 0; fi
  echo "dist/aot.sh: no cache for $1, it will start slower; the end of $work/$1.log:" >&2; tail -n 5 "$work/$1.log" >&2; return 0
}
wait_for() { local end=$((SECONDS + $1)); shift; until "$@" > /dev/null 2>&1; do [ $SECONDS -lt $end ] && kill -0 "$recording" 2>/dev/null || return 1; sleep 0.2; done; }

train_kubelet() {
  local why; why=$(containerd_missing)
  [ -n "$why" ] || why=$(containerd_start "$work/containerd" 2>&1 || echo "containerd does not work here")
  if [ -n "$why" ]; then
    echo "dist/aot.sh: the kubelet is trained without a container runtime: $why"
    record kubelet --help; finished kubelet; return
  fi
  mkdir -p "$work/manifests"; cp dist/training/pod.yaml "$work/manifests/"
  sed "s#@WORK@#$work#g; s#@CGROUP@#$(containerd_cgroup "$work/containerd")#" dist/training/kubelet.yaml > "$work/kubelet.yaml"
  # An API server that says what a real one would, and a user who looks at the pod it hands out.
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$app/*" dist/training/FakeApi.java "$work" 29250 > "$work/fake-api.log" 2>&1 &
  api=$!; recording=$api
  wait_for 60 test -e "$work/ready" || { echo "dist/aot.sh: no API server to train with; the end of $work/fake-api.log:" >&2; tail -n 5 "$work/fake-api.log" >&2; }
  record kubelet --config="$work/kubelet.yaml" --root-dir="$work/kubelet" --cert-dir="$work/pki" --kubeconfig="$work/kubelet.conf" --hostname-override=training --v=2
  wait "$api" || { echo "dist/aot.sh: the training stopped early; the end of $work/fake-api.log:" >&2; tail -n 5 "$work/fake-api.log" >&2; }
  rm -f "$work/manifests/pod.yaml"; wait_for 30 training_pods_gone || true
  kill -TERM "$recording" 2>/dev/null || true
  finished kubelet
}
training_pods_gone() { ! containerd_ctr "$work/containerd" containers ls -q | grep -q .; }

train_kubelet
record kube-proxy --version; finished kube-proxy
record caravel config check "$PWD/dist/training/kubelet.yaml"; finished caravel
