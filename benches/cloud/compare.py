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


def run(command):
    """Wall time in ms and peak memory in MB of one process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert status == 0, command
    return 1000 * (time.perf_counter() - start), usage.ru_maxrss / 1024, 1000 * (usage.ru_utime + usage.ru_stime)


ours, python = [], []
for command in (OURS, PYTHON):
    run(command)
for _ in range(runs):
    ours.append(run(OURS))
    python.append(run(PYTHON))


def row(name, results, path):
    wall, memory, processor = (statistics.median(column) for column in zip(*results))
    ink, covered, empty = measure(path)
    size = os.path.getsize(path) / 1000
    print(f"| {name} | {wall:.0f} ms | {processor:.0f} ms | {memory:.0f} MB | {ink:.1f} % | {covered:.1f} % | {empty} px | {size:.0f} KB |")
    return wall


print("| | whole process | of it processor | peak memory | ink | covered | largest empty square | file |")
print("|---|---|---|---|---|---|---|---|")
mine = row("`paperboy cloud`", ours, f"{OUT}/paperboy.jpg")
theirs = row("wordcloud 1.9.6 + jieba 0.42.1", python, f"{OUT}/python.jpg")
warm = subprocess.run(["target/release/examples/warm", report], capture_output=True, text=True, check=True).stdout.strip()
print(f"\n{theirs / mine:.1f} times as fast, medians of {runs} runs in turns on one core. Once warm: {warm}.")
