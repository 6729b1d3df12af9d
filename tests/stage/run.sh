#!/bin/sh
# Compares what a stage prints for each input with the golden file beside it.
#
#     tests/stage/run.sh DIRECTORY EXTENSION [--bless] -- PROGRAM ARGUMENT ...
#
# For each DIRECTORY/x.rs runs PROGRAM ARGUMENT ... x.rs and compares its output with DIRECTORY/x.EXTENSION. With --bless, or with
# RSCC_BLESS=1 in the environment, it writes the golden files instead: read the difference before committing it.
set -u
directory=$1 extension=$2
shift 2
bless=${RSCC_BLESS:-0}
if [ "$1" = --bless ]; then
    bless=1
    shift
fi
shift # --

failed=0 count=0
actual=$(mktemp)
trap 'rm -f "$actual"' EXIT
for input in "$directory"/*.rs; do
    golden=${input%.rs}.$extension
    [ "$bless" = 1 ] || [ -e "$golden" ] || continue
    count=$((count + 1))
    if ! "$@" "$input" >"$actual"; then
        echo "FAILED: $input: exit status $?"
        failed=$((failed + 1))
    elif [ "$bless" = 1 ]; then
        cp "$actual" "$golden"
    elif ! diff -u "$golden" "$actual"; then
        echo "FAILED: $input"
        failed=$((failed + 1))
    fi
done
echo "$directory ($extension): $count inputs, $failed failed"
[ "$failed" = 0 ] && [ "$count" != 0 ]
