//! Globs, and letter case.

/// Whether the glob matches the whole text: `*` is any run of characters, `?` is one.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // Whether what was read of the pattern matches the first n characters, for every n.
    let mut matched = vec![false; text.len() + 1];
    if let Some(none) = matched.first_mut() {
        *none = true;
    }
    for wanted in pattern.chars() {
        let mut next = Vec::with_capacity(matched.len());
        for length in 0..matched.len() {
            let before = length.checked_sub(1);
            let of = |list: &[bool]| before.and_then(|at| list.get(at)).copied();
            next.push(if wanted == '*' {
                // Nothing more, or one character more than it already took.
                matched.get(length) == Some(&true) || of(&next) == Some(true)
            } else {
                let last = before.and_then(|at| text.get(at));
                let fits = last.is_some_and(|last| wanted == '?' || wanted == *last);
                fits && of(&matched) == Some(true)
            });
        }
        matched = next;
    }
    matched.last() == Some(&true)
}

/// Each character by itself; one whose other case is several characters stays as it is.
pub(super) fn recase<I: ExactSizeIterator<Item = char>>(
    text: &str,
    case: impl Fn(char) -> I,
) -> String {
    let single = |c: char| {
        let mut other = case(c);
        if other.len() == 1 {
            other.next().unwrap_or(c)
        } else {
            c
        }
    };
    text.chars().map(single).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        let yes = [
            ("*", ""),
            ("a*", "a"),
            ("*-?", "x-1"),
            ("a*b*c", "a/b\nbc"),
            ("é?", "éà"),
        ];
        for (pattern, text) in yes {
            assert!(glob(pattern, text), "{pattern} {text}");
        }
        let no = [
            ("?", ""),
            ("a*", "ba"),
            ("a", "aa"),
            ("*a*b", "ba"),
            ("", "a"),
        ];
        for (pattern, text) in no {
            assert!(!glob(pattern, text), "{pattern} {text}");
        }
    }
}
