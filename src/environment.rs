//! The process's environment over the file `.env`: the only place that reads either.

use std::collections::HashMap;

use anyhow::{Context as _, bail};

const FILE: &str = ".env";

/// What the variables were when the program started.
pub(crate) struct Environment(HashMap<String, String>);

impl Environment {
    /// Reads `.env` in the working folder, if there is one, and the environment, which wins.
    ///
    /// # Errors
    /// When `.env` cannot be read or understood. The line's text is not shown, since it may hold a secret.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let mut variables = match std::fs::read_to_string(FILE) {
            Ok(text) => parse(&text)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => HashMap::new(),
            Err(error) => return Err(error).context("cannot read .env"),
        };
        let set =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        variables.extend(set);
        Ok(Self(variables))
    }

    /// The variable's value; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}

fn parse(text: &str) -> anyhow::Result<HashMap<String, String>> {
    let mut variables = HashMap::new();
    for entry in dotenvy::from_read_iter(text.as_bytes()) {
        match entry {
            Ok((name, value)) => {
                variables.insert(name, value);
            }
            Err(dotenvy::Error::LineParse(line, _)) => {
                let number = text.lines().position(|candidate| candidate.trim() == line.trim()).map_or(0, |at| at + 1);
                bail!(".env:{number}: not of the form NAME=value; put a value with spaces or # in quotes");
            }
            Err(error) => return Err(error).context("cannot read .env"),
        }
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_is_named_by_its_number_and_never_shown() {
        let error = parse("A=1\n# fine\nTELEGRAM_TOKEN secret words\n").unwrap_err().to_string();
        assert!(error.starts_with(".env:3:") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn values_may_be_quoted() {
        let variables = parse("ADMINS=\"telegram:1, discord:2\"\n").unwrap();
        assert_eq!(variables["ADMINS"], "telegram:1, discord:2");
    }
}
