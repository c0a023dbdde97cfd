//! Mistakes at the beginning of a piece: unknown and misplaced words, names, fields.

use policyc_diagnostics::{Code, Diagnostic};

use super::super::grammar::Rule;
use super::super::scan::TokenKind;
use super::super::words::{self, Level};
use super::{Mistake, quoted};

pub(super) fn explain(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    misplaced(mistake)
        .or_else(|| unknown(mistake))
        .or_else(|| field(mistake))
        .or_else(|| name(mistake))
        .or_else(|| import(mistake))
        .or_else(|| definition(mistake))
}

/// A word of the language where its construct does not belong.
fn misplaced(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    let word = mistake.first();
    let level = mistake.level;
    let is_word = mistake.outline.token(mistake.piece.start)?.kind == TokenKind::Word;
    if !is_word || words::starters(level).contains(&word) {
        return None;
    }
    let first = mistake.outline.token(mistake.piece.start)?;
    let span = mistake.span_of(first.start, first.end);
    // A statement may be followed by its message in a piece of its own.
    let (message, help) = match word {
        "else" if mistake.found == mistake.piece.start => {
            ("`else` without `if`", "`else` follows the `}` of an `if`")
        }
        "message" if mistake.found == mistake.piece.start => (
            "`message` without a statement",
            "a message follows `require`, `deny`, `for` or `if`",
        ),
        "policy" | "import" => (
            "this stands at the top level of a file only",
            "close the braces before it, or move it out of them",
        ),
        "rule" if level == Level::File => (
            "`rule` outside of a policy",
            "put it into the braces of a `policy`",
        ),
        "rule" => (
            "a rule cannot hold another rule",
            "close the braces of the rule before it",
        ),
        "match" | "exclude" | "when" | "unless" if level == Level::Block => (
            "this stands directly in a rule only",
            "move it out of the block, or use `if` for a condition",
        ),
        "match" | "exclude" | "when" | "unless" | "require" | "deny" | "for" | "if" => (
            "this stands in a rule only",
            "put it into the braces of a `rule`",
        ),
        "let" => (
            "`let` outside of a policy",
            "write `const` for a value that is the same for all resources",
        ),
        "param" | "const" | "fn" => (
            "this stands in a policy or at the top level of a file",
            "move it out of the rule; in a rule, `let` names a value",
        ),
        "mutate" | "generate" | "verify" | "cleanup" | "exception" => {
            return Some(
                Diagnostic::new(
                    Code::E0102,
                    span,
                    format!("`{word}` is reserved and not available yet"),
                )
                .help("remove it: this version knows rules that validate"),
            );
        }
        _ => return None,
    };
    let message = if message.starts_with("this") {
        message.replacen("this", &format!("`{word}`"), 1)
    } else {
        message.to_owned()
    };
    Some(mistake.error_at(span, message).help(help))
}

/// A word that begins nothing.
fn unknown(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    let word = mistake.first();
    let starters = words::starters(mistake.level);
    // `else` and `message` begin a part of a statement.
    if starters.contains(&word) || matches!(word, "else" | "message") {
        return None;
    }
    let first = mistake.outline.token(mistake.piece.start)?;
    let span = mistake.span_of(first.start, first.end);
    let meant = if first.kind == TokenKind::Word {
        words::meant(word, starters)
    } else {
        None
    };
    if let Some(meant) = meant {
        return Some(
            mistake
                .error_at(span, format!("unknown word {}", quoted(word)))
                .help(format!("did you mean `{meant}`?"))
                .fix(span, meant),
        );
    }
    if mistake.level == Level::Policy && first.kind == TokenKind::Word {
        return None;
    }
    if mistake.found != mistake.piece.start && first.kind == TokenKind::String {
        return None;
    }
    let expected = words::piece(mistake.level);
    let mut listed: Vec<String> = starters.iter().map(|word| format!("`{word}`")).collect();
    let last = listed.pop()?;
    let diagnostic = mistake
        .error_at(span, format!("expected {expected}, found {}", quoted(word)))
        .help(format!("it begins with {} or {last}", listed.join(", ")));
    let is_field =
        first.kind == TokenKind::Word && matches!(mistake.level, Level::File | Level::Rule);
    Some(if is_field && has_field_shape(mistake) {
        diagnostic.note("fields such as `severity` and `title` stand in the braces of a policy")
    } else {
        diagnostic
    })
}

/// Whether the piece looks like `name value`.
fn has_field_shape(mistake: &Mistake<'_>) -> bool {
    mistake.piece.len() >= 2
        && mistake
            .outline
            .token(mistake.piece.start + 1)
            .is_some_and(|token| matches!(token.kind, TokenKind::String | TokenKind::Word))
}

/// A metadata field of a policy.
fn field(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    let first = mistake.outline.token(mistake.piece.start)?;
    let name = mistake.first();
    if mistake.level != Level::Policy || words::starters(Level::Policy).contains(&name) {
        return None;
    }
    if first.kind != TokenKind::Word {
        let message = format!(
            "expected a field, a rule or another member of the policy, found {}",
            quoted(name)
        );
        return Some(
            mistake
                .error_at(mistake.span_of(first.start, first.end), message)
                .help("a field is a name with a value after it, as in `severity high`"),
        );
    }
    if mistake.found == mistake.piece.start + 1
        && let Some(token) = mistake.token(0)
        && matches!(mistake.word(0), ":" | "=")
    {
        let after = mistake.token(1).map_or(token.end, |value| value.start);
        let space = if after == token.end && first.end == token.start {
            " "
        } else {
            ""
        };
        return Some(
            mistake
                .error(format!(
                    "a field takes its value without `{}`",
                    mistake.word(0)
                ))
                .help(format!("write `{name} …`"))
                .fix(mistake.span(), space),
        );
    }
    if mistake.expects_any(&[
        Rule::bare_word,
        Rule::field_value,
        Rule::field_list,
        Rule::number,
    ]) && mistake.word(-1) == name
    {
        return Some(match mistake.token(0) {
            Some(_) => mistake
                .error(format!(
                    "expected a value for `{name}`, found {}",
                    quoted(mistake.word(0))
                ))
                .help("the value of a field is a string, a number, a word or a list of these"),
            None => mistake
                .error_at(
                    mistake.span_of(first.start, first.end),
                    format!("the field `{name}` has no value"),
                )
                .help(format!(
                    "write the value on the same line, as in `{name} \"text\"`"
                )),
        });
    }
    if mistake.word(0) == "," && !mistake.expects(Rule::comma) {
        return Some(
            mistake
                .error(format!("the field `{name}` takes one value"))
                .help(format!("put several values into a list: `{name} [a, b]`")),
        );
    }
    if mistake.word(0) == "{" {
        return Some(
            mistake
                .error(format!("`{name}` takes no block"))
                .help("`rule` is the only member of a policy that has braces"),
        );
    }
    let operator =
        mistake.found_kind() == Some(TokenKind::Symbol) || words::is_operator(mistake.word(0));
    operator.then(|| {
        mistake.error("the value of a field has no operators").help(
            "write a string, a number, a word or a list of these; `const` names a computed value",
        )
    })
}

/// Names in the heads of constructs.
fn name(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    let before = mistake.word(-1);
    let found = mistake.word(0);
    let (what, example) = match before {
        "policy" => ("the policy", "policy pod-security { … }"),
        "rule" => ("the rule", "rule run-as-non-root { … }"),
        "param" => ("the parameter", "param allowed: list<string> = [\"a\"]"),
        "const" => ("the constant", "const allowed = [\"a\"]"),
        "fn" => ("the function", "fn is_system(ns) = ns == \"kube-system\""),
        "let" => ("the value", "let team = metadata.labels[\"team\"]"),
        _ => ("", ""),
    };
    let after_keyword = !what.is_empty() && mistake.found == mistake.piece.start + 1;
    if after_keyword && mistake.expects_any(&[Rule::name, Rule::dashed]) {
        if mistake.found_kind() == Some(TokenKind::String) {
            let inner = found.trim_matches('"');
            let diagnostic = mistake
                .error("names stand without quotes")
                .help(format!("as in `{example}`"));
            let plain = inner
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            return Some(if plain && !inner.is_empty() {
                diagnostic.fix(mistake.span(), inner)
            } else {
                diagnostic
            });
        }
        if words::is_keyword(found) {
            return Some(keyword_as_name(mistake));
        }
        if mistake.found_kind() == Some(TokenKind::Number) {
            return Some(
                mistake
                    .error(format!(
                        "a name cannot begin with a digit: {}",
                        quoted(found)
                    ))
                    .help(format!("as in `{example}`")),
            );
        }
        return Some(
            mistake
                .error(format!("{what} has no name"))
                .help(format!("write it after `{before}`, as in `{example}`")),
        );
    }
    let named =
        matches!(mistake.first(), "policy" | "rule") && mistake.found > mistake.piece.start + 1;
    if named && mistake.expects(Rule::lbrace) && mistake.expected.len() == 1 {
        let diagnostic = mistake.error(format!(
            "expected `{{` after the name{}",
            mistake.found_phrase()
        ));
        return Some(match mistake.found_kind() {
            Some(TokenKind::Word | TokenKind::Symbol | TokenKind::Number) => {
                diagnostic.help("a name is one word of letters, digits, `-` and `_`")
            }
            Some(TokenKind::String | TokenKind::Open | TokenKind::Close) | None => {
                diagnostic.help(format!(
                    "put what belongs to it into braces: `{} name {{ … }}`",
                    mistake.first()
                ))
            }
        });
    }
    let binds = matches!(before, "for" | "all" | "any" | "none" | "map" | "filter");
    if mistake.expects_any(&[Rule::name, Rule::bindings])
        && !mistake.expects_operand()
        && !binds
        && words::is_keyword(found)
    {
        return Some(keyword_as_name(mistake));
    }
    None
}

fn keyword_as_name(mistake: &Mistake<'_>) -> Diagnostic {
    let found = mistake.word(0);
    mistake
        .error(format!(
            "`{found}` is a word of the language and cannot be a name"
        ))
        .help(format!("choose another name, such as `{found}_`"))
}

fn import(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    if mistake.first() != "import" {
        return None;
    }
    let example = "as in `import std.kubernetes.{system_namespaces}`";
    match (mistake.word(0), mistake.found_kind()) {
        (_, Some(TokenKind::String)) => Some(
            mistake
                .error("a module is named without quotes")
                .help(example),
        ),
        ("/" | "::", _) => Some(
            mistake
                .error(format!("expected `.`, found `{}`", mistake.word(0)))
                .help(format!(
                    "the parts of a module's name stand between dots, {example}"
                )),
        ),
        ("*", _) => Some(
            mistake
                .error("`*` imports nothing")
                .help(format!("name what is imported, {example}")),
        ),
        ("", None) if mistake.piece.len() == 1 => {
            Some(mistake.error("`import` names no module").help(example))
        }
        _ => None,
    }
}

/// Types and the `=` of definitions.
fn definition(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    let word = mistake.first();
    let is_value = matches!(word, "const" | "let" | "fn");
    if is_value && mistake.found_kind().is_none() && mistake.expects(Rule::assign) {
        let name = mistake.outline.word(mistake.piece.start + 1);
        let diagnostic = mistake.error(format!("`{name}` has no value"));
        return Some(diagnostic.help("write `=` and the value after it"));
    }
    let typed = is_value || word == "param";
    if typed && mistake.word(-1) == ":" && mistake.expects(Rule::ident) {
        let diagnostic = mistake.error(format!("expected a type{}", mistake.found_phrase()));
        return Some(diagnostic.help("as in `string`, `int`, `list<string>`"));
    }
    if mistake.expects_any(&[Rule::type_1, Rule::type_2, Rule::type_3]) {
        return Some(
            mistake
                .error(format!("expected a type{}", mistake.found_phrase()))
                .help("as in `string`, `int`, `list<string>`"),
        );
    }
    if mistake.word(0) == "{" && mistake.word(-1) == "=" {
        return Some(
            mistake
                .error("maps cannot be written as values")
                .help("write a list, or several constants"),
        );
    }
    if mistake.first() == "let" && mistake.word(0) == "message" {
        return Some(
            mistake
                .error("a `let` has no message")
                .help("put the message after the statement that may fail"),
        );
    }
    if mistake.first() == "fn" && mistake.word(0) == "{" {
        return Some(mistake.error("a function is one expression").help(
            "write `=` and the expression, as in `fn is_system(ns) = ns == \"kube-system\"`",
        ));
    }
    let assigns = matches!(mistake.first(), "const" | "let" | "fn" | "param");
    if assigns
        && mistake.expects(Rule::assign)
        && mistake.found_kind() == Some(TokenKind::Symbol)
        && mistake.word(0) == "=="
    {
        return Some(
            mistake
                .error("expected `=`, found `==`")
                .help("`=` gives a value to a name")
                .fix(mistake.span(), "="),
        );
    }
    None
}
