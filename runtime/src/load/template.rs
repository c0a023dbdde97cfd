//! Telling a template (Helm, Go, Jinja) from broken YAML.

use granit_parser::{Event, Parser, ScalarStyle};

/// What opens an action of a template.
const OPENINGS: [&str; 2] = ["{{", "{%"];

/// Whether the document `text`, which is broken at `error`, is a template.
///
/// It is when an opening such as `{{` stands up to the end of the broken line, outside of
/// comments, quotes and block scalars. Dashboards, alerts and workflows are full of `{{` in
/// strings, and broken for other reasons.
pub(super) fn is_template(text: &str, error: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(error.min(text.len())) else {
        return false;
    };
    let line = after.split(['\n', '\r']).next().unwrap_or_default();
    let unquoted = line.split(['"', '\'']).next().unwrap_or_default();
    let end = before.len() + unquoted.len();
    let Some(text) = text.get(..end) else {
        return false;
    };
    if !OPENINGS.iter().any(|opening| text.contains(opening)) {
        return false;
    }
    let harmless = harmless_ranges(text);
    OPENINGS.iter().any(|opening| {
        text.match_indices(opening).any(|(offset, _)| {
            // The last range that begins at or before the opening.
            let place = harmless.partition_point(|range| range.start <= offset);
            !place
                .checked_sub(1)
                .and_then(|place| harmless.get(place))
                .is_some_and(|range| range.contains(&offset))
        })
    })
}

/// Comments, quoted and block scalars, as far as the text can be parsed; in order.
fn harmless_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    let options = granit_parser::options! { emit_comments: true };
    Parser::new_from_str_with_options(text, options)
        .map_while(Result::ok)
        .filter(|(event, _)| {
            let quoted = event
                .scalar()
                .is_some_and(|(_, style)| style != ScalarStyle::Plain);
            quoted || matches!(event, Event::Comment(..))
        })
        .filter_map(|(_, span)| span.byte_range())
        .collect()
}
