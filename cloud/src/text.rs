//! What the cloud is drawn from: the report's paragraphs, as plain text.

/// A paragraph, a list item or a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// Whether it is a heading. One that only names a part of the report ("Summary", 市场反应) gives no words.
    pub heading: bool,
    /// Its text in order.
    pub runs: Vec<Run>,
}

/// A run of text that is bold throughout, or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// What it says, without markup.
    pub text: String,
    /// Whether it is bold: a bold label counts more and is kept whole.
    pub strong: bool,
}

impl Paragraph {
    /// A paragraph that is not bold anywhere.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self { heading: false, runs: vec![Run { text: text.to_owned(), strong: false }] }
    }

    /// Whether it stands above other text rather than saying something itself: a heading, a bold line that ends with
    /// a colon, or a short line without any sentence.
    pub(crate) fn is_title(&self) -> bool {
        let spoken: Vec<&Run> =
            self.runs.iter().filter(|run| !run.text.trim_matches([' ', ':', '：']).is_empty()).collect();
        let length: usize = spoken.iter().map(|run| run.text.chars().count()).sum();
        let sentence =
            |run: &&Run| run.text.contains(['，', '。', '；', ',', ';', '!', '?', '！', '？', '：', ':', '、']);
        self.heading || spoken.iter().all(|run| run.strong) || (length < 60 && !spoken.iter().any(sentence))
    }

    /// All its text.
    pub(crate) fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}
