//! What loops visit.

use policyc_ir::{Binding, Expr, ExprKind, Iterable, Root, Type};

use super::path::is_of_request;
use super::{Bound, Known, Value};
use crate::backend::cel::Lowered;
use crate::backend::cel::ast::{Cel, Macro};
use crate::backend::cel::frame::Frame;

/// What a loop visits.
#[derive(Debug, Clone)]
pub(in crate::backend) struct Elements {
    /// Where the key and the value are bound.
    pub(in crate::backend) frame: Frame,
    source: Source,
    /// What an element must satisfy to be visited.
    only: Cel,
}

#[derive(Debug, Clone)]
enum Source {
    /// The elements of a list, which stands in `list`, where the guard holds.
    List { list: Guarded, variable: String },
    /// The same of several lists.
    Lists {
        lists: Vec<Value>,
        list: Bound,
        name: String,
        variable: String,
    },
    /// The entries of a map.
    Entries {
        map: Guarded,
        key: String,
        value: Option<String>,
    },
}

/// A value that is a list or a map, or else nothing.
#[derive(Debug, Clone)]
enum Guarded {
    /// It always is one.
    Sure(Cel),
    /// It is one where the guard holds; the value stands in the variable where the name is one.
    Test {
        optional: Cel,
        name: String,
        guard: Cel,
    },
    /// As before, and it is simple enough to be written twice.
    Plain { cel: Cel, guard: Cel },
}

impl Guarded {
    fn quantified(&self, every: bool, visit: impl Fn(Cel) -> Cel) -> Cel {
        let guarded = |guard: &Cel, visited: Cel| {
            if every {
                Cel::or([guard.clone().negated(), visited])
            } else {
                Cel::and([guard.clone(), visited])
            }
        };
        match self {
            Self::Sure(cel) => visit(cel.clone()),
            Self::Plain { cel, guard } => guarded(guard, visit(cel.clone())),
            Self::Test {
                optional,
                name,
                guard,
            } => optional
                .clone()
                .opt_map(name, guarded(guard, visit(Cel::ident(name))))
                .or_value(Cel::Bool(every)),
        }
    }

    /// As a list in any case.
    fn listed(&self, make: impl Fn(Cel) -> Cel) -> Cel {
        let empty = || Cel::List(Vec::new());
        let guarded = |guard: &Cel, made: Cel| {
            Cel::Ternary(Box::new(guard.clone()), Box::new(made), Box::new(empty()))
        };
        match self {
            Self::Sure(cel) => make(cel.clone()),
            Self::Plain { cel, guard } => guarded(guard, make(cel.clone())),
            Self::Test {
                optional,
                name,
                guard,
            } => optional
                .clone()
                .opt_map(name, guarded(guard, make(Cel::ident(name))))
                .or_value(empty()),
        }
    }
}

impl Frame {
    /// What a loop visits.
    pub(in crate::backend) fn elements(
        &self,
        key: Option<&Binding>,
        value: Option<&Binding>,
        over: &Iterable,
    ) -> Lowered<Elements> {
        match over {
            Iterable::Lists(lists) => self.list_elements(value, lists),
            Iterable::Entries(map) => {
                let (map, ty) = (self.value(map)?, map.ty.clone());
                let (outer, map) = self.guarded(&map, Known::Map);
                let item = if let Type::Map(item) = ty {
                    *item
                } else {
                    Type::Any
                };
                let (mut frame, key) = match key {
                    Some(key) => outer.with_key(key.id, &key.name),
                    None => outer.with_name("key"),
                };
                let nullable = self.known(&item) == Known::Nothing;
                let value = match value {
                    Some(value) => {
                        let (next, name) = frame.with_element(value.id, &value.name, item);
                        frame = next;
                        Some(name)
                    }
                    None if nullable => {
                        let (next, name) = frame.with_name("value");
                        frame = next;
                        Some(name)
                    }
                    None => None,
                };
                let only = match &value {
                    Some(name) if nullable => Cel::ident(name).differs(Cel::Null),
                    Some(_) | None => Cel::Bool(true),
                };
                Ok(Elements {
                    frame,
                    source: Source::Entries { map, key, value },
                    only,
                })
            }
        }
    }

    fn list_elements(&self, value: Option<&Binding>, lists: &[Expr]) -> Lowered<Elements> {
        let item = item_type(lists);
        let values = lists.iter().map(|list| self.value(list));
        let values = values.collect::<Lowered<Vec<_>>>()?;
        let all_lists = values.iter().all(|value| value.known == Known::List);
        let mut items = lists.iter().map(|list| self.known_of_items(list, &item));
        let first = items.next().unwrap_or(Known::Nothing);
        let known = if items.all(|known| known == first) {
            first
        } else {
            Known::Nothing
        };
        let bind = |frame: &Self| match value {
            Some(value) => frame.with_known(value.id, &value.name, item.clone(), known),
            None => frame.with_name("element"),
        };
        let only = |name: &str| {
            if known == Known::Nothing {
                Cel::ident(name).differs(Cel::Null)
            } else {
                Cel::Bool(true)
            }
        };
        if let [list] = values.as_slice() {
            let (outer, list) = self.guarded(list, Known::List);
            let (frame, variable) = bind(&outer);
            let only = only(&variable);
            return Ok(Elements {
                frame,
                source: Source::List { list, variable },
                only,
            });
        }
        if all_lists {
            // Lists of different types do not go together unless one does not look at them.
            let lists = values
                .iter()
                .map(|list| Cel::call("dyn", [list.or(Cel::List(Vec::new()))]));
            let sum = lists.reduce(|sum, list| sum.binary(super::Operator::Add, list));
            let (frame, variable) = bind(self);
            let only = only(&variable);
            return Ok(Elements {
                frame,
                source: Source::List {
                    list: Guarded::Sure(sum.unwrap_or(Cel::List(Vec::new()))),
                    variable,
                },
                only,
            });
        }
        let (outer, name) = self.with_name("elements");
        let (frame, variable) = bind(&outer);
        let only = only(&variable);
        Ok(Elements {
            frame,
            source: Source::Lists {
                lists: values,
                list: Bound {
                    cel: Cel::ident(&name),
                    known: Known::Nothing,
                    constant: None,
                    ty: Type::Any,
                },
                name,
                variable,
            },
            only,
        })
    }

    /// What the engine knows of the elements of a list.
    fn known_of_items(&self, list: &Expr, item: &Type) -> Known {
        let ExprKind::Path(path) = &list.kind else {
            return self.known(item);
        };
        if is_of_request(path.root) {
            return Known::of(item);
        }
        if let Root::Local(id) = path.root
            && path.segments.is_empty()
            && let Some(items) = self.local(id).and_then(|local| local.items)
        {
            return items;
        }
        self.known(item)
    }

    /// A value that must be a list or a map.
    fn guarded(&self, value: &Value, wanted: Known) -> (Self, Guarded) {
        let (empty, type_name) = if wanted == Known::List {
            (Cel::List(Vec::new()), "list")
        } else {
            (Cel::EmptyMap, "map")
        };
        if value.known == wanted {
            let base = if value.optional && value.ty == Type::Object {
                // What has known fields is no map for a type checker.
                Cel::call("dyn", [value.cel.clone()]).or_value(empty)
            } else if value.ty == Type::Object {
                Cel::call("dyn", [value.cel.clone()])
            } else if matches!(&value.cel, Cel::List(items) if !items.is_empty()) {
                // The elements are tested as what comes from a resource.
                Cel::call("dyn", [value.cel.clone()])
            } else {
                value.or(empty)
            };
            return (self.clone(), Guarded::Sure(base));
        }
        let can_be = matches!(value.known, Known::Nothing | Known::NotNull);
        if !can_be {
            return (self.clone(), Guarded::Sure(empty));
        }
        if !value.optional && value.is_simple() {
            let guard = value.cel.clone().is_type(type_name);
            let cel = value.cel.clone();
            return (self.clone(), Guarded::Plain { cel, guard });
        }
        let (frame, name) = self.with_name(&value.name);
        let guard = Cel::ident(&name).is_type(type_name);
        let optional = value.as_optional();
        (
            frame,
            Guarded::Test {
                optional,
                name,
                guard,
            },
        )
    }
}

/// What the elements of the lists are, where they all are the same.
pub(in crate::backend) fn item_type(lists: &[Expr]) -> Type {
    let mut types = lists
        .iter()
        .map(|list| list.ty.item().cloned().unwrap_or(Type::Any));
    let Some(first) = types.next() else {
        return Type::Any;
    };
    if types.all(|ty| ty == first) {
        first
    } else {
        Type::Any
    }
}

impl Elements {
    /// The body holds for every, or for some, element.
    pub(in crate::backend) fn quantified(&self, every: bool, body: Cel) -> Cel {
        if body == Cel::Bool(every) || self.is_empty() {
            return Cel::Bool(every);
        }
        let body = if every {
            Cel::or([self.only.clone().negated(), body])
        } else {
            Cel::and([self.only.clone(), body])
        };
        let visit = |list: Cel, variable: &str, body: Cel| {
            if every {
                list.all(variable, body)
            } else {
                list.exists(variable, body)
            }
        };
        match &self.source {
            Source::List { list, variable } => {
                list.quantified(every, |list| visit(list, variable, body.clone()))
            }
            Source::Lists {
                lists,
                list,
                name,
                variable,
            } => {
                let inner = visit(list.cel.clone(), variable, body);
                let guard = list.is_list();
                let inner = if every {
                    Cel::or([guard.negated(), inner])
                } else {
                    Cel::and([guard, inner])
                };
                visit(Cel::List(dynamic(lists)), name, inner)
            }
            Source::Entries { map, key, value } => map.quantified(every, |map| match value {
                Some(value) => {
                    let kind = if every { Macro::All } else { Macro::Exists };
                    map.entries(kind, key, value, vec![body.clone()])
                }
                None => visit(map, key, body.clone()),
            }),
        }
    }

    /// Whether there never is an element.
    fn is_empty(&self) -> bool {
        let is_empty = |source: &Guarded| match source {
            Guarded::Sure(Cel::List(items)) => items.is_empty(),
            Guarded::Sure(cel) => *cel == Cel::EmptyMap,
            Guarded::Test { .. } | Guarded::Plain { .. } => false,
        };
        match &self.source {
            Source::List { list, .. } => is_empty(list),
            Source::Entries { map, .. } => is_empty(map),
            Source::Lists { .. } => false,
        }
    }

    /// The elements as a list, with a condition for each and what is made of it.
    pub(in crate::backend) fn collected(&self, condition: Cel, made: Option<Cel>) -> Cel {
        let condition = Cel::and([self.only.clone(), condition]);
        let collect = |list: Cel, variable: &str| {
            let kept = list.filter(variable, condition.clone());
            match &made {
                Some(made) => kept.map(variable, made.clone()),
                None => kept,
            }
        };
        match &self.source {
            Source::List { list, variable } => list.listed(|list| collect(list, variable)),
            Source::Lists {
                lists,
                list,
                name,
                variable,
            } => {
                let lists = Cel::List(dynamic(lists)).filter(name, list.is_list());
                // Without `dyn` a type checker takes the elements for null when it sees them compared
                // with it.
                let together = Cel::call("dyn", [lists.method("flatten", [])]);
                collect(together, variable)
            }
            Source::Entries { map, key, value } => map.listed(|map| {
                let value = value.clone().unwrap_or_else(|| self.frame.fresh("value"));
                let at = map.clone().index(Cel::ident(key));
                let made = made
                    .as_ref()
                    .map_or_else(|| at.clone(), |made| made.with(&value, &at));
                // In order of the keys.
                sorted_keys(map)
                    .filter(key, condition.with(&value, &at))
                    .map(key, made)
            }),
        }
    }
}

/// The keys of a map in order.
pub(super) fn sorted_keys(map: Cel) -> Cel {
    map.map("k", Cel::ident("k")).method("sort", [])
}

/// The lists as values of any type, null where they are absent.
fn dynamic(lists: &[Value]) -> Vec<Cel> {
    let one = |list: &Value| match list.known {
        Known::Nothing if !list.cel.is_loose() => list.or(Cel::Null),
        Known::Nothing
        | Known::NotNull
        | Known::Bool
        | Known::Number
        | Known::Text
        | Known::TextOrNumber
        | Known::List
        | Known::Map => {
            if list.optional {
                super::dynamic(list.cel.clone()).or_value(Cel::Null)
            } else {
                Cel::call("dyn", [list.cel.clone()])
            }
        }
    };
    lists.iter().map(one).collect()
}
