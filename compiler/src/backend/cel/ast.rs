//! Expressions of CEL, as a tree.
//!
//! The constructors simplify what is the same whatever the values are: `true && x` is `x`, `!!x` is
//! `x`. A conjunction and a disjunction hold two parts at least.

mod opposite;
mod walk;

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

    /// The operator that holds where this one does not. Numbers of JSON are all in order, so the
    /// opposite of an order is an order.
    const fn opposite(self) -> Option<Self> {
        match self {
            Self::Equal => Some(Self::NotEqual),
            Self::NotEqual => Some(Self::Equal),
            Self::Less => Some(Self::GreaterOrEqual),
            Self::LessOrEqual => Some(Self::Greater),
            Self::Greater => Some(Self::LessOrEqual),
            Self::GreaterOrEqual => Some(Self::Less),
            Self::In
            | Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Remainder => None,
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
}

/// Adds what is not there yet: a part that stands twice says nothing the second time.
fn push_new(kept: &mut Vec<Cel>, parts: impl IntoIterator<Item = Cel>) {
    for part in parts {
        if !kept.contains(&part) {
            kept.push(part);
        }
    }
}
