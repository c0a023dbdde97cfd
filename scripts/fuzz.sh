#!/usr/bin/env bash
# Fuzzes every target of fuzz/, or those named, each for some seconds; stops at the first that breaks.
#
# usage: scripts/fuzz.sh [SECONDS [TARGET...]]
#   60 seconds and all targets when not given
#
# Needs cargo-fuzz and a C++ compiler; where they are missing a line says so, and with CI=true that is a
# failure. The stable toolchain is enough: RUSTC_BOOTSTRAP lets it take the flags of libFuzzer. Inputs that
# break something land in fuzz/artifacts, the interesting ones in fuzz/corpus; neither is committed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  targets=(compile load files pipeline evaluate terraform)
fi

if ! cargo fuzz --version >/dev/null 2>&1; then
  echo "left out: fuzzing (cargo-fuzz is missing: cargo install --locked cargo-fuzz)" >&2
  [ "${CI:-}" != true ] && [ "${CI:-}" != 1 ]
  exit
fi

export RUSTC_BOOTSTRAP=1
# There is no unsafe code to sanitize.
cargo fuzz build --sanitizer none
for target in "${targets[@]}"; do
  # Only what is found is written, to the first folder; the others are the inputs to begin with.
  mkdir -p "fuzz/corpus/$target" "testing/fuzz-regressions/$target"
  cargo fuzz run --sanitizer none "$target" \
    "fuzz/corpus/$target" "testing/fuzz-regressions/$target" stdlib-policies testing/traps examples terraform/tests/fixtures -- \
    -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=16384 -dict=fuzz/words.dict \
    -print_final_stats=1
done
