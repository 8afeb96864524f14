#!/usr/bin/env bash
# Draws the same report's word cloud with `paperboy cloud` and with Python's wordcloud 1.9.6 and jieba, in turns, with
# the same size and font, and prints what BENCHMARKS.md shows; without a report it takes the sample and leaves both
# pictures in docs/, where BENCHMARKS.md shows them side by side. Needs Python 3 and its package index once.
# Usage: benches/cloud.sh [REPORT] [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
sample=reports/2025-11-27-twitter_ai_20251127_20251127.md
report=${1:-$sample}
runs=${2:-9}
[[ -r "$report" ]] || { echo "$report cannot be read: name a report" >&2; exit 1; }

cargo build --quiet --release --package paperboy
cargo build --quiet --release --package cloud --example warm

venv=target/cloud-bench
if ! "$venv/bin/python" -c 'import jieba, wordcloud' 2>/dev/null; then
  rm -rf "$venv"
  python3 -m venv "$venv" || { echo "Python 3 with venv is needed (Debian: apt-get install python3-venv)" >&2; exit 1; }
  "$venv/bin/pip" install --quiet wordcloud==1.9.6 jieba==0.42.1 setuptools
fi

# One core for both, so that nothing helps along: the last of those that this process may use.
core=$(taskset -cp $$ | sed 's/.*[:,-] *//')
taskset -c "$core" "$venv/bin/python" benches/cloud/compare.py "$report" "$runs"

if [[ "$report" == "$sample" ]]; then
  cp "$venv/paperboy.jpg" docs/cloud.jpg
  cp "$venv/python.jpg" docs/cloud-python.jpg
fi
