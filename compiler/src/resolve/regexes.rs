//! Regular expressions: checked here, at their place, so that no engine refuses one later.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::scalar::re2_to_regex;
use regex::{Regex, RegexBuilder};

use super::Resolver;
use super::constants::Constant;
use super::hir::{Condition, ConditionKind, Expr};

/// Most memory that a compiled regular expression may take, in bytes; less than the evaluator's.
const MAX_REGEX: usize = 1 << 20;

impl Resolver<'_> {
    /// `left =~ right`
    pub(super) fn regex_test(
        &mut self,
        left: Expr,
        word: &str,
        right: &Expr,
        span: Span,
    ) -> Option<Condition> {
        self.check_text_subject(&left, word, right)?;
        let Some(Constant::String(pattern)) = right.constant() else {
            let text = self.text(right.span).to_owned();
            let message =
                format!("`{text}` is no regular expression that is known while compiling");
            self.report(
                Diagnostic::new(Code::E0309, right.span, message)
                    .note("a regular expression of a resource could not be checked"),
            );
            return None;
        };
        let regex = match compiled(&pattern) {
            Ok(regex) => regex,
            Err(reason) => {
                self.invalid_regex(right.span, reason);
                return None;
            }
        };
        if let Some(subject) = left.constant() {
            let holds = subject.text().is_some_and(|text| regex.is_match(text));
            return Some(Condition::constant(holds, left.named || right.named, span));
        }
        let kind = ConditionKind::Regex {
            subject: left,
            pattern,
        };
        Some(Condition::new(kind, span))
    }

    fn invalid_regex(&mut self, span: Span, reason: String) {
        let mut diagnostic =
            Diagnostic::new(Code::E0307, span, "the regular expression is not valid")
                .note("targets read regular expressions as RE2 does");
        if reason.contains("look-around") {
            diagnostic = diagnostic
                .note("matching takes linear time, which these do not allow")
                .help("say it as two conditions, one of them with `!~`");
        }
        self.report(diagnostic.label(reason));
    }
}

/// The expression as the evaluator reads it.
fn compiled(pattern: &str) -> Result<Regex, String> {
    let translated = re2_to_regex(pattern)?;
    RegexBuilder::new(&translated)
        .size_limit(MAX_REGEX)
        .build()
        .map_err(|error| {
            // The crate draws the pattern with a caret below it, and says the reason last.
            let text = error.to_string();
            let mut lines = text.lines().rev();
            let reason = lines.find(|line| !line.trim().is_empty()).unwrap_or(&text);
            reason.trim().trim_start_matches("error: ").to_owned()
        })
}
