//! `match` and `exclude` lines.

use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::{LabelSelector, MatchClause, Operation};

use super::Resolver;
use super::constants::Constant;
use super::kinds::MatchedKind;
use super::reports::{quoted, suggest};
use crate::schema::nearest;
use crate::syntax::ast;

/// Words after `on`, and what else people write for them.
const OPERATIONS: &[(&str, Operation)] = &[
    ("create", Operation::Create),
    ("update", Operation::Update),
    ("delete", Operation::Delete),
    ("connect", Operation::Connect),
];

/// Words after `by`.
const REQUESTERS: &[&str] = &["user", "group", "role"];

/// A clause with its kinds, or why there is none.
#[derive(Debug)]
pub(super) enum Clause {
    Selects(Box<MatchClause>, Vec<MatchedKind>),
    /// A list in it is empty, so that it selects nothing.
    SelectsNothing(Vec<MatchedKind>),
    Wrong,
}

impl<'a> Resolver<'a> {
    /// A `match` line, or an `exclude` line.
    pub(super) fn clause(&mut self, clause: &'a ast::MatchClause, exclude: bool) -> Clause {
        let mut complete = true;
        let mut kinds = Vec::new();
        for kind in &clause.kinds {
            match self.kind(kind, clause.exactly.is_some()) {
                Some(kind) => kinds.push(kind),
                None => complete = false,
            }
        }
        if let Some(exactly) = clause.exactly
            && complete
            && !kinds.iter().any(|kind| kind.selector.kind == "Pod")
        {
            let message = "`exactly` leaves out pod templates, which only `Pod` stands for";
            self.report(Diagnostic::new(Code::E0407, exactly, message).help("remove `exactly`"));
            complete = false;
        }
        if kinds.is_empty() && complete && (!exclude || clause.filters.is_empty()) {
            let message = "this line names no kind";
            self.report(
                Diagnostic::new(Code::E0407, clause.span, message).help("name one: `match Pod`"),
            );
            complete = false;
        }
        let mut made = MatchClause {
            kinds: kinds.iter().map(|kind| kind.selector.clone()).collect(),
            names: Vec::new(),
            namespaces: Vec::new(),
            labels: Vec::new(),
            annotations: Vec::new(),
            namespace_labels: Vec::new(),
            operations: Vec::new(),
            users: Vec::new(),
            groups: Vec::new(),
            roles: Vec::new(),
            origin: clause.span,
        };
        let mut empty = false;
        let mut seen: Vec<(&'static str, Span)> = Vec::new();
        for filter in &clause.filters {
            match self.filter_part(filter, &mut made, &mut seen) {
                Some(selects) => empty |= !selects,
                None => complete = false,
            }
        }
        if made.operations.is_empty() && !exclude {
            // Nobody creates or updates an `exec`.
            let connected = !kinds.is_empty() && kinds.iter().all(MatchedKind::is_connected);
            made.operations = if connected {
                vec![Operation::Connect]
            } else {
                vec![Operation::Create, Operation::Update]
            };
        }
        if !complete {
            Clause::Wrong
        } else if empty {
            Clause::SelectsNothing(kinds)
        } else {
            Clause::Selects(Box::new(made), kinds)
        }
    }

    /// Adds a filter to the clause; false when it selects nothing.
    fn filter_part(
        &mut self,
        filter: &'a ast::Filter,
        made: &mut MatchClause,
        seen: &mut Vec<(&'static str, Span)>,
    ) -> Option<bool> {
        let (word, list, values) = match &filter.kind {
            ast::FilterKind::Named(values) => ("named", &mut made.names, values),
            ast::FilterKind::Namespace(values) => ("in namespace", &mut made.namespaces, values),
            ast::FilterKind::By(word, values) => match word.text.as_str() {
                "user" | "users" => ("by user", &mut made.users, values),
                "group" | "groups" => ("by group", &mut made.groups, values),
                "role" | "roles" => ("by role", &mut made.roles, values),
                other => {
                    let message = format!("unknown requester `{other}`");
                    let near = nearest(other, REQUESTERS.iter().copied());
                    let diagnostic = Diagnostic::new(Code::E0409, word.span, message)
                        .note(format!("requesters are {}", quoted(REQUESTERS)));
                    self.report(suggest(diagnostic, word.span, &near));
                    return None;
                }
            },
            ast::FilterKind::On(words) => {
                self.once("on", filter.span, seen)?;
                made.operations = self.operations(words)?;
                return Some(true);
            }
            ast::FilterKind::Label(selector) => {
                let selector = self.selector(selector)?;
                let selects = selector.values.as_ref().is_none_or(|it| !it.is_empty());
                made.labels.push(selector);
                return Some(selects);
            }
            ast::FilterKind::Annotation(selector) => {
                let selector = self.selector(selector)?;
                let selects = selector.values.as_ref().is_none_or(|it| !it.is_empty());
                made.annotations.push(selector);
                return Some(selects);
            }
            ast::FilterKind::NamespaceLabel(selector) => {
                let selector = self.selector(selector)?;
                let selects = selector.values.as_ref().is_none_or(|it| !it.is_empty());
                made.namespace_labels.push(selector);
                return Some(selects);
            }
        };
        self.once(word, filter.span, seen)?;
        *list = self.texts(values)?;
        Some(!list.is_empty())
    }

    /// Two lists of one kind would be read as one of them, or as both: neither is said.
    pub(super) fn once(
        &mut self,
        word: &'static str,
        span: Span,
        seen: &mut Vec<(&'static str, Span)>,
    ) -> Option<()> {
        if let Some((_, before)) = seen.iter().find(|(known, _)| *known == word) {
            let message = format!("`{word}` stands twice in one line");
            let diagnostic = Diagnostic::new(Code::E0403, span, message)
                .also(*before, "first here")
                .help(format!("name several values: `{word} in [\"a\", \"b\"]`"))
                .help("or write a line for each");
            self.report(diagnostic);
            return None;
        }
        seen.push((word, span));
        Some(())
    }

    pub(super) fn operations(&mut self, words: &[ast::Ident]) -> Option<Vec<Operation>> {
        let mut operations = Vec::new();
        let mut complete = true;
        for word in words {
            let lower = word.text.to_ascii_lowercase();
            let known = OPERATIONS.iter().find(|(known, _)| *known == word.text);
            if let Some((_, operation)) = known {
                if !operations.contains(operation) {
                    operations.push(*operation);
                }
                continue;
            }
            complete = false;
            let names = OPERATIONS.iter().map(|(known, _)| *known);
            let near = nearest(&lower, names.clone());
            let message = format!("unknown operation `{}`", word.text);
            let mut diagnostic = Diagnostic::new(Code::E0408, word.span, message);
            if near.is_empty() {
                let names: Vec<&str> = names.collect();
                diagnostic = diagnostic.help(format!("operations are {}", quoted(&names)));
            }
            self.report(suggest(diagnostic, word.span, &near));
        }
        complete.then_some(operations)
    }

    fn selector(&mut self, selector: &'a ast::Selector) -> Option<LabelSelector> {
        let values = match &selector.values {
            Some(values) => Some(self.texts(values)?),
            None => None,
        };
        Some(LabelSelector {
            key: selector.key.value.clone(),
            values,
        })
    }

    /// A string, or a list of strings, that is known while compiling.
    pub(super) fn texts(&mut self, values: &'a ast::Expr) -> Option<Vec<String>> {
        let constant = self.constant_value(values, "a `match` or `exclude` line")?;
        let items = if let Constant::List(items) = &constant {
            items.as_slice()
        } else {
            std::slice::from_ref(&constant)
        };
        let texts: Option<Vec<String>> = items
            .iter()
            .map(|item| item.string().map(str::to_owned))
            .collect();
        if texts.is_none() {
            let text = self.text(values.span).to_owned();
            let what = constant.ty().describe();
            let message = format!("`{text}` is {what}, not a string or a list of strings");
            let mut diagnostic = Diagnostic::new(Code::E0305, values.span, message);
            if let Constant::Bool(_) | Constant::Int(_) | Constant::Float(_) = constant {
                let quoted = format!("\"{}\"", constant.shown());
                diagnostic = diagnostic
                    .help(format!("labels and names are strings: `{quoted}`"))
                    .fix(values.span, quoted);
            }
            self.report(diagnostic);
        }
        texts
    }
}
