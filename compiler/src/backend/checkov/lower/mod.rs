//! From conditions of the IR to formulas.

mod compare;
mod lists;

use std::collections::{BTreeMap, BTreeSet};

use policyc_diagnostics::Span;
use policyc_ir::{
    BlockPart, Condition, ConditionKind, Expr, ExprKind, Function, Iterable, Literal as Constant,
    LocalId, Path, Quantifier, Root, Rule, RuleBody, Segment, Statement, Type,
};

pub(super) use self::compare::asks_text;
use super::formula::Formula;
use super::pattern;
use super::refusal::Refusals;
use super::term::{Leaf, Shape, Step, Subject, Test};

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    /// Objects of Kubernetes.
    Kubernetes,
    /// Blocks of Terraform.
    Terraform,
}

/// Nested blocks of Terraform.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    /// Types of those that stand in the resource itself.
    pub(super) outer: BTreeSet<String>,
    /// Whether some stand in other blocks.
    pub(super) inner: bool,
}

impl Blocks {
    /// Notes the blocks on the way to a value.
    fn note(&mut self, path: &Path, ty: &Type) {
        let is_block = |at: usize| {
            let written_once = matches!(path.segments.get(at + 1), Some(Segment::Single));
            let is_list = matches!(ty, Type::List(item) if **item == Type::Object);
            // Where no schema says what a name is, it may be one of a block.
            let may_be = *ty == Type::Any;
            written_once || may_be || at + 1 == path.segments.len() && is_list
        };
        let of_resource = matches!(path.root, Root::Object | Root::Submitted);
        for (at, segment) in path.segments.iter().enumerate() {
            let Segment::Field(name) = segment else {
                continue;
            };
            if !is_block(at) {
                continue;
            }
            if of_resource && at == 0 {
                self.outer.insert(name.clone());
            } else {
                self.inner = true;
            }
        }
    }
}

/// Translates the conditions of one rule.
pub(super) struct Lowering<'a> {
    /// What the rule is about.
    platform: Platform,
    /// The nested blocks of Terraform that are looked at.
    pub(super) blocks: Blocks,
    /// What is in the way so far.
    pub(super) refusals: &'a mut Refusals,
    /// What variables stand for.
    locals: BTreeMap<LocalId, (Subject, Vec<Step>)>,
    /// The next number for a variable that no author wrote; counts down.
    fresh: u32,
}

/// A value that Checkov can look at.
#[derive(Clone)]
struct Value {
    subject: Subject,
    path: Vec<Step>,
    shape: Shape,
    origin: Span,
}

impl Value {
    fn asks(self, test: Test) -> Formula {
        Formula::leaf(Leaf {
            subject: self.subject,
            path: self.path,
            shape: self.shape,
            test,
            origin: self.origin,
        })
    }
}

impl<'a> Lowering<'a> {
    /// Starts on a rule.
    pub(super) fn new(platform: Platform, refusals: &'a mut Refusals) -> Self {
        Self {
            platform,
            blocks: Blocks::default(),
            refusals,
            locals: BTreeMap::new(),
            fresh: u32::MAX,
        }
    }

    fn fresh(&mut self) -> LocalId {
        let id = LocalId(self.fresh);
        self.fresh = self.fresh.saturating_sub(1);
        id
    }

    fn refuse(&mut self, construct: &'static str, reason: &str, origin: Span) -> Formula {
        self.refusals.add(construct, reason, origin)
    }

    /// Where the preconditions of a rule leave it undecided, and where its statements hold.
    pub(super) fn rule(&mut self, rule: &Rule) -> (Formula, Formula) {
        let RuleBody::Validate(statements) = &rule.body;
        let preconditions = rule.preconditions.iter();
        let decided = Formula::all(preconditions.map(|condition| self.condition(condition)));
        let body = self.condition(&Statement::all(statements, rule.origin));
        (decided.negate(), body)
    }

    /// Translates a condition.
    fn condition(&mut self, condition: &Condition) -> Formula {
        let origin = condition.origin;
        match &condition.kind {
            ConditionKind::Constant(value) => Formula::Constant(*value),
            ConditionKind::Not(inner) => self.condition(inner).negate(),
            ConditionKind::All(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.condition(part)).collect();
                Formula::all(parts)
            }
            ConditionKind::Any(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.condition(part)).collect();
                Formula::any(parts)
            }
            ConditionKind::Exists(expr) => self.exists(expr),
            ConditionKind::Compare {
                op,
                comparison,
                left,
                right,
            } => self.compare(*op, *comparison, left, right, origin),
            ConditionKind::Text {
                op,
                subject,
                pattern,
            } => self.text(*op, subject, pattern),
            ConditionKind::Regex { subject, pattern } => match pattern::regex(pattern) {
                Ok(pattern) => self.ask(subject, &mut |value| match value.shape {
                    Shape::Bool | Shape::Int | Shape::Number | Shape::List | Shape::Map => {
                        Formula::Constant(false)
                    }
                    Shape::String | Shape::Quantity | Shape::IntOrString | Shape::Any => {
                        value.asks(Test::Match(pattern.clone()))
                    }
                }),
                Err(why) => self.refusals.add(
                    "regular expression",
                    format!("Checkov matches with Python's `re`: {why}"),
                    origin,
                ),
            },
            ConditionKind::Member {
                element,
                list,
                comparison,
            } => self.member(element, list, *comparison, origin),
            ConditionKind::WithinCidr { .. } => self.refuse(
                "CIDR block",
                "Checkov's `cidr_range_subset` drops the verdict of every resource when one \
                 value is no address",
                origin,
            ),
            ConditionKind::Quantified {
                quantifier,
                key: _,
                value,
                over,
                body,
            } => {
                let sources = match over {
                    Iterable::Lists(lists) => lists,
                    Iterable::Entries(_) => {
                        return self.refuse(
                            "map quantifier",
                            "a check of Checkov cannot visit the entries of a map",
                            origin,
                        );
                    }
                };
                let variable = value.as_ref().map(|binding| binding.id);
                let mut translate = |this: &mut Self| this.condition(body);
                match quantifier {
                    Quantifier::Some => self.some_of(sources, variable, origin, &mut translate),
                    Quantifier::Every => self
                        .some_of(sources, variable, origin, &mut |this| {
                            translate(this).negate()
                        })
                        .negate(),
                }
            }
        }
    }

    fn exists(&mut self, expr: &Expr) -> Formula {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::List(_) => Formula::Constant(true),
            // These always give a list, if an empty one.
            ExprKind::Map { .. } | ExprKind::Filter { .. } => Formula::Constant(true),
            ExprKind::Path(_) => self.ask(expr, &mut |value| value.asks(Test::Exists)),
            ExprKind::Coalesce(first, second) => {
                let parts = [self.exists(first), self.exists(second)];
                Formula::any(parts)
            }
            ExprKind::Call { function, .. } => self.call(*function, expr.origin),
            ExprKind::Arithmetic { .. } => self.arithmetic(expr.origin),
        }
    }

    fn call(&mut self, function: Function, origin: Span) -> Formula {
        let name = match function {
            Function::Length => {
                return self.refuse(
                    "length",
                    "Checkov compares a length with a constant integer only",
                    origin,
                );
            }
            Function::Lower => "lower",
            Function::Upper => "upper",
            Function::Trim => "trim",
            Function::Split => "split",
            Function::Replace => "replace",
            Function::Join => "join",
            Function::Distinct => "distinct",
            Function::Sort => "sort",
            Function::Keys => "keys",
            Function::Values => "values",
            Function::ToString => "string",
            Function::ToNumber => "number",
        };
        self.refusals.add(
            "function call",
            format!("checks of Checkov have no function like `{name}`"),
            origin,
        )
    }

    fn arithmetic(&mut self, origin: Span) -> Formula {
        self.refuse(
            "arithmetic",
            "checks of Checkov cannot compute with attributes",
            origin,
        )
    }

    /// Asks something of a value; what is asked must be false of an absent one.
    fn ask(&mut self, expr: &Expr, question: &mut dyn FnMut(Value) -> Formula) -> Formula {
        match &expr.kind {
            ExprKind::Path(path) => match self.path(path, &expr.ty, expr.origin) {
                Some(value) => question(value),
                None => Formula::Constant(true),
            },
            ExprKind::Coalesce(first, second) => {
                let there = self.exists(first);
                let parts = [
                    self.ask(first, question),
                    Formula::all([there.negate(), self.ask(second, question)]),
                ];
                Formula::any(parts)
            }
            ExprKind::Call { function, .. } => self.call(*function, expr.origin),
            ExprKind::Arithmetic { .. } => self.arithmetic(expr.origin),
            ExprKind::Literal(_)
            | ExprKind::List(_)
            | ExprKind::Map { .. }
            | ExprKind::Filter { .. } => self.refuse(
                "computed value",
                "a check of Checkov looks at attributes only",
                expr.origin,
            ),
        }
    }

    fn path(&mut self, path: &Path, ty: &Type, origin: Span) -> Option<Value> {
        let (subject, mut steps) = match path.root {
            Root::Object => (Subject::Object, Vec::new()),
            Root::Submitted => (Subject::Submitted, Vec::new()),
            Root::Name => (Subject::Name, Vec::new()),
            Root::Namespace => (Subject::Namespace, Vec::new()),
            Root::Local(id) => self
                .locals
                .get(&id)
                .cloned()
                .unwrap_or((Subject::Element(id), Vec::new())),
            Root::Old => {
                self.refuse("`old`", "files have no former state", origin);
                return None;
            }
            Root::NamespaceLabels => {
                self.refuse(
                    "namespace labels",
                    "Checkov does not connect a resource with its namespace",
                    origin,
                );
                return None;
            }
            Root::Operation => {
                self.refuse("`operation`", "files are not operated on", origin);
                return None;
            }
            Root::Block(BlockPart::Name) => (Subject::Name, Vec::new()),
            Root::Block(part @ (BlockPart::Address | BlockPart::Module | BlockPart::Type)) => {
                self.refuse(
                    part.as_str(),
                    "Checkov takes an address that begins with `aws_` for a reference that it cannot \
                     resolve",
                    origin,
                );
                return None;
            }
            Root::User => {
                self.refuse("`user`", "files have no user", origin);
                return None;
            }
        };
        self.blocks.note(path, ty);
        for segment in &path.segments {
            steps.push(match segment {
                Segment::Field(name) => Step::Field(name.clone()),
                Segment::Index(at) => Step::Index(*at),
                // To Checkov, a block that is written once is no list.
                Segment::Single => continue,
                Segment::Key(key) => match &key.kind {
                    ExprKind::Literal(Constant::String(name)) => Step::Field(name.clone()),
                    ExprKind::Literal(_)
                    | ExprKind::Path(_)
                    | ExprKind::Coalesce(..)
                    | ExprKind::Call { .. }
                    | ExprKind::Arithmetic { .. }
                    | ExprKind::List(_)
                    | ExprKind::Map { .. }
                    | ExprKind::Filter { .. } => {
                        self.refuse(
                            "computed key",
                            "an attribute's path in Checkov is a constant",
                            key.origin,
                        );
                        return None;
                    }
                },
            });
        }
        for step in &steps {
            let Step::Field(name) = step else {
                continue;
            };
            let reason = if name.is_empty() || name.contains('*') {
                "Checkov drops empty keys, and reads `*` in a path as a wildcard"
            } else if name == "__startline__" || name == "__endline__" {
                "Checkov puts line numbers there"
            } else {
                continue;
            };
            self.refuse("key", reason, origin);
            return None;
        }
        Some(Value {
            subject,
            path: steps,
            shape: shape(ty),
            origin,
        })
    }
}

fn shape(ty: &Type) -> Shape {
    match ty {
        Type::Bool => Shape::Bool,
        Type::Int => Shape::Int,
        Type::Number => Shape::Number,
        Type::String | Type::Duration | Type::Version | Type::Cidr | Type::Ip | Type::Date => {
            Shape::String
        }
        Type::Quantity => Shape::Quantity,
        Type::IntOrString => Shape::IntOrString,
        Type::List(_) => Shape::List,
        Type::Map(_) | Type::Object => Shape::Map,
        Type::Any => Shape::Any,
    }
}
