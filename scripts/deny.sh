#!/usr/bin/env bash
# Licences, bans and sources always; advisories where the advisory database can be fetched.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo deny --all-features check bans licenses sources
if cargo deny fetch db >/dev/null 2>&1; then
    cargo deny --all-features check advisories
else
    echo "left out: advisories (the advisory database cannot be fetched here)" >&2
fi
