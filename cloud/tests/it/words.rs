//! Which words are found.

use cloud::words::{Archive, Dictionary, words};

use crate::report::{paragraphs, sample};

fn found(report: &str) -> Vec<String> {
    with_dictionary(report, "")
}

fn with_dictionary(report: &str, own: &str) -> Vec<String> {
    words(&paragraphs(report), &Dictionary::parse(own), &Archive::default()).into_iter().map(|word| word.text).collect()
}

fn assert_has(found: &[String], expected: &[&str]) {
    for word in expected {
        assert!(found.iter().any(|found| found == word), "{word} is not among {found:?}");
    }
}

fn assert_has_not(found: &[String], unexpected: &[&str]) {
    for word in unexpected {
        assert!(!found.iter().any(|found| found == word), "{word} is among {found:?}");
    }
}

#[test]
fn names_stay_whole_with_their_versions() {
    let found = found(
        "Claude Opus 4.5推动工程效率，Grok 5展示能力，FLUX.2达到4MP分辨率，Nano Banana Pro引爆视频，\
         Gemini 3系列更新，Black Forest Labs与Humanity's Last Exam，LTX Retake、GPT-5、SAM 3D应用，C++与vLLM。",
    );
    let whole = [
        "Claude Opus 4.5",
        "Grok 5",
        "FLUX.2",
        "Nano Banana Pro",
        "Gemini 3",
        "Black Forest Labs",
        "Humanity's Last Exam",
        "LTX Retake",
        "GPT-5",
        "SAM 3D",
        "C++",
        "vLLM",
        "4MP",
    ];
    assert_has(&found, &whole);
    assert_has_not(&found, &["Nano", "Banana", "Pro", "Opus", "Claude", "Grok", "4.5"]);
}

#[test]
fn the_short_form_of_a_name_counts_for_the_long_one() {
    let found = found("Claude Opus 4.5发布，评测中Opus 4.5领先。Gemini 3开放，开发者试用Gemini。");
    assert_has(&found, &["Claude Opus 4.5", "Gemini 3"]);
    assert_has_not(&found, &["Opus 4.5", "Gemini"]);
}

#[test]
fn a_number_that_counts_is_no_version() {
    let found = found("融资额超过Anthropic 20亿美元，效率达到Cursor 10倍，OpenAI 2025年收入翻番。");
    assert_has(&found, &["Anthropic", "Cursor", "OpenAI"]);
}

#[test]
fn words_that_keep_together_are_one_word() {
    let found =
        found("固态电池量产提前。多家车企押注固态电池，固态电池成本下降。数字人民币试点扩容，数字人民币跨境结算。");
    assert_has(&found, &["固态电池", "数字人民币"]);
}

#[test]
fn a_short_bold_label_is_kept_whole() {
    assert_has(&found("1. **会议纪要**：多语种实时转写\n2. **最小权限**：默认关闭支付"), &["会议纪要", "最小权限"]);
}

#[test]
fn headings_that_only_name_a_part_give_no_words() {
    let report = "Twitter Ai 报告 (2025-11-27 至 2025-11-27)\n\n# 人工智能领域Twitter讨论总结报告\n\n## 简要部分\n\n\
                  ### 核心信息（10个关键点）\n\n**产业影响预判**：\n\n- 芯片厂商扩产，光刻机交付。\n\n## 词云分析\n";
    let found = found(report);
    assert_has(&found, &["光刻机", "芯片"]);
    assert_has_not(&found, &["总结报告", "核心", "部分", "简要", "词云", "预判", "分析", "Twitter", "报告"]);
}

#[test]
fn a_heading_that_says_something_counts() {
    assert_has(&found("## 台积电扩产\n\n海外工厂进度提前，设备商受益。"), &["台积电", "扩产"]);
}

#[test]
fn traditional_text_is_cut_like_simplified_and_shown_as_written() {
    let found = found("黃仁勳表示台積電先進封裝產能吃緊，半導體設備商與資料中心需求強勁。");
    assert_has(&found, &["黃仁勳", "台積電", "先進封裝", "半導體", "產能"]);
}

#[test]
fn english_text_gives_words_and_names() {
    let found = found(
        "The Federal Reserve cut rates. Traders expect the Federal Reserve to pause; bond yields fell. \
         Agents that write code were compared with one agent that tests it. Yesterday investors bought bonds.",
    );
    assert_has(&found, &["Federal Reserve", "yields", "investors"]);
    assert_has_not(&found, &["The", "the", "Yesterday", "with", "that", "agents", "Agents"]);
}

#[test]
fn addresses_and_handles_are_no_words() {
    let found = found("见 https://example.com/some/long/path?x=1 与 @someone 的帖子，量子纠错突破。");
    assert_has(&found, &["纠错"]);
    assert!(found.iter().all(|word| !word.contains("example") && !word.contains("someone")), "{found:?}");
}

#[test]
fn a_feeds_own_dictionary_keeps_its_words_whole() {
    let text = "沪深北三地交易所联合测试，A股ETF互联互通扩容。";
    assert_has(&with_dictionary(text, "# 本栏目\n互联互通\nA股ETF\n"), &["互联互通", "A股ETF"]);
}

#[test]
fn what_every_earlier_report_said_weighs_less_than_what_is_new() {
    let yesterday = paragraphs("大盘震荡，成交量萎缩，钙钛矿概念活跃。");
    let mut archive = Archive::default();
    for _ in 0..10 {
        archive.add(&yesterday, &Dictionary::default());
    }
    let today = paragraphs("大盘震荡，成交量萎缩，脑机接口概念活跃。");
    let weigh = |archive: &Archive, text: &str| {
        let words = words(&today, &Dictionary::default(), archive);
        words.into_iter().find(|word| word.text == text).unwrap().weight
    };
    assert!(weigh(&archive, "脑机") > 0.99);
    assert!(weigh(&archive, "成交量") < 0.6 * weigh(&Archive::default(), "成交量"));
}

#[test]
fn the_sample_gives_enough_words_and_the_heaviest_has_weight_one() {
    let found = words(&sample(), &Dictionary::default(), &Archive::default());
    assert!(found.len() >= 250, "{}", found.len());
    assert!((found[0].weight - 1.0).abs() < f32::EPSILON);
    assert!(found.windows(2).all(|pair| pair[0].weight >= pair[1].weight));
}
