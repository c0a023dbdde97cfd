//! `validate.pattern`, where its meaning is exactly the demand's.
//!
//! A pattern reads best, but means many things at once: an anchor fails on an explicit null, a
//! bound lets an absent field pass, a text may be an operator, and a condition over two lists turns
//! a violation into a skip. So only this is said with patterns: fields that must be there with a
//! value that the schema gives a plain type, on the resource or on each of a Pod's containers,
//! which are always there. Everything else is a condition of `deny`.

use policyc_ir::scalar::{Duration, Quantity};
use policyc_ir::{
    CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind, Iterable, Literal, LocalId,
    Operation, Path, Root, Rule, Segment, TextOp, Type,
};
use serde_json::{Map, Value as Json};

use super::lower::Focus;
use crate::backend::check::{Around, Check};

/// The pattern that says all demands; `None` when none does, or when the demands have messages of
/// their own.
pub(super) fn of(rule: &Rule, checks: &[Check<'_>], focus: Focus) -> Option<Json> {
    let (matches, _) = rule.scope.objects();
    // Kyverno does not try patterns on what is deleted.
    let written = matches.iter().flat_map(|clause| &clause.operations);
    let mut written = written.map(|op| matches!(op, Operation::Create | Operation::Update));
    let listed = matches.iter().all(|clause| !clause.operations.is_empty());
    // Kyverno refuses patterns of more than metadata for kinds that it does not know.
    let mut kinds = matches.iter().flat_map(|clause| &clause.kinds);
    if kinds.any(|kind| kind.kind.contains(['*', '?'])) {
        return None;
    }
    if !listed || !written.all(|written| written) {
        return None;
    }
    let first = checks.first()?;
    let same_message = |check: &Check<'_>| check.message == first.message;
    if !checks.iter().all(same_message) {
        return None;
    }
    let mut fields = Vec::new();
    for check in checks {
        for (place, test) in demands(check)? {
            add(&mut fields, place, test)?;
        }
    }
    let mut pattern = Json::Object(Map::new());
    for Field { place, tests } in &fields {
        let nested = |other: &Field| other.place.starts_with(place) && other.place != *place;
        if fields.iter().any(nested) {
            // What stands below makes it be there.
            if tests.iter().all(|test| *test == Test::Exists) {
                continue;
            }
            return None;
        }
        put(&mut pattern, place, text(tests)?)?;
    }
    let template = match focus {
        Focus::Whole | Focus::Autogen => &[][..],
        Focus::Template(path) => path,
    };
    let wrap = |inner, key: &&str| {
        let mut map = Map::new();
        map.insert((*key).to_owned(), inner);
        Json::Object(map)
    };
    Some(template.iter().rev().fold(pattern, wrap))
}

/// Where a value stands; `None` is each element of a list.
type Place = Vec<Option<String>>;

/// A field, and all that it must be.
struct Field {
    place: Place,
    tests: Vec<Test>,
}

/// What a field must be.
#[derive(Debug, Clone, PartialEq)]
enum Test {
    /// There.
    Exists,
    /// Not the empty string. It says nothing of a field that is absent.
    NotEmpty,
    /// A boolean or a whole number.
    Is(Json),
    /// A string that matches the glob, which is more than stars.
    Matches(String),
    /// A number or a quantity in this relation to one.
    Bound(String),
}

fn add(fields: &mut Vec<Field>, place: Place, test: Test) -> Option<()> {
    match fields.iter_mut().find(|field| field.place == place) {
        Some(field) => {
            if !field.tests.contains(&test) {
                field.tests.push(test);
            }
        }
        None => fields.push(Field {
            place,
            tests: vec![test],
        }),
    }
    Some(())
}

/// All tests of one field as a pattern.
fn text(tests: &[Test]) -> Option<Json> {
    let strong: Vec<_> = tests
        .iter()
        .filter(|test| !matches!(test, Test::Exists | Test::NotEmpty))
        .collect();
    let not_empty = tests.contains(&Test::NotEmpty);
    match strong.as_slice() {
        [] if !tests.contains(&Test::Exists) => None,
        [] => Some(Json::from(if not_empty { "?*" } else { "*" })),
        // None of them is empty.
        [Test::Is(value)] => Some(value.clone()),
        [Test::Matches(glob)] => Some(Json::from(glob.clone())),
        bounds => {
            let mut texts = Vec::new();
            for bound in bounds {
                let Test::Bound(bound) = bound else {
                    return None;
                };
                texts.push(bound.as_str());
            }
            // An absent number is zero for Kyverno, and all bounds are above.
            if !texts.iter().any(|text| text.starts_with('>')) {
                texts.insert(0, "?*");
            }
            Some(Json::from(texts.join(" & ")))
        }
    }
}

fn put(pattern: &mut Json, place: &[Option<String>], value: Json) -> Option<()> {
    let Some((first, rest)) = place.split_first() else {
        *pattern = value;
        return Some(());
    };
    let inner = match first {
        Some(key) => pattern
            .as_object_mut()?
            .entry(key.clone())
            .or_insert(Json::Null),
        None => {
            if pattern.is_null() {
                *pattern = Json::Array(vec![Json::Null]);
            }
            pattern.as_array_mut()?.first_mut()?
        }
    };
    if inner.is_null() && matches!(rest.first(), Some(Some(_))) {
        *inner = Json::Object(Map::new());
    }
    put(inner, rest, value)
}

/// What a demand says, when it says nothing but what fields must be.
fn demands(check: &Check<'_>) -> Option<Vec<(Place, Test)>> {
    let element = match check.around.as_slice() {
        [] => None,
        [
            Around::ForEach {
                key: None,
                value: Some(value),
                over: Iterable::Lists(lists),
            },
        ] => {
            let [list] = lists.as_slice() else {
                return None;
            };
            let ExprKind::Path(path) = &list.kind else {
                return None;
            };
            let place = place(path, None)?;
            if !is_never_absent(&place) {
                return None;
            }
            Some((value.id, place))
        }
        _ => return None,
    };
    let mut found = Vec::new();
    collect(check.demand, element.as_ref(), &mut found)?;
    Some(found)
}

/// Lists that the API server wants: a demand of each element says that they are there.
fn is_never_absent(place: &[Option<String>]) -> bool {
    let names: Option<Vec<&str>> = place.iter().map(Option::as_deref).collect();
    names.is_some_and(|names| {
        matches!(
            names.as_slice(),
            ["spec", "containers"]
                | ["spec", "template", "spec", "containers"]
                | [
                    "spec",
                    "jobTemplate",
                    "spec",
                    "template",
                    "spec",
                    "containers"
                ]
        )
    })
}

fn collect(
    condition: &Condition,
    element: Option<&(LocalId, Place)>,
    found: &mut Vec<(Place, Test)>,
) -> Option<()> {
    let at = |expr: &Expr| match &expr.kind {
        ExprKind::Path(path) => place(path, element),
        ExprKind::Literal(_)
        | ExprKind::Coalesce(..)
        | ExprKind::Call { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::List(_)
        | ExprKind::Map { .. }
        | ExprKind::Filter { .. } => None,
    };
    match &condition.kind {
        ConditionKind::All(inner) => {
            for condition in inner {
                collect(condition, element, found)?;
            }
        }
        ConditionKind::Exists(expr) => found.push((at(expr)?, Test::Exists)),
        ConditionKind::Not(inner) => {
            let ConditionKind::Compare {
                op: CompareOp::Equal,
                comparison: Comparison::String,
                left,
                right,
            } = &inner.kind
            else {
                return None;
            };
            let empty =
                matches!(&right.kind, ExprKind::Literal(Literal::String(text)) if text.is_empty());
            if !empty || left.ty != Type::String {
                return None;
            }
            found.push((at(left)?, Test::NotEmpty));
        }
        ConditionKind::Compare {
            op,
            comparison,
            left,
            right,
        } => {
            let ExprKind::Literal(literal) = &right.kind else {
                return None;
            };
            let test = comparison_test(*op, *comparison, &left.ty, literal)?;
            found.push((at(left)?, test));
        }
        ConditionKind::Text {
            op: TextOp::Glob,
            subject,
            pattern,
        } => {
            let ExprKind::Literal(Literal::String(glob)) = &pattern.kind else {
                return None;
            };
            if subject.ty != Type::String || !is_plain(glob, true) {
                return None;
            }
            found.push((at(subject)?, Test::Matches(glob.clone())));
        }
        // `a | b` would take the text `a | b` too.
        ConditionKind::Any(_)
        | ConditionKind::Member { .. }
        | ConditionKind::Text { .. }
        | ConditionKind::Constant(_)
        | ConditionKind::Regex { .. }
        | ConditionKind::WithinCidr { .. }
        | ConditionKind::Quantified { .. } => return None,
    }
    Some(())
}

fn comparison_test(
    op: CompareOp,
    comparison: Comparison,
    ty: &Type,
    literal: &Literal,
) -> Option<Test> {
    let sign = match op {
        CompareOp::Equal => "",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => ">=",
    };
    match (comparison, ty, literal) {
        (Comparison::Bool, Type::Bool, Literal::Bool(value)) if op == CompareOp::Equal => {
            Some(Test::Is(Json::from(*value)))
        }
        (Comparison::String, Type::String, Literal::String(text)) if op == CompareOp::Equal => {
            is_plain(text, false).then(|| Test::Matches(text.clone()))
        }
        (Comparison::Number, Type::Int, Literal::Int(value)) => {
            let fits = (1..1_i64 << 31).contains(value);
            let test = if op == CompareOp::Equal {
                Test::Is(Json::from(*value))
            } else {
                Test::Bound(format!("{sign}{value}"))
            };
            fits.then_some(test)
        }
        // `30m` is a duration too; those that are quantities have the same order.
        (Comparison::Quantity, Type::Quantity, Literal::Quantity(text)) => {
            let quantity = Quantity::parse(text)?;
            let fits = op != CompareOp::Equal && quantity > Quantity::from_integer(0);
            fits.then(|| Test::Bound(format!("{sign}{text}")))
        }
        _ => None,
    }
}

/// Whether Kyverno takes the text for itself, or for the glob that it is.
fn is_plain(text: &str, glob: bool) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    let starts = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    starts
        && text.chars().all(|c| is_word(c) || (glob && c == '*'))
        && Quantity::parse(text).is_none()
        && Duration::parse(text).is_none()
}

/// Where a path leads, when it goes through named fields only.
fn place(path: &Path, element: Option<&(LocalId, Place)>) -> Option<Place> {
    let mut place = match (path.root, element) {
        (Root::Object, _) => Vec::new(),
        (Root::Local(id), Some((bound, list))) if id == *bound => {
            let mut place = list.clone();
            place.push(None);
            place
        }
        _ => return None,
    };
    if path.segments.is_empty() {
        return None;
    }
    for segment in &path.segments {
        let Segment::Field(name) = segment else {
            return None;
        };
        // Parentheses make anchors, stars globs, braces and dollars variables.
        if name.is_empty() || name.contains(['(', ')', '*', '?', '{', '}', '$', '\\']) {
            return None;
        }
        place.push(Some(name.clone()));
    }
    Some(place)
}
