//! Every text a reader sees, per language.
