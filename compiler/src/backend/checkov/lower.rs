//! From conditions of the IR to formulas.

use std::collections::BTreeMap;

use policyc_diagnostics::Span;
use policyc_ir::{
    CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind, Function, Iterable,
    Literal as Constant, LocalId, Path, Quantifier, Root, Segment, TextOp, Type,
};

use super::formula::{
    Formula, Leaf, Lists, Order, Refusals, Scalar, Shape, Step, Subject, Test, some,
};
use super::pattern::{self, Text};

/// Integers beyond this are not exact as floats, which is what Checkov compares.
const MAX_EXACT: i64 = 1 << 53;

/// Translates the conditions of one rule.
pub(super) struct Lowering<'a> {
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

/// Lists of which a quantifier visits the elements.
struct Source {
    lists: Lists,
    /// The way from an element of the lists to what the variable stands for.
    inner: Vec<Step>,
    /// Which elements are visited.
    guard: Formula,
}

impl<'a> Lowering<'a> {
    /// Starts on a rule.
    pub(super) fn new(refusals: &'a mut Refusals) -> Self {
        Self {
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

    /// Translates a condition.
    pub(super) fn condition(&mut self, condition: &Condition) -> Formula {
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
            Root::User => {
                self.refuse("`user`", "files have no user", origin);
                return None;
            }
        };
        for segment in &path.segments {
            steps.push(match segment {
                Segment::Field(name) => Step::Field(name.clone()),
                Segment::Index(at) => Step::Index(*at),
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
            if let Step::Field(name) = step
                && (name.is_empty() || name.contains('*'))
            {
                self.refuse(
                    "key",
                    "Checkov drops empty keys, and reads `*` in a path as a wildcard",
                    origin,
                );
                return None;
            }
        }
        Some(Value {
            subject,
            path: steps,
            shape: shape(ty),
            origin,
        })
    }

    fn compare(
        &mut self,
        op: CompareOp,
        comparison: Comparison,
        left: &Expr,
        right: &Expr,
        origin: Span,
    ) -> Formula {
        match (constant(left), constant(right)) {
            (_, Some(value)) => self.compare_with(left, op, value, comparison, origin),
            (Some(value), None) => self.compare_with(right, flipped(op), value, comparison, origin),
            (None, None) => self.refuse(
                "comparison of two attributes",
                "Checkov compares an attribute with a constant only",
                origin,
            ),
        }
    }

    fn compare_with(
        &mut self,
        expr: &Expr,
        op: CompareOp,
        with: &Constant,
        comparison: Comparison,
        origin: Span,
    ) -> Formula {
        if let ExprKind::Coalesce(first, second) = &expr.kind {
            let absent = self.exists(first).negate();
            let parts = [
                self.compare_with(first, op, with, comparison, origin),
                Formula::all([
                    absent,
                    self.compare_with(second, op, with, comparison, origin),
                ]),
            ];
            return Formula::any(parts);
        }
        if let ExprKind::Call {
            function: Function::Length,
            arguments,
        } = &expr.kind
            && let [argument] = arguments.as_slice()
        {
            return self.length(argument, op, with, origin);
        }
        let typed = match comparison {
            Comparison::Bool => matches!(with, Constant::Bool(_)),
            Comparison::Number => matches!(with, Constant::Int(_) | Constant::Float(_)),
            Comparison::String => matches!(with, Constant::String(_)),
            Comparison::Scalar => true,
            Comparison::Quantity
            | Comparison::Duration
            | Comparison::Version
            | Comparison::Date => {
                return self.refuse(
                    typed_construct(comparison),
                    "Checkov compares numbers and strings only, and `500m` is neither a number \
                     nor ordered as a string",
                    origin,
                );
            }
        };
        let Some(scalar) = scalar(with).filter(|_| typed) else {
            return self.refuse(
                "comparison",
                "Checkov has no exact form of this constant",
                origin,
            );
        };
        if let Some(value) = constant(expr) {
            return match (self::scalar(value), order(op)) {
                (Some(value), None) => Formula::Constant(value == scalar),
                (Some(_) | None, _) => self.refuse(
                    "comparison",
                    "a comparison of constants is not evaluated here",
                    origin,
                ),
            };
        }
        match order(op) {
            None => self.ask(expr, &mut |value| one_of(value, vec![scalar.clone()])),
            Some(order) => match (scalar, comparison) {
                (Scalar::Int(limit), Comparison::Number) => self.order(expr, order, limit),
                (Scalar::Float(limit), Comparison::Number) => {
                    // Of an integer x, `x > 2.5` is `x > 2` and `x < 2.5` is `x < 3`.
                    let (order, limit) = match order {
                        Order::Greater | Order::LessOrEqual => (order, limit.floor()),
                        Order::Less | Order::GreaterOrEqual => (order, limit.ceil()),
                        Order::Equal | Order::NotEqual => (order, limit),
                    };
                    match whole(limit) {
                        Some(limit) => self.order(expr, order, limit),
                        None => self.refuse("comparison", "the number is too large", origin),
                    }
                }
                (
                    Scalar::Bool(_) | Scalar::String(_) | Scalar::Int(_) | Scalar::Float(_),
                    Comparison::Bool
                    | Comparison::Number
                    | Comparison::String
                    | Comparison::Scalar
                    | Comparison::Quantity
                    | Comparison::Duration
                    | Comparison::Version
                    | Comparison::Date,
                ) => self.refuse(
                    "order of strings",
                    "a null in Checkov's order of strings drops the verdict",
                    origin,
                ),
            },
        }
    }

    fn order(&mut self, expr: &Expr, order: Order, limit: i64) -> Formula {
        let origin = expr.origin;
        let mut unsure = false;
        let formula = self.ask(expr, &mut |value| match value.shape {
            Shape::Int => value.asks(Test::Order(order, limit)),
            Shape::Bool | Shape::String | Shape::List | Shape::Map => Formula::Constant(false),
            Shape::Number | Shape::Quantity | Shape::IntOrString | Shape::Any => {
                unsure = true;
                Formula::Constant(true)
            }
        });
        if unsure {
            return self.refuse(
                "order of numbers",
                "Checkov also orders strings, so it is exact on fields that are integers only",
                origin,
            );
        }
        formula
    }

    fn length(&mut self, of: &Expr, op: CompareOp, with: &Constant, origin: Span) -> Formula {
        let limit = match with {
            Constant::Int(limit) => *limit,
            Constant::Bool(_)
            | Constant::Float(_)
            | Constant::String(_)
            | Constant::Quantity(_)
            | Constant::Duration(_)
            | Constant::Version(_)
            | Constant::Cidr(_)
            | Constant::Ip(_)
            | Constant::Date(_) => return self.call(Function::Length, origin),
        };
        let order = order(op).unwrap_or(Order::Equal);
        if let ExprKind::Filter { .. } | ExprKind::Map { .. } = &of.kind {
            // Asking for some or for none needs no count.
            let none = match (order, limit) {
                (Order::Greater, 0) | (Order::GreaterOrEqual, 1) | (Order::NotEqual, 0) => false,
                (Order::Equal | Order::LessOrEqual, 0) | (Order::Less, 1) => true,
                _ => {
                    return self.refuse(
                        "count",
                        "Checkov cannot count the elements that satisfy a condition",
                        origin,
                    );
                }
            };
            let found = self.some_of(std::slice::from_ref(of), None, origin, &mut |_| {
                Formula::Constant(true)
            });
            return if none { found.negate() } else { found };
        }
        let mut unsure = false;
        let formula = self.ask(of, &mut |value| match value.shape {
            Shape::List | Shape::String => value.asks(Test::Length(order, limit)),
            Shape::Bool | Shape::Int | Shape::Number => Formula::Constant(false),
            Shape::Map | Shape::Quantity | Shape::IntOrString | Shape::Any => {
                unsure = true;
                Formula::Constant(true)
            }
        });
        if unsure {
            return self.refuse(
                "length",
                "to Checkov every map has the length 1; it is exact on lists and strings only",
                origin,
            );
        }
        formula
    }

    fn text(&mut self, op: TextOp, subject: &Expr, pattern: &Expr) -> Formula {
        let Some(Constant::String(text)) = constant(pattern) else {
            return self.refuse(
                "comparison of two attributes",
                "Checkov matches an attribute with a constant only",
                pattern.origin,
            );
        };
        let text = pattern::text(op, text);
        self.ask(subject, &mut |value| matches_text(value, &text))
    }

    fn member(
        &mut self,
        element: &Expr,
        list: &Expr,
        comparison: Comparison,
        origin: Span,
    ) -> Formula {
        let equal = |this: &mut Self, left: &Expr, right: &Expr| {
            this.compare(CompareOp::Equal, comparison, left, right, origin)
        };
        match &list.kind {
            ExprKind::List(members) => {
                let parts: Vec<_> = members
                    .iter()
                    .map(|member| equal(self, element, member))
                    .collect();
                Formula::any(parts).gather()
            }
            ExprKind::Path(_) | ExprKind::Filter { .. } | ExprKind::Map { .. } => {
                let Some(value) = constant(element) else {
                    return self.refuse(
                        "comparison of two attributes",
                        "Checkov looks for a constant in a list only",
                        origin,
                    );
                };
                let value = value.clone();
                let item = match &list.ty {
                    Type::List(item) => (**item).clone(),
                    Type::Bool
                    | Type::Int
                    | Type::Number
                    | Type::String
                    | Type::Quantity
                    | Type::Duration
                    | Type::Version
                    | Type::Cidr
                    | Type::Ip
                    | Type::Date
                    | Type::IntOrString
                    | Type::Map(_)
                    | Type::Object
                    | Type::Any => Type::Any,
                };
                let variable = self.fresh();
                let found = Expr {
                    kind: ExprKind::Path(Path {
                        root: Root::Local(variable),
                        segments: Vec::new(),
                    }),
                    ty: item,
                    origin,
                };
                self.some_of(
                    std::slice::from_ref(list),
                    Some(variable),
                    origin,
                    &mut |this| {
                        this.compare_with(&found, CompareOp::Equal, &value, comparison, origin)
                    },
                )
            }
            ExprKind::Literal(_) => Formula::Constant(false),
            ExprKind::Coalesce(..) | ExprKind::Call { .. } | ExprKind::Arithmetic { .. } => self
                .refuse(
                    "computed list",
                    "a check of Checkov looks at attributes only",
                    list.origin,
                ),
        }
    }

    /// Some element of some of the lists satisfies the body.
    fn some_of(
        &mut self,
        lists: &[Expr],
        variable: Option<LocalId>,
        origin: Span,
        body: &mut dyn FnMut(&mut Self) -> Formula,
    ) -> Formula {
        let variable = variable.unwrap_or_else(|| self.fresh());
        let mut sources: Vec<Source> = Vec::new();
        let mut parts = Vec::new();
        for list in lists {
            for source in self.sources(list, variable) {
                // Lists that are visited alike are visited together.
                let alike = sources.iter_mut().find(|other| {
                    other.lists.subject == source.lists.subject
                        && other.lists.element == source.lists.element
                        && other.inner == source.inner
                        && other.guard == source.guard
                });
                match alike {
                    Some(other) => other.lists.paths.extend(source.lists.paths),
                    None => sources.push(source),
                }
            }
        }
        for source in sources {
            let before = self
                .locals
                .insert(variable, (Subject::Element(variable), source.inner.clone()));
            let asked = Formula::all([source.guard, body(self)]);
            match before {
                Some(before) => self.locals.insert(variable, before),
                None => self.locals.remove(&variable),
            };
            parts.push(match some(&source.lists, variable, asked) {
                Some(formula) => formula,
                None => self.refuse(
                    "quantifier",
                    "the condition on the elements has too many cases for one check",
                    origin,
                ),
            });
        }
        Formula::any(parts)
    }

    fn sources(&mut self, list: &Expr, variable: LocalId) -> Vec<Source> {
        match &list.kind {
            ExprKind::Path(path) => {
                let element = match &list.ty {
                    Type::List(item) => shape(item),
                    Type::Any => Shape::Any,
                    // A value that is no list has no elements.
                    Type::Bool
                    | Type::Int
                    | Type::Number
                    | Type::String
                    | Type::Quantity
                    | Type::Duration
                    | Type::Version
                    | Type::Cidr
                    | Type::Ip
                    | Type::Date
                    | Type::IntOrString
                    | Type::Map(_)
                    | Type::Object => return Vec::new(),
                };
                let Some(value) = self.path(path, &list.ty, list.origin) else {
                    return Vec::new();
                };
                vec![Source {
                    lists: Lists {
                        subject: value.subject,
                        paths: vec![value.path],
                        element,
                        origin: list.origin,
                    },
                    inner: Vec::new(),
                    guard: Formula::Constant(true),
                }]
            }
            ExprKind::Filter {
                value,
                over: Iterable::Lists(lists),
                condition,
            } => {
                let mut sources = Vec::new();
                for inner in lists {
                    for mut source in self.sources(inner, variable) {
                        self.locals
                            .insert(value.id, (Subject::Element(variable), source.inner.clone()));
                        let guard = self.condition(condition);
                        self.locals.remove(&value.id);
                        source.guard = Formula::all([source.guard, guard]);
                        sources.push(source);
                    }
                }
                sources
            }
            ExprKind::Map {
                value,
                over: Iterable::Lists(lists),
                body,
            } if matches!(body.kind, ExprKind::Path(_)) => {
                let mut sources = Vec::new();
                for inner in lists {
                    for mut source in self.sources(inner, variable) {
                        self.locals
                            .insert(value.id, (Subject::Element(variable), source.inner.clone()));
                        let there = self.exists(body);
                        let way = if let ExprKind::Path(path) = &body.kind {
                            self.path(path, &body.ty, body.origin)
                        } else {
                            None
                        };
                        self.locals.remove(&value.id);
                        let Some(way) = way else { continue };
                        if way.subject == Subject::Element(variable) {
                            source.inner = way.path;
                            source.guard = Formula::all([source.guard, there]);
                            sources.push(source);
                        } else {
                            self.refuse(
                                "computed list",
                                "a check of Checkov looks at attributes only",
                                list.origin,
                            );
                        }
                    }
                }
                sources
            }
            ExprKind::List(items) if items.is_empty() => Vec::new(),
            ExprKind::Coalesce(first, second) if matches!(&second.kind, ExprKind::List(items) if items.is_empty()) => {
                self.sources(first, variable)
            }
            ExprKind::Literal(_)
            | ExprKind::Coalesce(..)
            | ExprKind::Call { .. }
            | ExprKind::Arithmetic { .. }
            | ExprKind::List(_)
            | ExprKind::Map { .. }
            | ExprKind::Filter { .. } => {
                self.refuse(
                    "computed list",
                    "a check of Checkov looks at attributes only",
                    list.origin,
                );
                Vec::new()
            }
        }
    }
}

/// A value is one of the constants, all of one type.
fn one_of(value: Value, members: Vec<Scalar>) -> Formula {
    let possible = |scalar: &Scalar| match (value.shape, scalar) {
        (Shape::Any, _)
        | (Shape::Bool, Scalar::Bool(_))
        | (Shape::Int, Scalar::Int(_))
        | (Shape::Number | Shape::Quantity, Scalar::Int(_) | Scalar::Float(_))
        | (Shape::IntOrString, Scalar::Int(_))
        | (Shape::String | Shape::Quantity | Shape::IntOrString, Scalar::String(_)) => true,
        (
            Shape::Bool
            | Shape::Int
            | Shape::Number
            | Shape::String
            | Shape::Quantity
            | Shape::IntOrString
            | Shape::List
            | Shape::Map,
            Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_) | Scalar::String(_),
        ) => false,
    };
    if members.iter().all(possible) {
        value.asks(Test::In(members))
    } else {
        Formula::Constant(false)
    }
}

/// A value is a string in this relation to a constant.
pub(super) fn asks_text(leaf: Leaf, text: &Text) -> Formula {
    let value = Value {
        subject: leaf.subject,
        path: leaf.path,
        shape: leaf.shape,
        origin: leaf.origin,
    };
    matches_text(value, text)
}

fn matches_text(value: Value, text: &Text) -> Formula {
    match value.shape {
        Shape::Bool | Shape::Int | Shape::Number | Shape::List | Shape::Map => {
            Formula::Constant(false)
        }
        Shape::String | Shape::Quantity | Shape::IntOrString | Shape::Any => match text {
            Text::Exactly(text) => one_of(value, vec![Scalar::String(text.clone())]),
            Text::Pattern(pattern) => value.asks(Test::Match(pattern.clone())),
            Text::Everything if value.shape == Shape::String => value.asks(Test::Exists),
            Text::Everything => value.asks(Test::Length(Order::GreaterOrEqual, 0)),
        },
    }
}

fn constant(expr: &Expr) -> Option<&Constant> {
    match &expr.kind {
        ExprKind::Literal(literal) => Some(literal),
        ExprKind::Path(_)
        | ExprKind::Coalesce(..)
        | ExprKind::Call { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::List(_)
        | ExprKind::Map { .. }
        | ExprKind::Filter { .. } => None,
    }
}

fn scalar(literal: &Constant) -> Option<Scalar> {
    match literal {
        Constant::Bool(value) => Some(Scalar::Bool(*value)),
        Constant::Int(value) => (value.checked_abs()? < MAX_EXACT).then_some(Scalar::Int(*value)),
        Constant::Float(value) => match whole(*value) {
            Some(whole) => Some(Scalar::Int(whole)),
            // The only spelling that JSONPath and YAML 1.1 both read as a float.
            None => format!("{value:?}")
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'))
                .then_some(Scalar::Float(*value)),
        },
        Constant::String(value) => Some(Scalar::String(value.clone())),
        Constant::Quantity(_)
        | Constant::Duration(_)
        | Constant::Version(_)
        | Constant::Cidr(_)
        | Constant::Ip(_)
        | Constant::Date(_) => None,
    }
}

/// The integer, where the float is one that is exact.
fn whole(value: f64) -> Option<i64> {
    if value.fract() != 0.0 {
        return None;
    }
    let text = format!("{value:.0}");
    let whole: i64 = text.parse().ok()?;
    (whole.checked_abs()? < MAX_EXACT).then_some(whole)
}

fn order(op: CompareOp) -> Option<Order> {
    match op {
        CompareOp::Equal => None,
        CompareOp::Less => Some(Order::Less),
        CompareOp::LessOrEqual => Some(Order::LessOrEqual),
        CompareOp::Greater => Some(Order::Greater),
        CompareOp::GreaterOrEqual => Some(Order::GreaterOrEqual),
    }
}

fn flipped(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::Equal,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

fn typed_construct(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Quantity => "quantity",
        Comparison::Duration => "duration",
        Comparison::Version => "version",
        Comparison::Date => "date",
        Comparison::Bool | Comparison::Number | Comparison::String | Comparison::Scalar => {
            "comparison"
        }
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
