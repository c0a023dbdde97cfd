//! Whole rules: selection, preconditions, statements and messages.

use super::conditions::Writer;
use super::focus::WORKLOADS;
use super::literals::TEXTS;
use super::metadata::{ANNOTATIONS, LABEL_VALUES, LABELS, NAME_GLOBS, NAMESPACE_GLOBS};
use super::place::{Place, Segment};
use super::random::Random;
use super::rule::{Clause, Message, Part, Piece, Precondition, Rule, Statement, Value};

impl Writer<'_> {
    /// A rule about the focus.
    pub(super) fn rule(&mut self) -> Rule {
        self.variables.clear();
        self.named.clear();
        let mut matches = vec![self.clause(true)];
        if self.random.percent(12) {
            matches.push(self.clause(true));
        }
        let mut excludes = Vec::new();
        if self.random.percent(20) {
            excludes.push(self.clause(false));
        }
        let mut conditions = Vec::new();
        if self.random.percent(25) {
            conditions.push(Precondition {
                unless: self.random.percent(50),
                condition: self.condition(1),
            });
        }
        let count = 1 + self.random.below(3) / 2;
        let body = self.statements(count, 3);
        Rule {
            matches,
            excludes,
            conditions,
            body,
        }
    }

    fn clause(&mut self, matches: bool) -> Clause {
        let subject = &self.focus.subject;
        let mut clause = Clause::default();
        if matches || self.random.percent(40) {
            let kind = match self.random.below(10) {
                0 => format!("{}/{}", subject.api_version, subject.kind),
                _ => subject.kind.to_owned(),
            };
            clause.kinds.push(kind);
            if subject.is_pod() {
                clause.exactly = matches && self.random.percent(8);
            }
            if !matches && subject.is_pod() && self.random.percent(25) {
                let workload = self.random.pick(WORKLOADS);
                clause.kinds = vec![workload.map_or("Deployment", |found| found.kind).to_owned()];
                clause.exactly = false;
            }
        }
        let wanted = match self.random.below(10) {
            0..7 if matches => 0,
            0..9 => 1,
            _ => 2,
        };
        for _ in 0..wanted {
            let part = self.part();
            let same =
                |other: &Part| std::mem::discriminant(other) == std::mem::discriminant(&part);
            if !clause.parts.iter().any(same) {
                clause.parts.push(part);
            }
        }
        if clause.kinds.is_empty() && clause.parts.is_empty() {
            clause.parts.push(Part::Named(vec!["web-*".to_owned()]));
        }
        clause
    }

    fn part(&mut self) -> Part {
        if self.with_namespaces && self.random.percent(50) {
            let values = match self.random.below(3) {
                0 => Vec::new(),
                _ => some(self.random, LABEL_VALUES),
            };
            return Part::NamespaceLabel(self.random.word(LABELS).to_owned(), values);
        }
        match self.random.below(10) {
            0..3 => Part::Named(some(self.random, NAME_GLOBS)),
            3..6 => Part::Namespace(some(self.random, NAMESPACE_GLOBS)),
            6..8 => {
                let values = match self.random.below(3) {
                    0 => Vec::new(),
                    1 => some(self.random, LABEL_VALUES),
                    _ => some(self.random, &["w*", "*t", "?", "*", "web"]),
                };
                Part::Label(self.random.word(LABELS).to_owned(), values)
            }
            8 => {
                let values = match self.random.below(2) {
                    0 => Vec::new(),
                    _ => some(self.random, &["a*", "a", "x y", "*"]),
                };
                Part::Annotation(self.random.word(ANNOTATIONS).to_owned(), values)
            }
            _ => {
                let operations: &[&[&str]] =
                    &[&["create"], &["update"], &["create", "update"], &["delete"]];
                let chosen = self.random.pick(operations).copied().unwrap_or_default();
                Part::On(chosen.iter().map(|word| (*word).to_owned()).collect())
            }
        }
    }

    fn statements(&mut self, count: usize, budget: usize) -> Vec<Statement> {
        let (variables, named) = (self.variables.len(), self.named.len());
        let mut body = Vec::new();
        for _ in 0..count {
            self.statement(budget, &mut body);
        }
        if matches!(
            body.last(),
            Some(Statement::LetValue(..) | Statement::LetCondition(..)) | None
        ) {
            body.push(self.demand(budget));
        }
        self.variables.truncate(variables);
        self.named.truncate(named);
        body
    }

    fn statement(&mut self, budget: usize, body: &mut Vec<Statement>) {
        match self.random.below(100) {
            0..30 if budget > 0 => {
                match self.place().and_then(|place| self.visiting(&place, budget)) {
                    Some(statement) => body.push(statement),
                    None => body.push(self.demand(budget)),
                }
            }
            30..42 if budget > 0 => {
                let condition = self.condition(1);
                let then = self.statements(1, budget - 1);
                let otherwise = match self.random.below(2) {
                    0 => Vec::new(),
                    _ => self.statements(1, budget - 1),
                };
                body.push(Statement::If {
                    condition,
                    then,
                    otherwise,
                });
            }
            42..48 => {
                let condition = self.condition(1);
                let name = self.fresh("c");
                body.push(Statement::LetCondition(name.clone(), condition));
                self.named.push(name);
            }
            _ => body.push(self.demand(budget)),
        }
    }

    /// A loop to a place.
    fn visiting(&mut self, place: &Place, budget: usize) -> Option<Statement> {
        let at = place
            .segments
            .iter()
            .position(|segment| matches!(segment, Segment::Items | Segment::Entries))?;
        let known = self.variables.len();
        // Loops begin at the resource: inside of another loop a condition does the rest.
        if known > 0 {
            return None;
        }
        let list = Place {
            segments: place.segments.iter().take(at).cloned().collect(),
            ..place.clone()
        };
        let over = match list.segments.split_last() {
            Some((Segment::Fields(names), before)) => {
                let before = Place {
                    segments: before.to_vec(),
                    ..list.clone()
                };
                let Some(Value::Path { head, mut steps }) = self.direct(&before) else {
                    return None;
                };
                if self.random.percent(80) {
                    steps.push(super::rule::Step::Keys(names.clone()));
                    vec![Value::Path { head, steps }]
                } else {
                    names
                        .iter()
                        .map(|name| {
                            let mut steps = steps.clone();
                            steps.push(super::rule::Step::Key(name.clone()));
                            Value::Path {
                                head: head.clone(),
                                steps,
                            }
                        })
                        .collect()
                }
            }
            Some(_) | None => vec![self.direct(&list)?],
        };
        let (names, variable) = self.visit(place, at);
        self.declare(&names, &variable);
        let count = 1 + self.random.below(4) / 3;
        let body = self.statements(count, budget - 1);
        self.variables.truncate(known);
        Some(Statement::For { names, over, body })
    }

    fn demand(&mut self, budget: usize) -> Statement {
        let condition = self.condition(budget.min(2));
        let message = self.random.percent(15).then(|| self.message());
        Statement::Demand {
            deny: self.random.percent(40),
            condition,
            message,
        }
    }

    fn message(&mut self) -> Message {
        let mut pieces = vec![Piece::Text(self.random.word(TEXTS).to_owned())];
        let name = Value::Path {
            head: "name".to_owned(),
            steps: Vec::new(),
        };
        let value = self.place().and_then(|place| self.direct(&place));
        pieces.push(Piece::Value(value.unwrap_or(name)));
        pieces.push(Piece::Text(self.random.word(TEXTS).to_owned()));
        Message(pieces)
    }
}

fn some(random: &mut Random, all: &[&'static str]) -> Vec<String> {
    let count = 1 + random.below(5) / 4;
    (0..count).map(|_| random.word(all).to_owned()).collect()
}
