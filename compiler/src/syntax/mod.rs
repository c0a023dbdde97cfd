//! From source text to the syntax tree.
//!
//! [`parse`] always gives a tree, with everything that could be read, and all mistakes in one run.
//! The grammar is `grammar.pest`. Three steps:
//!
//! 1. The scanner finds tokens and comments and reports what is wrong below the grammar.
//! 2. The grammar parses the whole file. Where it fails, the outline cuts the file into items,
//!    members and statements, and each is parsed on its own.
//! 3. The builder makes the tree from what the grammar gave.

pub mod ast;

mod build;
mod comments;
mod explain;
mod grammar;
mod outline;
mod recover;
mod report;
mod scan;
mod template;
mod words;

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use build::Builder;
use comments::Comments;
use grammar::Rule;
use outline::Outline;
use recover::Recovery;
use report::Reporter;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// How deep brackets may nest.
pub const MAX_NESTING: usize = 64;

/// How deep an expression may be: operators, prefixes, paths and brackets on the longest way from
/// the whole to a literal or a name.
pub const MAX_EXPRESSION_DEPTH: usize = 256;

/// What was read of a file.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The tree of everything that could be read.
    pub file: ast::File,
    /// What is wrong, in the order of the text. Without errors the tree is complete.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a file. `source` is the id of `text` in the source map, for the spans.
#[must_use]
pub fn parse(text: &str, source: SourceId) -> Parsed {
    let mut report = Reporter::default();
    let whole = span(source, 0, text.len());
    if text.len() > MAX_FILE_BYTES {
        report.push(
            Diagnostic::new(
                Code::E0106,
                whole.at_start(),
                format!("the file is larger than {} KiB", MAX_FILE_BYTES >> 10),
            )
            .help("split it into several files, and share names between them with `import`"),
        );
        let file = ast::File {
            source,
            doc: None,
            items: Vec::new(),
            comments: Vec::new(),
            span: whole,
        };
        return Parsed {
            file,
            diagnostics: report.finish(),
        };
    }
    let mut scan = scan::scan(text, source, &mut report);
    let outline = Outline::new(text, &scan.tokens, source, &mut report);
    for stray in &outline.stray {
        scan.clean.replace_range(*stray..*stray + 1, " ");
    }
    let mut comments = Comments::new(source, scan.comments);
    let doc = comments.take_file_doc(&scan.clean);
    let mut builder = Builder::new(source, &scan.clean, &mut comments, &mut report);
    let whole_file = if scan.barred.is_empty() && outline.unclosed.is_empty() {
        grammar::parse(Rule::file, &scan.clean).ok()
    } else {
        None
    };
    let items = if let Some(pairs) = whole_file {
        builder.items(pairs)
    } else {
        let mut reported = scan.reported;
        reported.extend(outline.stray.iter().chain(&outline.unclosed));
        reported.sort_unstable();
        Recovery {
            outline: &outline,
            builder,
            reported,
            barred: scan.barred,
        }
        .file()
    };
    let file = ast::File {
        source,
        doc,
        items,
        comments: comments.into_remaining(),
        span: whole,
    };
    Parsed {
        file,
        diagnostics: report.finish(),
    }
}

/// A span of byte offsets; files are smaller than 4 GiB.
fn span(source: SourceId, start: usize, end: usize) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(source, offset(start), offset(end))
}
