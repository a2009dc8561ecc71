#!/bin/bash
# dist/install.sh DESTDIR: lays out/ below DESTDIR as a package would: /usr/lib/caravel, the commands in /usr/bin, units in
# /usr/lib/systemd/system. DESTDIR / installs on this machine. Starts and stops nothing, and touches neither /var/lib/kubelet nor /etc.
set -euo pipefail
[ $# = 1 ] || { echo "usage: dist/install.sh DESTDIR" >&2; exit 2; }
dest=${1%/}; cd "$(dirname "$0")/.."
[ -x out/bin/kubelet ] || { echo "dist/install.sh: no out/bin/kubelet; run ./build" >&2; exit 1; }
units=$dest/usr/lib/systemd/system
install -d "$dest/usr/lib" "$dest/usr/bin" "$units/kubelet.service.d"
# Modification times stay (-p): the AOT caches are only good for the jars they were made with.
rm -rf "$dest/usr/lib/caravel.new"; cp -rp out "$dest/usr/lib/caravel.new"
rm -rf "$dest/usr/lib/caravel"; mv "$dest/usr/lib/caravel.new" "$dest/usr/lib/caravel"
for name in kubelet kube-proxy caravel; do ln -sfn "../lib/caravel/bin/$name" "$dest/usr/bin/$name"; done
install -m 644 systemd/kubelet.service systemd/kube-proxy.service "$units/"
install -m 644 systemd/kubelet.service.d/10-kubeadm.conf "$units/kubelet.service.d/"
