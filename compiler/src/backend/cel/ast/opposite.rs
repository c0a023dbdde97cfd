//! Negation.

use super::{Cel, Macro};

impl Cel {
    /// What is true where this is false, in the form that reads best.
    pub(in crate::backend) fn negated(self) -> Self {
        // A loop is turned round also where its body has no opposite.
        if let Self::Macro(target, kind @ (Macro::All | Macro::Exists), variables, bodies) = self {
            let bodies = bodies.into_iter().map(Self::negated).collect();
            return Self::Macro(target, other_quantifier(kind), variables, bodies);
        }
        self.opposite().unwrap_or_else(|| Self::Not(Box::new(self)))
    }

    /// The negation, where it reads as well as this does.
    fn opposite(&self) -> Option<Self> {
        match self {
            Self::Bool(value) => Some(Self::Bool(!value)),
            Self::Not(inner) => Some((**inner).clone()),
            Self::Binary(operator, left, right) => operator
                .opposite()
                .map(|operator| Self::Binary(operator, left.clone(), right.clone())),
            Self::Macro(target, kind @ (Macro::All | Macro::Exists), variables, bodies) => {
                Some(Self::Macro(
                    target.clone(),
                    other_quantifier(*kind),
                    variables.clone(),
                    opposites(bodies)?,
                ))
            }
            Self::And(parts) => opposites(parts).map(Self::or),
            Self::Or(parts) => opposites(parts).map(Self::and),
            Self::Method(target, "orValue", default) => {
                if let Self::Macro(of, Macro::OptMap, variables, bodies) = &**target
                    && let [Self::Bool(default)] = default.as_slice()
                {
                    let mapped = Self::Macro(
                        of.clone(),
                        Macro::OptMap,
                        variables.clone(),
                        opposites(bodies)?,
                    );
                    return Some(mapped.or_value(Self::Bool(!default)));
                }
                None
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
            | Self::EmptyMap => None,
        }
    }
}

fn other_quantifier(kind: Macro) -> Macro {
    if kind == Macro::All {
        Macro::Exists
    } else {
        Macro::All
    }
}

fn opposites(parts: &[Cel]) -> Option<Vec<Cel>> {
    parts.iter().map(Cel::opposite).collect()
}
