//! Mistakes in match clauses.

use policyc_diagnostics::Diagnostic;

use super::super::grammar::Rule;
use super::super::scan::TokenKind;
use super::super::words;
use super::{Mistake, quoted};

const FILTERS: &[&str] = &[
    "named",
    "in",
    "namespace",
    "with",
    "label",
    "annotation",
    "on",
    "by",
];

pub(super) fn explain(mistake: &Mistake<'_>) -> Option<Diagnostic> {
    let clause = mistake.first();
    if !matches!(clause, "match" | "exclude") {
        return None;
    }
    let found = mistake.word(0);
    let kind = mistake.found_kind();
    if mistake.expects(Rule::kind) && mistake.found > mistake.piece.start {
        return Some(match kind {
            Some(TokenKind::String) => mistake
                .error("kinds stand without quotes")
                .help("as in `match Deployment, apps/v1/StatefulSet`"),
            Some(_) if mistake.word(-1) == "," || mistake.word(-1) == clause => mistake
                .error(format!("expected a kind, found {}", quoted(found)))
                .help("as in `match Pod`, `match apps/v1/Deployment` or `match *`"),
            Some(_) => unexpected(mistake),
            None if mistake.word(-1) == "exclude" => mistake
                .error("`exclude` names no kind and has no filter")
                .help("as in `exclude namespace in system_namespaces`"),
            None => mistake
                .error(format!("`{}` names no kind", mistake.word(-1)))
                .help("as in `match Pod`, `match apps/v1/Deployment` or `match *`"),
        });
    }
    let selects = mistake.expects_any(&[Rule::equals, Rule::k_in]);
    match found {
        "=" => {
            return Some(
                mistake
                    .error("`=` does not compare")
                    .help("write `==`")
                    .fix(mistake.span(), "=="),
            );
        }
        "!=" | "not" | "!" if selects || mistake.expects(Rule::filter) => {
            return Some(
                mistake
                    .error(format!("a filter has no `{found}`"))
                    .help("write the filter without it in an `exclude` line, or use `unless`"),
            );
        }
        "and" | "&&" => {
            return Some(
                mistake
                    .error(format!("filters stand side by side, without `{found}`"))
                    .help("remove it: all filters of a line must hold")
                    .fix(mistake.span(), ""),
            );
        }
        "or" | "||" => {
            return Some(
                mistake
                    .error(format!("a `{clause}` line has no `{found}`"))
                    .help(format!(
                        "write another `{clause}` line: one of them is enough"
                    )),
            );
        }
        "/" => {
            return Some(
                mistake
                    .error("a kind has at most four parts, without spaces")
                    .help("as in `apps/v1/Deployment` or `Pod/exec`"),
            );
        }
        _ => {}
    }
    if mistake.expects(Rule::filter_value) || mistake.expects_operand() {
        let before = mistake.word(-1);
        let diagnostic = match kind {
            Some(_) => mistake.error(format!(
                "expected a string, a list or a constant{}",
                mistake.found_phrase()
            )),
            None => mistake.error(format!(
                "expected a string, a list or a constant after `{before}`"
            )),
        };
        return Some(
            diagnostic.help("as in `in namespace \"prod-*\"` or `named in allowed_names`"),
        );
    }
    if mistake.expects_any(&[Rule::string, Rule::selector])
        && matches!(mistake.word(-1), "label" | "annotation")
    {
        let word = mistake.word(-1);
        return Some(
            mistake
                .error(format!(
                    "expected the key of the {word} in quotes{}",
                    mistake.found_phrase()
                ))
                .help(format!(
                    "as in `{word} \"app.kubernetes.io/name\" == \"web\"`"
                )),
        );
    }
    if kind == Some(TokenKind::Word) && !words::is_keyword(found) {
        if found.contains('_') {
            let meant = format!("terraform {found}");
            return Some(
                mistake
                    .error(format!("{} is no kind of Kubernetes", quoted(found)))
                    .help(format!(
                        "types of Terraform stand after `terraform`: `{meant}`"
                    ))
                    .fix(mistake.span(), meant),
            );
        }
        let diagnostic = mistake.error(format!("unknown filter {}", quoted(found)));
        return Some(match words::meant(found, FILTERS) {
            Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")).fix(mistake.span(), meant),
            None => diagnostic.help("the filters are `named`, `in namespace`, `label`, `annotation`, `namespace label`, `on` and `by`; a condition stands after `when`"),
        });
    }
    None
}

fn unexpected(mistake: &Mistake<'_>) -> Diagnostic {
    mistake
        .error(format!("unexpected {} in a kind", quoted(mistake.word(0))))
        .help(
            "a kind is made of letters, digits, `.`, `-`, `*` and `?`, with `/` between its parts",
        )
}
