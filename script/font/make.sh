#!/usr/bin/env bash
# Makes the word cloud's font, cloud/font/PaperboySans-Bold.otf, from Debian's Noto Sans CJK (SIL Open Font License).
# The result is committed: run this only to change the set of characters. Needs apt (or fonts-noto-cjk) and Python 3.
set -euo pipefail
cd "$(dirname "$0")/../.."

source=/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc
[ -e "$source" ] || apt-get install -y --no-install-recommends fonts-noto-cjk

python=target/font-tools/bin/python
if ! "$python" -c 'import fontTools, jieba' 2>/dev/null; then
  python3 -m venv target/font-tools
  target/font-tools/bin/pip install --quiet fonttools==4.68.0 jieba==0.42.1 setuptools
fi

"$python" script/font/make.py "$source" cloud/font/PaperboySans-Bold.otf

# The licence travels with the font.
{
  echo 'Paperboy Sans is cut from Noto Sans CJK SC by script/font/make.sh.'
  echo 'Copyright 2014-2021 Adobe (http://www.adobe.com/). Copyright 2010-2012 Google Corporation.'
  echo 'This Font Software is licensed under the SIL Open Font License, Version 1.1.'
  echo
  sed -n '/^License: SIL-1.1$/,/^License: GPL/p' /usr/share/doc/fonts-noto-cjk/copyright |
    sed -n 's/^ \.$//; s/^ //; /^License/d; p' | awk 'seen || /---/ { seen = 1; print }'
} > cloud/font/OFL.txt
