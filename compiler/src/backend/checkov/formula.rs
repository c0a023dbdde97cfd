//! The logic between the IR and the check: conditions without implicit quantifiers, in which every
//! negation stands at a literal.
//!
//! A check is a Boolean combination of statements about one vertex, and a JSONPath filter one of
//! statements about one element. So each literal speaks about one thing only, and [`some`] moves
//! what does not speak about its element out of the quantifier.

use policyc_diagnostics::Span;
use policyc_ir::LocalId;

use super::term::{Atom, Exists, Leaf, Literal, Scalar, Shape, Step, Subject, Test};

/// The most cases a quantifier's body may have in disjunctive normal form.
const MAX_CASES: usize = 64;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Formula {
    /// It always or never holds.
    Constant(bool),
    /// A literal.
    Literal(Literal),
    /// All hold; at least two, none constant and none itself `All`.
    All(Vec<Self>),
    /// One holds; at least two, none constant and none itself `Any`.
    Any(Vec<Self>),
}

impl Formula {
    /// The statement holds.
    pub(super) const fn holds(atom: Atom) -> Self {
        Self::Literal(Literal { holds: true, atom })
    }

    /// The question is answered with yes.
    pub(super) fn leaf(leaf: Leaf) -> Self {
        // Null elements are not visited, so an element is there; every resource has a kind.
        let always = match leaf.subject {
            Subject::Element(_) => leaf.path.is_empty(),
            Subject::Kind | Subject::ApiVersion => true,
            Subject::Object
            | Subject::Submitted
            | Subject::Name
            | Subject::ClauseName
            | Subject::Namespace
            | Subject::ClauseNamespace
            | Subject::Vertex => false,
        };
        match (&leaf.test, always) {
            (Test::Exists, true) => Self::Constant(true),
            _ => Self::holds(Atom::Leaf(leaf)),
        }
    }

    /// All hold.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, true)
    }

    /// One holds.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::join(parts, false)
    }

    /// `neutral` is the constant that changes nothing: true for all, false for any.
    fn join(parts: impl IntoIterator<Item = Self>, neutral: bool) -> Self {
        let mut joined: Vec<Self> = Vec::new();
        let mut add = |part: Self| {
            if !joined.contains(&part) {
                joined.push(part);
            }
        };
        for part in parts {
            match (part, neutral) {
                (Self::Constant(value), _) if value == neutral => {}
                (Self::Constant(value), _) => return Self::Constant(value),
                (Self::All(inner), true) | (Self::Any(inner), false) => {
                    inner.into_iter().for_each(&mut add);
                }
                (other, _) => add(other),
            }
        }
        let mut joined = factor(joined, neutral);
        match (joined.len(), neutral) {
            (0, _) => Self::Constant(neutral),
            (1, _) => joined.pop().unwrap_or(Self::Constant(neutral)),
            (_, true) => Self::All(joined),
            (_, false) => Self::Any(joined),
        }
    }

    /// Its negation.
    pub(super) fn negate(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Literal(Literal { holds, atom }) => Self::Literal(Literal {
                holds: !holds,
                atom,
            }),
            Self::All(parts) => Self::any(parts.into_iter().map(Self::negate)),
            Self::Any(parts) => Self::all(parts.into_iter().map(Self::negate)),
        }
    }

    /// The parts that must all hold.
    pub(super) fn conjuncts(self) -> Vec<Self> {
        match self {
            Self::All(parts) => parts,
            Self::Constant(_) | Self::Literal(_) | Self::Any(_) => vec![self],
        }
    }

    /// Puts a formula in place of each literal.
    pub(super) fn replace(self, by: &mut impl FnMut(Literal) -> Self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(value),
            Self::Literal(literal) => by(literal),
            Self::All(parts) => Self::all(parts.into_iter().map(|part| part.replace(by))),
            Self::Any(parts) => Self::any(parts.into_iter().map(|part| part.replace(by))),
        }
    }

    /// Whether some literal satisfies the predicate.
    pub(super) fn mentions(&self, which: &mut impl FnMut(&Literal) -> bool) -> bool {
        match self {
            Self::Constant(_) => false,
            Self::Literal(literal) => which(literal),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.mentions(which)),
        }
    }

    /// How many literals it has.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Constant(_) => 0,
            Self::Literal(_) => 1,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::size).sum(),
        }
    }

    /// Its cases, each a list of literals that must all hold; `None` when there are too many.
    fn cases(self) -> Option<Vec<Vec<Literal>>> {
        let cases = match self {
            Self::Constant(true) => vec![Vec::new()],
            Self::Constant(false) => Vec::new(),
            Self::Literal(literal) => vec![vec![literal]],
            Self::Any(parts) => {
                let mut cases = Vec::new();
                for part in parts {
                    cases.extend(part.cases()?);
                }
                cases
            }
            Self::All(parts) => {
                let mut cases: Vec<Vec<Literal>> = vec![Vec::new()];
                for part in parts {
                    let more = part.cases()?;
                    if cases.len().saturating_mul(more.len()) > MAX_CASES {
                        return None;
                    }
                    cases = cases
                        .iter()
                        .flat_map(|case| {
                            more.iter().map(|other| {
                                let mut both = case.clone();
                                for literal in other {
                                    if !both.contains(literal) {
                                        both.push(literal.clone());
                                    }
                                }
                                both
                            })
                        })
                        .collect();
                }
                cases
            }
        };
        (cases.len() <= MAX_CASES).then_some(cases)
    }
}

/// A list, or several that start at the same subject, whose elements a quantifier visits.
#[derive(Debug, Clone)]
pub(super) struct Lists {
    /// Where the paths start.
    pub(super) subject: Subject,
    /// The paths.
    pub(super) paths: Vec<Vec<Step>>,
    /// What an element is.
    pub(super) element: Shape,
    /// Where the author wrote it.
    pub(super) origin: Span,
}

/// Some element, `variable`, of the lists satisfies the body; `None` when the body has too many
/// cases.
pub(super) fn some(lists: &Lists, variable: LocalId, body: Formula) -> Option<Formula> {
    let subject = Subject::Element(variable);
    let cases = body.cases()?.into_iter().filter_map(|case| {
        if contradicts_itself(&case) {
            return None;
        }
        let (about, outside): (Vec<_>, Vec<_>) = case
            .into_iter()
            .partition(|literal| literal.subject() == subject);
        let exists = Formula::holds(Atom::Exists(Exists {
            subject: lists.subject,
            lists: lists.paths.clone(),
            element: lists.element,
            body: about,
            origin: lists.origin,
        }));
        let outside = outside.into_iter().map(Formula::Literal);
        Some(Formula::all(outside.chain([exists])))
    });
    Some(Formula::any(cases))
}

/// Parts of the other sort that start alike are one: `(g and a) or (g and b)` is
/// `g and (a or b)`.
fn factor(parts: Vec<Formula>, neutral: bool) -> Vec<Formula> {
    let first_of = |part: &Formula| match (part, neutral) {
        (Formula::All(inner), false) | (Formula::Any(inner), true) => inner.first().cloned(),
        (Formula::All(_) | Formula::Any(_) | Formula::Constant(_) | Formula::Literal(_), _) => None,
    };
    let rest_of = |part: Formula| match part {
        Formula::All(inner) => Formula::all(inner.into_iter().skip(1)),
        Formula::Any(inner) => Formula::any(inner.into_iter().skip(1)),
        Formula::Constant(_) | Formula::Literal(_) => part,
    };
    let mut groups: Vec<(Option<Formula>, Vec<Formula>)> = Vec::new();
    for part in parts {
        let first = first_of(&part);
        match groups
            .iter_mut()
            .find(|(other, _)| first.is_some() && *other == first)
        {
            Some((_, group)) => group.push(part),
            None => groups.push((first, vec![part])),
        }
    }
    groups
        .into_iter()
        .flat_map(|(first, mut group)| match first {
            Some(first) if group.len() > 1 => {
                let rest = Formula::join(group.drain(..).map(rest_of), neutral);
                vec![Formula::join([first, rest], !neutral)]
            }
            Some(_) | None => group,
        })
        .collect()
}

fn contradicts_itself(case: &[Literal]) -> bool {
    case.iter().any(|literal| {
        case.iter()
            .any(|other| other.holds != literal.holds && other.atom == literal.atom)
    })
}

impl Formula {
    /// [`gather`](Self::gather)s all alternatives in it, and what must all not be.
    pub(super) fn gather_all(self) -> Self {
        match self {
            Self::Constant(_) | Self::Literal(_) => self,
            Self::Any(parts) => Self::any(parts.into_iter().map(Self::gather_all)).gather(),
            Self::All(parts) => Self::all(parts.into_iter().map(Self::gather_all))
                .negate()
                .gather()
                .negate(),
        }
    }

    /// Alternatives that ask the same value for one constant each become one question.
    pub(super) fn gather(self) -> Self {
        let Self::Any(parts) = self else { return self };
        let mut gathered: Vec<Self> = Vec::new();
        for part in parts {
            let joined = gathered
                .iter_mut()
                .any(|other| extend_question(other, &part));
            if !joined {
                gathered.push(part);
            }
        }
        Self::any(gathered)
    }
}

/// Adds the constants that `more` asks for to the question, when both ask one value for constants
/// of one type.
fn extend_question(question: &mut Formula, more: &Formula) -> bool {
    let (
        Formula::Literal(Literal {
            holds: true,
            atom: Atom::Leaf(leaf),
        }),
        Formula::Literal(Literal {
            holds: true,
            atom: Atom::Leaf(other),
        }),
    ) = (question, more)
    else {
        return false;
    };
    let same_value =
        leaf.subject == other.subject && leaf.path == other.path && leaf.shape == other.shape;
    match (&mut leaf.test, &other.test) {
        (Test::In(members), Test::In(others)) if same_value => {
            let same_type = members.iter().chain(others).all(|member| {
                matches!(
                    (members.first(), member),
                    (Some(Scalar::String(_)), Scalar::String(_))
                        | (Some(Scalar::Int(_)), Scalar::Int(_))
                )
            });
            if same_type {
                members.extend(others.iter().cloned());
            }
            same_type
        }
        _ => false,
    }
}
