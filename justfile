# The steps of .ci/run, one by one. `just --list` shows them.

# Everything that must hold before a change lands.
ci:
    .ci/run

# Formatting and lints.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Unit tests, data tests and the suites of the library.
test:
    cargo run --release -p policyc -- test stdlib-policies
    cargo test --workspace

# Install the engines, pinned, into the cache.
engines:
    scripts/engines.sh

# Compare every verdict with the real engines.
conformance *ARGS:
    cargo run --release -p policyc-testing --bin conformance -- {{ARGS}}

# Write the generated parts of docs/ again, and the outputs that README and docs/ show.
docs:
    cargo run --release -p policyc-testing --bin generate
    POLICYC_DOCS=update cargo test -p policyc --test docs

# Licences and advisories.
deny:
    scripts/deny.sh

# Speed against cfn-guard, Kyverno and Checkov in the same run.
compare:
    scripts/compare.py

# Micro benchmarks.
bench:
    cargo bench --workspace

# Compare the evaluator with the real engines on rules and resources made by chance: `just differential 30`.
differential MINUTES="10" *ARGS:
    cargo run --release -p policyc-testing --bin differential -- --minutes {{MINUTES}} {{ARGS}}

# Fuzz a target of fuzz/ (compile, load, files, pipeline, evaluate) for some seconds.
fuzz TARGET SECONDS="300":
    scripts/fuzz.sh {{SECONDS}} {{TARGET}}
