//! A schedule file, and its next and due firings.
