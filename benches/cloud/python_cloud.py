"""A word cloud as reports come with today: jieba, a stop list, wordcloud. Usage: python_cloud.py REPORT OUT FONT"""

import re
import sys

import jieba
from wordcloud import WordCloud

report, out, font = sys.argv[1:]
text = open(report, encoding="utf8").read().split("---\n", 2)[2]
text = re.sub(r"!\[.*?\]\(.*?\)", "", text)
jieba.setLogLevel(60)
stop = {"的", "了", "和", "与", "在", "是", "为", "等", "将", "对", "从", "到", "中", "更", "可能", "成为", "以及", "相关"}
words = [word for word in jieba.lcut(text) if len(word) > 1 and word not in stop and not word.isspace()]
cloud = WordCloud(font_path=font, width=1200, height=675, background_color="white", max_words=255, random_state=1)
cloud.generate(" ".join(words)).to_image().save(out, quality=88)
