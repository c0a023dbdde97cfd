//! The evaluator proper: conditions, paths and quantifiers.
//!
//! Every step costs; when the budget of a rule on a resource is used up, evaluation ends with
//! [`Exhausted`] however deep it is.

use std::ops::ControlFlow;

use policyc_ir::{BlockPart, Operation, Quantifier, Root, TextOp};

use super::compare;
use super::context::Context;
use super::program::{Condition, ConditionKind, Expr, ExprKind, Path, Rule, Segment};
use super::scope::Focus;
use super::unknown::Open;
use super::val::{Val, admits, converted};
use crate::coverage::RuleCoverage;
use crate::load::Resource;
use crate::value::Node;
use policyc_ir::Type;
use policyc_ir::scalar::Glob;

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

/// What a rule is evaluated on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) resource: &'a Resource,
    pub(super) context: &'a Context,
    pub(super) focus: Focus,
}

/// The state of evaluating one rule on one resource.
#[derive(Debug)]
pub(super) struct Machine<'a, 'm> {
    pub(super) subject: Subject<'a>,
    /// The variables by number.
    pub(super) locals: Vec<Val<'a>>,
    /// Their names.
    pub(super) names: &'a [String],
    /// What is left of the budget.
    pub(super) steps: u64,
    pub(super) coverage: Option<&'m mut RuleCoverage>,
    /// Values that their type does not admit, each once.
    pub(super) invalid: Vec<(&'a Node, &'a Type)>,
    /// What is made of values that nobody knows.
    pub(super) open: Open<'a>,
}

/// How many invalid values are kept of a rule on a resource.
const MAX_INVALID: usize = 100;

/// Bytes of text that are looked at for the price of one step.
const BYTES_A_STEP: usize = 16;

impl<'a, 'm> Machine<'a, 'm> {
    pub(super) fn new(
        rule: &'a Rule,
        subject: Subject<'a>,
        steps: u64,
        coverage: Option<&'m mut RuleCoverage>,
    ) -> Self {
        Self {
            subject,
            locals: vec![Val::Absent; rule.locals.len()],
            names: &rule.locals,
            steps,
            coverage,
            invalid: Vec::new(),
            open: Open::new(subject.resource.has_unknown),
        }
    }

    pub(super) fn charge(&mut self, steps: usize) -> Result<(), Exhausted> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.steps = self.steps.checked_sub(steps).ok_or(Exhausted)?;
        Ok(())
    }

    /// Pays for looking at a text once.
    pub(super) fn charge_text(&mut self, text: Option<&str>) -> Result<(), Exhausted> {
        self.charge(text.map_or(0, |text| text.len() / BYTES_A_STEP))
    }

    /// Whether a condition holds.
    pub(super) fn holds(&mut self, condition: &'a Condition) -> Result<bool, Exhausted> {
        self.charge(1)?;
        let holds = match &condition.kind {
            ConditionKind::Constant(value) => *value,
            ConditionKind::Not(inner) => !self.negated(|machine| machine.holds(inner))?,
            ConditionKind::All(conditions) => self.all_hold(conditions)?,
            ConditionKind::Any(conditions) => {
                let mut any = false;
                for condition in conditions {
                    if self.holds(condition)? {
                        any = true;
                        break;
                    }
                }
                any
            }
            ConditionKind::Exists(_)
            | ConditionKind::Compare { .. }
            | ConditionKind::Text { .. }
            | ConditionKind::Regex { .. }
            | ConditionKind::Member { .. }
            | ConditionKind::WithinCidr { .. } => self.leaf_holds(&condition.kind)?,
            ConditionKind::Quantified {
                quantifier,
                bindings,
                over,
                body,
            } => {
                let every = *quantifier == Quantifier::Every;
                let decided = self.visit(*bindings, over, &mut |machine, _| {
                    let decides = machine.holds(body)? != every;
                    Ok(if decides {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    })
                })?;
                match self.unknown_list(over, decided.is_some())? {
                    Some(unknown) => self.leave_open(unknown),
                    None => decided.is_none() == every,
                }
            }
        };
        if let (Some(coverage), Some(id)) = (&mut self.coverage, condition.id) {
            coverage.condition(id.0, holds);
        }
        Ok(holds)
    }

    /// Whether a condition without conditions in it holds; apart from [`holds`](Self::holds) to
    /// keep the stack of the recursion small.
    fn leaf_holds(&mut self, kind: &'a ConditionKind) -> Result<bool, Exhausted> {
        if let Some(unknown) = self.unknown_operand(kind)? {
            return Ok(self.leave_open(unknown));
        }
        Ok(match kind {
            ConditionKind::Constant(_)
            | ConditionKind::Not(_)
            | ConditionKind::All(_)
            | ConditionKind::Any(_)
            | ConditionKind::Quantified { .. } => false,
            ConditionKind::Exists(expr) => !self.eval(expr)?.is_absent(),
            ConditionKind::Compare {
                op,
                comparison,
                left,
                right,
            } => {
                let left = self.eval(left)?;
                let right = self.eval(right)?;
                self.charge_text(left.as_str())?;
                self.charge_text(right.as_str())?;
                compare::compare(*op, *comparison, &left, &right)
            }
            ConditionKind::Text {
                op,
                subject,
                pattern,
                glob,
            } => self.text_holds(*op, subject, pattern, glob.as_ref())?,
            ConditionKind::Regex { subject, regex, .. } => {
                let subject = self.eval(subject)?;
                self.charge_text(subject.as_str())?;
                subject.as_str().is_some_and(|text| regex.is_match(text))
            }
            ConditionKind::Member {
                element,
                list,
                comparison,
            } => {
                let element = self.eval(element)?;
                let list = self.eval(list)?;
                self.member(&element, &list, *comparison)?.is_some()
            }
            ConditionKind::WithinCidr { address, block } => {
                let address = self.eval(address)?;
                let block = self.eval(block)?;
                self.charge_text(address.as_str())?;
                self.charge_text(block.as_str())?;
                compare::within(&address, &block)
            }
        })
    }

    pub(super) fn all_hold(&mut self, conditions: &'a [Condition]) -> Result<bool, Exhausted> {
        for condition in conditions {
            if !self.holds(condition)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn text_holds(
        &mut self,
        op: TextOp,
        subject: &'a Expr,
        pattern: &'a Expr,
        glob: Option<&Glob>,
    ) -> Result<bool, Exhausted> {
        let subject = self.eval(subject)?;
        let Some(text) = subject.as_str() else {
            return Ok(false);
        };
        self.charge_text(Some(text))?;
        if let Some(glob) = glob {
            self.charge_glob(glob.pattern(), text)?;
            return Ok(glob.matches(text));
        }
        let pattern = self.eval(pattern)?;
        let Some(pattern) = pattern.as_str() else {
            return Ok(false);
        };
        self.charge_text(Some(pattern))?;
        Ok(match op {
            TextOp::Glob => {
                self.charge_glob(pattern, text)?;
                Glob::matches_once(pattern, text)
            }
            TextOp::StartsWith => text.starts_with(pattern),
            TextOp::EndsWith => text.ends_with(pattern),
            TextOp::Contains => text.contains(pattern),
        })
    }

    /// A pattern with `?` may be tried at each character.
    fn charge_glob(&mut self, pattern: &str, text: &str) -> Result<(), Exhausted> {
        if !pattern.contains('?') {
            return Ok(());
        }
        self.charge(pattern.len().saturating_mul(text.len()) / BYTES_A_STEP)
    }

    /// The first element of the list that equals `element`, if any; its index.
    pub(super) fn member(
        &mut self,
        element: &Val<'a>,
        list: &Val<'a>,
        comparison: policyc_ir::Comparison,
    ) -> Result<Option<usize>, Exhausted> {
        for index in 0..list.list_len().unwrap_or(0) {
            self.charge(1)?;
            let mut item = list.at(index);
            if let (Val::Node(node), Some(ty)) = (&item, read_as(comparison))
                && self.subject.resource.block().is_some()
                && let Some(converted) = converted(&ty, &node.value)
            {
                item = converted;
            }
            self.charge_text(item.as_str())?;
            if compare::compare(policyc_ir::CompareOp::Equal, comparison, element, &item) {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// The value of an expression.
    pub(super) fn eval(&mut self, expr: &'a Expr) -> Result<Val<'a>, Exhausted> {
        match &expr.kind {
            ExprKind::Constant(constant) => Ok(Val::Constant(constant)),
            ExprKind::Path(path) => {
                let value = self.walk(path)?;
                if let Val::Node(node) = value
                    && !admits(&expr.ty, &node.value)
                {
                    if self.subject.resource.block().is_some()
                        && let Some(converted) = converted(&expr.ty, &node.value)
                    {
                        return Ok(converted);
                    }
                    self.note_invalid(node, &expr.ty);
                }
                Ok(value)
            }
            ExprKind::Coalesce(first, second) => {
                let value = self.eval(first)?;
                if value.is_absent() {
                    return self.eval(second);
                }
                Ok(value)
            }
            ExprKind::Call {
                function,
                arguments,
            } => self.call(*function, arguments),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right),
            ExprKind::List(items) => {
                self.charge(items.len())?;
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    let value = self.eval(item)?;
                    if !value.is_absent() {
                        values.push(value);
                    }
                }
                Ok(Val::List(values.into()))
            }
            ExprKind::Map { value, over, body } => {
                if let Some(unknown) = self.unknown_list(over, false)? {
                    return Ok(Val::Node(unknown));
                }
                let mut values = Vec::new();
                self.collect(*value, over, &mut |machine, _| {
                    let value = machine.eval(body)?;
                    if !value.is_absent() {
                        values.push(value);
                    }
                    Ok(())
                })?;
                Ok(Val::List(values.into()))
            }
            ExprKind::Filter {
                value,
                over,
                condition,
            } => {
                if let Some(unknown) = self.unknown_list(over, false)? {
                    return Ok(Val::Node(unknown));
                }
                let mut values = Vec::new();
                let mut open = None;
                self.collect(*value, over, &mut |machine, element| {
                    if machine.is_open(|machine| machine.holds(condition))? {
                        open = open.or(machine.open.first);
                    } else if machine.holds(condition)? {
                        values.push(element.value.clone());
                    }
                    Ok(())
                })?;
                Ok(match open {
                    Some(unknown) => Val::Node(unknown),
                    None => Val::List(values.into()),
                })
            }
        }
    }

    fn note_invalid(&mut self, node: &'a Node, ty: &'a Type) {
        let known = |(other, _): &(&Node, &Type)| std::ptr::eq(*other, node);
        if self.invalid.len() < MAX_INVALID && !self.invalid.iter().any(known) {
            self.invalid.push((node, ty));
        }
    }

    fn walk(&mut self, path: &'a Path) -> Result<Val<'a>, Exhausted> {
        self.charge(1 + path.segments.len())?;
        let mut value = self.root(path.root);
        let mut segments = path.segments.iter();
        while let Some(segment) = segments.next() {
            value = match (&value, segment) {
                // Nearly always: from there on there are only nodes.
                (Val::Node(node), _) => {
                    return self.walk_nodes(node, std::iter::once(segment).chain(segments));
                }
                (value, Segment::Index(index)) => value.at(*index),
                (value, Segment::Single) if value.list_len().is_some() => value.at(0),
                (value, Segment::Single) => value.clone(),
                (_, Segment::Field(_) | Segment::Key(_)) => Val::Absent,
            };
        }
        Ok(value)
    }

    fn walk_nodes(
        &mut self,
        mut node: &'a Node,
        segments: impl Iterator<Item = &'a Segment>,
    ) -> Result<Val<'a>, Exhausted> {
        for segment in segments {
            let next = match segment {
                Segment::Field(key) => node.get(key),
                Segment::Index(index) => node.value.at(*index),
                Segment::Single if node.value.as_list().is_some() => node.value.at(0),
                Segment::Single => Some(node),
                Segment::Key(expr) => {
                    let key = self.eval(expr)?;
                    if let Some(unknown) = key.unknown() {
                        return Ok(Val::Node(unknown));
                    }
                    key.as_str().and_then(|key| node.get(key))
                }
            };
            match next {
                Some(next) => node = next,
                // What is in a value that nobody knows, nobody knows.
                None if node.value.as_unknown().is_some() => return Ok(Val::Node(node)),
                None => return Ok(Val::Absent),
            }
        }
        Ok(Val::of(Some(node)))
    }

    /// The value a path starts at.
    pub(super) fn root(&self, root: Root) -> Val<'a> {
        let Subject {
            resource,
            context,
            focus,
        } = self.subject;
        match root {
            Root::Object => Val::of(focused(&resource.node, focus)),
            Root::Submitted => Val::Node(&resource.node),
            Root::Old => Val::of(
                self.old()
                    .and_then(|resource| focused(&resource.node, focus)),
            ),
            Root::Local(id) => self.locals.get(id.0 as usize).cloned().unwrap_or_default(),
            Root::Name => match resource.name() {
                Some(_) => Val::of(resource.node.path(&["metadata", "name"])),
                None => Val::Absent,
            },
            Root::Namespace => resource
                .namespace()
                .map_or(Val::Absent, |namespace| Val::Text(namespace.into())),
            Root::NamespaceLabels => Val::of(
                resource
                    .namespace()
                    .and_then(|namespace| context.labels_of_namespace(namespace)),
            ),
            Root::Operation => Val::Text(context.operation.as_str().into()),
            Root::User => Val::of(context.user_node()),
            Root::Block(part) => self.block_part(part),
        }
    }

    /// What Terraform calls the block.
    fn block_part(&self, part: BlockPart) -> Val<'a> {
        let Some(block) = self.subject.resource.block() else {
            return Val::Absent;
        };
        let text = match part {
            BlockPart::Address => Some(block.address.as_str()),
            BlockPart::Module => block.module.as_deref(),
            BlockPart::Type => block.ty.as_deref(),
            BlockPart::Name => Some(block.name.as_str()),
        };
        text.map_or(Val::Absent, |text| Val::Text(text.into()))
    }

    /// The former state of the submitted resource.
    pub(super) fn old(&self) -> Option<&'a Resource> {
        let Subject {
            resource, context, ..
        } = self.subject;
        match context.operation {
            Operation::Update => context.old.as_ref(),
            Operation::Delete => Some(context.old.as_ref().unwrap_or(resource)),
            Operation::Create | Operation::Connect => None,
        }
    }
}

/// What the rule is about, in a resource.
fn focused(node: &Node, focus: Focus) -> Option<&Node> {
    match focus {
        Focus::Whole => Some(node),
        Focus::Template(path) => node.path(path),
    }
}

/// The type that Terraform converts the elements of a list to which are so compared.
const fn read_as(comparison: policyc_ir::Comparison) -> Option<Type> {
    match comparison {
        policyc_ir::Comparison::Bool => Some(Type::Bool),
        policyc_ir::Comparison::Number => Some(Type::Number),
        policyc_ir::Comparison::String => Some(Type::String),
        policyc_ir::Comparison::Quantity
        | policyc_ir::Comparison::Duration
        | policyc_ir::Comparison::Version
        | policyc_ir::Comparison::Date
        | policyc_ir::Comparison::Scalar => None,
    }
}
