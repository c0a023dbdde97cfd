//! What stands in an expression.

use super::{Cel, Macro};
use crate::backend::cel::print::is_selector;

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
    pub(in crate::backend::cel) fn is_loose(&self) -> bool {
        match self {
            Self::OptIndex(..) => true,
            Self::Macro(_, Macro::OptFlatMap, _, bodies) => bodies.iter().any(Self::is_loose),
            Self::Method(_, "or", others) => others.iter().any(Self::is_loose),
            Self::Ternary(_, then, otherwise) => then.is_loose() || otherwise.is_loose(),
            Self::OptSelect(_, name) => !is_selector(name),
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
    pub(in crate::backend::cel) fn settles_a_type(&self) -> bool {
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
