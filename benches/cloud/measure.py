"""How full a picture is; `cloud/tests/it/measure.rs` measures the same way."""

import numpy
from PIL import Image

INK, HOLE = 24, 24


def measure(path):
    pixels = numpy.asarray(Image.open(path).convert("RGB")).astype(int)
    # The paper is what most of the uppermost row shows; any one pixel may be tinted by ink near it.
    paper = numpy.median(pixels[0], axis=0)
    ink = numpy.abs(pixels - paper).max(axis=2) > INK
    height, width = ink.shape
    # The side of the largest empty square whose lower right corner is here.
    square = numpy.zeros((height, width), int)
    holes = numpy.zeros((height + 1, width + 1), int)
    for y in range(height):
        for x in range(width):
            if not ink[y, x]:
                square[y, x] = 1 + (min(square[y - 1, x], square[y, x - 1], square[y - 1, x - 1]) if x and y else 0)
            if square[y, x] >= HOLE:
                top, left = y - HOLE + 1, x - HOLE + 1
                holes[top, left] += 1
                holes[y + 1, left] -= 1
                holes[top, x + 1] -= 1
                holes[y + 1, x + 1] += 1
    empty = holes.cumsum(0).cumsum(1)[:height, :width] > 0
    return 100 * ink.mean(), 100 * (1 - empty.mean()), square.max()
