#!/usr/bin/env bash
# Installs the real engines that conformance compares with, at the versions pinned in testing/engines:
#   Kyverno's CLI, built from its Go module (testing/engines/kyverno/go.mod, go.sum)
#   Checkov, in a virtual environment (testing/engines/checkov/requirements.txt)
#   Terraform, the one on PATH if it is of the version, else built from its Go module
#     (testing/engines/terraform/version)
#   the cluster: etcd, Kubernetes' API server, controller manager and kubectl (testing/engines/kube), and
#     Kyverno's admission and reports controllers with their manifests (testing/engines/kyverno)
#
# usage: scripts/engines.sh [--print] [kyverno] [checkov] [terraform] [cluster]
#   without a name: all; --print: install nothing, say where they are (exit 1 if one is not there)
#
# They land in ${POLICYC_ENGINES:-${XDG_CACHE_HOME:-~/.cache}/policyc/engines}/ENGINE-HASH, where HASH covers
# the pins: other pins, another folder. `pins` in that folder is a copy of them, by which the Rust side
# (testing/src/conformance/engine/locate.rs) recognises the folder. A folder appears whole or not at all.
# Prints `KYVERNO=path`, `CHECKOV=path`, `TERRAFORM=path` and `CLUSTER=folder` on stdout, everything else on stderr.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
pins=$here/testing/engines
root=${POLICYC_ENGINES:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/policyc/engines}

say() { printf 'engines: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

hash_of() { # hash_of RECIPE FILE...: the recipe is a word to change when the way of building changes
  local recipe=$1; shift
  { printf '%s\n' "$recipe"; cat "$@"; } | sha256sum | cut -c1-16
}

python() { # the first Python that is new enough
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  die "Checkov needs Python 3.11 or newer with the venv module (set PYTHON to one)"
}

in_module() { # in_module MODULE COMMAND...: in a folder with pins, which go.sum must cover
  (cd "$pins/$1" && shift && CGO_ENABLED=0 GOWORK=off GOFLAGS='-mod=readonly -buildvcs=false' "$@")
}

go_build() { # go_build MODULE PROGRAM PACKAGE [LDFLAGS]
  command -v go >/dev/null || die "$3 is built with Go, which is not on PATH"
  in_module "$1" nice go build -trimpath -ldflags "-s -w${4:+ $4}" -o "$2" "$3" >&2 ||
    die "cannot build $3 (modules that are not in Go's cache are downloaded: is the module proxy in reach?)"
}

version_of() { # version_of MODULE PATH: as the pins say
  local version
  version=$(in_module "$1" go list -m -f '{{.Version}}' "$2") || die "cannot read the version of $2"
  printf '%s\n' "$version"
}

build_kyverno() { # build_kyverno FOLDER
  go_build kyverno "$1/kyverno" github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno
  cp "$pins/kyverno/go.mod" "$1/pins"
}

build_cluster() { # build_cluster FOLDER
  local bin=$1/bin kubernetes kyverno stamp program minor
  command -v go >/dev/null || die "the cluster is built with Go, which is not on PATH"
  mkdir "$bin" "$1/manifests"
  kubernetes=$(version_of kube k8s.io/kubernetes)
  kyverno=$(version_of kyverno github.com/kyverno/kyverno)
  minor=${kubernetes#v1.}
  # without these the server takes itself, and the APIs that it serves, for another version
  stamp=
  for program in "gitVersion=$kubernetes" gitMajor=1 "gitMinor=${minor%%.*}" gitTreeState=clean gitCommit=unknown \
    buildDate=1970-01-01T00:00:00Z; do
    stamp+="${stamp:+ }-X k8s.io/component-base/version.$program"
  done
  go_build kube "$bin/etcd" go.etcd.io/etcd/server/v3
  for program in kube-apiserver kube-controller-manager kubectl; do
    go_build kube "$bin/$program" "k8s.io/kubernetes/cmd/$program" "$stamp"
  done
  stamp="-X github.com/kyverno/kyverno/pkg/version.BuildVersion=$kyverno"
  go_build kyverno "$bin/kyverno" github.com/kyverno/kyverno/cmd/kyverno "$stamp"
  go_build kyverno "$bin/kyverno-reports" github.com/kyverno/kyverno/cmd/reports-controller "$stamp"
  write_manifests "$1/manifests"
  cat "$pins/kube/go.mod" "$pins/kyverno/go.mod" >"$1/pins"
}

write_manifests() { # write_manifests FOLDER: what Kyverno installs, without its Deployments; its module has it
  local module
  module=$(in_module kyverno go list -m -f '{{.Dir}}' github.com/kyverno/kyverno) || die "cannot find Kyverno's module"
  awk -v crds="$1/crds.yaml" -v objects="$1/objects.yaml" '
    function flush() {
      if (kind == "CustomResourceDefinition") printf "---\n%s", document > crds
      else if (kind != "" && kind != "Deployment") printf "---\n%s", document > objects
      document = kind = ""
    }
    /^---[ \t]*$/ { flush(); next }
    /^kind: / { kind = $2 }
    { document = document $0 "\n" }
    END { flush() }' "$module/config/install-latest-testing.yaml"
  if [ "$(grep -c '^kind: CustomResourceDefinition' "$1/crds.yaml")" -lt 20 ] || ! grep -q '^kind: ClusterRole' "$1/objects.yaml"; then
    die "Kyverno's manifests are not what they were"
  fi
}

is_terraform() { # is_terraform PROGRAM VERSION
  local said
  said=$(cd / && CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=/dev/null "$1" version 2>/dev/null) || return
  [ "$(head -n 1 <<<"$said")" = "Terraform $2" ]
}

build_terraform() { # build_terraform FOLDER
  local version sum there module
  read -r version sum <"$pins/terraform/version"
  cp "$pins/terraform/version" "$1/pins"
  there=$(command -v terraform) || there=
  if [ -n "$there" ] && is_terraform "$there" "$version"; then
    ln -s "$there" "$1/terraform"
    return
  fi
  command -v go >/dev/null || die "Terraform is built with Go, which is not on PATH"
  (
    cd "$1"
    module=$(GOWORK=off go mod download -json "github.com/hashicorp/terraform@$version") ||
      die "cannot download Terraform's module (is the module proxy in reach?)"
    grep -qF "\"Sum\": \"$sum\"" <<<"$module" || die "Terraform's module is not the pinned one"
    cp -R "$(sed -n 's/^\t"Dir": "\(.*\)",$/\1/p' <<<"$module")" source
    chmod -R u+w source
    cd source
    # `go install` refuses a module with replacements. These are of backends that keep states, of which none
    # is used here.
    sed -i.old -E '/backend(Azure|Consul|Cos|GCS|Kubernetes|OSS|Pg|S3)\b/d' internal/backend/init/init.go
    sed -i.old -E '/^replace /d; /internal\/(backend\/remote-state|legacy)/d; /^godebug/d' go.mod
    CGO_ENABLED=0 GOWORK=off GOFLAGS=-buildvcs=false nice go build -mod=mod -trimpath \
      -ldflags '-s -w -X github.com/hashicorp/terraform/version.dev=no' -o ../terraform . >&2 ||
      die "cannot build Terraform"
  )
  rm -rf "$1/source"
  is_terraform "$1/terraform" "$version" || die "the Terraform that was built is not $version"
}

build_checkov() { # build_checkov FOLDER FINAL: a virtual environment that is moved to FINAL afterwards
  local python
  python=$(python)
  {
    "$python" -m venv "$1/venv"
    "$1/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-compile \
      --requirement "$pins/checkov/requirements.txt"
    "$1/venv/bin/python" -m compileall -q -j 0 -s "$1" -p "$2" "$1/venv/lib" || true # templates are no Python
  } >&2
  # the scripts that pip writes name the folder they were made in; this one may be moved
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m checkov.main "$@"\n' >"$1/venv/bin/checkov"
  chmod +x "$1/venv/bin/checkov"
  cp "$pins/checkov/requirements.txt" "$1/pins"
}

ensure() { # ensure ENGINE HASH PROGRAM: prints the program's path
  local engine=$1 final=$root/$1-$2 program=$3 began=$SECONDS
  if [ -e "$final/pins" ] && [ -x "$final/$program" ]; then
    printf '%s=%s\n' "${engine^^}" "$final/$program"
    return
  fi
  if [ "$print" = yes ]; then
    say "$engine is not in $final"
    missing=yes
    return
  fi
  mkdir -p "$root"
  exec 9>"$root/.lock"
  if command -v flock >/dev/null; then flock 9; fi
  if [ ! -e "$final/pins" ]; then # another run may have built it while this one waited
    say "building $engine into $final"
    rm -rf "$root/.$engine."?????? # of a run that was killed
    work=$(mktemp -d "$root/.$engine.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    "build_$engine" "$work" "$final"
    chmod 755 "$work"
    rm -rf "$final" # what an interrupted removal left
    mv "$work" "$final"
    trap - EXIT
    say "$engine built in $((SECONDS - began)) s"
  fi
  exec 9>&-
  printf '%s=%s\n' "${engine^^}" "$final/$program"
}

print=no missing=no work="" wanted=()
for argument; do
  case $argument in
    --print) print=yes ;;
    kyverno | checkov | terraform | cluster) wanted+=("$argument") ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; exit ;;
    *) die "unknown argument \`$argument\`; usage: scripts/engines.sh [--print] [kyverno] [checkov] [terraform] [cluster]" ;;
  esac
done
[ ${#wanted[@]} -gt 0 ] || wanted=(kyverno checkov terraform cluster)

for engine in "${wanted[@]}"; do
  case $engine in
    kyverno) ensure kyverno "$(hash_of kyverno-1 "$pins/kyverno/go.mod" "$pins/kyverno/go.sum")" kyverno ;;
    checkov) ensure checkov "$(hash_of checkov-1 "$pins/checkov/requirements.txt")" venv/bin/checkov ;;
    terraform) ensure terraform "$(hash_of terraform-1 "$pins/terraform/version")" terraform ;;
    cluster) ensure cluster "$(hash_of cluster-1 "$pins"/{kube,kyverno}/go.{mod,sum})" bin ;;
  esac
done
[ "$missing" = no ]
