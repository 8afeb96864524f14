use platform::{Block, Span, document::Item};

use super::*;

/// A document in a few letters: `**bold**`, `_italic_`, `[text](link)`, blocks by their names.
fn sketch(document: &Document) -> String {
    document.blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading { level, text } => format!("h{level} {}", line(text)),
        Block::Paragraph(text) => format!("p {}", line(text)),
        Block::List { start, items, .. } => {
            let sign = start.map_or("-".to_owned(), |start| format!("{start}."));
            format!("{sign}{}", items.iter().map(item).collect::<String>())
        }
        Block::Quote(blocks) => format!("quote{}", inner(blocks)),
        Block::Details { summary, blocks } => format!("details {}:{}", line(summary), inner(blocks)),
        Block::Code { language, text } => format!("code {}:{text:?}", language.as_deref().unwrap_or("")),
        Block::Table { head, rows, .. } => {
            let row = |cells: &Vec<Vec<Span>>| cells.iter().map(|cell| line(cell)).collect::<Vec<_>>().join("|");
            format!("table {} / {}", row(head), rows.iter().map(row).collect::<Vec<_>>().join(" / "))
        }
        Block::Rule => "rule".to_owned(),
        Block::Picture { source, alt, link } => format!("picture {source} {alt:?} {}", link.as_deref().unwrap_or("-")),
    }
}

fn item(item: &Item) -> String {
    let task = item.task.map_or("", |done| if done { "[x]" } else { "[ ]" });
    format!("{task}{}", inner(&item.blocks))
}

fn inner(blocks: &[Block]) -> String {
    format!("({})", blocks.iter().map(block).collect::<Vec<_>>().join("; "))
}

fn line(spans: &[Span]) -> String {
    spans.iter().map(span).collect()
}

fn span(span: &Span) -> String {
    let mut text = span.text.clone();
    for (on, sign) in [
        (span.style.code, "`"),
        (span.style.italic, "_"),
        (span.style.bold, "**"),
        (span.style.strike, "~~"),
        (span.style.underline, "__"),
    ] {
        if on {
            text = format!("{sign}{text}{sign}");
        }
    }
    span.link.as_ref().map_or(text.clone(), |link| format!("[{text}]({link})"))
}

#[track_caller]
fn check(markdown: &str, expected: &str) {
    assert_eq!(sketch(&parse(markdown)), expected);
}

#[test]
fn chinese_emphasis_is_read_as_it_is_meant() {
    check("**专家：**观点**重点：**其他", "p **专家：**观点**重点：**其他");
    check("是**“重点”**的", "p 是**“重点”**的");
    check("**[标题](https://a.example)**是", "p [**标题**](https://a.example)是");
    check("**`x`**是*（注）*的", "p **`x`**是_（注）_的");
    check("***重要！***但是", "p **_重要！_**但是");
    check("价格5~10美元，3~4天，~~旧：~~新", "p 价格5~10美元，3~4天，~~旧：~~新");
    check("2 * 3 * 4 和 a*b", "p 2 * 3 * 4 和 a*b");
}

#[test]
fn a_line_break_of_the_source_is_a_space_except_between_chinese() {
    check("人工\n智能 AI\n模型\nwith words\nand more  \nnew line", "p 人工智能 AI 模型 with words and more\nnew line");
    check("한국어\n문장。\nEnglish\n（注）", "p 한국어 문장。English（注）");
    check("[two\nwords](https://a.example)", "p [two words](https://a.example)");
    check("`a`\n`b`", "p `a` `b`");
}

#[test]
fn white_space_of_html_is_one_space_and_a_line_break_no_more_than_in_markdown() {
    check("<p>更多 <b>细节</b>\n   在此 \t处</p>", "p 更多 **细节**在此 处");
    check("<p><a href=\"https://a.example\">two\n words</a></p>", "p [two words](https://a.example)");
}

#[test]
fn an_address_of_mail_or_telephone_can_be_read_behind_its_label() {
    check("[邮件](mailto:a@b.example?subject=x)", "p [邮件 a@b.example](mailto:a@b.example?subject=x)");
    check(
        "[a@b.example](mailto:a@b.example) [**电话**](tel:+8610) [+86 10](tel:+8610)",
        "p [a@b.example](mailto:a@b.example) [**电话**](tel:+8610)[ +8610](tel:+8610) [+86 10](tel:+8610)",
    );
}

#[test]
fn tags_mean_what_they_mean() {
    check(
        "<details><summary>更多 <b>x</b></summary>\n\n- a\n\n</details>\n\nafter",
        "details 更多 **x**:(-(p a))\np after",
    );
    check("H<sub>2</sub>O x<sup>2</sup><br>y <kbd>K</kbd><!-- no -->z", "p H₂O x²\ny `K`z");
    check(
        "<a href=\"https://a.example/?a=1&amp;b=2\">l</a> <a href='javascript:x'>k</a>",
        "p [l](https://a.example/?a=1&b=2) k",
    );
    check("<p align=center><img src=\"a.png\" alt=\"图\"></p>", "picture a.png \"图\" -");
    check("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "table a|b / 1|2");
    check("<ul><li>a<li>b<ol start=3><li>c</ol></ul>", "-(p a)(p b; 3.(p c))");
    check("1 < 2 <b and\n\n<script>alert(1)</script>\n\nc", "p 1 < 2 <b and\np c");
    check("> quote <b>open\n\nnext", "quote(p quote **open**)\np **next**");
}

#[test]
fn footnotes_are_numbered_and_stand_at_the_end() {
    check("a[^x] b[^y] c[^x]\n\n[^y]: Y\n[^x]: X\n\nend", "p a¹ b² c¹\np end\nrule\n1.(p X)(p Y)");
    check("a[^none]", "p a[^none]");
}

#[test]
fn pictures_that_stand_alone_are_blocks_and_others_are_named() {
    check("## 词云\n\n![词云图](w.jpg)", "h2 词云\npicture w.jpg \"词云图\" -");
    check(
        "![a](https://x.example/a.png)\n![b](b.png)",
        "picture https://x.example/a.png \"a\" https://x.example/a.png\npicture b.png \"b\" -",
    );
    check("see ![a](a.png) here", "p see 🖼 a here");
    check("[![badge](b.svg)](https://x.example)", "p [🖼 badge](https://x.example)");
}

#[test]
fn lists_keep_their_depth_numbers_and_boxes() {
    check("3. a\n   - b\n     - c\n4. d\n\n- [x] e\n- [ ] f", "3.(p a; -(p b; -(p c)))(p d)\n-[x](p e)[ ](p f)");
}

#[test]
fn a_quotation_may_say_what_sort_it_is() {
    check("> [!WARNING]\n> x\n> > y", "quote(p **⚠️ WARNING**; p x; quote(p y))");
}

#[test]
fn depth_without_end_does_not_hurt() {
    for deep in ["> ".repeat(2_000), "- ".repeat(2_000), "<blockquote>".repeat(20_000), "<ul><li>".repeat(20_000)] {
        assert!(sketch(&parse(&format!("{deep}x\n\ny"))).contains('x'));
    }
}

#[test]
fn text_beside_a_picture_and_blocks_in_a_table_stay() {
    check("![图](w.jpg)\n说明", "p 🖼 图说明");
    let cell = sketch(&parse("<table><tr><td>\n<pre>\nin pre\n\n_b_.\n</pre>\n</td></tr></table>"));
    assert!(cell.starts_with("table") && cell.contains("in pre") && cell.contains("_b_"), "{cell}");
    check("<ul>bare<li>a</li></ul>", "p bare\n-(p a)");
}
