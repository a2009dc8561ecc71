#!/bin/bash
# e2e/control-plane.sh: builds etcd and kube-apiserver from their published Go modules and prints the folder they are in, as the last line.
# The first build takes about ten minutes on two cores; the result stays in ${XDG_CACHE_HOME:-~/.cache}/caravel-e2e. Needs Go 1.24 or newer
# (Kubernetes' go.mod may ask for a newer one, which Go then fetches itself).
set -euo pipefail
KUBE=${KUBE:-v1.37.2}; ETCD=${ETCD:-v3.7.3}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/caravel-e2e/$KUBE-$ETCD
if [ ! -x "$cache/bin/kube-apiserver" ] || [ ! -x "$cache/bin/etcd" ]; then
  export CGO_ENABLED=0 GOFLAGS=-buildvcs=false
  mkdir -p "$cache/kube" "$cache/etcd" "$cache/bin.new"
  cd "$cache/kube"
  go mod download k8s.io/kubernetes@$KUBE
  mod=$(go env GOMODCACHE)/cache/download/k8s.io/kubernetes/@v/$KUBE.mod
  { echo "module caravel-e2e"; echo; echo "go $(awk '$1 == "go" {print $2}' "$mod")"; echo; echo "require k8s.io/kubernetes $KUBE"
    # its staging modules, by their published versions
    grep -oE '^.*=> ./staging' "$mod" | awk -v v="v0.${KUBE#v1.}" '{print "replace", $1, "=>", $1, v}' | sed 's/replace replace/replace/' | sort -u; } > go.mod
  go get -tool k8s.io/kubernetes/cmd/kube-apiserver@$KUBE >&2
  version=k8s.io/component-base/version; IFS=. read -r major minor _ <<< "${KUBE#v}"
  go build -ldflags "-s -w -X $version.gitVersion=$KUBE -X $version.gitMajor=$major -X $version.gitMinor=$minor" -o "$cache/bin.new/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver >&2
  cd "$cache/etcd"
  printf 'module caravel-e2e\n\ngo 1.24.0\n' > go.mod
  go get -tool go.etcd.io/etcd/server/v3@$ETCD >&2
  go build -ldflags "-s -w" -o "$cache/bin.new/etcd" go.etcd.io/etcd/server/v3 >&2
  rm -rf "$cache/bin"; mv "$cache/bin.new" "$cache/bin"
fi
echo "$cache/bin"
