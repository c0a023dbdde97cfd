//! What an expression costs on the API server, which stops one that gets too expensive: the request
//! then fails, whatever the resource holds.
//!
//! Units and weights are those of `cel-go/interpreter/runtimecost.go`: a step, a call or an operator
//! costs one, a loop what its body costs for each element, a look through a text a tenth of its
//! length. How large a resource is, nobody knows beforehand. What one of 1.5 MB could hold would
//! make every nested loop too expensive; the sizes here are above what nearly all resources hold, so
//! that three loops in each other may be warned of, by what the innermost does, and four are.

use super::ast::{Cel, Macro};

/// Elements of a list, or entries of a map.
const ELEMENTS: u64 = 32;

/// Characters of a text.
const CHARACTERS: u64 = 256;

/// An estimated cost, in units of CEL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::backend) struct Cost(pub(in crate::backend) u64);

impl Cost {
    /// Of two expressions of a policy.
    #[must_use]
    pub(in crate::backend) const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// What an expression costs on a resource with lists and texts of the assumed sizes, when nothing in
/// it is decided early.
#[must_use]
pub(in crate::backend) fn estimate(cel: &Cel) -> Cost {
    let sum = |parts: &[Cel]| parts.iter().map(estimate).fold(Cost::default(), Cost::plus);
    match cel {
        Cel::Null | Cel::Bool(_) | Cel::Int(_) | Cel::Double(_) | Cel::Text(_) => Cost(0),
        Cel::Ident(_) => Cost(1),
        Cel::EmptyMap => Cost(30),
        Cel::Select(base, _) | Cel::OptSelect(base, _) => estimate(base).plus(Cost(1)),
        Cel::Index(base, index) | Cel::OptIndex(base, index) => {
            estimate(base).plus(estimate(index)).plus(Cost(1))
        }
        Cel::Not(inner) => estimate(inner).plus(Cost(1)),
        Cel::OptItem(inner) => estimate(inner),
        Cel::Ternary(condition, then, otherwise) => {
            estimate(condition).plus(estimate(then).max(estimate(otherwise)))
        }
        Cel::And(parts) | Cel::Or(parts) => sum(parts),
        Cel::List(items) => sum(items).plus(Cost(10)),
        Cel::Binary(operator, left, right) => {
            let own = match operator {
                super::ast::Operator::In => {
                    if let Cel::List(items) = &**right {
                        u64::try_from(items.len()).unwrap_or(u64::MAX)
                    } else {
                        ELEMENTS
                    }
                }
                super::ast::Operator::Add
                | super::ast::Operator::Equal
                | super::ast::Operator::NotEqual
                | super::ast::Operator::Less
                | super::ast::Operator::LessOrEqual
                | super::ast::Operator::Greater
                | super::ast::Operator::GreaterOrEqual => CHARACTERS / 10,
                super::ast::Operator::Subtract
                | super::ast::Operator::Multiply
                | super::ast::Operator::Divide
                | super::ast::Operator::Remainder => 1,
            };
            estimate(left).plus(estimate(right)).plus(Cost(own))
        }
        Cel::Call(name, arguments) => {
            let own = match *name {
                "quantity" | "isQuantity" | "semver" | "duration" | "timestamp" | "isIP"
                | "cidr" | "isCIDR" | "string" | "double" => CHARACTERS / 10,
                _ => 1,
            };
            sum(arguments).plus(Cost(own))
        }
        Cel::Method(target, name, arguments) => {
            let own = match (*name, arguments.first()) {
                ("matches", Some(Cel::Text(pattern))) => {
                    let pattern = u64::try_from(pattern.len()).unwrap_or(u64::MAX);
                    (CHARACTERS / 10).saturating_mul(pattern / 4 + 1)
                }
                ("matches", _) => (CHARACTERS / 10).saturating_mul(CHARACTERS / 4),
                ("distinct" | "sort", _) => ELEMENTS * ELEMENTS,
                ("orValue" | "hasValue" | "value" | "or" | "size", _) => 1,
                (_, _) => CHARACTERS / 10,
            };
            estimate(target).plus(sum(arguments)).plus(Cost(own))
        }
        Cel::Macro(target, kind, _, bodies) => {
            let body = sum(bodies);
            let all = match kind {
                Macro::OptMap | Macro::OptFlatMap => body.plus(Cost(4)),
                Macro::All | Macro::Exists | Macro::Filter | Macro::Map => {
                    Cost(body.plus(Cost(3)).0.saturating_mul(ELEMENTS))
                }
            };
            estimate(target).plus(all)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cel, estimate};
    use crate::backend::RuleCost;

    fn loops(depth: usize) -> Cel {
        (0..depth).fold(Cel::ident("x").equals(Cel::Int(1)), |body, _| {
            Cel::ident("x")
                .opt("items")
                .or_value(Cel::List(Vec::new()))
                .all("x", body)
        })
    }

    #[test]
    fn four_loops_in_each_other_are_too_much() {
        let cost = |depth| estimate(&loops(depth)).0;
        assert!(cost(2) < RuleCost::EXPRESSION_LIMIT);
        assert!(cost(4) > RuleCost::EXPRESSION_LIMIT);
        assert_eq!(cost(100), u64::MAX);
    }
}
