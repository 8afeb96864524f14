"""Runs both programs in turns and prints one table. Usage: compare.py REPORT RUNS"""

import os
import statistics
import subprocess
import sys
import time

from measure import measure

report, runs = sys.argv[1], int(sys.argv[2])
FONT = "cloud/font/PaperboySans-Bold.otf"
OUT = "target/cloud-bench"
OURS = ["target/release/paperboy", "cloud", report, "-o", f"{OUT}/paperboy.jpg"]
PYTHON = [sys.executable, "benches/cloud/python_cloud.py", report, f"{OUT}/python.jpg", FONT]
WARM = ["target/release/examples/warm", report]
WARM_RUNS = 101


def run(command, output=subprocess.DEVNULL):
    """Wall time in ms, processor time in ms and peak memory in MB of one process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=output)
    _, status, usage = os.wait4(child.pid, 0)
    wall = 1000 * (time.perf_counter() - start)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return wall, 1000 * (usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024


def row(name, results, path):
    wall, processor, memory = (statistics.median(column) for column in zip(*results))
    ink, covered, empty = measure(path)
    size = os.path.getsize(path) / 1000
    print(f"| {name} | {wall:.0f} ms | {processor:.0f} ms | {memory:.0f} MB | {ink:.1f} % | {covered:.1f} % | {empty} px | {size:.0f} KB |")
    return wall, processor


# Once without counting, so that both find their files in memory.
run(OURS)
run(PYTHON)
ours, python = [], []
for _ in range(runs):
    ours.append(run(OURS))
    python.append(run(PYTHON))

print("| | whole process | of it processor | peak memory | ink | covered | largest empty square | file |")
print("|---|---|---|---|---|---|---|---|")
mine = row("`paperboy cloud`", ours, f"{OUT}/paperboy.jpg")
theirs = row("wordcloud 1.9.6 + jieba 0.42.1", python, f"{OUT}/python.jpg")
wall, processor = (theirs[part] / mine[part] for part in range(2))
print(f"\n{wall:.1f} times as fast, {processor:.1f} times by processor time; medians of {runs} runs in turns on one core.")

# The processor time of the drawings alone: what is left when that of loading is taken away.
loading = statistics.median(run([*WARM, "0"])[1] for _ in range(5))
drawing = statistics.median((run([*WARM, str(WARM_RUNS)])[1] - loading) / WARM_RUNS for _ in range(3))
told = subprocess.run([*WARM, str(WARM_RUNS)], capture_output=True, text=True, check=True).stdout.strip()
print(f"Once warm: {told}; of it processor {drawing:.1f} ms.")
