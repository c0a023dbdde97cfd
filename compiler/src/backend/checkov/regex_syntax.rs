//! Regular expressions of RE2, as the policy language has them, in the syntax of Python's `re`.
//!
//! What the two read differently is rewritten (`$` and `\z`, the ASCII classes `\d`, `\w`, `\s`,
//! `\b`, named groups, POSIX classes, stray braces); what has no counterpart is refused.

use std::iter::Peekable;
use std::str::Chars;

use super::pattern::push_escaped;

/// An expression of Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Python {
    /// The expression, without the `^` it started with when it is anchored.
    pub(super) core: String,
    /// Whether it can only match at the start.
    pub(super) anchored: bool,
}

/// Deepest nesting of groups.
const MAX_DEPTH: usize = 50;

/// Translates an expression that the compiler has already found to be well-formed.
pub(super) fn to_python(pattern: &str) -> Result<Python, String> {
    let mut writer = Writer {
        input: pattern.chars().peekable(),
        output: String::new(),
        ignore_case: false,
        alternatives: false,
        group_start: 0,
    };
    writer.sequence(0)?;
    let Writer {
        output,
        alternatives,
        ..
    } = writer;
    let start = output.strip_prefix('^').filter(|_| !alternatives);
    Ok(match start {
        Some(core) => Python {
            core: core.to_owned(),
            anchored: true,
        },
        None => Python {
            core: output,
            anchored: false,
        },
    })
}

struct Writer<'a> {
    input: Peekable<Chars<'a>>,
    output: String,
    ignore_case: bool,
    /// Whether there is a `|` outside of groups.
    alternatives: bool,
    /// Where the text of the innermost group starts in the output.
    group_start: usize,
}

impl Writer<'_> {
    fn sequence(&mut self, depth: usize) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err("the expression is nested too deeply".to_owned());
        }
        self.group_start = self.output.len();
        let mut repeatable = false;
        while let Some(&c) = self.input.peek() {
            if c == ')' && depth > 0 {
                return Ok(());
            }
            self.input.next();
            match c {
                '|' => {
                    self.alternatives |= depth == 0;
                    self.output.push('|');
                    repeatable = false;
                }
                '(' => repeatable = self.group(depth)?,
                '[' => {
                    self.class()?;
                    repeatable = true;
                }
                '\\' => repeatable = self.escape()?,
                '*' | '+' | '?' if !repeatable => {
                    return Err(format!("nothing to repeat before `{c}`"));
                }
                '*' | '+' | '?' => {
                    self.output.push(c);
                    self.lazy();
                    repeatable = false;
                }
                '{' => repeatable = self.counted(repeatable)?,
                '^' | '.' => {
                    self.output.push(c);
                    repeatable = c == '.';
                }
                '$' => {
                    self.output.push_str(r"\Z");
                    repeatable = false;
                }
                other => {
                    self.literal(other)?;
                    repeatable = true;
                }
            }
        }
        Ok(())
    }

    fn literal(&mut self, c: char) -> Result<(), String> {
        if self.ignore_case && !c.is_ascii() {
            return Err("`(?i)` folds characters beyond ASCII differently in Python".to_owned());
        }
        push_escaped(&mut self.output, c);
        Ok(())
    }

    fn lazy(&mut self) {
        if self.input.next_if_eq(&'?').is_some() {
            self.output.push('?');
        }
    }

    /// After `(`; whether what follows may be repeated.
    fn group(&mut self, depth: usize) -> Result<bool, String> {
        let outer = self.ignore_case;
        let outer_start = self.group_start;
        let mut flags = String::new();
        if self.input.next_if_eq(&'?').is_some() {
            let named = self.input.next_if_eq(&'P').is_some() || self.input.peek() == Some(&'<');
            if named {
                self.name()?;
            } else {
                loop {
                    match self.input.next() {
                        Some(c @ ('i' | 's')) => flags.push(c),
                        Some(':') => break,
                        // Flags for the rest of the enclosing group; Python has them for groups
                        // only, so the rest becomes one.
                        Some(')') if self.output.len() > self.group_start => {
                            return Err("flags in the middle of a group".to_owned());
                        }
                        Some(')') => {
                            self.ignore_case |= flags.contains('i');
                            self.output.push_str(&format!("(?{flags}:"));
                            self.sequence(depth.saturating_add(1))?;
                            self.output.push(')');
                            self.ignore_case = outer;
                            // The closing parenthesis of the enclosing group is still to come.
                            return Ok(false);
                        }
                        Some(other) => {
                            return Err(format!("the flag `{other}` has no exact counterpart"));
                        }
                        None => return Err("a group is not closed".to_owned()),
                    }
                }
            }
        }
        self.ignore_case |= flags.contains('i');
        self.output.push_str(&format!("(?{flags}:"));
        self.sequence(depth.saturating_add(1))?;
        self.ignore_case = outer;
        self.group_start = outer_start;
        if self.input.next_if_eq(&')').is_none() {
            return Err("a group is not closed".to_owned());
        }
        self.output.push(')');
        Ok(true)
    }

    /// Skips `<name>`: nothing refers to it.
    fn name(&mut self) -> Result<(), String> {
        match self.input.by_ref().find(|c| *c == '>') {
            Some(_) => Ok(()),
            None => Err("the name of a group is not closed".to_owned()),
        }
    }

    /// After `{`; whether what follows may be repeated.
    fn counted(&mut self, repeatable: bool) -> Result<bool, String> {
        let mut bounds = String::new();
        let mut ahead = self.input.clone();
        for c in ahead.by_ref() {
            if c == '}' {
                break;
            }
            bounds.push(c);
        }
        let (low, high) = bounds.split_once(',').unwrap_or((&bounds, ""));
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        if low.is_empty() || !digits(low) || !digits(high) {
            return Err("a `{` that starts no count; write `[{]`".to_owned());
        }
        if !repeatable {
            return Err("nothing to repeat before `{`".to_owned());
        }
        self.input = ahead;
        self.output.push_str(&format!("{{{bounds}}}"));
        self.lazy();
        Ok(false)
    }

    /// After `\`, outside of a class; whether it may be repeated.
    fn escape(&mut self) -> Result<bool, String> {
        let c = self
            .input
            .next()
            .ok_or_else(|| "the expression ends with `\\`".to_owned())?;
        let (text, repeatable) = match c {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                let members = perl_class(c).unwrap_or_default();
                let not = if c.is_ascii_uppercase() { "^" } else { "" };
                (format!("[{not}{members}]"), true)
            }
            'b' => (r"(?a:\b)".to_owned(), false),
            'B' => (r"(?a:\B)".to_owned(), false),
            'A' => ("^".to_owned(), false),
            'z' => (r"\Z".to_owned(), false),
            other => {
                let character = self.character(other)?;
                self.literal(character)?;
                return Ok(true);
            }
        };
        self.output.push_str(&text);
        Ok(repeatable)
    }

    /// The character that an escape stands for.
    fn character(&mut self, c: char) -> Result<char, String> {
        Ok(match c {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'a' => '\u{7}',
            'x' => return self.hexadecimal(),
            other if other.is_ascii_punctuation() => other,
            other => return Err(format!("`\\{other}` has no exact counterpart")),
        })
    }

    fn hexadecimal(&mut self) -> Result<char, String> {
        let digits: String = if self.input.next_if_eq(&'{').is_some() {
            self.input.by_ref().take_while(|c| *c != '}').collect()
        } else {
            self.input.by_ref().take(2).collect()
        };
        u32::from_str_radix(&digits, 16)
            .ok()
            .and_then(char::from_u32)
            .ok_or_else(|| format!("`\\x{digits}` is no character"))
    }

    /// After `[`.
    fn class(&mut self) -> Result<(), String> {
        let mut members = String::new();
        if self.input.next_if_eq(&'^').is_some() {
            members.push('^');
        }
        let mut first = true;
        loop {
            let c = self
                .input
                .next()
                .ok_or_else(|| "a class is not closed".to_owned())?;
            let start = match c {
                ']' if !first => break,
                '[' if self.input.next_if_eq(&':').is_some() => {
                    members.push_str(self.posix()?);
                    first = false;
                    continue;
                }
                '[' => return Err("a class inside a class; write `\\[`".to_owned()),
                '&' | '~' if self.input.peek() == Some(&c) => {
                    return Err(format!("`{c}{c}` inside a class"));
                }
                '\\' => match self.input.next() {
                    Some(perl) if perl_class(perl).is_some() => {
                        if perl.is_ascii_uppercase() {
                            return Err(format!("`\\{perl}` inside a class"));
                        }
                        members.push_str(perl_class(perl).unwrap_or_default());
                        first = false;
                        continue;
                    }
                    Some(other) => self.character(other)?,
                    None => return Err("a class is not closed".to_owned()),
                },
                other => other,
            };
            first = false;
            self.member(&mut members, start)?;
            let mut ahead = self.input.clone();
            if ahead.next() == Some('-') && !matches!(ahead.peek(), Some(']') | None) {
                self.input = ahead;
                let end = match self.input.next() {
                    Some('\\') => {
                        let c = self.input.next().unwrap_or('\\');
                        self.character(c)?
                    }
                    Some(c @ ('-' | '[')) => return Err(format!("a range that ends with `{c}`")),
                    Some(other) => other,
                    None => return Err("a class is not closed".to_owned()),
                };
                members.push('-');
                self.member(&mut members, end)?;
            }
        }
        self.output.push_str(&format!("[{members}]"));
        Ok(())
    }

    fn member(&self, members: &mut String, c: char) -> Result<(), String> {
        if self.ignore_case && !c.is_ascii() {
            return Err("`(?i)` folds characters beyond ASCII differently in Python".to_owned());
        }
        match c {
            '\n' => members.push_str(r"\n"),
            '\r' => members.push_str(r"\r"),
            '\t' => members.push_str(r"\t"),
            '\\' | '[' | ']' | '^' | '-' | '&' | '~' | '|' => {
                members.push('\\');
                members.push(c);
            }
            other => members.push(other),
        }
        Ok(())
    }

    /// After `[:`.
    fn posix(&mut self) -> Result<&'static str, String> {
        let name: String = self.input.by_ref().take_while(|c| *c != ':').collect();
        if self.input.next() != Some(']') {
            return Err("a POSIX class is not closed".to_owned());
        }
        Ok(match name.as_str() {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => r"\x00-\x7f",
            "blank" => r"\t ",
            "digit" => "0-9",
            "lower" => "a-z",
            "space" => r"\t\n\v\f\r ",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => return Err(format!("the class `[:{name}:]` has no exact counterpart")),
        })
    }
}

/// The members of an ASCII class, as RE2 defines it.
fn perl_class(c: char) -> Option<&'static str> {
    Some(match c {
        'd' | 'D' => "0-9",
        's' | 'S' => r"\t\n\f\r ",
        'w' | 'W' => "0-9A-Za-z_",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_become_python() {
        for (source, core, anchored) in [
            ("^web-[0-9]+$", r"web-[0-9]+\Z", true),
            ("^a|b$", r"^a|b\Z", false),
            (r"\d{2,3}?x", "[0-9]{2,3}?x", false),
            (r"(?P<name>a)(?<other>b)(c)", "(?:a)(?:b)(?:c)", false),
            (r"\Aa\.b\z", r"a\.b\Z", true),
            (r"\bfoo\b", r"(?a:\b)foo(?a:\b)", false),
            ("(?i)ab|c", "(?i:ab|c)", false),
            ("x((?i)a)b", "x(?:(?i:a))b", false),
            (r"[\w.\-\]]", r"[0-9A-Za-z_.\-\]]", false),
            ("[]a-c-]", r"[\]a-c\-]", false),
            ("[[:alpha:]_]", "[A-Za-z_]", false),
            (r"\x41\x{1F600}", "A\u{1F600}", false),
            ("a#b c", "a#b c", false),
        ] {
            let expected = Python {
                core: core.to_owned(),
                anchored,
            };
            assert_eq!(to_python(source), Ok(expected), "{source}");
        }
    }

    #[test]
    fn what_python_reads_differently_is_refused() {
        for source in [
            "(?m)^a$",
            r"\pL",
            "a{,3}",
            "a**",
            "^(?i)ab|c",
            "[a&&b]",
            "(?i)é",
            r"\Qa\E",
            "[[:graph:]]",
        ] {
            assert!(to_python(source).is_err(), "{source}");
        }
    }
}
