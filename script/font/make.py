"""Cuts Noto Sans CJK SC down to the characters that digests use, under a name of its own.

The characters: GB2312, Big5 level 1, the characters of Big5 level 2 that jieba's dictionary really uses, kana, Latin,
Greek, Cyrillic, punctuation and the symbols that titles and charts need. The copyright and licence records stay as
they are; the names change, because "Noto" is a trademark (OFL: a modified version carries another name).
"""

import os
import sys
from collections import Counter

import jieba
from fontTools import subset
from fontTools.ttLib import TTCollection

FAMILY = "Paperboy Sans"
SIMPLIFIED_CHINESE = 2  # the face's place in the collection
USED = 30  # how often jieba's dictionary has to count a character of Big5 level 2


def encoded(encoding, first, last, seconds):
    """Every Han character with two bytes in a range of an old national encoding."""
    found = set()
    for lead in range(first, last + 1):
        for trail in seconds:
            try:
                character = bytes([lead, trail]).decode(encoding)
            except UnicodeDecodeError:
                continue
            if len(character) == 1 and 0x4E00 <= ord(character) <= 0x9FFF:
                found.add(ord(character))
    return found


def used_in_words():
    """The characters of jieba's dictionary that are not rare."""
    counts = Counter()
    with open(os.path.join(os.path.dirname(jieba.__file__), "dict.txt"), encoding="utf8") as words:
        for line in words:
            word, count = line.split()[:2]
            for character in word:
                counts[ord(character)] += int(count)
    return {character for character, count in counts.items() if count >= USED}


def characters():
    big5_trail = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    han = encoded("gb2312", 0xB0, 0xF7, range(0xA1, 0xFF))
    han |= encoded("big5", 0xA4, 0xC6, big5_trail)
    han |= encoded("big5", 0xC9, 0xF9, big5_trail) & used_in_words()
    ranges = [
        (0x20, 0x7E), (0xA0, 0x17F), (0x391, 0x3C9), (0x401, 0x451),  # Latin, Greek, Cyrillic
        (0x2010, 0x2027), (0x2030, 0x203A), (0x20A0, 0x20BF), (0x2100, 0x2122),  # punctuation, currencies, letter-like
        (0x2150, 0x217F), (0x2190, 0x2199), (0x2200, 0x2265), (0x2460, 0x2473),  # numbers, arrows, mathematics, circled
        (0x25A0, 0x25EF), (0x2605, 0x2606), (0x2713, 0x2713), (0x2717, 0x2717),  # shapes, stars, ticks
        (0x3000, 0x30FF), (0xFF01, 0xFFEF),  # punctuation and kana, full and half width
    ]
    return han | {c for first, last in ranges for c in range(first, last + 1)}


def rename(font):
    replaced = {1: FAMILY, 3: "1.000;PaperboySans-Bold", 4: f"{FAMILY} Bold", 5: "Version 1.000, cut from Noto Sans CJK SC 2.004",
                6: "PaperboySans-Bold", 7: None, 16: None, 17: None}
    names = font["name"]
    for record in list(names.names):
        if record.nameID in replaced:
            names.removeNames(nameID=record.nameID)
    for number, text in replaced.items():
        if text:
            names.setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = ["PaperboySans-Bold"]
    top[0].FullName, top[0].FamilyName = f"{FAMILY} Bold", FAMILY


def main(source, target):
    font = TTCollection(source).fonts[SIMPLIFIED_CHINESE]
    options = subset.Options(hinting=False, desubroutinize=True, layout_features=[], notdef_outline=True,
                             drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"])
    cutter = subset.Subsetter(options)
    wanted = characters()
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    rename(font)
    font["head"].modified = font["head"].created  # so that the same source gives the same bytes
    font.recalcTimestamp = False
    font.save(target)
    print(f"{target}: {len(font.getBestCmap())} characters, {os.path.getsize(target) / 1e6:.2f} MB")


main(*sys.argv[1:])
