//! A report: front matter, Markdown, picture.
