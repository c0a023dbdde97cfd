//! Sources under `tests/syntax`, and what the parser says about them.

use policyc_compiler::syntax::{self, Parsed};
use policyc_diagnostics::{SourceMap, to_text};

/// Parses `text`, and gives the tree with the diagnostics as people read them.
fn parse(name: &str, text: &str) -> (Parsed, String) {
    let mut sources = SourceMap::new();
    let source = sources.add(name, text);
    let parsed = syntax::parse(text, source);
    let rendered = to_text(&parsed.diagnostics, &sources, false);
    (parsed, rendered)
}

#[test]
fn the_tour_parses() {
    let text = include_str!("syntax/tour/validate.policy");
    let (parsed, rendered) = parse("validate.policy", text);
    assert_eq!(rendered, "");
    assert_eq!(parsed.file.items.len(), 7);
}
