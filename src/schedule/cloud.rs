//! A schedule's key `cloud`: `cloud = "always"`, or a table such as
//! `cloud = { draw = "missing", look = "dark", size = [1200, 675], words = ["固态电池"], font = "fonts/own.otf" }`.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use ::cloud::{font::Font, look::Look};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// When a word cloud is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Draw {
    /// When the report's own picture is missing or cannot be shown.
    #[default]
    Missing,
    /// For every report, in place of its own picture.
    Always,
    /// Not at all.
    Never,
}

/// How a feed's word clouds are drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// When.
    pub draw: Draw,
    /// Bright on dark.
    pub dark: bool,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Words and names that are never cut.
    pub words: Vec<String>,
    /// A font file in place of the embedded font, which still has the letters that the file lacks.
    pub font: Option<PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { draw: Draw::Missing, dark: false, size: (1200, 675), words: Vec::new(), font: None }
    }
}

impl Plan {
    /// The colours.
    #[must_use]
    pub fn look(&self) -> Look {
        if self.dark { Look::DARK } else { Look::LIGHT }
    }

    /// The letters.
    ///
    /// # Errors
    /// The file and why it cannot be used.
    pub fn font(&self) -> Result<Font, (String, String)> {
        let Some(path) = &self.font else { return Ok(Font::embedded()) };
        let bad = |why: String| (path.display().to_string(), why);
        let bytes = std::fs::read(path).map_err(|why| bad(format!("it cannot be read: {why}")))?;
        Font::from_file(bytes, 0).map_err(|why| bad(why.to_string()))
    }

    /// With its font taken from `base`, like the schedule's folder.
    pub(super) fn at(self, base: &Path) -> Self {
        Self { font: self.font.map(|font| base.join(font)), ..self }
    }

    /// What is wrong with it, and what to write instead.
    pub(super) fn problem(&self) -> Option<String> {
        let (width, height) = self.size;
        if !(400..=4000).contains(&width) || !(300..=4000).contains(&height) {
            return Some("size: write width and height in pixels, from [400, 300] to [4000, 4000]".to_owned());
        }
        self.font().err().map(|(path, why)| format!("font `{path}`: {why}"))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenLook {
    Light,
    Dark,
}

/// The table's keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    draw: Option<Draw>,
    look: Option<WrittenLook>,
    size: Option<(u32, u32)>,
    #[serde(default)]
    words: Vec<String>,
    font: Option<PathBuf>,
}

impl<'de> Deserialize<'de> for Plan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrTable;
        impl<'de> Visitor<'de> for WordOrTable {
            type Value = Plan;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"missing\", \"always\", \"never\" or a table with draw, look, size, words and font")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Plan, E> {
                let draw = Draw::deserialize(de::value::StrDeserializer::new(word))?;
                Ok(Plan { draw, ..Plan::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Plan, A::Error> {
                let written = Written::deserialize(MapAccessDeserializer::new(table))?;
                let plain = Plan::default();
                Ok(Plan {
                    draw: written.draw.unwrap_or(plain.draw),
                    dark: matches!(written.look, Some(WrittenLook::Dark)),
                    size: written.size.unwrap_or(plain.size),
                    words: written.words,
                    font: written.font,
                })
            }
        }
        deserializer.deserialize_any(WordOrTable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        cloud: Plan,
    }

    fn plan(written: &str) -> Result<Plan, String> {
        let read = toml::from_str::<File>(&format!("cloud = {written}"));
        read.map(|file| file.cloud).map_err(|bad| bad.message().to_owned())
    }

    #[test]
    fn a_word_says_when_and_a_table_says_how() {
        assert_eq!(plan("\"always\"").unwrap(), Plan { draw: Draw::Always, ..Plan::default() });
        let table = plan("{ look = \"dark\", size = [800, 450], words = [\"固态电池\"] }").unwrap();
        let expected = Plan { dark: true, size: (800, 450), words: vec!["固态电池".to_owned()], ..Plan::default() };
        assert_eq!(table, expected);
    }

    #[test]
    fn a_mistake_is_told_with_what_to_write() {
        assert!(plan("\"sometimes\"").unwrap_err().contains("`missing`, `always`, `never`"));
        assert!(plan("{ look = \"grey\" }").unwrap_err().contains("`light` or `dark`"));
        assert!(plan("3").unwrap_err().contains("a table with draw, look"));
        assert!(plan("{ size = [10, 10] }").unwrap().problem().unwrap().contains("[400, 300]"));
        let missing = plan("{ font = \"no/such.otf\" }").unwrap().at(Path::new("base"));
        assert!(missing.problem().unwrap().starts_with("font `base/no/such.otf`: it cannot be read"));
    }
}
