#!/bin/bash
# dist/container.sh [FILE [NAME]]: an OCI archive of kube-proxy for kubeadm's DaemonSet (command /usr/local/bin/kube-proxy), from out/ and
# the C libraries of this machine; no registry is asked. The same out/ gives the same bytes. Load it by `ctr -n k8s.io images import FILE`.
set -euo pipefail
cd "$(dirname "$0")/.."
file=$(realpath -m "${1:-dist/target/kube-proxy.tar}"); name=${2:-caravel.local/kube-proxy:0.1.0}
[ -x out/bin/kube-proxy ] || { echo "dist/container.sh: no out/bin/kube-proxy; run ./build" >&2; exit 1; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
root=$work/root; home=$root/usr/lib/caravel; umask 022
mkdir -p "$home/bin" "$home/lib/app" "$root/usr/local/bin" "$root/etc" "$root/tmp" "$root/root" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/var/lib"
chmod 1777 "$root/tmp"

# Modification times of jars stay: the AOT cache is only good for the jars it was made with.
cp -p out/bin/kube-proxy "$home/bin/"
cp -p out/lib/libapplauncher.so "$home/lib/"
cp -rp out/lib/runtime "$home/lib/"
for jar in $(sed -n 's#^app.classpath=$APPDIR/##p' out/lib/app/kube-proxy.cfg); do cp -p "out/lib/app/$jar" "$home/lib/app/"; done
cp -p out/lib/app/kube-proxy.cfg "$home/lib/app/"
if [ -e out/lib/app/kube-proxy.aot ]; then cp -p out/lib/app/kube-proxy.aot "$home/lib/app/"; fi
ln -s ../../lib/caravel/bin/kube-proxy "$root/usr/local/bin/kube-proxy"

# The libraries they are linked with, where they look for them; Debian's /lib is a link to /usr/lib and stays one.
for dir in lib lib64; do
  if [ -L /$dir ]; then ln -s "$(readlink /$dir)" "$root/$dir"; mkdir -p "$root/$(readlink /$dir)"; fi
done
find "$home" -type f \( -name '*.so' -o -path '*/bin/*' \) -exec ldd {} + 2> /dev/null | grep -oE '(=> |^[[:space:]]+)/[^ ]+' | grep -oE '/.*' | sort -u |
  while read -r library; do
    case $library in "$home"*) continue ;; esac
    mkdir -p "$root$(dirname "$library")"; cp -L "$library" "$root$library"; touch -d @0 "$root$library"
  done
echo 'root:x:0:0:root:/root:/sbin/nologin' > "$root/etc/passwd"
echo 'root:x:0:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
find "$root" \( -type d -o -type l -o -path "$root/etc/*" \) -exec touch -h -d @0 {} +

blob() { # blob FILE: moves it to where its digest says and prints "DIGEST SIZE"
  local digest; digest=$(sha256sum "$1" | cut -d' ' -f1)
  printf '%s %s\n' "$digest" "$(stat -c %s "$1")"; mv "$1" "$work/oci/blobs/sha256/$digest"
}
mkdir -p "$work/oci/blobs/sha256"
tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf "$work/layer.tar" .
diff=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
gzip -n -6 "$work/layer.tar"
read -r layer layer_size < <(blob "$work/layer.tar.gz")
case $(uname -m) in x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; *) arch=$(uname -m) ;; esac
printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/usr/local/bin"],"Entrypoint":["/usr/local/bin/kube-proxy"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
  "$arch" "$diff" > "$work/config"
read -r config config_size < <(blob "$work/config")
type=application/vnd.oci.image
printf '{"schemaVersion":2,"mediaType":"%s.manifest.v1+json","config":{"mediaType":"%s.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"%s.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}]}' \
  $type $type "$config" "$config_size" $type "$layer" "$layer_size" > "$work/manifest"
read -r manifest manifest_size < <(blob "$work/manifest")
printf '{"schemaVersion":2,"mediaType":"%s.index.v1+json","manifests":[{"mediaType":"%s.manifest.v1+json","digest":"sha256:%s","size":%s,"platform":{"architecture":"%s","os":"linux"},"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"}}]}' \
  $type $type "$manifest" "$manifest_size" "$arch" "$name" "${name##*:}" > "$work/oci/index.json"
echo '{"imageLayoutVersion":"1.0.0"}' > "$work/oci/oci-layout"
mkdir -p "$(dirname "$file")"
tar -C "$work/oci" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --format=gnu -cf "$file" blobs index.json oci-layout
echo "$name in $file ($(du -h "$file" | cut -f1), manifest sha256:$manifest)"
