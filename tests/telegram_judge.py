"""Reads `paperboy preview --json` and has TDLib judge each message; prints what it refuses and exits with 1."""

import html
import json
import sys

import tdjson

KINDS = {
    "bold": ("textEntityTypeBold", "b"),
    "italic": ("textEntityTypeItalic", "i"),
    "underline": ("textEntityTypeUnderline", "u"),
    "strikethrough": ("textEntityTypeStrikethrough", "s"),
    "code": ("textEntityTypeCode", "code"),
    "pre": ("textEntityTypePre", "pre"),
    "text_link": ("textEntityTypeTextUrl", "a"),
    "blockquote": ("textEntityTypeBlockQuote", "blockquote"),
    "expandable_blockquote": ("textEntityTypeExpandableBlockQuote", "blockquote"),
}


def ask(question):
    return json.loads(tdjson.td_execute(json.dumps(question).encode()))


def entity(ours):
    kind = {"@type": KINDS[ours["type"]][0]}
    if ours["type"] == "text_link":
        kind["url"] = ours["url"]
    if ours["type"] == "pre" and "language" in ours:
        kind = {"@type": "textEntityTypePreCode", "language": ours["language"]}
    return {"@type": "textEntity", "offset": ours["offset"], "length": ours["length"], "type": kind}


def refusal(text, entities):
    """What the server would answer to this text with these entities; None if it takes them."""
    formatted = {"@type": "formattedText", "text": text, "entities": [entity(one) for one in entities]}
    answer = ask({"@type": "getMarkdownText", "text": formatted})
    return answer["message"] if answer["@type"] == "error" else None


def tag(ours, closing):
    name = KINDS[ours["type"]][1]
    if closing:
        return "</code></pre>" if "language" in ours else f"</{name}>"
    if ours["type"] == "text_link":
        return f'<a href="{html.escape(ours["url"])}">'
    if ours["type"] == "expandable_blockquote":
        return "<blockquote expandable>"
    if "language" in ours:
        return f'<pre><code class="language-{html.escape(ours["language"])}">'
    return f"<{name}>"


def as_html(text, entities):
    units = text.encode("utf-16-le")
    opens, closes = {}, {}
    for ours in entities:
        opens.setdefault(ours["offset"], []).append(ours)
        closes.setdefault(ours["offset"] + ours["length"], []).insert(0, ours)
    out, last = [], 0
    for place in sorted({*opens, *closes, len(units) // 2}):
        out.append(html.escape(units[last * 2 : place * 2].decode("utf-16-le"), quote=False))
        last = place
        out.extend(tag(ours, True) for ours in closes.get(place, []))
        out.extend(tag(ours, False) for ours in opens.get(place, []))
    return "".join(out)


def changed(text, entities):
    """Whether TDLib, given the same as HTML, makes something else of it than what we say it is."""
    mode = {"@type": "textParseModeHTML"}
    parsed = ask({"@type": "parseTextEntities", "text": as_html(text, entities), "parse_mode": mode})
    if parsed["@type"] == "error":
        return parsed["message"]
    if parsed["text"] != text:
        return "the text comes out different"
    wanted = sorted((one["offset"], one["length"], one["type"]["@type"]) for one in map(entity, entities))
    found = sorted((one["offset"], one["length"], one["type"]["@type"]) for one in parsed["entities"])
    missing = [one for one in wanted if one not in found]
    return f"not kept as it stands: {missing[:3]}" if missing or len(wanted) != len(found) else None


def main():
    ask({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
    judged = bad = 0
    for line in sys.stdin:
        message = json.loads(line)
        payload = message["payload"]
        key = "text" if "text" in payload else "caption"
        if key not in payload:
            continue
        text, entities = payload[key], payload.get("caption_entities" if key == "caption" else "entities", [])
        judged += 1
        problem = refusal(text, entities) or changed(text, entities)
        if problem:
            bad += 1
            print(f"{message['file']} {message['layout']} {message.get('part', message.get('page'))}: {problem}")
    print(f"TDLib judged {judged} messages and refused or changed {bad}")
    sys.exit(1 if bad or not judged else 0)


if __name__ == "__main__":
    main()
