//! Patterns on strings, and their spelling for Python's `re`.

use policyc_ir::TextOp;
use regex::Regex;

use super::regex_syntax;

/// What a missing or null value looks like to Checkov's text operators: `str(None)`.
const NULL_TEXT: &str = "None";

/// A pattern that is no constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// How it may be said without a regular expression.
    pub(super) form: Form,
    /// Regular expression of Python, without the leading `^`.
    core: String,
    /// Whether it must match at the start of the string.
    anchored: bool,
    /// Whether it also matches what a null looks like.
    pub(super) matches_null: bool,
}

/// What a pattern is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// The string starts with this.
    Prefix(String),
    /// The string ends with this.
    Suffix(String),
    /// The string has this.
    Contains(String),
    /// The glob matches the string.
    Glob(String),
    /// The regular expression, of RE2, is found in the string.
    Regex(String),
    /// An expression of Python that this backend made.
    Python,
}

/// What a relation to a constant string amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Text {
    /// Every string satisfies it.
    Everything,
    /// Only this string does.
    Exactly(String),
    /// Those that match.
    Pattern(Pattern),
}

impl Pattern {
    fn new(form: Form) -> Self {
        let (core, anchored, matches_null) = match &form {
            Form::Prefix(text) => (escape(text), true, NULL_TEXT.starts_with(text)),
            Form::Suffix(text) => (
                format!(r"{}\Z", escape(text)),
                false,
                NULL_TEXT.ends_with(text),
            ),
            Form::Contains(text) => (escape(text), false, NULL_TEXT.contains(text)),
            Form::Glob(glob) => {
                let core = glob_core(glob, "(?s:.*)", "(?s:.)");
                let null = glob_matches(glob, NULL_TEXT);
                (core, true, null)
            }
            Form::Regex(_) | Form::Python => (String::new(), false, true),
        };
        Self {
            form,
            core,
            anchored,
            matches_null,
        }
    }

    /// For `re.search`.
    pub(super) fn search(&self) -> String {
        let start = if self.anchored { "^" } else { "" };
        format!("{start}{}", self.core)
    }

    /// For `re.match`, which starts at the start of the string by itself.
    pub(super) fn matching(&self) -> String {
        if self.anchored {
            self.search()
        } else {
            format!("(?s:.*?)(?:{})", self.core)
        }
    }

    /// For `re.search`: finds a match exactly where [`search`](Self::search) finds none.
    pub(super) fn no_match(&self) -> String {
        if self.anchored {
            format!("^(?!{})", self.core)
        } else {
            format!("^(?!(?s:.*?)(?:{}))", self.core)
        }
    }

    /// Matches strings of dot-separated labels whose label after `before` matches this pattern;
    /// `None` when that cannot be said. `before` is a regular expression.
    pub(super) fn label(&self, before: &str) -> Option<Self> {
        let label = match &self.form {
            Form::Prefix(text) => format!("{}[^.]*", escape(text)),
            Form::Suffix(text) => format!("[^.]*{}", escape(text)),
            Form::Contains(text) => format!("[^.]*{}[^.]*", escape(text)),
            Form::Glob(glob) => glob_within(glob, "[^.]*", "[^.]"),
            Form::Regex(_) | Form::Python => return None,
        };
        Some(Self::raw(format!(r"{before}{label}\.")))
    }

    /// Whether a number, in decimal, may match.
    pub(super) fn may_match_number(&self) -> bool {
        let spells = |text: &str| {
            text.chars()
                .all(|c| c.is_ascii_digit() || "+-.".contains(c))
        };
        match &self.form {
            Form::Prefix(text) | Form::Suffix(text) | Form::Contains(text) => spells(text),
            Form::Glob(glob) => spells(&glob.replace(['*', '?'], "")),
            Form::Regex(_) | Form::Python => true,
        }
    }

    /// Matches every string; for values that may be something else.
    pub(super) fn any_string() -> Self {
        Self::new(Form::Prefix(String::new()))
    }

    /// Whether the text matches; not known, so false, of an expression that this backend made.
    pub(super) fn accepts(&self, text: &str) -> bool {
        match &self.form {
            Form::Prefix(prefix) => text.starts_with(prefix),
            Form::Suffix(suffix) => text.ends_with(suffix),
            Form::Contains(piece) => text.contains(piece),
            Form::Glob(glob) => glob_matches(glob, text),
            Form::Regex(source) => Regex::new(source).is_ok_and(|regex| regex.is_match(text)),
            Form::Python => false,
        }
    }

    /// A regular expression of Python that must match at the start, and does not match a null.
    pub(super) fn raw(core: String) -> Self {
        Self {
            form: Form::Python,
            core,
            anchored: true,
            matches_null: false,
        }
    }
}

/// The relation to a constant string.
pub(super) fn text(op: TextOp, pattern: &str) -> Text {
    let some = |form| Text::Pattern(Pattern::new(form));
    let owned = pattern.to_owned();
    match op {
        TextOp::Glob => glob(pattern),
        TextOp::StartsWith | TextOp::EndsWith | TextOp::Contains if pattern.is_empty() => {
            Text::Everything
        }
        TextOp::StartsWith => some(Form::Prefix(owned)),
        TextOp::EndsWith => some(Form::Suffix(owned)),
        TextOp::Contains => some(Form::Contains(owned)),
    }
}

/// The glob, in its simplest form.
pub(super) fn glob(glob: &str) -> Text {
    let wild = |text: &str| text.contains(['*', '?']);
    if !wild(glob) {
        return Text::Exactly(glob.to_owned());
    }
    let inner = glob.trim_matches('*');
    if inner.is_empty() {
        return Text::Everything;
    }
    let form = match (glob.starts_with('*'), glob.ends_with('*')) {
        (false, true) if !wild(inner) => Form::Prefix(inner.to_owned()),
        (true, false) if !wild(inner) => Form::Suffix(inner.to_owned()),
        (true, true) if !wild(inner) => Form::Contains(inner.to_owned()),
        _ => Form::Glob(glob.to_owned()),
    };
    Text::Pattern(Pattern::new(form))
}

/// The regular expression, or why Python cannot say it.
pub(super) fn regex(pattern: &str) -> Result<Pattern, String> {
    let rust = Regex::new(pattern).map_err(|error| error.to_string())?;
    let python = regex_syntax::to_python(pattern)?;
    Ok(Pattern {
        form: Form::Regex(pattern.to_owned()),
        core: python.core,
        anchored: python.anchored,
        matches_null: rust.is_match(NULL_TEXT),
    })
}

/// Python matches exactly the text.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        push_escaped(&mut escaped, c);
    }
    escaped
}

/// Appends a character so that Python matches it, outside of a class.
pub(super) fn push_escaped(to: &mut String, c: char) {
    match c {
        '\\' | '.' | '^' | '$' | '*' | '+' | '?' | '{' | '}' | '[' | ']' | '|' | '(' | ')' => {
            to.push('\\');
            to.push(c);
        }
        '\n' => to.push_str(r"\n"),
        '\r' => to.push_str(r"\r"),
        '\t' => to.push_str(r"\t"),
        other => to.push(other),
    }
}

/// The glob as a regular expression, in which `run` matches any characters and `one` any one.
pub(super) fn glob_within(glob: &str, run: &str, one: &str) -> String {
    let core = glob_core(glob, run, one);
    core.strip_suffix(r"\Z").unwrap_or(&core).to_owned()
}

/// The glob as a regular expression to be matched from the start to the end.
fn glob_core(glob: &str, run: &str, one: &str) -> String {
    let mut core = String::new();
    let mut in_run = false;
    for c in glob.chars() {
        if c == '*' {
            if !in_run {
                core.push_str(run);
            }
            in_run = true;
            continue;
        }
        in_run = false;
        if c == '?' {
            core.push_str(one);
        } else {
            push_escaped(&mut core, c);
        }
    }
    core.push_str(r"\Z");
    core
}

/// Whether the glob matches the whole text.
pub(super) fn glob_matches(glob: &str, text: &str) -> bool {
    let expression: String = glob
        .chars()
        .map(|c| match c {
            '*' => ".*".to_owned(),
            '?' => ".".to_owned(),
            other => regex::escape(&other.to_string()),
        })
        .collect();
    Regex::new(&format!(r"(?s)\A(?:{expression})\z")).is_ok_and(|regex| regex.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: Text) -> Pattern {
        match text {
            Text::Pattern(pattern) => pattern,
            Text::Everything | Text::Exactly(_) => panic!("no pattern: {text:?}"),
        }
    }

    #[test]
    fn globs_take_their_simplest_form() {
        assert_eq!(glob("web"), Text::Exactly("web".to_owned()));
        assert_eq!(glob("**"), Text::Everything);
        for (source, search) in [
            ("ghcr.io/*", r"^ghcr\.io/"),
            ("*:latest", r":latest\Z"),
            ("*a b*", "a b"),
            ("a*b?", r"^a(?s:.*)b(?s:.)\Z"),
            ("?", r"^(?s:.)\Z"),
            ("*a*b*", r"^(?s:.*)a(?s:.*)b(?s:.*)\Z"),
        ] {
            assert_eq!(pattern(glob(source)).search(), search, "{source}");
        }
    }

    #[test]
    fn what_matches_a_null_is_known() {
        for (source, null) in [("N*", true), ("n*", false), ("*one", true), ("????", true)] {
            assert_eq!(pattern(glob(source)).matches_null, null, "{source}");
        }
        assert!(regex("^.+$").is_ok_and(|pattern| pattern.matches_null));
        assert!(regex("^[0-9]").is_ok_and(|pattern| !pattern.matches_null));
    }
}
