//! Letter case: each character on its own, as Go's `unicode.ToLower` and `unicode.ToUpper` do it,
//! which Kyverno's functions use (`strings.ToLower`, `strings.ToUpper`).
//!
//! The standard library maps whole words (`ß` becomes `SS`); a text here keeps its number of
//! characters.

/// The text in lower case.
#[must_use]
pub fn to_lower(text: &str) -> String {
    text.chars().map(lower).collect()
}

/// The text in upper case.
#[must_use]
pub fn to_upper(text: &str) -> String {
    text.chars().map(upper).collect()
}

fn lower(c: char) -> char {
    // The one character whose full lower case has two characters, and whose simple one is `i`.
    if c == '\u{130}' {
        'i'
    } else {
        single(c, c.to_lowercase())
    }
}

fn upper(c: char) -> char {
    match c {
        // Greek letters with an iota below: the full upper case writes the iota beside them.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
            char::from_u32(u32::from(c) + 8).unwrap_or(c)
        }
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => char::from_u32(u32::from(c) + 9).unwrap_or(c),
        _ => single(c, c.to_uppercase()),
    }
}

/// The mapped character if it is one, else the character itself: it has no simple mapping.
fn single(c: char, mut mapped: impl ExactSizeIterator<Item = char>) -> char {
    if mapped.len() == 1 {
        mapped.next().unwrap_or(c)
    } else {
        c
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_on_its_own() {
        let table = [
            ("Straße", "straße", "STRAßE"),
            ("ΣΑΣ", "σασ", "ΣΑΣ"),
            ("İı", "iı", "İI"),
            ("ᾳ ᾀ ﬁ", "ᾳ ᾀ ﬁ", "ᾼ ᾈ ﬁ"),
            ("Ǆ", "ǆ", "Ǆ"),
            ("aZ09-", "az09-", "AZ09-"),
        ];
        for (text, low, up) in table {
            assert_eq!(to_lower(text), low, "{text}");
            assert_eq!(to_upper(text), up, "{text}");
        }
    }
}
