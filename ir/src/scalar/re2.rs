//! Regular expressions: RE2 syntax and meaning, for an engine with the syntax of the crate `regex`.
//!
//! Both are linear and nearly the same, but not quite: the classes `\d`, `\w`, `\s` and `\b` are
//! ASCII in RE2, a `[` or `&&` in a class is literal, and `{` without a count is too. One meaning
//! for all targets needs one expression, so what RE2 refuses is refused.

/// The greatest count of a repetition, and of the product of nested ones.
const MAX_REPEAT: u32 = 1_000;

/// The expression in the syntax of the crate `regex` that matches what RE2 (as in Go's `regexp`)
/// matches with `pattern`.
///
/// # Errors
/// Says, in words, what in the pattern is no RE2 syntax. Mistakes that both have, such as a missing
/// parenthesis, are left for the engine to find.
pub fn re2_to_regex(pattern: &str) -> Result<String, String> {
    let mut translator = Translator {
        rest: pattern,
        out: String::with_capacity(pattern.len() + 16),
        repeats: Repeats::default(),
    };
    translator.all()?;
    Ok(translator.out)
}

/// Names of Unicode classes: those that Go and the crate take for the same characters. `C` and its
/// unassigned characters are not, and RE2 knows no properties such as `Alphabetic`.
const UNICODE_CLASSES: &[&str] = &[
    "L",
    "Ll",
    "Lm",
    "Lo",
    "Lt",
    "Lu",
    "M",
    "Mc",
    "Me",
    "Mn",
    "N",
    "Nd",
    "Nl",
    "No",
    "P",
    "Pc",
    "Pd",
    "Pe",
    "Pf",
    "Pi",
    "Po",
    "Ps",
    "S",
    "Sc",
    "Sk",
    "Sm",
    "So",
    "Z",
    "Zl",
    "Zp",
    "Zs",
    "Cc",
    "Cf",
    "Co",
    "Arabic",
    "Armenian",
    "Bengali",
    "Common",
    "Cyrillic",
    "Devanagari",
    "Georgian",
    "Greek",
    "Han",
    "Hangul",
    "Hebrew",
    "Hiragana",
    "Inherited",
    "Katakana",
    "Latin",
    "Tamil",
    "Thai",
];

struct Translator<'p> {
    rest: &'p str,
    out: String,
    repeats: Repeats,
}

/// How often the innermost thing is repeated, by counts of nested repetitions.
#[derive(Default)]
struct Repeats {
    /// In the groups that are open: the greatest product in what was read of them.
    open: Vec<u32>,
    /// The greatest product outside of groups.
    outside: u32,
    /// The product in what was read last, which a count would multiply.
    last: u32,
}

impl Repeats {
    fn note(&mut self, product: u32) {
        let within = self.open.last_mut().unwrap_or(&mut self.outside);
        *within = (*within).max(product);
        self.last = product;
    }

    fn close(&mut self) {
        let product = self.open.pop().unwrap_or(1);
        self.note(product);
    }

    /// Whether a count of `times` is too much for what was read last.
    fn exceed(&mut self, times: u32) -> bool {
        let product = self.last.max(1).saturating_mul(times.max(1));
        self.note(product);
        product > MAX_REPEAT
    }
}

type Done = Result<(), String>;

impl<'p> Translator<'p> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    fn skip(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// What comes before the next `end`, both taken.
    fn until(&mut self, end: &str) -> Option<&'p str> {
        let (text, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        Some(text)
    }

    fn all(&mut self) -> Done {
        let mut repeated = false;
        while let Some(c) = self.next() {
            let mut repeats = false;
            if !matches!(c, '*' | '+' | '?' | '{' | ')') {
                self.repeats.last = 1;
            }
            match c {
                '*' | '+' | '?' => {
                    self.out.push(c);
                    repeats = true;
                }
                '{' => match self.count()? {
                    Some(count) => {
                        self.out.push_str(&format!("{{{count}}}"));
                        repeats = true;
                    }
                    None => self.out.push_str("\\{"),
                },
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' => {
                    self.repeats.close();
                    self.out.push(c);
                }
                '^' | '$' | '.' | '|' => self.out.push(c),
                literal => self.literal(literal),
            }
            if repeats {
                if repeated {
                    return Err("a repetition cannot be repeated; put it in `(?:…)`".to_owned());
                }
                if self.skip("?") {
                    self.out.push('?');
                }
            }
            repeated = repeats;
        }
        Ok(())
    }

    /// The inside of `{n}`, `{n,}` or `{n,m}`, taken; none for a brace that is literal.
    fn count(&mut self) -> Result<Option<&'p str>, String> {
        let Some((inside, rest)) = self.rest.split_once('}') else {
            return Ok(None);
        };
        let is_number = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_digit())
                && (text == "0" || !text.starts_with('0'))
        };
        let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
        if !is_number(least) || !(most.is_empty() || is_number(most)) {
            return Ok(None);
        }
        for text in [least, most] {
            let too_many = text
                .parse::<u32>()
                .map_or(!text.is_empty(), |n| n > MAX_REPEAT);
            if too_many {
                return Err(format!(
                    "`{{{inside}}}` repeats more than {MAX_REPEAT} times"
                ));
            }
        }
        // As Go counts: an open end counts as its beginning.
        let times = if most.is_empty() { least } else { most };
        if self.repeats.exceed(times.parse().unwrap_or(1)) {
            return Err(format!(
                "repetitions in `{{{inside}}}` repeat more than {MAX_REPEAT} times together"
            ));
        }
        self.rest = rest;
        Ok(Some(inside))
    }

    fn group(&mut self) -> Done {
        self.out.push('(');
        self.repeats.open.push(1);
        if !self.skip("?") {
            return Ok(());
        }
        self.out.push('?');
        for name in ["P<", "<"] {
            let look_behind = self.rest.starts_with("<=") || self.rest.starts_with("<!");
            if !look_behind && self.skip(name) {
                self.out.push_str(name);
                return Ok(());
            }
        }
        while let Some(flag) = self.next() {
            self.out.push(flag);
            match flag {
                'i' | 'm' | 's' | 'U' | '-' => {}
                ':' => return Ok(()),
                ')' => {
                    self.repeats.close();
                    return Ok(());
                }
                '=' | '!' | '<' | '>' | 'P' => {
                    return Err("look-around and back-references cannot be used".to_owned());
                }
                flag => return Err(format!("`{flag}` is no flag of a group")),
            }
        }
        Err("a group is not closed".to_owned())
    }

    fn escape(&mut self) -> Done {
        let c = self.escaped()?;
        match c {
            'A' | 'z' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'b' | 'B' => self.out.push_str(&format!("(?-u:\\{c})")),
            'Q' => {
                let quoted = match self.until("\\E") {
                    Some(quoted) => quoted,
                    None => std::mem::take(&mut self.rest),
                };
                for c in quoted.chars() {
                    self.literal(c);
                }
            }
            'p' | 'P' => self.unicode_class(c)?,
            c => match perl_class(c) {
                Some(class) => self.out.push_str(&format!("[{class}]")),
                None => {
                    let c = self.character(c)?;
                    self.literal(c);
                }
            },
        }
        Ok(())
    }

    /// The character after a backslash.
    fn escaped(&mut self) -> Result<char, String> {
        self.next()
            .ok_or_else(|| "a backslash cannot be the last character".to_owned())
    }

    /// `\pL`, `\p{Greek}` or `\p{^Greek}`, of which the backslash and the letter are taken.
    fn unicode_class(&mut self, letter: char) -> Done {
        let mut negated = letter == 'P';
        let mut name = if self.skip("{") {
            self.until("}").map(str::to_owned)
        } else {
            self.next().map(String::from)
        }
        .ok_or("a class `\\p` needs a name")?;
        if let Some(positive) = name.strip_prefix('^') {
            negated = !negated;
            name = positive.to_owned();
        }
        let letter = if negated { 'P' } else { 'p' };
        if !UNICODE_CLASSES.contains(&name.as_str()) {
            return Err(format!("`{name}` is no class of characters"));
        }
        self.out.push_str(&format!("\\{letter}{{{name}}}"));
        Ok(())
    }

    /// The character that an escape stands for, of which the backslash and `c` are taken.
    fn character(&mut self, c: char) -> Result<char, String> {
        let code = match c {
            'a' => 7,
            't' => 9,
            'n' => 10,
            'v' => 11,
            'f' => 12,
            'r' => 13,
            'x' => self.hexadecimal()?,
            '0' => self.octal(0),
            '1'..='7' if self.rest.starts_with(|c| matches!(c, '0'..='7')) => {
                self.octal(c.to_digit(8).unwrap_or(0))
            }
            '1'..='9' => {
                return Err("look-around and back-references cannot be used".to_owned());
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => return Ok(c),
            c => return Err(format!("`\\{c}` is no escape")),
        };
        char::from_u32(code).ok_or_else(|| format!("there is no character {code:#x}"))
    }

    fn octal(&mut self, first: u32) -> u32 {
        let mut code = first;
        for _ in 0..2 {
            let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(8)) else {
                break;
            };
            code = code * 8 + digit;
            self.next();
        }
        code
    }

    fn hexadecimal(&mut self) -> Result<u32, String> {
        let digits = if self.skip("{") {
            self.until("}")
        } else {
            self.rest.split_at_checked(2).map(|(digits, rest)| {
                self.rest = rest;
                digits
            })
        };
        digits
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| "`\\x` needs two hexadecimal digits, or some in braces".to_owned())
    }

    /// A class in brackets, of which the opening one is taken.
    fn class(&mut self) -> Done {
        const UNCLOSED: &str = "a class in brackets is not closed";
        self.out.push('[');
        if self.skip("^") {
            self.out.push('^');
        }
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            first = false;
            if let Some(name) = posix_class(self.rest)? {
                self.out.push_str(name);
                self.skip(name);
                continue;
            }
            match self.next().ok_or(UNCLOSED)? {
                '\\' => {
                    let c = self.escaped()?;
                    if matches!(c, 'p' | 'P') {
                        self.unicode_class(c)?;
                    } else if let Some(class) = perl_class(c) {
                        // A negated class is a class in the class.
                        let negated = class.starts_with('^');
                        let class = if negated { format!("[{class}]") } else { class };
                        self.out.push_str(&class);
                    } else {
                        let low = self.character(c)?;
                        self.range(low)?;
                    }
                }
                low => self.range(low)?,
            }
        }
        if !self.skip("]") {
            return Err(UNCLOSED.to_owned());
        }
        self.out.push(']');
        Ok(())
    }

    /// A character of a class, or a range of them that begins with it.
    fn range(&mut self, low: char) -> Done {
        let mut high = low;
        if self.rest.starts_with('-') && !self.rest.starts_with("-]") && self.rest.len() > 1 {
            self.next();
            high = match self.next() {
                Some('\\') => {
                    let c = self.escaped()?;
                    self.character(c)?
                }
                Some(c) => c,
                None => low,
            };
        }
        if high < low {
            return Err(format!(
                "`{low}-{high}` is no range: it ends before it begins"
            ));
        }
        let (low, high) = (u32::from(low), u32::from(high));
        self.out
            .push_str(&format!("\\x{{{low:x}}}-\\x{{{high:x}}}"));
        Ok(())
    }

    fn literal(&mut self, c: char) {
        if c.is_ascii_punctuation() && !matches!(c, '<' | '>' | '_') {
            self.out.push('\\');
        }
        self.out.push(c);
    }
}

/// The inside of the class that `\d` and its like stand for.
fn perl_class(letter: char) -> Option<String> {
    let members = match letter.to_ascii_lowercase() {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => "\\t\\n\\x0C\\r ",
        _ => return None,
    };
    let negation = if letter.is_ascii_uppercase() { "^" } else { "" };
    Some(format!("{negation}{members}"))
}

/// A class such as `[:alpha:]` at the start of the inside of a class.
fn posix_class(text: &str) -> Result<Option<&str>, String> {
    const NAMES: &[&str] = &[
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
        "space", "upper", "word", "xdigit",
    ];
    let Some(name) = text.strip_prefix("[:") else {
        return Ok(None);
    };
    let Some((name, _)) = name.split_once(":]") else {
        return Ok(None);
    };
    let whole = text.get(..name.len() + 4);
    if NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Ok(whole);
    }
    Err(format!("`[:{name}:]` is no class of characters"))
}
