//! What the roots of paths are in an admission request, for a rule: the resource that a deletion is
//! about is the old object, and what a rule about pods looks at is the pod template of a workload.

use policyc_ir::{WORKLOADS, Workload};

use super::document::{Code, Named};
use super::resources::Selected;
use super::validations::Demand;
use crate::backend::cel::{Cel, Engine, Frame, Place, print};

/// A variable of the specification.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) expression: Cel,
}

impl Variable {
    /// A variable with a name that none of the others has.
    pub(super) fn new(name: &str, expression: Cel, others: &[Self]) -> Self {
        let mut name = name.to_owned();
        while others.iter().any(|other| other.name == name) {
            name.push('_');
        }
        Self { name, expression }
    }

    /// What stands for it in an expression.
    pub(super) fn used(&self) -> Cel {
        Cel::ident("variables").select(&self.name)
    }

    pub(super) fn document(&self, engine: Engine) -> Named {
        Named {
            name: self.name.clone(),
            expression: Code(print(&self.expression, engine)),
        }
    }
}

/// The roots for `matchConditions`, which know no variables, and what stands for the names in it.
#[derive(Debug)]
pub(super) struct Conditions {
    pub(super) frame: Frame,
    bound: Vec<(String, Cel)>,
}

impl Conditions {
    pub(super) fn new(engine: Engine, selected: Selected) -> Self {
        let mut bound = Vec::new();
        let mut frame = build(engine, selected, &mut |name, expression| {
            // `resource` is a word of Kyverno.
            let name = if name == "resource" { "target" } else { name };
            bound.push((name.to_owned(), expression));
            Cel::ident(name)
        });
        for (name, _) in &bound {
            frame = frame.with_name(name).0;
        }
        Self { frame, bound }
    }

    /// An expression, with what its names stand for: in their place, or, for what stands there more
    /// than once, as the only element of a list, which is the way to bind it that every engine has.
    pub(super) fn closed(&self, cel: Cel) -> Cel {
        self.bound
            .iter()
            .rev()
            .fold(cel, |cel, (name, expression)| match cel.uses(name) {
                0 => cel,
                1 => cel.with(name, expression),
                _ => Cel::List(vec![expression.clone()]).exists(name, cel),
            })
    }
}

/// The roots for `validations`, and the variables that they may use.
pub(super) fn of_validations(engine: Engine, selected: Selected) -> (Frame, Vec<Variable>) {
    let mut variables = Vec::new();
    let frame = build(engine, selected, &mut |name, expression| {
        let variable = Variable {
            name: name.to_owned(),
            expression,
        };
        let used = variable.used();
        variables.push(variable);
        used
    });
    (frame, variables)
}

/// The variables that the demands use, and those that these use.
pub(super) fn used(variables: Vec<Variable>, demands: &[Demand]) -> Vec<Variable> {
    let is_in = |cel: &Cel, variable: &Variable| mentions(cel, &variable.used());
    let mut kept: Vec<Variable> = Vec::new();
    // A variable may use those before it.
    for variable in variables.into_iter().rev() {
        let in_demands = demands.iter().any(|demand| {
            is_in(&demand.met, &variable) || demand.text.iter().any(|text| is_in(text, &variable))
        });
        if in_demands || kept.iter().any(|later| is_in(&later.expression, &variable)) {
            kept.push(variable);
        }
    }
    kept.reverse();
    kept
}

/// Whether an expression stands in another.
fn mentions(cel: &Cel, part: &Cel) -> bool {
    cel == part || cel.parts().into_iter().any(|inner| mentions(inner, part))
}

/// The roots; `named` puts a long expression aside, under a name, where that is possible.
fn build(
    engine: Engine,
    selected: Selected,
    named: &mut dyn FnMut(&'static str, Cel) -> Cel,
) -> Frame {
    let request = |field: &str| Cel::ident("request").select(field);
    let deleted = || request("operation").equals(Cel::text("DELETE"));
    let mixed = selected.deletions && selected.changes;
    // A type checker knows one type at a time of what has several.
    let untyped = |cel: Cel| match engine {
        Engine::ApiServer if selected.several => Cel::call("dyn", [cel]),
        Engine::ApiServer | Engine::Kyverno | Engine::ClusterPolicy => cel,
    };
    let resource = if mixed {
        let either = deleted().then(
            untyped(Cel::ident("oldObject")),
            untyped(Cel::ident("object")),
        );
        named("resource", either)
    } else if selected.deletions {
        untyped(Cel::ident("oldObject"))
    } else {
        untyped(Cel::ident("object"))
    };
    // Fields that every object has need no more.
    let plain = if let Cel::Call("dyn", arguments) = &resource
        && let [inner] = arguments.as_slice()
    {
        inner.clone()
    } else {
        resource.clone()
    };
    let mut frame = Frame::admission(engine);
    frame.submitted = Place::Value(resource.clone());
    frame.object = Place::Value(if selected.templates || selected.template.is_some() {
        named("pod", pod(engine, selected, &plain, &plain, Cel::EmptyMap))
    } else {
        resource
    });
    frame.old = old(engine, selected, &plain, named);
    if selected.parts {
        let reason =
            "what is submitted to a sub-resource is an object of its own, not the resource";
        frame.submitted = Place::Unknown(reason);
        frame.object = Place::Unknown(reason);
        frame.old = Place::Unknown(reason);
    }
    let metadata = |field: &str| Place::Optional(plain.clone().opt("metadata").opt(field));
    frame.name = if selected.parts {
        Place::Value(request("name"))
    } else {
        metadata("name")
    };
    frame.namespace = match selected.namespaced {
        Some(false) => Place::Absent,
        Some(true) if mixed || selected.parts => Place::Value(request("namespace")),
        Some(true) => Place::Value(plain.clone().select("metadata").select("namespace")),
        None => metadata("namespace"),
    };
    let labels = || Cel::ident("namespaceObject").opt("metadata").opt("labels");
    frame.namespace_labels = match (engine, selected.namespaced) {
        (Engine::ClusterPolicy, _) => {
            Place::Unknown("Kyverno knows them in `match` and `exclude` only")
        }
        (_, Some(false)) => Place::Absent,
        // To Kyverno a Namespace is in itself.
        (Engine::Kyverno, None) if selected.namespaces => {
            let itself = plain.select("kind").equals(Cel::text("Namespace"));
            let elsewhere =
                Cel::Ternary(Box::new(itself), Box::new(Cel::none()), Box::new(labels()));
            Place::Optional(elsewhere)
        }
        (Engine::Kyverno | Engine::ApiServer, _) => Place::Optional(labels()),
    };
    frame
}

/// The former state.
fn old(
    engine: Engine,
    selected: Selected,
    resource: &Cel,
    named: &mut dyn FnMut(&'static str, Cel) -> Cel,
) -> Place {
    let operation = || Cel::ident("request").select("operation");
    let was = match engine {
        // Null where there is none.
        Engine::ApiServer if selected.several => Cel::call("dyn", [Cel::ident("oldObject")]),
        Engine::ApiServer => Cel::ident("oldObject"),
        Engine::Kyverno | Engine::ClusterPolicy if !selected.creations => Cel::ident("oldObject"),
        // An empty map where there is none.
        Engine::Kyverno | Engine::ClusterPolicy => Cel::Ternary(
            Box::new(operation().within(Cel::List(vec![Cel::text("UPDATE"), Cel::text("DELETE")]))),
            Box::new(Cel::ident("oldObject")),
            Box::new(Cel::Null),
        ),
    };
    let was = if selected.templates || selected.template.is_some() {
        pod(engine, selected, resource, &was, Cel::Null)
    } else {
        was
    };
    if matches!(was, Cel::Ident(_) | Cel::Call(..)) {
        Place::Nullable(was)
    } else {
        Place::Nullable(named("old", was))
    }
}

/// What a rule about pods looks at: the pod, or the pod template of a workload. Which it is says the
/// kind of `resource`.
fn pod(engine: Engine, selected: Selected, resource: &Cel, base: &Cel, absent: Cel) -> Cel {
    let kind = || resource.clone().select("kind");
    let untyped = || match (engine, base) {
        (Engine::ApiServer, Cel::Ident(_)) => Cel::call("dyn", [base.clone()]),
        (Engine::ApiServer | Engine::Kyverno | Engine::ClusterPolicy, _) => base.clone(),
    };
    let template = |path: &[&str]| {
        // The API server has seen that it is there; nothing is there of no old object.
        let sure = engine == Engine::ApiServer && absent != Cel::Null;
        if sure {
            return path
                .iter()
                .fold(untyped(), |base, field| base.select(*field));
        }
        let optional = path.iter().fold(untyped(), |base, field| base.opt(*field));
        optional.or_value(absent.clone())
    };
    if let Some(path) = selected.template {
        return template(path);
    }
    let ternary = |condition: Cel, then: Cel, otherwise: Cel| {
        Cel::Ternary(Box::new(condition), Box::new(then), Box::new(otherwise))
    };
    let of_kind = |name: &str| kind().equals(Cel::text(name));
    let (jobs, plain): (Vec<&Workload>, Vec<&Workload>) = WORKLOADS
        .iter()
        .partition(|workload| workload.template != PLAIN);
    let otherwise = if selected.others {
        let kinds = plain.iter().map(|workload| Cel::text(workload.kind));
        ternary(
            kind().within(Cel::List(kinds.collect())),
            template(PLAIN),
            untyped(),
        )
    } else {
        template(PLAIN)
    };
    let by_kind = jobs.iter().fold(otherwise, |otherwise, workload| {
        ternary(
            of_kind(workload.kind),
            template(workload.template),
            otherwise,
        )
    });
    if selected.others {
        by_kind
    } else {
        ternary(of_kind("Pod"), untyped(), by_kind)
    }
}

/// Where most workloads have their pod template.
const PLAIN: &[&str] = &["spec", "template"];
