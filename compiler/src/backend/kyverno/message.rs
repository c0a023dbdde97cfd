//! Messages.
//!
//! They are fixed texts: Kyverno substitutes again what it finds in a value that stands in a
//! message, without end when the value names itself, and a variable that it cannot resolve empties
//! the whole message. So a placeholder gives the name of what would stand there.

use policyc_ir::{Binding, Condition, Message};

use crate::backend::words;

/// The text of a message, ready for Kyverno.
pub(super) fn text(message: &Message, variables: &[&Binding]) -> String {
    escape(&words::of_message(message, variables))
}

/// What a finding says of a demand without a message.
pub(super) fn of_demand(demand: &Condition) -> String {
    escape(&words::of_demand(demand))
}

/// A text in which Kyverno finds no variable and no reference.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::new();
    let mut run = 0_usize;
    for c in text.chars() {
        if c == '{' {
            run += 1;
            continue;
        }
        push_braces(&mut out, run);
        run = 0;
        out.push(c);
    }
    push_braces(&mut out, run);
    out.replace("$(", "\\$(")
}

/// Two braces are a variable unless a backslash stands before them; of more, each pair would need
/// one, and Kyverno takes off the first only. So more stand apart.
fn push_braces(out: &mut String, count: usize) {
    match count {
        0 => {}
        1 => out.push('{'),
        2 => out.push_str("\\{{"),
        more => out.push_str(vec!["{"; more].join(" ").as_str()),
    }
}
