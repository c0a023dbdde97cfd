//! The pest parser, and the one way to call it.

use std::num::NonZeroUsize;

use pest::Parser;
use pest::error::Error;
use pest::iterators::Pairs;

/// Steps after which a parse gives up: some hundred for every byte of the largest file. The grammar
/// is linear, so this is only a net.
const CALL_LIMIT: usize = 400 * super::MAX_FILE_BYTES;

#[derive(pest_derive::Parser)]
#[grammar = "syntax/grammar.pest"]
struct Grammar;

/// Parses the whole of `text` as `rule`, one of the entries of the grammar.
pub(super) fn parse(rule: Rule, text: &str) -> Result<Pairs<'_, Rule>, Box<Error<Rule>>> {
    // The limit is one for the process; every call sets the same.
    pest::set_call_limit(NonZeroUsize::new(CALL_LIMIT));
    Grammar::parse(rule, text).map_err(Box::new)
}
