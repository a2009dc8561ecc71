# Sourced: a containerd of its own in a folder, with its socket, state, network, cgroup and image, that can be removed without a trace.
# Debian's packages are enough: containerd, runc, containernetworking-plugins, busybox-static. No registry is asked.

CONTAINERD_PACKAGES="containerd runc containernetworking-plugins busybox-static iproute2 curl procps"
CONTAINERD_IMAGE=caravel.local/busybox:1
CONTAINERD_PAUSE=caravel.local/pause:1

containerd_missing() { # prints why none can be started here, nothing when one can
  local program
  [ "$(id -u)" = 0 ] || { echo "not root"; return; }
  for program in containerd ctr runc busybox ip curl; do
    command -v $program > /dev/null || { echo "no $program (Debian packages: $CONTAINERD_PACKAGES)"; return; }
  done
  [ -x /usr/lib/cni/bridge ] || { echo "no CNI plugins in /usr/lib/cni (Debian package: containernetworking-plugins)"; return; }
  if ldd "$(command -v busybox)" > /dev/null 2>&1; then echo "busybox is not static (Debian package: busybox-static)"; fi
}

containerd_tag() { echo "caravel-$(cksum <<< "$1" | cut -d' ' -f1)"; } # containerd_tag DIR: names its network and its cgroup
containerd_bridge() { echo "crv$(cksum <<< "$1" | cut -d' ' -f1)"; }    # a name of an interface has 15 bytes at most
containerd_ctr() { local dir=$1; shift; ctr --address "$dir/containerd.sock" --namespace k8s.io "$@"; }

containerd_start() { # containerd_start DIR
  local dir=$1 third end=$((SECONDS + 60))
  third=$(($(cksum <<< "$dir" | cut -d' ' -f1) % 250 + 1))
  mkdir -p "$dir/cni"
  cat > "$dir/cni/10-caravel.conflist" <<J
{"cniVersion":"0.4.0","name":"$(containerd_tag "$dir")","plugins":[{"type":"bridge","bridge":"$(containerd_bridge "$dir")","isGateway":true,
 "ipam":{"type":"host-local","dataDir":"$dir/ipam","ranges":[[{"subnet":"10.214.$third.0/24"}]]}}]}
J
  cat > "$dir/config.toml" <<T
version = 2
root = "$dir/root"
state = "$dir/state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.nri.v1.nri"]
[grpc]
address = "$dir/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "$CONTAINERD_PAUSE"
restrict_oom_score_adj = true
enable_selinux = false
stream_server_address = "127.0.0.1"
stream_server_port = "0"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "$dir/cni"
T
  setsid containerd --config "$dir/config.toml" > "$dir/containerd.log" 2>&1 < /dev/null &
  echo $! > "$dir/containerd.pid"
  until containerd_ctr "$dir" version > /dev/null 2>&1; do
    if ! kill -0 "$(cat "$dir/containerd.pid")" 2> /dev/null || [ $SECONDS -gt $end ]; then
      echo "containerd does not come up; the end of $dir/containerd.log:" >&2; tail -n 5 "$dir/containerd.log" >&2; return 1
    fi
    sleep 0.1
  done
  until containerd_ctr "$dir" plugins ls | grep -q ' cri .* ok *$'; do
    if containerd_ctr "$dir" plugins ls | grep -q ' cri .* error *$' || [ $SECONDS -gt $end ]; then
      echo "containerd came up without CRI:" >&2; grep 'v1.cri"' "$dir/containerd.log" | grep -o 'error=.*' >&2; return 1
    fi
    sleep 0.1
  done
  containerd_image "$dir/image.tar" && containerd_ctr "$dir" images import --no-unpack "$dir/image.tar" > /dev/null
}

containerd_cgroup() { # containerd_cgroup DIR: makes the cgroup for a kubelet's cgroupRoot and prints its name; on v1 a new cpuset has no CPUs yet
  local tag controller file; tag=$(containerd_tag "$1")
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then mkdir -p "/sys/fs/cgroup/$tag"
  else
    for controller in /sys/fs/cgroup/*/; do
      mkdir -p "$controller$tag"
      for file in cpuset.cpus cpuset.mems; do [ ! -e "$controller$file" ] || cat "$controller$file" > "$controller$tag/$file"; done
    done
  fi
  echo "/$tag"
}

containerd_image() { # containerd_image FILE: a docker archive around Debian's static busybox, under both names
  local file=$1 work layer config
  work=$(mktemp -d); mkdir -p "$work/layer/"{bin,etc,tmp,proc,sys,dev,www}
  cp "$(command -v busybox)" "$work/layer/bin/busybox"; chmod 1777 "$work/layer/tmp"
  for applet in $(busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$work/layer/bin/$applet"; done
  echo 'root:x:0:0::/:/bin/sh' > "$work/layer/etc/passwd"
  tar -C "$work/layer" --owner=0 --group=0 --mtime=@0 --sort=name -cf "$work/layer.tar" .
  layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Entrypoint":["/bin/sleep"],"Cmd":["1000000000"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(dpkg --print-architecture)" "$layer" > "$work/config"
  config=$(sha256sum "$work/config" | cut -d' ' -f1); mkdir "$work/out"
  mv "$work/layer.tar" "$work/out/$layer.tar"; mv "$work/config" "$work/out/$config.json"
  printf '[{"Config":"%s.json","RepoTags":["%s","%s"],"Layers":["%s.tar"]}]' "$config" $CONTAINERD_IMAGE $CONTAINERD_PAUSE "$layer" > "$work/out/manifest.json"
  tar -C "$work/out" -cf "$file" . && rm -r "$work"
}

containerd_stop() { # containerd_stop DIR: ends every container and the daemon, and removes what they left on the machine, then DIR
  local dir=$1 id pid spaces="" names path mark=$1/containerd.sock tag
  tag=$(containerd_tag "$dir")
  for id in $(containerd_ctr "$dir" containers ls -q 2> /dev/null); do
    spaces+=" $(containerd_ctr "$dir" containers info "$id" 2> /dev/null | grep -oE '/netns/cni-[0-9a-f-]+' | sort -u || true)"
    containerd_ctr "$dir" tasks rm --force "$id" > /dev/null 2>&1 || true
  done
  if pid=$(cat "$dir/containerd.pid" 2> /dev/null); then
    kill "$pid" 2> /dev/null || true
    containerd_wait_end 10 "$pid" || kill -9 "$pid" 2> /dev/null || true
  fi
  for path in /proc/[0-9]*; do # its shims: nobody else names its socket
    if { tr '\0' ' ' < "$path/cmdline"; } 2> /dev/null | grep -qE "^[^ ]*containerd-shim[^ ]* .*-address $mark "; then kill -9 "${path#/proc/}" 2> /dev/null || true; fi
  done
  containerd_unmount "$dir"
  for names in $spaces; do umount -l "/run$names" 2> /dev/null || true; rm -f "/run$names" 2> /dev/null || true; done
  CONTAINERD_SPACES=$spaces
  ip link delete "$(containerd_bridge "$dir")" 2> /dev/null || true
  for path in /sys/fs/cgroup/*/"$tag" /sys/fs/cgroup/"$tag"; do
    if [ -d "$path" ]; then find "$path" -depth -type d -exec rmdir {} + 2> /dev/null || true; fi
  done
  containerd_unmount "$dir"; rm -rf "$dir" || echo "left behind: $dir" >&2
}
containerd_left() { # containerd_left DIR: what of it is still on the machine, one thing a line; nothing after a clean end
  local dir=$1 path
  for path in /proc/[0-9]*; do
    if { tr '\0' ' ' < "$path/cmdline"; } 2> /dev/null | grep -qF "$dir/"; then echo "process ${path#/proc/}"; fi
  done
  awk -v dir="$dir/" 'index($2, dir) == 1 {print "mount " $2}' /proc/self/mounts
  for path in /sys/fs/cgroup/*/"$(containerd_tag "$dir")" /sys/fs/cgroup/"$(containerd_tag "$dir")"; do [ ! -d "$path" ] || echo "cgroup $path"; done
  ! ip link show "$(containerd_bridge "$dir")" > /dev/null 2>&1 || echo "interface $(containerd_bridge "$dir")"
  for path in ${CONTAINERD_SPACES:-}; do [ ! -e "/run$path" ] || echo "network namespace /run$path"; done
  [ ! -e "$dir" ] || echo "$dir"
}
containerd_unmount() { # containerd_unmount DIR: everything mounted below it, the innermost first
  local at; for at in $(awk -v dir="$1/" 'index($2, dir) == 1 {print $2}' /proc/self/mounts | sort -r); do umount -l "$at" 2> /dev/null || true; done
}
containerd_wait_end() { # containerd_wait_end SECONDS PID: whether the process ends in that time
  local end=$((SECONDS + $1)); while kill -0 "$2" 2> /dev/null && ! grep -q '^State:.Z' "/proc/$2/status" 2> /dev/null; do [ $SECONDS -lt $end ] || return 1; sleep 0.1; done
}
