//! Parses a broken file piece by piece, so that every piece that is well formed is in the tree and
//! every other one has its message.
//!
//! A piece goes to the grammar as a whole first; where that fails and it has a block, its head and
//! the pieces of its block are parsed on their own.

use std::ops::Range;

use pest::error::{ErrorVariant, InputLocation};
use policyc_diagnostics::Span;

use super::ast::{Expr, Item, Message, Policy, PolicyMember, RuleMember, Statement, StatementKind};
use super::build::{Builder, Pair};
use super::explain::{self, Failure};
use super::grammar::{self, Rule};
use super::outline::Outline;
use super::words::Level;

/// Tokens of a piece.
type Tokens = Range<usize>;

/// A branch of an `if`: its condition if it could be read, its statements, its place.
type Branch = (Option<Expr>, Vec<Statement>, Span);

pub(super) struct Recovery<'a, 'b> {
    pub(super) outline: &'a Outline<'a>,
    pub(super) builder: Builder<'b>,
    /// Places where mistakes were reported already, in order: the piece around one gets no other
    /// message.
    pub(super) reported: Vec<usize>,
    /// Places that the grammar must not see, in order.
    pub(super) barred: Vec<usize>,
}

impl<'b> Recovery<'_, 'b> {
    /// The items of the file.
    pub(super) fn file(&mut self) -> Vec<Item> {
        self.outline
            .split(0..self.outline.count())
            .into_iter()
            .filter_map(|piece| self.item(piece))
            .collect()
    }

    fn item(&mut self, piece: Tokens) -> Option<Item> {
        match self.attempt(Rule::only_item, &piece, Builder::item) {
            Ok(item) => item,
            Err(failure) if self.outline.word(piece.start) == "policy" => {
                self.policy(piece, failure).map(Item::Policy)
            }
            Err(failure) => self.explain(Level::File, &piece, failure),
        }
    }

    fn policy(&mut self, piece: Tokens, failure: Option<Failure>) -> Option<Policy> {
        let Some(open) = self.outline.block_in(piece.clone()) else {
            return self.explain(Level::File, &piece, failure);
        };
        let before = self.builder.reports();
        let name = self.head(
            Level::File,
            Rule::only_policy_head,
            piece.start..open + 1,
            Builder::head_name,
        );
        let mut members = Vec::new();
        for member in self.outline.split(self.outline.body(open)) {
            members.extend(self.policy_member(member));
        }
        self.rest(Level::File, self.outline.past(open)..piece.end);
        self.unless_reported(before, Level::File, &piece, failure);
        let span = self.place(&piece);
        let doc = self.builder.doc(span);
        Some(Policy {
            doc,
            name: name?,
            members,
            span,
        })
    }

    fn policy_member(&mut self, piece: Tokens) -> Option<PolicyMember> {
        match self.attempt(Rule::only_policy_member, &piece, Builder::policy_member) {
            Ok(member) => member,
            Err(failure) if self.outline.word(piece.start) == "rule" => {
                self.rule(piece, failure).map(PolicyMember::Rule)
            }
            Err(failure) => self.explain(Level::Policy, &piece, failure),
        }
    }

    fn rule(&mut self, piece: Tokens, failure: Option<Failure>) -> Option<super::ast::Rule> {
        let Some(open) = self.outline.block_in(piece.clone()) else {
            return self.explain(Level::Policy, &piece, failure);
        };
        let before = self.builder.reports();
        let name = self.head(
            Level::Policy,
            Rule::only_rule_head,
            piece.start..open + 1,
            Builder::head_name,
        );
        let mut members = Vec::new();
        for member in self.outline.split(self.outline.body(open)) {
            members.extend(self.rule_member(member));
        }
        self.rest(Level::Policy, self.outline.past(open)..piece.end);
        self.unless_reported(before, Level::Policy, &piece, failure);
        let span = self.place(&piece);
        let doc = self.builder.doc(span);
        Some(super::ast::Rule {
            doc,
            name: name?,
            members,
            span,
        })
    }

    fn rule_member(&mut self, piece: Tokens) -> Option<RuleMember> {
        match self.attempt(Rule::only_rule_member, &piece, Builder::rule_member) {
            Ok(member) => member,
            Err(failure) => self
                .broken_statement(Level::Rule, piece, failure)
                .map(RuleMember::Statement),
        }
    }

    fn block(&mut self, open: usize) -> Vec<Statement> {
        self.outline
            .split(self.outline.body(open))
            .into_iter()
            .filter_map(|piece| self.statement(piece))
            .collect()
    }

    fn statement(&mut self, piece: Tokens) -> Option<Statement> {
        match self.attempt(Rule::only_statement, &piece, Builder::statement) {
            Ok(statement) => statement,
            Err(failure) => self.broken_statement(Level::Block, piece, failure),
        }
    }

    /// A statement that the grammar refused as a whole.
    fn broken_statement(
        &mut self,
        level: Level,
        piece: Tokens,
        failure: Option<Failure>,
    ) -> Option<Statement> {
        let open = match self.outline.word(piece.start) {
            "for" | "if" => self.outline.block_in(piece.clone()),
            _ => None,
        };
        let Some(open) = open else {
            return self.explain(level, &piece, failure);
        };
        let before = self.builder.reports();
        let (kind, rest) = if self.outline.word(piece.start) == "for" {
            self.for_statement(level, &piece, open)
        } else {
            self.if_statement(level, &piece, open)
        };
        let message = self.message(level, rest..piece.end);
        self.unless_reported(before, level, &piece, failure);
        let span = self.place(&piece);
        Some(Statement {
            kind: kind?,
            message,
            span,
        })
    }

    fn for_statement(
        &mut self,
        level: Level,
        piece: &Tokens,
        open: usize,
    ) -> (Option<StatementKind>, usize) {
        let head = self.head(
            level,
            Rule::only_for_head,
            piece.start..open + 1,
            Builder::for_head,
        );
        let body = self.block(open);
        let kind = head.map(|(bindings, over)| StatementKind::For {
            bindings,
            over,
            body,
        });
        (kind, self.outline.past(open))
    }

    fn if_statement(
        &mut self,
        level: Level,
        piece: &Tokens,
        open: usize,
    ) -> (Option<StatementKind>, usize) {
        let mut branches: Vec<Branch> = Vec::new();
        let mut otherwise = Vec::new();
        let mut entry = Rule::only_if_head;
        let mut start = piece.start;
        let mut open = open;
        loop {
            let condition = if entry == Rule::only_else_head {
                self.head(level, entry, start..open + 1, |_, _| Some(()));
                None
            } else {
                self.head(level, entry, start..open + 1, Builder::if_head)
            };
            let body = self.block(open);
            let after = self.outline.past(open);
            if entry == Rule::only_else_head {
                otherwise = body;
            } else {
                let span = self.place(&(start..after));
                branches.push((condition, body, span));
            }
            let next = match self.outline.word(after) {
                "else" if after < piece.end && entry != Rule::only_else_head => {
                    self.outline.block_in(after..piece.end)
                }
                _ => None,
            };
            let Some(next) = next else {
                return (self.builder.branches(branches, otherwise), after);
            };
            entry = if self.outline.word(after + 1) == "if" {
                Rule::only_else_if_head
            } else {
                Rule::only_else_head
            };
            start = after;
            open = next;
        }
    }

    /// What follows the block of a statement: a message or nothing.
    fn message(&mut self, level: Level, piece: Tokens) -> Option<Message> {
        if piece.is_empty() {
            return None;
        }
        match self.attempt(Rule::only_message, &piece, Builder::message) {
            Ok(message) => message,
            Err(failure) => self.explain(level, &piece, failure),
        }
    }

    /// What follows a block that nothing may follow.
    fn rest(&mut self, level: Level, piece: Tokens) {
        if !piece.is_empty() {
            let failure = Failure {
                at: self.bytes(&piece).start,
                expected: Vec::new(),
            };
            self.explain::<()>(level, &piece, Some(failure));
        }
    }

    /// The head of a construct, with its opening brace.
    fn head<T>(
        &mut self,
        level: Level,
        entry: Rule,
        piece: Tokens,
        build: impl FnOnce(&mut Builder<'b>, Pair<'_>) -> Option<T>,
    ) -> Option<T> {
        match self.attempt(entry, &piece, build) {
            Ok(head) => head,
            Err(failure) => self.explain(level, &piece, failure),
        }
    }

    /// Gives a piece to the grammar; `Err` when it refuses, with the place if it was asked at all.
    fn attempt<T>(
        &mut self,
        entry: Rule,
        piece: &Tokens,
        build: impl FnOnce(&mut Builder<'b>, Pair<'_>) -> Option<T>,
    ) -> Result<Option<T>, Option<Failure>> {
        let bytes = self.bytes(piece);
        if any_within(&self.barred, &bytes) {
            return Err(None);
        }
        let text = self.builder.source_text().get(bytes.clone()).unwrap_or("");
        match grammar::parse(entry, text) {
            Ok(mut pairs) => {
                Ok(pairs
                    .find(|pair| pair.as_rule() != Rule::k_else)
                    .and_then(|pair| {
                        self.builder.start_at(bytes.start);
                        build(&mut self.builder, pair)
                    }))
            }
            Err(error) => {
                let at = match error.location {
                    InputLocation::Pos(at) | InputLocation::Span((at, _)) => bytes.start + at,
                };
                let expected = match error.variant {
                    ErrorVariant::ParsingError { positives, .. } => positives,
                    ErrorVariant::CustomError { .. } => Vec::new(),
                };
                Err(Some(Failure { at, expected }))
            }
        }
    }

    /// Reports why a piece was refused, unless something in it was reported already.
    fn explain<T>(&mut self, level: Level, piece: &Tokens, failure: Option<Failure>) -> Option<T> {
        let failure = failure?;
        if !any_within(&self.reported, &self.bytes(piece)) {
            let source = self.builder.source();
            let place = explain::Place {
                outline: self.outline,
                level,
                piece: piece.clone(),
            };
            self.builder
                .report(|| explain::explain(&place, &failure, source));
        }
        None
    }

    /// The message of the whole, when none of its parts had one since `before`.
    fn unless_reported(
        &mut self,
        before: usize,
        level: Level,
        piece: &Tokens,
        failure: Option<Failure>,
    ) {
        if self.builder.reports() == before {
            self.explain::<()>(level, piece, failure);
        }
    }

    fn place(&self, piece: &Tokens) -> Span {
        let bytes = self.bytes(piece);
        super::span(self.builder.source(), bytes.start, bytes.end)
    }

    fn bytes(&self, piece: &Tokens) -> Range<usize> {
        let start = self
            .outline
            .token(piece.start)
            .map_or(0, |token| token.start);
        let last = piece
            .end
            .checked_sub(1)
            .and_then(|last| self.outline.token(last));
        start..last.map_or(start, |token| token.end).max(start)
    }
}

/// Whether one of the sorted places lies in the range.
fn any_within(places: &[usize], range: &Range<usize>) -> bool {
    let first = places.partition_point(|place| *place < range.start);
    places.get(first).is_some_and(|place| *place < range.end)
}
