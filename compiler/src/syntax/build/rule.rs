//! Rules: match clauses, preconditions and statements.

use pest::iterators::Pairs;
use policyc_diagnostics::{Code, Diagnostic};

use super::super::ast::{
    Expr, Filter, FilterKind, Ident, Kind, MatchClause, Message, MessagePart, Precondition,
    Rule as AstRule, RuleMember, Selector, Statement, StatementKind,
};
use super::super::grammar::Rule;
use super::{Builder, Pair, next_if, next_of};

/// Branches of one `if`: each `else if` is a level of the tree.
const MAX_BRANCHES: usize = 64;

impl Builder<'_> {
    pub(super) fn rule(&mut self, pair: Pair<'_>) -> Option<AstRule> {
        let span = self.span(&pair);
        let doc = self.doc(span);
        let mut children = pair.into_inner();
        let name = next_of(&mut children, Rule::rule_head).and_then(|head| self.head_name(head))?;
        let members = children
            .filter(|member| member.as_rule() != Rule::rbrace)
            .filter_map(|member| self.rule_member(member))
            .collect();
        Some(AstRule {
            doc,
            name,
            members,
            span,
        })
    }

    pub(in super::super) fn rule_member(&mut self, pair: Pair<'_>) -> Option<RuleMember> {
        let rule = pair.as_rule();
        if rule == Rule::match_clause {
            self.match_clause(pair).map(RuleMember::Match)
        } else if rule == Rule::exclude_clause {
            self.match_clause(pair).map(RuleMember::Exclude)
        } else if rule == Rule::when_clause {
            self.precondition(pair).map(RuleMember::When)
        } else if rule == Rule::unless_clause {
            self.precondition(pair).map(RuleMember::Unless)
        } else if rule == Rule::statement {
            self.statement(pair).map(RuleMember::Statement)
        } else {
            self.reserved(pair).map(RuleMember::Reserved)
        }
    }

    fn precondition(&mut self, pair: Pair<'_>) -> Option<Precondition> {
        let span = self.span(&pair);
        let condition = next_of(&mut pair.into_inner(), Rule::expr)
            .and_then(|condition| self.expr(condition))?;
        Some(Precondition { condition, span })
    }

    fn match_clause(&mut self, pair: Pair<'_>) -> Option<MatchClause> {
        let span = self.span(&pair);
        let mut clause = MatchClause {
            terraform: None,
            exactly: None,
            kinds: Vec::new(),
            filters: Vec::new(),
            span,
        };
        for child in pair.into_inner() {
            let rule = child.as_rule();
            if rule == Rule::exactly {
                clause.exactly = Some(self.span(&child));
            } else if rule == Rule::terraform {
                clause.terraform = Some(self.span(&child));
            } else if rule == Rule::kind {
                clause.kinds.push(self.kind(&child, '/'));
            } else if rule == Rule::block_type {
                clause.kinds.push(self.kind(&child, '.'));
            } else if rule == Rule::filter {
                clause.filters.push(self.filter(child)?);
            }
        }
        Some(clause)
    }

    /// A kind, or a type of Terraform's blocks, with its parts.
    fn kind(&self, pair: &Pair<'_>, separator: char) -> Kind {
        let span = self.span(pair);
        let mut start = span.start as usize;
        let mut parts = Vec::new();
        for part in pair.as_str().split(separator) {
            let end = start + part.len();
            parts.push(Ident {
                text: part.to_owned(),
                span: super::super::span(self.source, start, end),
            });
            start = end + 1;
        }
        Kind { parts, span }
    }

    fn filter(&mut self, pair: Pair<'_>) -> Option<Filter> {
        let span = self.span(&pair);
        let filter = pair.into_inner().next()?;
        let rule = filter.as_rule();
        let mut children = filter.into_inner();
        let kind = if rule == Rule::f_named {
            FilterKind::Named(self.filter_value(&mut children)?)
        } else if rule == Rule::f_namespace {
            FilterKind::Namespace(self.filter_value(&mut children)?)
        } else if rule == Rule::f_label {
            FilterKind::Label(self.selector(&mut children)?)
        } else if rule == Rule::f_annotation {
            FilterKind::Annotation(self.selector(&mut children)?)
        } else if rule == Rule::f_namespace_label {
            FilterKind::NamespaceLabel(self.selector(&mut children)?)
        } else if rule == Rule::f_on {
            FilterKind::On(
                children
                    .filter(|word| word.as_rule() == Rule::name)
                    .map(|word| self.ident(&word))
                    .collect(),
            )
        } else {
            let word = next_of(&mut children, Rule::name).map(|word| self.ident(&word))?;
            FilterKind::By(word, self.filter_value(&mut children)?)
        };
        Some(Filter { kind, span })
    }

    fn filter_value(&mut self, children: &mut Pairs<'_, Rule>) -> Option<Expr> {
        let value = next_of(children, Rule::filter_value)?;
        self.operand_expr(value)
    }

    fn selector(&mut self, children: &mut Pairs<'_, Rule>) -> Option<Selector> {
        let mut children = next_of(children, Rule::selector)?.into_inner();
        let key = next_of(&mut children, Rule::string).map(|key| self.text(&key))?;
        let values = match next_of(&mut children, Rule::filter_value) {
            Some(value) => Some(self.operand_expr(value)?),
            None => None,
        };
        Some(Selector { key, values })
    }

    pub(in super::super) fn statement(&mut self, pair: Pair<'_>) -> Option<Statement> {
        let span = self.span(&pair);
        let inner = pair.into_inner().next()?;
        let rule = inner.as_rule();
        if rule == Rule::let_def {
            let kind = StatementKind::Let(self.let_def(inner)?);
            return Some(Statement {
                kind,
                message: None,
                span,
            });
        }
        let mut children = inner.into_inner();
        let kind = if rule == Rule::require_stmt {
            next_of(&mut children, Rule::expr)
                .and_then(|e| self.expr(e))
                .map(StatementKind::Require)
        } else if rule == Rule::deny_stmt {
            next_of(&mut children, Rule::expr)
                .and_then(|e| self.expr(e))
                .map(StatementKind::Deny)
        } else if rule == Rule::for_stmt {
            self.for_statement(&mut children)
        } else {
            self.if_statement(&mut children)
        };
        let message =
            next_if(&mut children, Rule::message).and_then(|message| self.message(message));
        Some(Statement {
            kind: kind?,
            message,
            span,
        })
    }

    fn for_statement(&mut self, children: &mut Pairs<'_, Rule>) -> Option<StatementKind> {
        let head = next_if(children, Rule::for_head).and_then(|head| self.for_head(head));
        let body = next_if(children, Rule::block).map(|block| self.block(block))?;
        let (bindings, over) = head?;
        Some(StatementKind::For {
            bindings,
            over,
            body,
        })
    }

    /// The names and the lists of `for`.
    pub(in super::super) fn for_head(&mut self, pair: Pair<'_>) -> Option<(Vec<Ident>, Vec<Expr>)> {
        let mut children = pair.into_inner();
        let bindings = next_of(&mut children, Rule::bindings).map(|names| self.bindings(names))?;
        let over = children
            .filter(|child| child.as_rule() == Rule::expr)
            .map(|over| self.expr(over))
            .collect::<Option<_>>()?;
        Some((bindings, over))
    }

    pub(super) fn bindings(&mut self, pair: Pair<'_>) -> Vec<Ident> {
        pair.into_inner()
            .filter(|child| child.as_rule() == Rule::name)
            .map(|name| self.ident(&name))
            .collect()
    }

    fn if_statement(&mut self, children: &mut Pairs<'_, Rule>) -> Option<StatementKind> {
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        while let Some(child) = children
            .peek()
            .filter(|child| child.as_rule() != Rule::message)
        {
            children.next();
            let rule = child.as_rule();
            if rule == Rule::if_head {
                let span = self.span(&child);
                let condition = self.if_head(child);
                let block = next_if(children, Rule::block)?;
                let span = span.to(self.span(&block));
                branches.push((condition, self.block(block), span));
            } else if rule == Rule::block {
                otherwise = self.block(child);
            }
        }
        self.branches(branches, otherwise)
    }

    /// The condition of `if`.
    pub(in super::super) fn if_head(&mut self, pair: Pair<'_>) -> Option<Expr> {
        next_of(&mut pair.into_inner(), Rule::expr).and_then(|condition| self.expr(condition))
    }

    /// The tree of `if … else if … else …`: each later branch is the `otherwise` of the one before.
    pub(in super::super) fn branches(
        &mut self,
        branches: Vec<(Option<Expr>, Vec<Statement>, policyc_diagnostics::Span)>,
        mut otherwise: Vec<Statement>,
    ) -> Option<StatementKind> {
        if let Some((_, _, span)) = branches.get(MAX_BRANCHES) {
            let span = span.at_start();
            self.report.push(
                Diagnostic::new(
                    Code::E0106,
                    span,
                    format!("this `if` has more than {MAX_BRANCHES} branches"),
                )
                .help("look the value up in a list with `any`, or split the rule"),
            );
            return None;
        }
        let end = branches.last().map(|(_, _, span)| *span)?;
        let end = otherwise.last().map_or(end, |last| end.to(last.span));
        let mut rest = branches.into_iter().rev();
        let mut current = rest.next();
        loop {
            let (condition, then, span) = current?;
            let kind = StatementKind::If {
                condition: condition?,
                then,
                otherwise,
            };
            current = rest.next();
            if current.is_none() {
                return Some(kind);
            }
            otherwise = vec![Statement {
                kind,
                message: None,
                span: span.to(end),
            }];
        }
    }

    fn block(&mut self, pair: Pair<'_>) -> Vec<Statement> {
        pair.into_inner()
            .filter(|child| child.as_rule() == Rule::statement)
            .filter_map(|statement| self.statement(statement))
            .collect()
    }

    pub(in super::super) fn message(&mut self, pair: Pair<'_>) -> Option<Message> {
        let template = next_of(&mut pair.into_inner(), Rule::template)?;
        let span = self.span(&template);
        let mut parts = Vec::new();
        let mut text = String::new();
        for part in template.into_inner() {
            let rule = part.as_rule();
            if rule == Rule::template_text {
                text.push_str(&self.unescape(part.as_str(), part.as_span().start()));
            } else if rule == Rule::template_brace {
                text.push(if part.as_str() == "{{" { '{' } else { '}' });
            } else if let Some(expr) = self.interpolation(part) {
                if !text.is_empty() {
                    parts.push(MessagePart::Text(std::mem::take(&mut text)));
                }
                parts.push(MessagePart::Expr(expr));
            }
        }
        if !text.is_empty() {
            parts.push(MessagePart::Text(text));
        }
        Some(Message { parts, span })
    }

    fn interpolation(&mut self, pair: Pair<'_>) -> Option<Expr> {
        next_of(&mut pair.into_inner(), Rule::expr).and_then(|expr| self.expr(expr))
    }
}
