//! Expressions of CEL, as a tree.
//!
//! The constructors simplify what is the same whatever the values are: `true && x` is `x`, `!!x` is
//! `x`. A conjunction and a disjunction hold two parts at least.

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::backend) enum Cel {
    Null,
    Bool(bool),
    Int(i64),
    /// Finite.
    Double(f64),
    Text(String),
    /// A variable, or the name of a type.
    Ident(String),
    /// `base.name`: an error when there is no such member.
    Select(Box<Cel>, String),
    /// `base.?name`, or `base[?"name"]`: an optional value.
    OptSelect(Box<Cel>, String),
    /// `base[index]`: an error when there is no such member.
    Index(Box<Cel>, Box<Cel>),
    /// `base[?index]`: an optional value.
    OptIndex(Box<Cel>, Box<Cel>),
    /// `function(arguments)`; the name may have dots.
    Call(&'static str, Vec<Cel>),
    /// `target.function(arguments)`
    Method(Box<Cel>, &'static str, Vec<Cel>),
    /// `target.macro(variables, bodies)`
    Macro(Box<Cel>, Macro, Vec<String>, Vec<Cel>),
    /// `condition ? then : otherwise`
    Ternary(Box<Cel>, Box<Cel>, Box<Cel>),
    Not(Box<Cel>),
    And(Vec<Cel>),
    Or(Vec<Cel>),
    Binary(Operator, Box<Cel>, Box<Cel>),
    List(Vec<Cel>),
    /// An item of a list that is left out where the optional value has none.
    OptItem(Box<Cel>),
    /// `{}`
    EmptyMap,
}

/// A macro that binds variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backend) enum Macro {
    All,
    Exists,
    Filter,
    Map,
    OptMap,
    OptFlatMap,
}

impl Macro {
    /// As CEL spells it.
    pub(in crate::backend) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Exists => "exists",
            Self::Filter => "filter",
            Self::Map => "map",
            Self::OptMap => "optMap",
            Self::OptFlatMap => "optFlatMap",
        }
    }
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backend) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    /// As CEL spells it.
    pub(in crate::backend) const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

impl Cel {
    pub(in crate::backend) fn ident(name: impl Into<String>) -> Self {
        Self::Ident(name.into())
    }

    pub(in crate::backend) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// `self.name`
    pub(in crate::backend) fn select(self, name: impl Into<String>) -> Self {
        Self::Select(Box::new(self), name.into())
    }

    /// `self.?name`
    pub(in crate::backend) fn opt(self, name: impl Into<String>) -> Self {
        Self::OptSelect(Box::new(self), name.into())
    }

    /// `self[index]`
    pub(in crate::backend) fn index(self, index: Self) -> Self {
        Self::Index(Box::new(self), Box::new(index))
    }

    /// `self[?index]`
    pub(in crate::backend) fn opt_index(self, index: Self) -> Self {
        if let Self::Text(name) = index {
            return self.opt(name);
        }
        Self::OptIndex(Box::new(self), Box::new(index))
    }

    pub(in crate::backend) fn call(
        function: &'static str,
        arguments: impl IntoIterator<Item = Self>,
    ) -> Self {
        Self::Call(function, arguments.into_iter().collect())
    }

    pub(in crate::backend) fn method(
        self,
        function: &'static str,
        arguments: impl IntoIterator<Item = Self>,
    ) -> Self {
        Self::Method(Box::new(self), function, arguments.into_iter().collect())
    }

    fn bind(self, name: Macro, variable: &str, body: Self) -> Self {
        Self::Macro(Box::new(self), name, vec![variable.to_owned()], vec![body])
    }

    /// `self.all(variable, body)`
    pub(in crate::backend) fn all(self, variable: &str, body: Self) -> Self {
        self.bind(Macro::All, variable, body)
    }

    /// `self.exists(variable, body)`
    pub(in crate::backend) fn exists(self, variable: &str, body: Self) -> Self {
        self.bind(Macro::Exists, variable, body)
    }

    /// `self.filter(variable, body)`; all elements where the body is `true`.
    pub(in crate::backend) fn filter(self, variable: &str, body: Self) -> Self {
        if body == Self::Bool(true) {
            return self;
        }
        self.bind(Macro::Filter, variable, body)
    }

    /// `self.map(variable, body)`
    pub(in crate::backend) fn map(self, variable: &str, body: Self) -> Self {
        if matches!(&body, Self::Ident(name) if name == variable) && matches!(self, Self::List(_)) {
            return self;
        }
        self.bind(Macro::Map, variable, body)
    }

    /// `self.optMap(variable, body)`
    pub(in crate::backend) fn opt_map(self, variable: &str, body: Self) -> Self {
        self.bind(Macro::OptMap, variable, body)
    }

    /// `self.optFlatMap(variable, body)`
    pub(in crate::backend) fn opt_flat_map(self, variable: &str, body: Self) -> Self {
        self.bind(Macro::OptFlatMap, variable, body)
    }

    /// A macro of two variables.
    pub(in crate::backend) fn entries(
        self,
        name: Macro,
        key: &str,
        value: &str,
        bodies: Vec<Self>,
    ) -> Self {
        Self::Macro(
            Box::new(self),
            name,
            vec![key.to_owned(), value.to_owned()],
            bodies,
        )
    }

    /// `self.orValue(default)`
    pub(in crate::backend) fn or_value(self, default: Self) -> Self {
        self.method("orValue", [default])
    }

    /// `optional.of(self)`
    pub(in crate::backend) fn some(self) -> Self {
        Self::call("optional.of", [self])
    }

    /// `optional.none()`
    pub(in crate::backend) fn none() -> Self {
        Self::call("optional.none", [])
    }

    /// `type(self) == name`
    #[expect(
        clippy::wrong_self_convention,
        reason = "it builds the test `type(self) == name`"
    )]
    pub(in crate::backend) fn is_type(self, name: &str) -> Self {
        Self::call("type", [self]).equals(Self::ident(name))
    }

    pub(in crate::backend) fn binary(self, operator: Operator, right: Self) -> Self {
        Self::Binary(operator, Box::new(self), Box::new(right))
    }

    /// `self == right`
    pub(in crate::backend) fn equals(self, right: Self) -> Self {
        self.binary(Operator::Equal, right)
    }

    /// `self != right`
    pub(in crate::backend) fn differs(self, right: Self) -> Self {
        self.binary(Operator::NotEqual, right)
    }

    /// `self in list`
    pub(in crate::backend) fn within(self, list: Self) -> Self {
        self.binary(Operator::In, list)
    }

    /// `self ? then : otherwise`
    pub(in crate::backend) fn then(self, then: Self, otherwise: Self) -> Self {
        match (self, &then, &otherwise) {
            (Self::Bool(true), _, _) => then,
            (Self::Bool(false), _, _) => otherwise,
            (condition, _, Self::Bool(false)) => Self::and([condition, then]),
            (condition, _, Self::Bool(true)) => Self::or([condition.negated(), then]),
            (condition, Self::Bool(true), _) => Self::or([condition, otherwise]),
            (condition, _, _) => {
                Self::Ternary(Box::new(condition), Box::new(then), Box::new(otherwise))
            }
        }
    }

    /// All of them, from left to right: what stands first guards what stands after it.
    pub(in crate::backend) fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, true)
    }

    /// One of them, from left to right.
    pub(in crate::backend) fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(parts, false)
    }

    fn joined(parts: impl IntoIterator<Item = Self>, all: bool) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            if let Self::Bool(value) = part {
                if value == all {
                    continue;
                }
                // Nothing after it matters, and what stands before it raises no error.
                return part;
            }
            let inner = match (part, all) {
                (Self::And(inner), true) | (Self::Or(inner), false) => inner,
                (part, _) => vec![part],
            };
            push_new(&mut kept, inner);
        }
        match kept.pop() {
            None => Self::Bool(all),
            Some(only) if kept.is_empty() => only,
            Some(last) => {
                kept.push(last);
                if all { Self::And(kept) } else { Self::Or(kept) }
            }
        }
    }

    /// What is true where this is false, in the form that reads best.
    pub(in crate::backend) fn negated(self) -> Self {
        match self {
            Self::Bool(value) => Self::Bool(!value),
            Self::Not(inner) => *inner,
            Self::Binary(Operator::Equal, left, right) => {
                Self::Binary(Operator::NotEqual, left, right)
            }
            Self::Binary(Operator::NotEqual, left, right) => {
                Self::Binary(Operator::Equal, left, right)
            }
            // Numbers of JSON are all in order, so the opposite of an order is an order.
            Self::Binary(Operator::Less, left, right) => {
                Self::Binary(Operator::GreaterOrEqual, left, right)
            }
            Self::Binary(Operator::LessOrEqual, left, right) => {
                Self::Binary(Operator::Greater, left, right)
            }
            Self::Binary(Operator::Greater, left, right) => {
                Self::Binary(Operator::LessOrEqual, left, right)
            }
            Self::Binary(Operator::GreaterOrEqual, left, right) => {
                Self::Binary(Operator::Less, left, right)
            }
            Self::Macro(target, Macro::Exists, variables, bodies) => {
                Self::Macro(target, Macro::All, variables, negated(bodies))
            }
            Self::Macro(target, Macro::All, variables, bodies) => {
                Self::Macro(target, Macro::Exists, variables, negated(bodies))
            }
            Self::And(parts) if parts.iter().all(Self::has_opposite) => Self::or(negated(parts)),
            Self::Or(parts) if parts.iter().all(Self::has_opposite) => Self::and(negated(parts)),
            Self::Method(target, "orValue", arguments)
                if matches!(arguments.as_slice(), [Self::Bool(_)]) =>
            {
                let is_mapped = matches!(&*target, Self::Macro(_, Macro::OptMap, _, bodies)
                    if bodies.iter().all(Self::has_opposite));
                if is_mapped && let Self::Macro(target, kind, variables, bodies) = *target {
                    Self::Macro(target, kind, variables, negated(bodies))
                        .method("orValue", negated(arguments))
                } else {
                    Self::Not(Box::new(target.method("orValue", arguments)))
                }
            }
            other @ (Self::Null
            | Self::Int(_)
            | Self::Double(_)
            | Self::Text(_)
            | Self::Ident(_)
            | Self::Select(..)
            | Self::OptSelect(..)
            | Self::Index(..)
            | Self::OptIndex(..)
            | Self::Call(..)
            | Self::Method(..)
            | Self::Macro(..)
            | Self::Ternary(..)
            | Self::And(_)
            | Self::Or(_)
            | Self::Binary(..)
            | Self::List(_)
            | Self::OptItem(_)
            | Self::EmptyMap) => Self::Not(Box::new(other)),
        }
    }

    /// Whether the negation reads as well as this does.
    fn has_opposite(&self) -> bool {
        match self {
            Self::Bool(_) | Self::Not(_) => true,
            Self::Macro(_, Macro::Exists | Macro::All, _, bodies) => {
                bodies.iter().all(Self::has_opposite)
            }
            Self::And(parts) | Self::Or(parts) => parts.iter().all(Self::has_opposite),
            Self::Binary(operator, ..) => match operator {
                Operator::Equal
                | Operator::NotEqual
                | Operator::Less
                | Operator::LessOrEqual
                | Operator::Greater
                | Operator::GreaterOrEqual => true,
                Operator::In
                | Operator::Add
                | Operator::Subtract
                | Operator::Multiply
                | Operator::Divide
                | Operator::Remainder => false,
            },
            Self::Method(target, "orValue", arguments) => {
                matches!(arguments.as_slice(), [Self::Bool(_)])
                    && matches!(&**target, Self::Macro(_, Macro::OptMap, _, bodies)
                        if bodies.iter().all(Self::has_opposite))
            }
            Self::Null
            | Self::Int(_)
            | Self::Double(_)
            | Self::Text(_)
            | Self::Ident(_)
            | Self::Select(..)
            | Self::OptSelect(..)
            | Self::Index(..)
            | Self::OptIndex(..)
            | Self::Call(..)
            | Self::Method(..)
            | Self::Macro(..)
            | Self::Ternary(..)
            | Self::List(_)
            | Self::OptItem(_)
            | Self::EmptyMap => false,
        }
    }
}

impl Cel {
    /// The expressions in it.
    pub(in crate::backend) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Double(_)
            | Self::Text(_)
            | Self::Ident(_)
            | Self::EmptyMap => Vec::new(),
            Self::Select(base, _) | Self::OptSelect(base, _) => vec![base],
            Self::Not(inner) | Self::OptItem(inner) => vec![inner],
            Self::Index(base, index) | Self::OptIndex(base, index) => vec![base, index],
            Self::Binary(_, left, right) => vec![left, right],
            Self::Ternary(condition, then, otherwise) => vec![condition, then, otherwise],
            Self::Call(_, items) | Self::And(items) | Self::Or(items) | Self::List(items) => {
                items.iter().collect()
            }
            Self::Method(target, _, items) | Self::Macro(target, _, _, items) => {
                std::iter::once(&**target).chain(items).collect()
            }
        }
    }

    /// Whether a type checker does not know the type of what is in the optional: it then takes it
    /// from the first use, be it a comparison with null.
    pub(super) fn is_loose(&self) -> bool {
        match self {
            Self::OptIndex(..) => true,
            Self::Macro(_, Macro::OptFlatMap, _, bodies) => bodies.iter().any(Self::is_loose),
            Self::Method(_, "or", others) => others.iter().any(Self::is_loose),
            Self::Ternary(_, then, otherwise) => then.is_loose() || otherwise.is_loose(),
            Self::OptSelect(_, name) => !super::print::is_selector(name),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Double(_)
            | Self::Text(_)
            | Self::Ident(_)
            | Self::Select(..)
            | Self::Index(..)
            | Self::Call(..)
            | Self::Method(..)
            | Self::Macro(..)
            | Self::Not(_)
            | Self::And(_)
            | Self::Or(_)
            | Self::Binary(..)
            | Self::List(_)
            | Self::OptItem(_)
            | Self::EmptyMap => false,
        }
    }

    /// Whether it compares with null or converts: what a type checker takes a type from.
    pub(super) fn settles_a_type(&self) -> bool {
        matches!(
            self,
            Self::Null | Self::Call("double" | "int" | "string", _)
        ) || self.parts().into_iter().any(Self::settles_a_type)
    }

    /// How often a variable stands in it that it does not bind itself.
    pub(in crate::backend) fn uses(&self, name: &str) -> usize {
        if let Self::Ident(other) = self {
            return usize::from(other == name);
        }
        if let Self::Macro(target, _, variables, _) = self
            && binds(variables, name)
        {
            return target.uses(name);
        }
        self.parts().into_iter().map(|part| part.uses(name)).sum()
    }

    /// The same with an expression in the place of a variable. No macro in it binds a variable that
    /// stands free in the expression: whoever binds one takes a name that is not in use.
    pub(in crate::backend) fn with(&self, name: &str, by: &Self) -> Self {
        let one = |part: &Self| Box::new(part.with(name, by));
        let many = |parts: &[Self]| parts.iter().map(|part| part.with(name, by)).collect();
        match self {
            Self::Ident(other) if other == name => by.clone(),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Double(_)
            | Self::Text(_)
            | Self::Ident(_)
            | Self::EmptyMap => self.clone(),
            Self::Select(base, member) => Self::Select(one(base), member.clone()),
            Self::OptSelect(base, member) => Self::OptSelect(one(base), member.clone()),
            Self::Not(inner) => Self::Not(one(inner)),
            Self::OptItem(inner) => Self::OptItem(one(inner)),
            Self::Index(base, index) => Self::Index(one(base), one(index)),
            Self::OptIndex(base, index) => Self::OptIndex(one(base), one(index)),
            Self::Binary(operator, left, right) => Self::Binary(*operator, one(left), one(right)),
            Self::Ternary(condition, then, otherwise) => {
                Self::Ternary(one(condition), one(then), one(otherwise))
            }
            Self::Call(function, items) => Self::Call(function, many(items)),
            Self::And(items) => Self::And(many(items)),
            Self::Or(items) => Self::Or(many(items)),
            Self::List(items) => Self::List(many(items)),
            Self::Method(target, function, items) => {
                Self::Method(one(target), function, many(items))
            }
            Self::Macro(target, kind, variables, items) => {
                let items = if binds(variables, name) {
                    items.clone()
                } else {
                    many(items)
                };
                Self::Macro(one(target), *kind, variables.clone(), items)
            }
        }
    }
}

fn binds(variables: &[String], name: &str) -> bool {
    variables.iter().any(|variable| variable == name)
}

/// Adds what is not there yet: a part that stands twice says nothing the second time.
fn push_new(kept: &mut Vec<Cel>, parts: impl IntoIterator<Item = Cel>) {
    for part in parts {
        if !kept.contains(&part) {
            kept.push(part);
        }
    }
}

fn negated(parts: Vec<Cel>) -> Vec<Cel> {
    parts.into_iter().map(Cel::negated).collect()
}
