#!/usr/bin/env bash
# Draws the same report's word cloud with `paperboy cloud` and with Python's wordcloud 1.9.6 and jieba, in turns, with
# the same size and font, and prints what BENCHMARKS.md shows. Needs Python 3 and its package index once.
# Usage: benches/cloud.sh [REPORT] [RUNS]
set -euo pipefail
cd "$(dirname "$0")/.."
report=${1:-reports/2025-11-27-twitter_ai_20251127_20251127.md}
runs=${2:-9}

cargo build --quiet --release --package paperboy
cargo build --quiet --release --package cloud --example warm

python=target/cloud-bench/bin/python
if ! "$python" -c 'import jieba, wordcloud' 2>/dev/null; then
  python3 -m venv target/cloud-bench
  target/cloud-bench/bin/pip install --quiet wordcloud==1.9.6 jieba==0.42.1 setuptools
fi

# One core for both, so that nothing helps along.
taskset -c "$(taskset -cp $$ | sed 's/.*[:,-] *//')" "$python" benches/cloud/compare.py "$report" "$runs"
