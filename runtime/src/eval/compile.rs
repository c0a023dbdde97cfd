//! From the IR to the form that is evaluated.

use std::collections::HashMap;
use std::fmt;

use policyc_diagnostics::Span;
use policyc_ir::scalar::{Glob, re2_to_regex};
use policyc_ir::{Comparison, LocalId, Root, TextOp};
use regex::{Regex, RegexBuilder};

use super::constant::{constant, network, prepare, typed};
use super::program::{
    Bindings, Condition, ConditionKind, Constant, Expr, ExprKind, Iterable, Part, Path, Rule,
    Segment, Statement, StatementKind,
};
use super::scope::Scope;
use crate::coverage::{Count, RuleCoverage};

/// How deep statements, conditions and expressions may be nested in a rule: evaluating them recurs.
pub const MAX_DEPTH: usize = 128;

/// Bytes a compiled regular expression may take.
const REGEX_SIZE_LIMIT: usize = 4 << 20;

/// Why a rule cannot be evaluated. The compiler lets no such rule pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    /// What is wrong.
    pub reason: String,
    /// Where the author wrote it.
    pub origin: Span,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for CompileError {}

type Compiled<T> = Result<T, CompileError>;

/// What is compiled once for a program.
#[derive(Debug, Default)]
pub(super) struct Compiler {
    regexes: HashMap<String, Regex>,
    /// The variables of the rule by the numbers of the IR.
    locals: HashMap<LocalId, usize>,
    /// Their names by the numbers they get.
    names: Vec<String>,
    depth: usize,
    coverage: RuleCoverage,
}

impl Compiler {
    pub(super) fn rule(
        &mut self,
        policy: usize,
        index: usize,
        rule: &policyc_ir::Rule,
    ) -> Compiled<(Rule, RuleCoverage)> {
        let policyc_ir::Rule {
            name: _,
            description: _,
            scope,
            preconditions,
            body,
            origin,
        } = rule;
        self.locals.clear();
        self.names.clear();
        self.coverage = RuleCoverage {
            policy,
            rule: index,
            ..RuleCoverage::default()
        };
        let scope = Scope::new(scope);
        let preconditions = self.conditions(preconditions)?;
        let policyc_ir::RuleBody::Validate(statements) = body;
        let statements = self.statements(statements)?;
        let rule = Rule {
            policy,
            rule: index,
            origin: *origin,
            scope,
            preconditions,
            statements,
            locals: std::mem::take(&mut self.names),
        };
        Ok((rule, std::mem::take(&mut self.coverage)))
    }

    fn nested<T>(
        &mut self,
        origin: Span,
        compile: impl FnOnce(&mut Self) -> Compiled<T>,
    ) -> Compiled<T> {
        if self.depth >= MAX_DEPTH {
            return Err(CompileError {
                reason: format!("the rule is nested more than {MAX_DEPTH} levels deep"),
                origin,
            });
        }
        self.depth += 1;
        let result = compile(self);
        self.depth -= 1;
        result
    }

    fn statements(&mut self, statements: &[policyc_ir::Statement]) -> Compiled<Vec<Statement>> {
        statements
            .iter()
            .map(|statement| self.nested(statement.origin, |this| this.statement(statement)))
            .collect()
    }

    fn statement(&mut self, statement: &policyc_ir::Statement) -> Compiled<Statement> {
        let policyc_ir::Statement {
            id,
            kind,
            message,
            origin,
        } = statement;
        count(&mut self.coverage.statements, id.0, *origin)?;
        let (kind, message) = match kind {
            policyc_ir::StatementKind::Require(condition) => {
                let condition = self.condition(condition)?;
                (StatementKind::Require(condition), self.message(message)?)
            }
            policyc_ir::StatementKind::ForEach {
                key,
                value,
                over,
                body,
            } => {
                let over = self.iterable(over, *origin)?;
                let bindings = self.bindings(key.as_ref(), value.as_ref());
                let message = self.message(message)?;
                let body = self.statements(body)?;
                let kind = StatementKind::ForEach {
                    bindings,
                    over,
                    body,
                };
                (kind, message)
            }
            policyc_ir::StatementKind::If {
                condition,
                then,
                otherwise,
            } => {
                let kind = StatementKind::If {
                    condition: self.condition(condition)?,
                    then: self.statements(then)?,
                    otherwise: self.statements(otherwise)?,
                };
                (kind, self.message(message)?)
            }
        };
        Ok(Statement {
            id: *id,
            kind,
            message,
            origin: *origin,
        })
    }

    fn message(&mut self, message: &Option<policyc_ir::Message>) -> Compiled<Option<Vec<Part>>> {
        let Some(policyc_ir::Message { parts }) = message else {
            return Ok(None);
        };
        let part = |part: &policyc_ir::MessagePart| match part {
            policyc_ir::MessagePart::Text(text) => Ok(Part::Text(text.clone())),
            policyc_ir::MessagePart::Value(expr) => self.expr(expr).map(Part::Value),
        };
        parts.iter().map(part).collect::<Compiled<_>>().map(Some)
    }

    fn conditions(&mut self, conditions: &[policyc_ir::Condition]) -> Compiled<Vec<Condition>> {
        conditions
            .iter()
            .map(|condition| self.condition(condition))
            .collect()
    }

    fn condition(&mut self, condition: &policyc_ir::Condition) -> Compiled<Condition> {
        let policyc_ir::Condition { id, kind, origin } = condition;
        if let Some(id) = id {
            count(&mut self.coverage.conditions, id.0, *origin)?;
        }
        let kind = self.nested(*origin, |this| this.condition_kind(kind, *origin))?;
        Ok(Condition {
            id: *id,
            kind,
            origin: *origin,
        })
    }

    fn condition_kind(
        &mut self,
        kind: &policyc_ir::ConditionKind,
        origin: Span,
    ) -> Compiled<ConditionKind> {
        Ok(match kind {
            policyc_ir::ConditionKind::Constant(value) => ConditionKind::Constant(*value),
            policyc_ir::ConditionKind::Not(inner) => {
                ConditionKind::Not(Box::new(self.condition(inner)?))
            }
            policyc_ir::ConditionKind::All(conditions) => {
                ConditionKind::All(self.conditions(conditions)?)
            }
            policyc_ir::ConditionKind::Any(conditions) => {
                ConditionKind::Any(self.conditions(conditions)?)
            }
            policyc_ir::ConditionKind::Exists(_)
            | policyc_ir::ConditionKind::Compare { .. }
            | policyc_ir::ConditionKind::Text { .. }
            | policyc_ir::ConditionKind::Regex { .. }
            | policyc_ir::ConditionKind::Member { .. }
            | policyc_ir::ConditionKind::WithinCidr { .. } => self.leaf(kind, origin)?,
            policyc_ir::ConditionKind::Quantified {
                quantifier,
                key,
                value,
                over,
                body,
            } => {
                let over = self.iterable(over, origin)?;
                ConditionKind::Quantified {
                    quantifier: *quantifier,
                    bindings: self.bindings(key.as_ref(), value.as_ref()),
                    over,
                    body: Box::new(self.condition(body)?),
                }
            }
        })
    }

    /// A condition without conditions in it; apart, to keep the stack of the recursion small.
    fn leaf(&mut self, kind: &policyc_ir::ConditionKind, origin: Span) -> Compiled<ConditionKind> {
        Ok(match kind {
            policyc_ir::ConditionKind::Constant(_)
            | policyc_ir::ConditionKind::Not(_)
            | policyc_ir::ConditionKind::All(_)
            | policyc_ir::ConditionKind::Any(_)
            | policyc_ir::ConditionKind::Quantified { .. } => ConditionKind::Constant(false),
            policyc_ir::ConditionKind::Exists(expr) => ConditionKind::Exists(self.expr(expr)?),
            policyc_ir::ConditionKind::Compare {
                op,
                comparison,
                left,
                right,
            } => ConditionKind::Compare {
                op: *op,
                comparison: *comparison,
                left: self.operand(left, *comparison)?,
                right: self.operand(right, *comparison)?,
            },
            policyc_ir::ConditionKind::Text {
                op,
                subject,
                pattern,
            } => {
                let subject = self.expr(subject)?;
                let pattern = self.expr(pattern)?;
                let glob = match (op, &pattern.kind) {
                    (TextOp::Glob, ExprKind::Constant(Constant::Text { text, .. })) => {
                        Some(Glob::new(text.as_str()))
                    }
                    _ => None,
                };
                ConditionKind::Text {
                    op: *op,
                    subject,
                    pattern,
                    glob,
                }
            }
            policyc_ir::ConditionKind::Regex { subject, pattern } => ConditionKind::Regex {
                subject: self.expr(subject)?,
                pattern: pattern.clone(),
                regex: self.regex(pattern, origin)?,
            },
            policyc_ir::ConditionKind::Member {
                element,
                list,
                comparison,
            } => ConditionKind::Member {
                element: self.operand(element, *comparison)?,
                list: self.operand(list, *comparison)?,
                comparison: *comparison,
            },
            policyc_ir::ConditionKind::WithinCidr { address, block } => ConditionKind::WithinCidr {
                address: self.network_operand(address)?,
                block: self.network_operand(block)?,
            },
        })
    }

    fn regex(&mut self, pattern: &str, origin: Span) -> Compiled<Regex> {
        if let Some(regex) = self.regexes.get(pattern) {
            return Ok(regex.clone());
        }
        let refused = |error: String| CompileError {
            reason: format!("the regular expression cannot be used: {error}"),
            origin,
        };
        let translated = re2_to_regex(pattern).map_err(refused)?;
        let regex = RegexBuilder::new(&translated)
            .size_limit(REGEX_SIZE_LIMIT)
            .build()
            .map_err(|error| refused(error.to_string()))?;
        self.regexes.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    }

    fn bindings(
        &mut self,
        key: Option<&policyc_ir::Binding>,
        value: Option<&policyc_ir::Binding>,
    ) -> Bindings {
        Bindings {
            key: key.map(|binding| self.bind(binding)),
            value: value.map(|binding| self.bind(binding)),
        }
    }

    fn bind(&mut self, binding: &policyc_ir::Binding) -> usize {
        let policyc_ir::Binding { id, name } = binding;
        let local = self.names.len();
        self.names.push(name.clone());
        self.locals.insert(*id, local);
        local
    }

    fn iterable(&mut self, over: &policyc_ir::Iterable, origin: Span) -> Compiled<Iterable> {
        self.nested(origin, |this| {
            Ok(match over {
                policyc_ir::Iterable::Lists(lists) => Iterable::Lists(this.exprs(lists)?),
                policyc_ir::Iterable::Entries(map) => Iterable::Entries(Box::new(this.expr(map)?)),
            })
        })
    }

    fn exprs(&mut self, exprs: &[policyc_ir::Expr]) -> Compiled<Vec<Expr>> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr(&mut self, expr: &policyc_ir::Expr) -> Compiled<Expr> {
        let policyc_ir::Expr { kind, ty, origin } = expr;
        let kind = self.nested(*origin, |this| this.expr_kind(kind, *origin))?;
        Ok(Expr {
            kind,
            ty: ty.clone(),
            origin: *origin,
        })
    }

    fn expr_kind(&mut self, kind: &policyc_ir::ExprKind, origin: Span) -> Compiled<ExprKind> {
        Ok(match kind {
            policyc_ir::ExprKind::Literal(literal) => {
                ExprKind::Constant(constant(literal, origin)?)
            }
            policyc_ir::ExprKind::Path(path) => ExprKind::Path(self.path(path)?),
            policyc_ir::ExprKind::Coalesce(first, second) => {
                ExprKind::Coalesce(Box::new(self.expr(first)?), Box::new(self.expr(second)?))
            }
            policyc_ir::ExprKind::Call {
                function,
                arguments,
            } => ExprKind::Call {
                function: *function,
                arguments: self.exprs(arguments)?,
            },
            policyc_ir::ExprKind::Arithmetic { op, left, right } => ExprKind::Arithmetic {
                op: *op,
                left: Box::new(self.expr(left)?),
                right: Box::new(self.expr(right)?),
            },
            policyc_ir::ExprKind::List(items) => ExprKind::List(self.exprs(items)?),
            policyc_ir::ExprKind::Map { value, over, body } => {
                let over = self.iterable(over, origin)?;
                ExprKind::Map {
                    value: self.bind(value),
                    over,
                    body: Box::new(self.expr(body)?),
                }
            }
            policyc_ir::ExprKind::Filter {
                value,
                over,
                condition,
            } => {
                let over = self.iterable(over, origin)?;
                ExprKind::Filter {
                    value: self.bind(value),
                    over,
                    condition: Box::new(self.condition(condition)?),
                }
            }
        })
    }

    fn path(&mut self, path: &policyc_ir::Path) -> Compiled<Path> {
        let policyc_ir::Path { root, segments } = path;
        let root = match root {
            // A variable that is not bound is never there; the compiler lets none pass.
            Root::Local(id) => {
                let local = self.locals.get(id).and_then(|n| u32::try_from(*n).ok());
                Root::Local(LocalId(local.unwrap_or(u32::MAX)))
            }
            Root::Object
            | Root::Submitted
            | Root::Old
            | Root::Name
            | Root::Namespace
            | Root::NamespaceLabels
            | Root::Operation
            | Root::User
            | Root::Block(_) => *root,
        };
        let segment = |segment: &policyc_ir::Segment| {
            Ok(match segment {
                policyc_ir::Segment::Field(key) => Segment::Field(key.clone()),
                policyc_ir::Segment::Index(index) => Segment::Index(*index as usize),
                policyc_ir::Segment::Single => Segment::Single,
                policyc_ir::Segment::Key(expr) => Segment::Key(Box::new(self.expr(expr)?)),
            })
        };
        Ok(Path {
            root,
            segments: segments.iter().map(segment).collect::<Compiled<_>>()?,
        })
    }

    /// An expression that is compared: the texts of constants are read once, here.
    fn operand(&mut self, expr: &policyc_ir::Expr, comparison: Comparison) -> Compiled<Expr> {
        let mut expr = self.expr(expr)?;
        prepare(&mut expr, &|text| typed(text, comparison));
        Ok(expr)
    }

    fn network_operand(&mut self, expr: &policyc_ir::Expr) -> Compiled<Expr> {
        let mut expr = self.expr(expr)?;
        prepare(&mut expr, &network);
        Ok(expr)
    }
}

/// Makes room for a number that the compiler gave out; they are dense.
fn count(counts: &mut Vec<Option<Count>>, id: u32, origin: Span) -> Compiled<()> {
    const MAX_ID: usize = 1_000_000;
    let id = id as usize;
    if id > MAX_ID {
        return Err(CompileError {
            reason: "the rule has too many parts".to_owned(),
            origin,
        });
    }
    if counts.len() <= id {
        counts.resize(id + 1, None);
    }
    if let Some(slot) = counts.get_mut(id) {
        *slot = Some(Count::new(origin));
    }
    Ok(())
}
