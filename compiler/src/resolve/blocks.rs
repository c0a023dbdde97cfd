//! `match terraform` and `exclude terraform` lines, and what a rule about blocks of Terraform can
//! read.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::scalar::Glob;
use policyc_ir::{BlockClause, BlockMode, BlockSelector, Operation};

use super::Resolver;
use super::reports::{did_you_mean, quoted, suggest};
use super::scope::{Platform, Subject};
use super::types::Ty;
use crate::schema::terraform::{Mode, Provider, find, similar};
use crate::schema::{TypeId, nearest};
use crate::syntax::ast;

/// A type of a clause, with what the schema says.
#[derive(Debug)]
pub(super) struct MatchedBlock {
    selector: BlockSelector,
    text: String,
    /// The types of such blocks.
    types: Vec<TypeId>,
    /// Whether some such block has no schema.
    open: bool,
}

/// A clause with its types, or why there is none.
#[derive(Debug)]
pub(super) enum Blocks {
    Selects(Box<BlockClause>, Vec<MatchedBlock>),
    /// A list in it is empty, so that it selects nothing.
    SelectsNothing(Vec<MatchedBlock>),
    Wrong,
}

impl<'a> Resolver<'a> {
    /// A `match terraform` line, or an `exclude terraform` line.
    pub(super) fn block_clause(&mut self, clause: &'a ast::MatchClause, exclude: bool) -> Blocks {
        let mut complete = true;
        let mut blocks = Vec::new();
        for kind in &clause.kinds {
            match self.block_type(kind) {
                Some(block) => blocks.push(block),
                None => complete = false,
            }
        }
        let mut made = BlockClause {
            blocks: blocks.iter().map(|block| block.selector.clone()).collect(),
            names: Vec::new(),
            operations: Vec::new(),
            origin: clause.span,
        };
        let mut empty = false;
        let mut seen: Vec<(&'static str, Span)> = Vec::new();
        for filter in &clause.filters {
            match self.block_filter(filter, &mut made, &mut seen) {
                Some(selects) => empty |= !selects,
                None => complete = false,
            }
        }
        if made.operations.is_empty() && !exclude {
            made.operations = vec![Operation::Create, Operation::Update];
        }
        if !complete {
            Blocks::Wrong
        } else if empty {
            Blocks::SelectsNothing(blocks)
        } else {
            Blocks::Selects(Box::new(made), blocks)
        }
    }

    /// Adds a filter to the clause; false when it selects nothing.
    fn block_filter(
        &mut self,
        filter: &'a ast::Filter,
        made: &mut BlockClause,
        seen: &mut Vec<(&'static str, Span)>,
    ) -> Option<bool> {
        let what = match &filter.kind {
            ast::FilterKind::Named(values) => {
                self.once("named", filter.span, seen)?;
                made.names = self.texts(values)?;
                return Some(!made.names.is_empty());
            }
            ast::FilterKind::On(words) => {
                self.once("on", filter.span, seen)?;
                made.operations = self.operations(words)?;
                return Some(true);
            }
            ast::FilterKind::Namespace(_) | ast::FilterKind::NamespaceLabel(_) => "namespaces",
            ast::FilterKind::Label(_) => "labels",
            ast::FilterKind::Annotation(_) => "annotations",
            ast::FilterKind::By(..) => "users",
        };
        let message = format!("blocks of Terraform have no {what}");
        self.report(
            Diagnostic::new(Code::E0411, filter.span, message)
                .help("select them by `named` or `on`, or ask for attributes with `when`"),
        );
        None
    }

    /// A type as written: `aws_s3_bucket`, `data.aws_ami`, `module`.
    fn block_type(&mut self, kind: &ast::Kind) -> Option<MatchedBlock> {
        let parts: Vec<&str> = kind.parts.iter().map(|part| part.text.as_str()).collect();
        let text = parts.join(".");
        let mode_of = |word: &str| BlockMode::ALL.iter().find(|mode| mode.as_str() == word);
        let selector = match parts.as_slice() {
            [word] => match mode_of(word) {
                Some(mode) if mode.is_typed() => BlockSelector {
                    mode: *mode,
                    ty: Some("*".to_owned()),
                },
                Some(mode) => BlockSelector {
                    mode: *mode,
                    ty: None,
                },
                None => BlockSelector {
                    mode: BlockMode::Resource,
                    ty: Some((*word).to_owned()),
                },
            },
            [word, ty] if mode_of(word).is_some_and(|mode| mode.is_typed()) => BlockSelector {
                mode: mode_of(word).copied().unwrap_or(BlockMode::Resource),
                ty: Some((*ty).to_owned()),
            },
            [..] => {
                let words = BlockMode::ALL.iter().map(|mode| mode.as_str());
                let near = nearest(parts.first().copied().unwrap_or_default(), words);
                let message = format!("`{text}` does not name a type of blocks");
                let mut diagnostic = Diagnostic::new(Code::E0411, kind.span, message).note(
                    "types are written `aws_s3_bucket`, `aws_*`, `data.aws_ami`, `provider.aws`, \
                     `module`, `variable` or `output`",
                );
                if let Some(help) = did_you_mean(&near) {
                    diagnostic = diagnostic.help(help);
                }
                self.report(diagnostic);
                return None;
            }
        };
        let (types, open) = self.types_of_blocks(&selector, kind.span);
        Some(MatchedBlock {
            selector,
            text,
            types,
            open,
        })
    }

    fn types_of_blocks(&mut self, selector: &BlockSelector, span: Span) -> (Vec<TypeId>, bool) {
        let mode = match selector.mode {
            BlockMode::Resource => Mode::Managed,
            BlockMode::Data => Mode::Data,
            BlockMode::Module | BlockMode::Provider | BlockMode::Variable | BlockMode::Output => {
                return (Vec::new(), true);
            }
        };
        let name = selector.ty.as_deref().unwrap_or("*");
        if !name.contains(['*', '?']) {
            if let Some(ty) = find(mode, name) {
                return (vec![ty], false);
            }
            self.unknown_block_type(mode, name, span);
            return (Vec::new(), true);
        }
        let glob = Glob::new(name);
        let provider = Provider::ALL.iter().find(|provider| {
            // A glob that begins with a provider's name selects nothing of another.
            name.starts_with(&format!("{}_", provider.as_str()))
        });
        let Some(provider) = provider else {
            return (Vec::new(), true);
        };
        let types: Vec<TypeId> = provider
            .entries(mode)
            .filter(|entry| glob.matches(entry.name))
            .map(|entry| entry.ty)
            .collect();
        if types.is_empty() {
            let message = format!("the provider `{}` has no type `{name}`", provider.as_str());
            self.report(Diagnostic::new(Code::W0403, span, message));
        }
        let open = types.is_empty();
        (types, open)
    }

    fn unknown_block_type(&mut self, mode: Mode, name: &str, span: Span) {
        let near = similar(mode, name);
        let Some(provider) = Provider::of(name) else {
            if !near.is_empty() {
                let message = format!("no provider is known that has a type `{name}`");
                let diagnostic = Diagnostic::new(Code::W0403, span, message);
                self.report(suggest(diagnostic, span, &near));
            }
            // Types of other providers have no schema here, and are not suspect for that.
            return;
        };
        let what = match mode {
            Mode::Managed => "resource type",
            Mode::Data => "data source",
        };
        let message = format!(
            "the provider `{}` has no {what} `{name}`",
            provider.as_str()
        );
        let diagnostic = Diagnostic::new(Code::W0403, span, message)
            .note("attributes of an unknown type are not checked");
        self.report(suggest(diagnostic, span, &near));
    }

    /// What a rule about these blocks can read.
    pub(super) fn block_subject(&self, blocks: &[MatchedBlock]) -> Subject {
        let mut types = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for block in blocks {
            for ty in &block.types {
                if !types.contains(ty) {
                    types.push(*ty);
                }
            }
            if !names.contains(&block.text.as_str()) {
                names.push(&block.text);
            }
        }
        let open = blocks.is_empty() || blocks.iter().any(|block| block.open);
        let object = if open { Ty::Any } else { Ty::Object(types) };
        Subject {
            platform: Platform::Terraform,
            kinds: quoted(&names),
            own: object.clone(),
            submitted: object.clone(),
            object,
            open,
            templates: false,
        }
    }
}
