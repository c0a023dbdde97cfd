#!/usr/bin/env bash
# The slice of generated cases that CI runs: the same seeds every time, every engine, a few minutes.
# A longer run with other seeds: `just differential 30 --seed 7`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

differential() {
  cargo run --release --quiet -p policyc-testing --bin differential -- --shrink 1 "$@"
}

differential --against reference --seed 1 --batches 30
differential --against kyverno --seed 6 --batches 1 --rules 40 --resources 150
differential --against checkov --seed 3 --batches 2 --rules 40 --resources 120
differential --against kyverno-cel --seed 101 --batches 6 --rules 8 --resources 40
differential --against vap --valid --seed 1002 --batches 3 --rules 60 --resources 100
