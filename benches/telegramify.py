"""Times telegramify-markdown on the same file, as benches/formatter.rs times us: the median of many runs."""

import statistics
import sys
import time

import telegramify_markdown

text = open(sys.argv[1], encoding="utf-8").read()
if text.startswith("---\n"):
    text = text.split("\n---\n", 1)[1]


def messages():
    plain, entities = telegramify_markdown.convert(text)
    return telegramify_markdown.split_entities(plain, entities, 4096)


times = []
while len(times) < 300:
    start = time.perf_counter()
    messages()
    times.append(time.perf_counter() - start)
print(f"  telegramify-markdown     {statistics.median(times) * 1e6:10.1f} µs ({len(messages())} messages)")
