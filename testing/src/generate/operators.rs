//! `docs/reference/operators.md`

use policyc_compiler::{FUNCTIONS, OPERATORS};

use super::Page;
use super::markdown::{NOTE, cell, code};

pub(super) fn page() -> Page {
    let mut text = format!(
        "{NOTE}# Operators and functions\n\n[The language](../language.md) explains them; this is \
         the table that the compiler works with.\n\n## Operators\n\n| operator | meaning |\n|---|---|\n"
    );
    for operator in OPERATORS {
        let row = format!("| {} | {} |\n", code(operator.text), cell(operator.summary));
        text.push_str(&row);
    }
    text.push_str("\n## Functions\n\n| function | gives |\n|---|---|\n");
    for function in FUNCTIONS {
        let call = format!("{}({})", function.name, function.parameters.join(", "));
        text.push_str(&format!(
            "| {} | {} |\n",
            code(&call),
            cell(function.summary)
        ));
    }
    Page::new("docs/reference/operators.md", text)
}
