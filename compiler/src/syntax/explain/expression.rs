//! Mistakes in expressions, and in the heads of `for` and `if`.

use policyc_diagnostics::Diagnostic;

use super::super::grammar::Rule;
use super::super::scan::TokenKind;
use super::super::words;
use super::{Mistake, phrase, quoted};

const COLON: &str =
    "the condition follows a colon, as in `all c in spec.containers: exists c.image`";
const OPERATOR: &str = "write the operator between the values, as in `a == b` or `a in list`";

pub(super) fn explain(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    quantifier(mistake)
        .or_else(|| words_apart(mistake))
        .or_else(|| operand(mistake))
        .or_else(|| after_operand(mistake))
}

fn is_quantifier(word: &str) -> bool {
    matches!(word, "all" | "any" | "none" | "map" | "filter")
}

fn quantifier(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    let before = mistake.word(-1);
    let found = mistake.word(0);
    let names = mistake.expects_any(&[Rule::bindings, Rule::name]) && !mistake.expects_operand();
    if before == "for" && names {
        let diagnostic = mistake.error(format!(
            "expected a variable after `for`{}",
            found_of(mistake)
        ));
        return Some(diagnostic.help("as in `for c in spec.containers { … }`"));
    }
    if is_quantifier(before) && names && mistake.word(-2) != "." {
        let diagnostic = mistake.error(format!(
            "expected a variable after `{before}`{}",
            found_of(mistake)
        ));
        return Some(diagnostic.help(format!(
            "as in `{before} c in spec.containers: …`; a field of that name is `resource.{before}`"
        )));
    }
    if is_quantifier(found) && mistake.expects_any(&[Rule::over, Rule::over_operand]) {
        return Some(
            mistake
                .error(format!("`{found}` needs parentheses here"))
                .help(format!("write `in ({found} …: …): …`")),
        );
    }
    if mistake.expects(Rule::k_in) && !mistake.expects(Rule::equals) {
        let word = if mistake.first() == "for" {
            "for c in spec.containers { … }"
        } else {
            "all c in spec.containers: …"
        };
        let diagnostic = mistake.error(format!(
            "expected `in` after the variable{}",
            found_of(mistake)
        ));
        return Some(diagnostic.help(format!("as in `{word}`")));
    }
    if mistake.expects(Rule::colon) && !mistake.expects(Rule::assign) {
        let diagnostic = mistake.error(format!("expected `:` after the list{}", found_of(mistake)));
        return Some(diagnostic.help(COLON));
    }
    None
}

fn found_of(mistake: &Mistake<'_>) -> String {
    match mistake.found_kind() {
        Some(_) => mistake.found_phrase(),
        None => String::new(),
    }
}

/// `starts with` for `starts_with`, `is not`, `not exists`.
fn words_apart(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    for first in [-2, -1] {
        let joined = match (mistake.word(first), mistake.word(first + 1)) {
            ("starts", "with") => "starts_with",
            ("ends", "with") => "ends_with",
            ("is", "not") => "!=",
            ("is", "in") => "in",
            _ => continue,
        };
        let span = mistake.span_between(first, first + 1);
        let written = format!("{} {}", mistake.word(first), mistake.word(first + 1));
        return Some(
            mistake
                .error_at(span, format!("`{written}` is not an operator"))
                .help(format!("write `{joined}`"))
                .fix(span, joined),
        );
    }
    None
}

/// A value or condition is missing.
fn operand(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    let before = mistake.word(-1);
    let found = mistake.word(0);
    let after_dot =
        before == "." && mistake.expects_any(&[Rule::ident, Rule::string, Rule::lbrace]);
    if after_dot {
        let diagnostic = mistake.error(format!("expected a field name{}", mistake.found_phrase()));
        return Some(match found {
            "*" => diagnostic.help("visit the values with `all`, `any` or `for`: `all key, value in metadata.labels: …`"),
            _ => diagnostic.help("other names stand in quotes: `metadata.labels.\"app.kubernetes.io/name\"`"),
        });
    }
    if matches!(before, "label" | "annotation") && mistake.expects(Rule::string) {
        return Some(
            mistake
                .error(format!("expected the key of the {before} in quotes{}", found_of(mistake)))
                .help(format!("as in `{before} \"team\" == \"web\"`; a field of that name is `resource.{before}`")),
        );
    }
    if before == "message" && mistake.expects(Rule::template) {
        return Some(
            mistake
                .error(format!(
                    "expected a string in double quotes{}",
                    mistake.found_phrase()
                ))
                .help("as in `message \"container `{c.name}` has no limit\"`"),
        );
    }
    if !mistake.expects_operand() {
        return None;
    }
    if let Some(diagnostic) = no_operator(mistake) {
        return Some(diagnostic);
    }
    if before == "[" && found == "*" {
        return Some(mistake.error("`[*]` does not visit a list").help(
            "write `all c in spec.containers: …`, `any …` or `for c in spec.containers { … }`",
        ));
    }
    let wanted = match before {
        "require" | "deny" | "when" | "unless" | "if" | "and" | "or" | "not" | "&&" | "||"
        | "!" => "a condition",
        ":" => "a condition or value",
        "in" if mistake.first() == "for" => "a list",
        _ => "a value",
    };
    if mistake.found_kind().is_none() {
        return Some(mistake.error(format!("expected {wanted} after `{before}`")));
    }
    let diagnostic = mistake.error(format!("expected {wanted}, found {}", quoted(found)));
    Some(if found == "{" && before != "=" {
        diagnostic
    } else if words::is_keyword(found) {
        diagnostic.help(format!(
            "`{found}` is a word of the language; a field of that name is `resource.{found}`"
        ))
    } else {
        diagnostic
    })
}

/// Two values side by side, of which the grammar took the second for an operator.
fn no_operator(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    let before = mistake.word(-1);
    let (left, middle) = (mistake.token(-2)?, mistake.token(-1)?);
    let is_value = match left.kind {
        TokenKind::Word => mistake.word(-3) == "." || !words::is_keyword(mistake.word(-2)),
        TokenKind::Number | TokenKind::String | TokenKind::Close => true,
        TokenKind::Open | TokenKind::Symbol => false,
    };
    if middle.kind != TokenKind::Word || !is_value || words::is_keyword(before) {
        return None;
    }
    let span = mistake.span_between(-1, -1);
    if open_quantifier(mistake) {
        let message = format!("expected `:` after the list, found {}", quoted(before));
        return Some(mistake.error_at(span, message).help(COLON));
    }
    let message = format!("expected an operator before {}", quoted(before));
    Some(mistake.error_at(span, message).help(OPERATOR))
}

/// Whether a quantifier before this place has no colon yet.
fn open_quantifier(mistake: &Mistake<'_>) -> bool {
    let mut open = false;
    for index in mistake.piece.start..mistake.found {
        let word = mistake.outline.word(index);
        if is_quantifier(word) {
            open = true;
        } else if word == ":" {
            open = false;
        }
    }
    open
}

/// Something follows a value that cannot follow it.
fn after_operand(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    if !mistake.expects_any(&[Rule::infix, Rule::word_infix]) {
        return None;
    }
    let found = mistake.word(0);
    let closing = phrase::list(mistake.expected).filter(|list| list.starts_with('`'));
    if mistake.expects_any(&[Rule::lbrace, Rule::block]) {
        let what = if mistake.first() == "for" {
            "list"
        } else {
            "condition"
        };
        return Some(
            mistake
                .error(format!(
                    "expected `{{` after the {what}{}",
                    found_of(mistake)
                ))
                .help("the statements stand in braces"),
        );
    }
    if let Some(closing) = closing {
        return Some(mistake.error(format!("expected {closing}{}", mistake.found_phrase())));
    }
    mistake.found_kind().map(|kind| match (kind, found) {
        (_, "else") => mistake.error("`else` without `if`").help("`else` follows the `}` of an `if`"),
        (_, ":") => mistake
            .error("unexpected `:`")
            .help("a colon follows the list of `all`, `any` or `none`, as in `any c in spec.containers: …`"),
        (TokenKind::Word | TokenKind::Number | TokenKind::String, _) => mistake
            .error(format!("expected an operator before {}", quoted(found)))
            .help(OPERATOR),
        (TokenKind::Open | TokenKind::Close | TokenKind::Symbol, _) => {
            mistake.error(format!("unexpected {}", quoted(found)))
        }
    })
}
