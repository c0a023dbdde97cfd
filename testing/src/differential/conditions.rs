//! Conditions about places, which open the quantifiers that the way to a place needs.

use policyc_compiler::schema::Schema;
use serde_json::Value as Json;

use super::focus::{Focus, settled};
use super::place::{self, Place, Segment, Ty};
use super::random::Random;
use super::rule::{Condition, Step, Value};

/// A value that decides, and where.
#[derive(Debug, Clone)]
pub(super) struct Touch {
    /// Where.
    pub place: Place,
    /// Values around the boundary.
    pub near: Vec<Json>,
}

/// A variable that can be used.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    /// The element that it is, or whose key it is.
    pub(super) place: Place,
    pub(super) key: bool,
}

/// Writes the rules of a batch.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    pub(super) random: &'a mut Random,
    pub(super) schema: &'a Schema,
    pub(super) focus: &'a Focus,
    pub(super) variables: Vec<Variable>,
    /// Conditions that a `let` names, and how many variables were known there.
    pub(super) named: Vec<String>,
    count: usize,
    /// Whether labels of namespaces are known.
    pub with_namespaces: bool,
    /// Where resources decide the rules that were written.
    pub touches: Vec<Touch>,
}

type Leaf<'f, 'a> = &'f mut dyn FnMut(&mut Writer<'a>, Value) -> Condition;

impl<'a> Writer<'a> {
    /// A writer of rules about a focus.
    #[must_use]
    pub(super) fn new(random: &'a mut Random, schema: &'a Schema, focus: &'a Focus) -> Self {
        Self {
            random,
            schema,
            focus,
            variables: Vec::new(),
            named: Vec::new(),
            count: 0,
            with_namespaces: false,
            touches: Vec::new(),
        }
    }

    pub(super) fn fresh(&mut self, stem: &str) -> String {
        self.count += 1;
        format!("{stem}{}", self.count)
    }

    pub(super) fn touch(&mut self, place: &Place, near: Vec<Json>) {
        self.touches.push(Touch {
            place: place.clone(),
            near,
        });
    }

    /// A place: of the focus, or anywhere near what is being visited.
    pub(super) fn place(&mut self) -> Option<Place> {
        if let Some(variable) = self.variables.last().cloned()
            && self.random.percent(70)
        {
            let within: Vec<Place> = self
                .focus
                .places
                .iter()
                .filter(|place| starts_with(place, &variable.place))
                .cloned()
                .collect();
            if !within.is_empty() && self.random.percent(70) {
                return self.random.pick(&within).cloned();
            }
            return Some(self.below(&variable.place));
        }
        self.random.pick(&self.focus.places).cloned()
    }

    /// A place in an element.
    pub(super) fn below(&mut self, element: &Place) -> Place {
        if element.id == self.schema.any() {
            return element.clone();
        }
        let walked = place::walk(self.random, self.schema, element.id, false);
        let Some(walked) = walked else {
            return element.clone();
        };
        let mut segments = element.segments.clone();
        segments.extend(walked.segments);
        // Deeper than three lists nobody writes rules.
        let lists = segments
            .iter()
            .filter(|segment| matches!(segment, Segment::Items | Segment::Entries));
        if lists.count() > 3 {
            return element.clone();
        }
        settled(Place {
            segments,
            id: walked.id,
            ty: walked.ty,
        })
    }

    /// A condition; `budget` bounds how much it may hold.
    pub(super) fn condition(&mut self, budget: usize) -> Condition {
        let dice = self.random.below(100);
        match dice {
            0..9 if budget > 0 => Condition::And(self.conditions(budget)),
            9..19 if budget > 0 => Condition::Or(self.conditions(budget)),
            19..26 if budget > 0 => Condition::Not(Box::new(self.condition(budget - 1))),
            26..34 => self.about_metadata(),
            34..40 => self.counted().unwrap_or_else(|| self.simple(budget)),
            40..44 if !self.named.is_empty() => {
                let name = self.random.pick(&self.named).cloned();
                Condition::Named(name.unwrap_or_default())
            }
            _ => self.simple(budget),
        }
    }

    fn conditions(&mut self, budget: usize) -> Vec<Condition> {
        let count = 2 + self.random.below(2);
        (0..count).map(|_| self.condition(budget - 1)).collect()
    }

    /// A test of a place.
    fn simple(&mut self, budget: usize) -> Condition {
        let Some(place) = self.place() else {
            return self.about_metadata();
        };
        self.on(&place, None, budget, &mut |writer, value| {
            writer.test(value, &place)
        })
    }

    /// What `leaf` says of a place, with the quantifiers around it.
    pub(super) fn on(
        &mut self,
        place: &Place,
        from: Option<&Variable>,
        budget: usize,
        leaf: Leaf<'_, 'a>,
    ) -> Condition {
        let found = from.cloned().or_else(|| {
            let known = self.nearest(place);
            known.filter(|_| self.random.percent(90))
        });
        let (head, done) = start(found.as_ref());
        let mut steps = Vec::new();
        for (at, segment) in place.segments.iter().enumerate().skip(done) {
            let visited = match segment {
                Segment::Field(name) | Segment::Key(name) => {
                    steps.push(Step::Key(name.clone()));
                    continue;
                }
                Segment::Fields(names) => {
                    steps.push(Step::Keys(names.clone()));
                    continue;
                }
                Segment::Items | Segment::Entries => segment,
            };
            let several = matches!(steps.last(), Some(Step::Keys(_)));
            if *visited == Segment::Items && !several && self.random.percent(4) {
                steps.push(Step::Index(self.random.below(2)));
                continue;
            }
            let over = Value::Path { head, steps };
            let (names, variable) = self.visit(place, at);
            let word = self.random.word(&["all", "all", "any", "any", "none"]);
            let known = self.variables.len();
            self.declare(&names, &variable);
            let mut body = self.on(place, Some(&variable), budget, leaf);
            if self.random.percent(25) && budget > 0 {
                let other = self.condition(budget - 1);
                body = match self.random.below(2) {
                    0 => Condition::And(vec![body, other]),
                    _ => Condition::Or(vec![body, other]),
                };
            }
            self.variables.truncate(known);
            return Condition::Quantified {
                word,
                names,
                over: vec![over],
                body: Box::new(body),
            };
        }
        leaf(self, Value::Path { head, steps })
    }

    /// Names for the elements of the list or map at a segment, and the variable that is one.
    pub(super) fn visit(&mut self, place: &Place, at: usize) -> (Vec<String>, Variable) {
        let segments: Vec<Segment> = place.segments.iter().take(at + 1).cloned().collect();
        let element = Place {
            id: self.id_of(&segments),
            ty: Ty::Any,
            segments,
        };
        let ty = place::ty_of(self.schema, element.id);
        let name = self.fresh("v");
        let names = match element.segments.last() {
            Some(Segment::Entries) => vec![self.fresh("k"), name.clone()],
            Some(Segment::Field(_) | Segment::Fields(_) | Segment::Key(_) | Segment::Items)
            | None => vec![name.clone()],
        };
        let variable = Variable {
            name,
            place: Place { ty, ..element },
            key: false,
        };
        (names, variable)
    }

    pub(super) fn declare(&mut self, names: &[String], variable: &Variable) {
        if let [key, _] = names {
            self.variables.push(Variable {
                name: key.clone(),
                key: true,
                ..variable.clone()
            });
        }
        self.variables.push(variable.clone());
    }

    fn id_of(&self, segments: &[Segment]) -> policyc_compiler::schema::TypeId {
        use policyc_compiler::schema::Step as To;
        let mut steps = Vec::new();
        for segment in segments {
            steps.push(match segment {
                Segment::Field(name) | Segment::Key(name) => To::Member(name),
                Segment::Fields(names) => {
                    To::Member(names.first().map(String::as_str).unwrap_or_default())
                }
                Segment::Items | Segment::Entries => To::Items,
            });
        }
        self.schema
            .follow(self.focus.ty, &steps)
            .map_or(self.schema.any(), |place| place.ty)
    }

    /// The innermost variable that a place lies in.
    fn nearest(&self, place: &Place) -> Option<Variable> {
        self.variables
            .iter()
            .filter(|variable| !variable.key && starts_with(place, &variable.place))
            .max_by_key(|variable| variable.place.segments.len())
            .cloned()
    }

    /// The path to a place that needs no quantifier here.
    pub(super) fn direct(&self, place: &Place) -> Option<Value> {
        let variable = self.nearest(place);
        let (head, done) = start(variable.as_ref());
        let mut steps = Vec::new();
        for segment in place.segments.iter().skip(done) {
            match segment {
                Segment::Field(name) | Segment::Key(name) => steps.push(Step::Key(name.clone())),
                Segment::Fields(_) | Segment::Items | Segment::Entries => return None,
            }
        }
        Some(Value::Path { head, steps })
    }

    /// Another value of the same type that is known here.
    pub(super) fn peer(&mut self, of: &Place) -> Option<Value> {
        let keys = self.variables.iter().filter(|variable| variable.key);
        let mut found: Vec<(Option<Place>, Value)> = Vec::new();
        if of.ty == Ty::Text {
            found.extend(keys.map(|variable| {
                let head = variable.name.clone();
                (
                    None,
                    Value::Path {
                        head,
                        steps: Vec::new(),
                    },
                )
            }));
        }
        for place in &self.focus.places {
            if place.ty == of.ty
                && place != of
                && let Some(value) = self.direct(place)
            {
                found.push((Some(place.clone()), value));
            }
        }
        if let (true, Some(variable)) = (found.is_empty(), self.variables.last().cloned()) {
            let place = self.below(&variable.place);
            if place.ty == of.ty
                && place != *of
                && let Some(value) = self.direct(&place)
            {
                found.push((Some(place), value));
            }
        }
        let (place, value) = self.random.take(&mut found)?;
        if let Some(place) = place {
            self.touch(&place, Vec::new());
        }
        Some(value)
    }

    /// A test of the elements of a list, counted or taken out.
    fn counted(&mut self) -> Option<Condition> {
        let place = self.place()?;
        let at = place
            .segments
            .iter()
            .rposition(|segment| *segment == Segment::Items)?;
        let list = Place {
            segments: place.segments.iter().take(at).cloned().collect(),
            ..place.clone()
        };
        let filter = self.random.percent(60);
        let condition = self.on(&settled(list), None, 0, &mut |writer, value| {
            let over = value;
            let (names, variable) = writer.visit(&place, at);
            let name = names.first().cloned().unwrap_or_default();
            let known = writer.variables.len();
            writer.variables.push(variable.clone());
            let condition = if filter {
                let body = writer.on(&place, Some(&variable), 1, &mut |writer, value| {
                    writer.test(value, &place)
                });
                let count = writer.random.below(3).to_string();
                Condition::Test {
                    operator: writer.random.word(&["<=", "==", ">", "!="]),
                    left: Value::Call(
                        "length",
                        vec![Value::Filter {
                            name,
                            over: Box::new(over),
                            body: Box::new(body),
                        }],
                    ),
                    right: Value::Literal(count),
                }
            } else {
                let rest = place.segments.iter().skip(at + 1);
                let steps: Option<Vec<Step>> = rest
                    .map(|segment| match segment {
                        Segment::Field(name) | Segment::Key(name) => Some(Step::Key(name.clone())),
                        Segment::Fields(_) | Segment::Items | Segment::Entries => None,
                    })
                    .collect();
                match steps {
                    Some(steps) => writer.in_map(&place, name, over, steps),
                    None => Condition::Exists(over),
                }
            };
            writer.variables.truncate(known);
            condition
        });
        Some(condition)
    }
}

/// Whether a place lies in another.
fn starts_with(place: &Place, other: &Place) -> bool {
    place.segments.starts_with(&other.segments)
}

fn start(variable: Option<&Variable>) -> (String, usize) {
    match variable {
        Some(variable) => (variable.name.clone(), variable.place.segments.len()),
        None => (String::new(), 0),
    }
}
