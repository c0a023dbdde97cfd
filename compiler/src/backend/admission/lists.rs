//! Variables for the lists that demands are made of, such as the containers of a pod: each list stands
//! once, and the demands read as what they are about.

use policyc_ir::{Binding, Expr, ExprKind, Iterable, LocalId, Message, Path, Root, Segment, Type};

use super::frame::Variable;
use super::validations::is_value;
use crate::backend::cel::{self, Blocked, Cel, Frame};
use crate::backend::check::{Around, Check};

/// The first number of a variable that stands for a list; no author's variable has it.
const FIRST: u32 = u32::MAX - 100_000;

/// A list with a variable of its own.
#[derive(Debug)]
struct List {
    /// What the loops of the demands visit instead.
    over: Iterable,
    id: LocalId,
    ty: Type,
    variable: Variable,
    /// How often the list would be written.
    uses: usize,
    /// Whether it is put together of several.
    several: bool,
}

/// The lists of a rule that are worth a variable.
#[derive(Debug)]
pub(super) struct Lists {
    lists: Vec<List>,
    /// For each demand, the list of its outermost loop.
    of_checks: Vec<Option<usize>>,
}

impl Lists {
    /// Looks for lists in the demands.
    pub(super) fn of(
        checks: &[Check<'_>],
        frame: &Frame,
        taken: &[Variable],
    ) -> Result<Self, Blocked> {
        let mut found = Self {
            lists: Vec::new(),
            of_checks: Vec::new(),
        };
        let mut names = frame.clone();
        for variable in taken {
            names = names.with_name(&variable.name).0;
        }
        for check in checks {
            let list = match outermost(check) {
                Some(exprs) => Some(found.add(check, exprs, frame, &mut names)?),
                None => None,
            };
            found.of_checks.push(list);
        }
        Ok(found)
    }

    fn add(
        &mut self,
        check: &Check<'_>,
        exprs: &[Expr],
        frame: &Frame,
        names: &mut Frame,
    ) -> Result<usize, Blocked> {
        let element = Binding {
            id: LocalId(FIRST),
            name: singular(exprs),
        };
        let over = Iterable::Lists(exprs.to_vec());
        let elements = cel::elements(frame, None, Some(&element), &over)?;
        let expression = elements.collected(Cel::Bool(true), None);
        // The expression, and the text for the first element that violates the demand.
        let uses = 1 + usize::from(check.message.is_some_and(says_more));
        let mut known = self.lists.iter_mut().enumerate();
        if let Some((index, list)) = known.find(|(_, list)| list.variable.expression == expression)
        {
            list.uses += uses;
            return Ok(index);
        }
        let index = self.lists.len();
        let number = u32::try_from(index).unwrap_or(0);
        let id = LocalId(FIRST + 1 + number);
        let (next, name) = names.with_name(&plural(exprs));
        *names = next;
        let ty = Type::List(Box::new(cel::item_type(exprs)));
        let path = Expr {
            kind: ExprKind::Path(Path {
                root: Root::Local(id),
                segments: Vec::new(),
            }),
            ty: ty.clone(),
            origin: check.origin,
        };
        self.lists.push(List {
            over: Iterable::Lists(vec![path]),
            id,
            ty,
            variable: Variable { name, expression },
            uses,
            several: exprs.len() > 1,
        });
        Ok(index)
    }

    fn worth(&self) -> impl Iterator<Item = &List> {
        self.lists
            .iter()
            .filter(|list| list.uses > 1 || list.several)
    }

    /// The variables.
    pub(super) fn variables(&self) -> Vec<Variable> {
        self.worth().map(|list| list.variable.clone()).collect()
    }

    /// The frame in which the variables stand for the lists.
    pub(super) fn frame(&self, frame: &Frame) -> Frame {
        self.worth().fold(frame.clone(), |frame, list| {
            let variable = &list.variable;
            frame.with_list(list.id, &variable.name, variable.used(), list.ty.clone())
        })
    }

    /// The demand, of the elements of the variable.
    pub(super) fn rewritten<'a>(&'a self, index: usize, check: &Check<'a>) -> Check<'a> {
        let list = self.of_checks.get(index).copied().flatten();
        let list = list.and_then(|list| self.lists.get(list));
        let mut check = check.clone();
        if let Some(list) = list.filter(|list| list.uses > 1 || list.several) {
            let mut loops = check.around.iter_mut();
            let first = loops.find_map(|around| match around {
                Around::ForEach { over, .. } => Some(over),
                Around::If(..) => None,
            });
            if let Some(over) = first {
                *over = &list.over;
            }
        }
        check
    }
}

/// The lists of the outermost loop around a demand.
fn outermost<'a>(check: &Check<'a>) -> Option<&'a [Expr]> {
    let first = check.around.iter().find_map(|around| match around {
        Around::ForEach {
            key: None,
            value: Some(_),
            over,
        } => Some(Some(*over)),
        Around::ForEach { .. } => Some(None),
        Around::If(..) => None,
    });
    match first.flatten()? {
        Iterable::Lists(lists) => Some(lists),
        Iterable::Entries(_) => None,
    }
}

/// Whether a message has a value in it.
fn says_more(message: &Message) -> bool {
    message.parts.iter().any(is_value)
}

/// What the elements are called: as the lists, whose name the shortest one has.
fn plural(exprs: &[Expr]) -> String {
    let mut names: Vec<&str> = exprs.iter().filter_map(last_field).collect();
    names.sort_by_key(|name| name.len());
    names.first().map_or("elements", |name| *name).to_owned()
}

/// What one of them is called.
fn singular(exprs: &[Expr]) -> String {
    let name = plural(exprs);
    match name.strip_suffix('s') {
        Some(one) if one.len() > 2 => one.to_owned(),
        Some(_) | None => "element".to_owned(),
    }
}

fn last_field(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Path(path) => path
            .segments
            .iter()
            .rev()
            .find_map(|segment| match segment {
                Segment::Field(name) => Some(name.as_str()),
                Segment::Index(_) | Segment::Single | Segment::Key(_) => None,
            }),
        ExprKind::Coalesce(first, _) => last_field(first),
        ExprKind::Literal(_)
        | ExprKind::Call { .. }
        | ExprKind::Arithmetic { .. }
        | ExprKind::List(_)
        | ExprKind::Map { .. }
        | ExprKind::Filter { .. } => None,
    }
}
