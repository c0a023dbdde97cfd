//! Conditions.

use policyc_diagnostics::Span;
use policyc_ir::{
    CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind, Literal, Quantifier, TextOp,
};
use serde_json::Value as Json;

use super::value::{Alternative, is_scalar};
use super::{Blocked, Env, Lowered, network, scalar};
use crate::backend::kyverno::jmespath::{Jp, Op};

impl Env {
    /// JMESPath that is true when the condition holds, else false or null.
    pub(in super::super) fn holds(&self, condition: &Condition) -> Lowered<Jp> {
        self.condition(condition, true)
    }

    /// JMESPath that is true when the condition does not hold, else false or null.
    pub(in super::super) fn violated(&self, condition: &Condition) -> Lowered<Jp> {
        self.condition(condition, false)
    }

    /// The condition, or what holds exactly when it does not.
    pub(super) fn condition(&self, condition: &Condition, positive: bool) -> Lowered<Jp> {
        let signed = |jp: Jp| if positive { jp } else { jp.negated() };
        match &condition.kind {
            ConditionKind::Constant(value) => Ok(Jp::bool(*value == positive)),
            ConditionKind::Not(inner) => self.condition(inner, !positive),
            ConditionKind::All(inner) => self.several(inner, positive, positive),
            ConditionKind::Any(inner) => self.several(inner, !positive, positive),
            ConditionKind::Quantified {
                quantifier,
                key,
                value,
                over,
                body,
            } => {
                let wanted = match quantifier {
                    Quantifier::Every => false,
                    Quantifier::Some => true,
                };
                let some = self.some(key.as_ref(), value.as_ref(), over, body, wanted)?;
                Ok(if wanted == positive {
                    some
                } else {
                    some.negated()
                })
            }
            ConditionKind::Exists(_)
            | ConditionKind::Compare { .. }
            | ConditionKind::Text { .. }
            | ConditionKind::Regex { .. }
            | ConditionKind::Member { .. }
            | ConditionKind::WithinCidr { .. } => self.leaf(condition).map(signed),
        }
    }

    fn several(&self, conditions: &[Condition], all: bool, positive: bool) -> Lowered<Jp> {
        let parts = conditions
            .iter()
            .map(|inner| self.condition(inner, positive));
        let parts = parts.collect::<Lowered<Vec<_>>>()?;
        // `!a && !b` reads better as `!(a || b)`, where nothing stands before it.
        if !positive && parts.len() > 1 && parts.iter().all(|part| matches!(part, Jp::Not(_))) {
            return self.several(conditions, !all, true).map(Jp::negated);
        }
        Ok(if all { Jp::and(parts) } else { Jp::or(parts) })
    }

    fn leaf(&self, condition: &Condition) -> Lowered<Jp> {
        let origin = condition.origin;
        match &condition.kind {
            ConditionKind::Exists(expr) => self.test(expr, |value| {
                Ok(value.jp.clone().compare(Op::NotEqual, Jp::null()))
            }),
            ConditionKind::Compare {
                op,
                comparison,
                left,
                right,
            } => self.test_both(left, right, |left, right| {
                compare(*op, *comparison, left, right, origin)
            }),
            ConditionKind::Text {
                op,
                subject,
                pattern,
            } => self.test_both(subject, pattern, |subject, pattern| {
                Ok(text(*op, subject, pattern))
            }),
            ConditionKind::Regex { subject, pattern } => self.test(subject, |subject| {
                let found = Jp::Call(
                    "regex_match",
                    vec![Jp::text(pattern.clone()), subject.jp.clone()],
                );
                Ok(Jp::and(be_text(subject).into_iter().chain([found])))
            }),
            ConditionKind::Member {
                element,
                list,
                comparison,
            } => self.member(element, list, *comparison, origin),
            ConditionKind::WithinCidr { address, block } => {
                let literal = match &block.kind {
                    ExprKind::Literal(Literal::Cidr(text) | Literal::String(text)) => Some(text),
                    ExprKind::Literal(_)
                    | ExprKind::Path(_)
                    | ExprKind::Coalesce(..)
                    | ExprKind::Call { .. }
                    | ExprKind::Arithmetic { .. }
                    | ExprKind::List(_)
                    | ExprKind::Map { .. }
                    | ExprKind::Filter { .. } => None,
                };
                let regex = literal.and_then(|text| network::within(text));
                let regex = regex.ok_or_else(|| {
                    Blocked::new(
                        "within a CIDR block",
                        "Kyverno has no function for addresses; only blocks of IPv4 that the \
                         policy names can be said in another way",
                        origin,
                    )
                })?;
                self.test(address, |address| {
                    let inside = Jp::Call(
                        "regex_match",
                        vec![Jp::text(regex.clone()), address.jp.clone()],
                    );
                    Ok(Jp::and(be_text(address).into_iter().chain([inside])))
                })
            }
            ConditionKind::Constant(_)
            | ConditionKind::Not(_)
            | ConditionKind::All(_)
            | ConditionKind::Any(_)
            | ConditionKind::Quantified { .. } => self.holds(condition),
        }
    }

    fn test(&self, expr: &Expr, test: impl Fn(&Alternative) -> Lowered<Jp>) -> Lowered<Jp> {
        let mut ways = Vec::new();
        for alternative in self.value(expr)? {
            let test = test(&alternative)?;
            ways.push(Jp::and(alternative.guards.into_iter().chain([test])));
        }
        Ok(Jp::or(ways))
    }

    fn test_both(
        &self,
        left: &Expr,
        right: &Expr,
        test: impl Fn(&Alternative, &Alternative) -> Lowered<Jp>,
    ) -> Lowered<Jp> {
        let rights = self.value(right)?;
        self.test(left, |left| {
            let mut ways = Vec::new();
            for right in &rights {
                let test = test(left, right)?;
                ways.push(Jp::and(right.guards.iter().cloned().chain([test])));
            }
            Ok(Jp::or(ways))
        })
    }

    fn member(
        &self,
        element: &Expr,
        list: &Expr,
        comparison: Comparison,
        origin: Span,
    ) -> Lowered<Jp> {
        let by_equality = match comparison {
            Comparison::Bool | Comparison::Number | Comparison::String | Comparison::Scalar => true,
            Comparison::Quantity
            | Comparison::Duration
            | Comparison::Version
            | Comparison::Date => false,
        };
        if let ExprKind::List(items) = &list.kind
            && !(by_equality && items.iter().all(is_constant))
        {
            let equal = |item: &Expr| {
                let condition = ConditionKind::Compare {
                    op: CompareOp::Equal,
                    comparison,
                    left: element.clone(),
                    right: item.clone(),
                };
                self.leaf(&Condition::synthetic(condition, origin))
            };
            let ways = items.iter().map(equal).collect::<Lowered<Vec<_>>>()?;
            return Ok(Jp::or(ways));
        }
        if !by_equality {
            let [element] = self
                .value(element)?
                .try_into()
                .map_err(|_| complex(origin))?;
            if element.constant.is_none() {
                return Err(Blocked::new(
                    "membership of a typed value from the resource",
                    "a filter of JMESPath sees nothing but its element",
                    origin,
                ));
            }
            return self.test(list, |list| {
                let current = Alternative {
                    guards: Vec::new(),
                    jp: Jp::Current,
                    constant: None,
                };
                let equal = compare(CompareOp::Equal, comparison, &current, &element, origin)?;
                Ok(list.jp.clone().filter(equal).non_empty())
            });
        }
        self.test_both(element, list, |element, list| {
            let contains = Jp::Call("contains", vec![list.jp.clone(), element.jp.clone()]);
            if let Jp::Literal(Json::Array(items)) = &list.jp {
                // What no item is, need not be looked for.
                let fits = |item: &Json| match comparison {
                    Comparison::Bool => item.is_boolean(),
                    Comparison::Number => item.is_number(),
                    Comparison::String => item.is_string(),
                    Comparison::Scalar
                    | Comparison::Quantity
                    | Comparison::Duration
                    | Comparison::Version
                    | Comparison::Date => true,
                };
                let items: Vec<Json> = items.iter().filter(|item| fits(item)).cloned().collect();
                return Ok(match items.as_slice() {
                    [] => Jp::bool(false),
                    [only] => element.jp.clone().equals(Jp::Literal(only.clone())),
                    _ => Jp::Call(
                        "contains",
                        vec![Jp::Literal(Json::Array(items)), element.jp.clone()],
                    ),
                });
            }
            let is_list = list.jp.clone().of_type("array");
            let guard = be_comparable(comparison, element);
            Ok(Jp::and(
                [is_list].into_iter().chain(guard).chain([contains]),
            ))
        })
    }
}

fn complex(origin: Span) -> Blocked {
    Blocked::new(
        "membership of a computed value",
        "a filter of JMESPath sees nothing but its element",
        origin,
    )
}

fn is_constant(expr: &Expr) -> bool {
    matches!(
        &expr.kind,
        ExprKind::Literal(
            Literal::Bool(_) | Literal::Int(_) | Literal::Float(_) | Literal::String(_)
        )
    )
}

/// A test that the value is a string, where that is not sure.
fn be_text(value: &Alternative) -> Option<Jp> {
    (!value.is_text()).then(|| value.jp.clone().of_type("string"))
}

/// A test that the value is of the type that is compared, where that is not sure.
fn be_comparable(comparison: Comparison, value: &Alternative) -> Option<Jp> {
    let constant = matches!(&value.jp, Jp::Literal(_));
    match comparison {
        _ if constant => None,
        Comparison::Bool => Some(value.jp.clone().of_type("boolean")),
        Comparison::Number => Some(value.jp.clone().of_type("number")),
        Comparison::String => be_text(value),
        Comparison::Scalar => Some(is_scalar(&value.jp)),
        Comparison::Quantity | Comparison::Duration | Comparison::Version | Comparison::Date => {
            None
        }
    }
}

/// `left op right`, for values whose guards hold.
fn compare(
    op: CompareOp,
    comparison: Comparison,
    left: &Alternative,
    right: &Alternative,
    origin: Span,
) -> Lowered<Jp> {
    Ok(match comparison {
        Comparison::Bool | Comparison::Scalar => match op {
            CompareOp::Equal => equal(comparison, left, right),
            CompareOp::Less
            | CompareOp::LessOrEqual
            | CompareOp::Greater
            | CompareOp::GreaterOrEqual => Jp::bool(false),
        },
        Comparison::Number if op == CompareOp::Equal => equal(comparison, left, right),
        // Null unless both are numbers.
        Comparison::Number => left.jp.clone().compare(relation(op), right.jp.clone()),
        Comparison::String => match op {
            CompareOp::Equal => equal(comparison, left, right),
            CompareOp::Less
            | CompareOp::LessOrEqual
            | CompareOp::Greater
            | CompareOp::GreaterOrEqual => string_order(op, left, right),
        },
        Comparison::Quantity => scalar::quantities(op, left, right),
        Comparison::Duration => scalar::durations(op, left, right),
        Comparison::Version => scalar::versions(op, left, right, origin)?,
        Comparison::Date => scalar::dates(op, left, right),
    })
}

const fn relation(op: CompareOp) -> Op {
    match op {
        CompareOp::Equal => Op::Equal,
        CompareOp::Less => Op::Less,
        CompareOp::LessOrEqual => Op::LessOrEqual,
        CompareOp::Greater => Op::Greater,
        CompareOp::GreaterOrEqual => Op::GreaterOrEqual,
    }
}

/// JMESPath's equality is that of type and value; only both absent must be kept out.
fn equal(comparison: Comparison, left: &Alternative, right: &Alternative) -> Jp {
    let (left, right) = if matches!(&left.jp, Jp::Literal(_)) {
        (right, left)
    } else {
        (left, right)
    };
    let same = left.jp.clone().equals(right.jp.clone());
    if let Jp::Literal(value) = &right.jp {
        let fits = match comparison {
            Comparison::Bool => value.is_boolean(),
            Comparison::Number => value.is_number(),
            Comparison::String => value.is_string(),
            Comparison::Scalar
            | Comparison::Quantity
            | Comparison::Duration
            | Comparison::Version
            | Comparison::Date => !value.is_null(),
        };
        return if fits { same } else { Jp::bool(false) };
    }
    let guard = match be_comparable(comparison, left) {
        Some(guard) => be_comparable(comparison, right).map(|_| guard),
        None => None,
    };
    Jp::and(guard.into_iter().chain([same]))
}

/// Kyverno's `compare` gives a Go `int`, which JMESPath can only turn into text.
fn string_order(op: CompareOp, left: &Alternative, right: &Alternative) -> Jp {
    let order = Jp::Call("compare", vec![left.jp.clone(), right.jp.clone()]);
    let order = Jp::Call("to_string", vec![order]);
    let test = match op {
        CompareOp::Less => order.equals(Jp::text("-1")),
        CompareOp::LessOrEqual => order.compare(Op::NotEqual, Jp::text("1")),
        CompareOp::Greater => order.equals(Jp::text("1")),
        CompareOp::GreaterOrEqual => order.compare(Op::NotEqual, Jp::text("-1")),
        CompareOp::Equal => order.equals(Jp::text("0")),
    };
    Jp::and(
        [be_text(left), be_text(right), Some(test)]
            .into_iter()
            .flatten(),
    )
}

/// `subject op pattern`, for values whose guards hold.
fn text(op: TextOp, subject: &Alternative, pattern: &Alternative) -> Jp {
    let call = |function, pattern: Jp| Jp::Call(function, vec![subject.jp.clone(), pattern]);
    let literal = if let Jp::Literal(value) = &pattern.jp {
        let Some(text) = value.as_str() else {
            return Jp::bool(false);
        };
        Some(text)
    } else {
        None
    };
    let test = match (op, literal) {
        (TextOp::StartsWith, _) => call("starts_with", pattern.jp.clone()),
        (TextOp::EndsWith, _) => call("ends_with", pattern.jp.clone()),
        (TextOp::Contains, _) => call("contains", pattern.jp.clone()),
        (TextOp::Glob, None) => Jp::Call(
            "pattern_match",
            vec![pattern.jp.clone(), subject.jp.clone()],
        ),
        (TextOp::Glob, Some(glob)) => match plain_glob(glob) {
            Some((None, text)) => return subject.jp.clone().equals(Jp::text(text)),
            Some((Some(_), "")) => Jp::bool(true),
            Some((Some(function), text)) => call(function, Jp::text(text)),
            None if glob == "?*" => subject.jp.clone().compare(Op::NotEqual, Jp::text("")),
            None => Jp::Call("pattern_match", vec![Jp::text(glob), subject.jp.clone()]),
        },
    };
    Jp::and(
        [be_text(subject), be_text(pattern), Some(test)]
            .into_iter()
            .flatten(),
    )
}

/// A glob that is an equality (`None`) or one of the simple functions, with its text.
fn plain_glob(glob: &str) -> Option<(Option<&'static str>, &str)> {
    let is_plain = |text: &str| !text.contains(['*', '?']);
    if is_plain(glob) {
        return Some((None, glob));
    }
    let (head, tail) = (glob.strip_prefix('*'), glob.strip_suffix('*'));
    if let Some(text) = tail.filter(|text| is_plain(text)) {
        return Some((Some("starts_with"), text));
    }
    if let Some(text) = head.filter(|text| is_plain(text)) {
        return Some((Some("ends_with"), text));
    }
    let middle = head.and_then(|text| text.strip_suffix('*'));
    let text = middle.filter(|text| is_plain(text))?;
    Some((Some("contains"), text))
}
