//! JMESPath as Kyverno reads it: a tree and its printer.
//!
//! The printed text stands between `{{` and `}}` in a policy, so it never contains `{{`, `}}` or
//! `$(`, nor the words that Kyverno rewrites or that make it load something (see [`text`]).
//!
//! Source for the grammar and its precedences: `go-jmespath` of Kyverno, `parser.go`. `!a.b` is
//! `(!a).b` there.

use serde_json::Value as Json;

mod print;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Jp {
    /// `@`
    Current,
    /// A field of the current node.
    Field(String),
    /// `base.name`
    Member(Box<Jp>, String),
    /// `base.[a, b]`
    Members(Box<Jp>, Vec<String>),
    /// `base[0]`
    Index(Box<Jp>, u32),
    /// `[a, b]`
    List(Vec<Jp>),
    /// `base[]`
    Flatten(Box<Jp>),
    /// `base[*].path`; the path starts at the element. Nulls are dropped.
    Project(Box<Jp>, Box<Jp>),
    /// `base[?condition]`; null when the base is no list. Nulls are dropped.
    Filter(Box<Jp>, Box<Jp>),
    /// A constant: a scalar, or a list of scalars, or an empty map.
    Literal(Json),
    /// `function(a, b)`
    Call(&'static str, Vec<Jp>),
    /// `&a`
    Reference(Box<Jp>),
    /// `(a)`: for what text rewriting must not see.
    Group(Box<Jp>),
    /// `a == b` and so on. An order between others than numbers is null.
    Compare(Op, Box<Jp>, Box<Jp>),
    /// `a && b`
    And(Vec<Jp>),
    /// `a || b`
    Or(Vec<Jp>),
    /// `!a`
    Not(Box<Jp>),
    /// `length(list || `[]`)`: of null there are none.
    Count(Box<Jp>),
    /// The list has an element. Null is an empty list.
    NonEmpty(Box<Jp>),
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Op {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Jp {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Literal(Json::String(text.into()))
    }

    pub(super) fn int(value: i64) -> Self {
        Self::Literal(value.into())
    }

    pub(super) fn bool(value: bool) -> Self {
        Self::Literal(value.into())
    }

    pub(super) const fn null() -> Self {
        Self::Literal(Json::Null)
    }

    pub(super) fn member(self, name: impl Into<String>) -> Self {
        if self == Self::Current {
            Self::Field(name.into())
        } else {
            Self::Member(Box::new(self), name.into())
        }
    }

    /// What the expression, a path from the current node, is from `base`.
    pub(super) fn rebased(self, base: &Self) -> Self {
        if let Self::Field(name) = self {
            Self::Member(Box::new(base.clone()), name)
        } else if let Self::Member(inner, name) = self {
            Self::Member(Box::new(inner.rebased(base)), name)
        } else {
            base.clone()
        }
    }

    pub(super) fn filter(self, condition: Self) -> Self {
        Self::Filter(Box::new(self), Box::new(condition))
    }

    /// Two constants are compared at once: Kyverno refuses a variable that reads nothing.
    pub(super) fn compare(self, op: Op, other: Self) -> Self {
        if let (Self::Literal(left), Self::Literal(right)) = (&self, &other) {
            let numbers = (left.as_f64(), right.as_f64());
            let ordered = |test: fn(f64, f64) -> bool| match numbers {
                (Some(left), Some(right)) => test(left, right),
                _ => false,
            };
            return Self::bool(match op {
                Op::Equal => left == right || ordered(|left, right| left == right),
                Op::NotEqual => left != right && !ordered(|left, right| left == right),
                Op::Less => ordered(|left, right| left < right),
                Op::LessOrEqual => ordered(|left, right| left <= right),
                Op::Greater => ordered(|left, right| left > right),
                Op::GreaterOrEqual => ordered(|left, right| left >= right),
            });
        }
        Self::Compare(op, Box::new(self), Box::new(other))
    }

    pub(super) fn equals(self, other: Self) -> Self {
        self.compare(Op::Equal, other)
    }

    pub(super) fn non_empty(self) -> Self {
        Self::NonEmpty(Box::new(self))
    }

    /// `type(self) == 'name'`
    pub(super) fn of_type(self, name: &str) -> Self {
        Self::Call("type", vec![self]).equals(Self::text(name))
    }

    /// A conjunction; flat, without constants.
    pub(super) fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for part in parts {
            let inner = if let Self::And(inner) = part {
                inner
            } else {
                vec![part]
            };
            for part in inner {
                if part == Self::bool(false) {
                    return part;
                }
                if part != Self::bool(true) && !flat.contains(&part) {
                    flat.push(part);
                }
            }
        }
        match flat.len() {
            0 => Self::bool(true),
            1 => flat.pop().unwrap_or(Self::bool(true)),
            _ => match gathered(flat, Op::NotEqual) {
                mut only if only.len() == 1 => only.pop().unwrap_or(Self::bool(true)),
                parts => Self::And(parts),
            },
        }
    }

    /// A disjunction; flat, without constants. What all of it starts with is written once.
    pub(super) fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for part in parts {
            let inner = if let Self::Or(inner) = part {
                inner
            } else {
                vec![part]
            };
            for part in inner {
                if part == Self::bool(true) {
                    return part;
                }
                if part != Self::bool(false) && !flat.contains(&part) {
                    flat.push(part);
                }
            }
        }
        match flat.len() {
            0 => Self::bool(false),
            1 => flat.pop().unwrap_or(Self::bool(false)),
            _ => match gathered(flat, Op::Equal) {
                mut only if only.len() == 1 => only.pop().unwrap_or(Self::bool(false)),
                parts => Self::factored(parts),
            },
        }
    }

    fn factored(parts: Vec<Self>) -> Self {
        let head = match parts.first() {
            Some(Self::And(inner)) => inner.first().cloned(),
            _ => None,
        };
        let Some(head) = head else {
            return Self::Or(parts);
        };
        let starts = |part: &Self| matches!(part, Self::And(inner) if inner.first() == Some(&head));
        if !parts.iter().all(starts) {
            return Self::Or(parts);
        }
        let rests = parts.into_iter().map(|part| {
            if let Self::And(inner) = part {
                Self::and(inner.into_iter().skip(1))
            } else {
                part
            }
        });
        let rest = Self::or(rests.collect::<Vec<_>>());
        Self::and([head, rest])
    }

    /// What holds exactly when this does not.
    pub(super) fn negated(self) -> Self {
        if let Self::Literal(Json::Bool(value)) = self {
            Self::bool(!value)
        } else if let Self::Not(inner) = self {
            *inner
        } else if let Self::Compare(Op::Equal, left, right) = self {
            Self::Compare(Op::NotEqual, left, right)
        } else if let Self::Compare(Op::NotEqual, left, right) = self {
            Self::Compare(Op::Equal, left, right)
        } else {
            // An order is null between values of other types: its negation is no comparison.
            Self::Not(Box::new(self))
        }
    }

    /// Whether it is a way from the current node by fields and indices.
    pub(super) fn is_path(&self) -> bool {
        if let Self::Member(base, _) | Self::Index(base, _) = self {
            base.is_path()
        } else {
            matches!(self, Self::Field(_) | Self::Current)
        }
    }
}

/// How many comparisons of one value with texts stand side by side before they are gathered.
const COMPARISONS: usize = 2;

/// Comparisons of one value with many texts as one: `contains(texts, value)`, or `!contains(…)`.
fn gathered(parts: Vec<Jp>, op: Op) -> Vec<Jp> {
    let compared = |part: &Jp| {
        if let Jp::Compare(of, value, text) = part
            && *of == op
            && let Jp::Literal(Json::String(text)) = &**text
        {
            Some(((**value).clone(), text.clone()))
        } else {
            None
        }
    };
    let mut out: Vec<Jp> = Vec::new();
    let mut run: Option<(Jp, Vec<String>)> = None;
    let flush =
        |out: &mut Vec<Jp>, run: &mut Option<(Jp, Vec<String>)>| {
            let Some((value, texts)) = run.take() else {
                return;
            };
            if texts.len() <= COMPARISONS {
                out.extend(texts.into_iter().map(|text| {
                    Jp::Compare(op, Box::new(value.clone()), Box::new(Jp::text(text)))
                }));
                return;
            }
            let contains = Jp::Call("contains", vec![Jp::Literal(Json::from(texts)), value]);
            out.push(if op == Op::Equal {
                contains
            } else {
                Jp::Not(Box::new(contains))
            });
        };
    for part in parts {
        let Some((value, text)) = compared(&part) else {
            flush(&mut out, &mut run);
            out.push(part);
            continue;
        };
        match &mut run {
            Some((of, texts)) if *of == value => texts.push(text),
            Some(_) | None => {
                flush(&mut out, &mut run);
                run = Some((value, vec![text]));
            }
        }
    }
    flush(&mut out, &mut run);
    out
}

#[cfg(test)]
mod tests;
