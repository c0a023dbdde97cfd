//! What the names of the grammar are called in messages.

use super::super::grammar::Rule;

/// Whether a value or condition begins with it.
pub(super) fn is_operand(expected: Rule) -> bool {
    matches!(
        expected,
        Rule::expr
            | Rule::over
            | Rule::operand
            | Rule::over_operand
            | Rule::quantifier
            | Rule::quantifier_word
            | Rule::not
            | Rule::presence
            | Rule::minus
            | Rule::bang
            | Rule::paren
            | Rule::list
            | Rule::metadata
            | Rule::number
            | Rule::boolean
            | Rule::filter_value
    )
}

/// What is expected, in words: "`,` or `]`". `None` when nothing of it has a short name.
pub(super) fn list(expected: &[Rule]) -> Option<String> {
    // After a value, what continues it goes without saying.
    let after_value = expected.contains(&Rule::infix) || expected.contains(&Rule::word_infix);
    let continues =
        |rule: &Rule| after_value && matches!(rule, Rule::lbracket | Rule::lparen | Rule::dot);
    let mut words: Vec<&str> = Vec::new();
    for word in expected
        .iter()
        .filter(|rule| !continues(rule))
        .filter_map(|expected| of(*expected))
    {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    if expected.iter().any(|expected| is_operand(*expected)) {
        words.retain(|word| !matches!(*word, "a string" | "a name" | "`[`"));
        words.insert(0, "a value");
    }
    // Punctuation says more than what may follow as well.
    if words.iter().any(|word| word.starts_with('`')) {
        words.retain(|word| *word != "an operator");
    }
    if words.len() > 4 {
        return None;
    }
    let last = words.pop()?;
    if words.is_empty() {
        Some(last.to_owned())
    } else {
        Some(format!("{} or {last}", words.join(", ")))
    }
}

/// The phrase for one; `None` for what always may follow and for what is named elsewhere.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the rules are made from the grammar; those without a phrase are not worth naming"
)]
fn of(expected: Rule) -> Option<&'static str> {
    Some(match expected {
        Rule::name
        | Rule::dashed
        | Rule::bindings
        | Rule::module_path
        | Rule::imported_name
        | Rule::parameter => "a name",
        Rule::ident | Rule::group_path => "a field name",
        Rule::type_1 | Rule::type_2 | Rule::type_3 => "a type",
        Rule::kind => "a kind",
        Rule::filter => "a filter",
        Rule::infix | Rule::word_infix => "an operator",
        Rule::string | Rule::raw_string => "a string",
        Rule::template => "a string in double quotes",
        Rule::bare_word | Rule::field_value | Rule::field_list => "a value",
        Rule::block | Rule::lbrace => "`{`",
        Rule::rbrace => "`}`",
        Rule::lparen => "`(`",
        Rule::rparen => "`)`",
        Rule::lbracket => "`[`",
        Rule::rbracket => "`]`",
        Rule::langle => "`<`",
        Rule::rangle => "`>`",
        Rule::comma => "`,`",
        Rule::colon => "`:`",
        Rule::assign => "`=`",
        Rule::equals => "`==`",
        Rule::k_in => "`in`",
        Rule::k_as | Rule::alias => "`as`",
        Rule::k_label => "`label`",
        Rule::k_namespace => "`namespace`",
        Rule::k_if => "`if`",
        Rule::statement => "a statement",
        _ => return None,
    })
}
