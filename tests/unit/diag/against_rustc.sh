#!/usr/bin/env bash
# Renders what rustc reports for a few files of its own ui suite, and compares with rustc's own rendering.
# usage: against_rustc.sh RENDER_AGAINST_RUSTC UI_DIRECTORY; exits 77 (skipped) where either is missing.
set -u
tool=$1 ui=$2
command -v rustc >/dev/null && [ -d "$ui" ] || exit 77
cd "$ui" || exit 77
out=$(mktemp -d) # not /dev/null: run as root, rustc would replace it by a file
trap 'rm -rf "$out"' EXIT
for file in mismatched_types/*.rs did_you_mean/[a-i]*.rs; do
    timeout 10 rustc --edition 2021 --emit=metadata --out-dir "$out" --error-format=json "$file" </dev/null 2>&1
done | "$tool" 90
