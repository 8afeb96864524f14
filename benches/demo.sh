#!/usr/bin/env bash
# How long a visitor of the demo waits: from its start, built and with its database there, to the first digest.
# Usage: benches/demo.sh [runs]. Prints each run's seconds, and the median.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --locked --package paperboy --bin paperboy
program=${CARGO_TARGET_DIR:-target}/debug/paperboy
folder=$(mktemp -d)
chmod 755 "$folder"
port=8437
demo=
trap 'kill "$demo" 2>/dev/null || true; rm -rf "$folder"' EXIT

# Prints the seconds until the page shows a picture, which only a digest has.
run() {
  local began=$EPOCHREALTIME
  "$program" demo --port "$port" --data-dir "$folder" >/dev/null &
  demo=$!
  until grep --quiet --max-count 1 wordcloud < <(curl --silent --no-buffer "http://127.0.0.1:$port/events"); do :; done
  awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f\n", b - a }'
  kill "$demo"
  wait "$demo" || true
}

run >/dev/null
for _ in $(seq "${1:-5}"); do run; done | tee "$folder/figures"
echo "median $(sort --numeric-sort "$folder/figures" | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }') s"
