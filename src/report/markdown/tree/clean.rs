//! Signs that no platform shows, and a quick look whether there are any.

use std::borrow::Cow;

/// Text without what no platform shows: control signs go, a tab is spaces, every sort of line end is one.
pub(super) fn cleaned(text: &str, in_code: bool) -> Cow<'_, str> {
    let odd = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{2028}'..='\u{202E}' | '\u{FEFF}');
    if !text.contains(odd) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' if in_code => out.push_str("    "),
            '\t' => out.push(' '),
            '\u{2028}' | '\u{2029}' | '\u{85}' => out.push('\n'),
            c if odd(c) => {}
            c => out.push(c),
        }
    }
    out.into()
}

/// What the bytes of a text alone tell, many looked at at once: nearly all text is plain.
#[derive(Clone, Copy)]
pub(super) struct Suspicion(u8);

impl Suspicion {
    /// There may be signs that no platform shows.
    pub(super) const ODD: u8 = 1;
    /// There may be an address.
    pub(super) const ADDRESS: u8 = 2;

    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let one = |byte: u8| {
            let control = (byte < 0x20) & (byte != b'\n') | (byte == 0x7F);
            (u8::from(control) * Self::ODD) | (u8::from((byte == b'/') | (byte == b'w')) * Self::ADDRESS)
        };
        let two = |a: u8, b: u8| (a == 0xC2) & (b < 0xA0) | (a == 0xE2) & (b == 0x80) | (a == 0xEF) & (b == 0xBB);
        let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
        let found = pairs.fold(0, |found, (&a, &b)| found | one(a) | (u8::from(two(a, b)) * Self::ODD));
        Self(found | bytes.last().map_or(0, |&last| one(last)))
    }

    pub(super) fn has(self, what: u8) -> bool {
        self.0 & what > 0
    }
}
