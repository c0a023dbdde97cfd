//! `matchConstraints` and `matchConditions`: which objects a policy judges.

use std::collections::BTreeSet;

use policyc_ir::{Condition, LabelSelector, MatchClause, Rule};

use super::document::{Code, MatchConstraints, Named, Requirement, Selector};
use super::frame::Conditions;
use super::resources::{self, Selected};
use super::scope::{self, Part};
use crate::backend::cel::{self, Blocked, Cel, Engine};
use crate::backend::label;
use crate::backend::words;

/// Which objects a policy judges.
#[derive(Debug)]
pub(super) struct Matching {
    pub(super) constraints: MatchConstraints,
    pub(super) conditions: Vec<Named>,
    /// Conditions that must stand in the validations: without them a resource is left alone.
    pub(super) guards: Vec<Cel>,
}

/// Most characters in the name of a condition.
const LONGEST_NAME: usize = 63;

/// What says which objects a rule judges.
pub(super) fn of_rule(
    rule: &Rule,
    engine: Engine,
    selected: Selected,
) -> Result<Matching, Vec<Blocked>> {
    let (matches, excludes) = rule.scope.objects();
    let mut blocked = Vec::new();
    let resource_rules = resources::of_rule(rule).unwrap_or_else(|reason| {
        blocked.push(reason);
        Vec::new()
    });
    let mut building = Building::new(engine, selected);
    let constraints = &mut building.matching.constraints;
    constraints.match_policy = resources::names_version(matches).then_some("Exact");
    constraints.resource_rules = resource_rules;
    let any_version = resources::reads_version(rule);
    if let Err(reason) = building.matches(matches, any_version) {
        blocked.push(reason);
    }
    for clause in excludes {
        if let Err(reason) = building.exclude(clause) {
            blocked.push(reason);
        }
    }
    for condition in &rule.preconditions {
        if let Err(reason) = building.precondition(condition) {
            blocked.push(reason);
        }
    }
    if blocked.is_empty() {
        Ok(building.matching)
    } else {
        Err(blocked)
    }
}

/// The preconditions of a rule.
pub(super) fn of_preconditions(
    rule: &Rule,
    engine: Engine,
    selected: Selected,
) -> Result<Vec<Named>, Vec<Blocked>> {
    let mut building = Building::new(engine, selected);
    let mut blocked = Vec::new();
    for condition in &rule.preconditions {
        if let Err(reason) = building.precondition(condition) {
            blocked.push(reason);
        }
    }
    if blocked.is_empty() {
        Ok(building.matching.conditions)
    } else {
        Err(blocked)
    }
}

struct Building {
    engine: Engine,
    selected: Selected,
    roots: Conditions,
    names: BTreeSet<String>,
    matching: Matching,
}

impl Building {
    fn new(engine: Engine, selected: Selected) -> Self {
        Self {
            engine,
            selected,
            roots: Conditions::new(engine, selected),
            names: BTreeSet::new(),
            matching: Matching {
                constraints: MatchConstraints {
                    match_policy: None,
                    namespace_selector: None,
                    resource_rules: Vec::new(),
                    exclude_resource_rules: Vec::new(),
                },
                conditions: Vec::new(),
                guards: Vec::new(),
            },
        }
    }

    fn push(&mut self, name: &str, cel: &Cel) {
        if *cel == Cel::Bool(true) {
            return;
        }
        let cel = self.roots.closed(cel.clone());
        // The API server gives the namespace to validations only; in conditions it is null
        // (`matcher.Match` in `pkg/admission/plugin/webhook/matchconditions/matcher.go`).
        if self.engine == Engine::ApiServer && cel.uses("namespaceObject") > 0 {
            self.matching.guards.push(cel);
            return;
        }
        let name = self.unique(name);
        self.matching.conditions.push(Named {
            name,
            expression: Code(cel::print(&cel, self.engine)),
        });
    }

    fn unique(&mut self, name: &str) -> String {
        let mut candidate = name.to_owned();
        let mut count = 1_usize;
        while !self.names.insert(candidate.clone()) {
            count += 1;
            candidate = format!("{name}-{count}");
        }
        candidate
    }

    fn matches(&mut self, clauses: &[MatchClause], any_version: bool) -> Result<(), Blocked> {
        let exact = |clause: &MatchClause| {
            let mut kinds = clause.kinds.iter();
            kinds.all(|kind| resources::is_exact(kind, any_version))
        };
        let of_kinds = |clause: &MatchClause| {
            if clause.kinds.iter().any(|kind| kind.subresource.is_some()) {
                let reason = "an object does not say to which sub-resource it was submitted";
                return Err(Blocked::new("sub-resource in match", reason, clause.origin));
            }
            Ok(scope::kinds(&clause.kinds, clause.origin))
        };
        if let [clause] = clauses {
            if !exact(clause) {
                let holds = cel::holds(&self.roots.frame, &of_kinds(clause)?)?;
                self.push(Part::Kinds.word(), &holds);
            }
            for (part, condition) in scope::parts(clause, scope::concerns_namespaces(clause))? {
                if part == Part::NamespaceLabels
                    && let Some(selector) = self.selector(&clause.namespace_labels, true)
                {
                    self.select_namespaces(selector);
                    continue;
                }
                let holds = cel::holds(&self.roots.frame, &condition)?;
                self.push(part.word(), &holds);
            }
            return Ok(());
        }
        let mut ways = Vec::new();
        let mut plain = true;
        let first = clauses.first();
        let same_kinds = clauses
            .iter()
            .all(|clause| exact(clause) && first.is_some_and(|first| first.kinds == clause.kinds));
        let same_operations = clauses
            .iter()
            .all(|clause| first.is_some_and(|first| first.operations == clause.operations));
        for clause in clauses {
            let parts = scope::parts(clause, scope::concerns_namespaces(clause))?;
            plain &= parts.is_empty() && exact(clause);
            let mut all = Vec::new();
            if !same_kinds {
                all.push(of_kinds(clause));
            }
            if !same_operations && !clause.operations.is_empty() {
                all.push(Ok(scope::operations(clause)));
            }
            all.extend(parts.into_iter().map(|(_, condition)| Ok(condition)));
            ways.push((all, clause.origin));
        }
        if plain {
            return Ok(());
        }
        let mut lines = Vec::new();
        let mut origin = None;
        for (parts, at) in ways {
            let parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
            lines.push(scope::all(parts, at));
            origin.get_or_insert(at);
        }
        let Some(origin) = origin else { return Ok(()) };
        let holds = cel::holds(&self.roots.frame, &scope::any(lines, origin))?;
        self.push("selection", &holds);
        Ok(())
    }

    fn exclude(&mut self, clause: &MatchClause) -> Result<(), Blocked> {
        let parts = scope::parts(
            clause,
            scope::concerns_namespaces(clause) && self.selected.namespaces,
        )
        .map_err(|reason| Blocked {
            construct: "role in exclude",
            ..reason
        })?;
        let exact = clause.kinds.iter().all(|kind| {
            let known = kind.templates || !kind.resources.is_empty();
            known && resources::is_exact(kind, false)
        });
        if parts.is_empty() && !clause.kinds.is_empty() && exact {
            let rules = resources::of_clause(clause, false, false)?;
            self.matching
                .constraints
                .exclude_resource_rules
                .extend(rules);
            return Ok(());
        }
        if let [(Part::NamespaceLabels, _)] = parts.as_slice()
            && clause.kinds.is_empty()
            && clause.operations.is_empty()
            && clause.namespace_labels.len() == 1
            && let Some(selector) = self.selector(&clause.namespace_labels, false)
        {
            self.select_namespaces(selector);
            return Ok(());
        }
        let mut all = Vec::new();
        let mut words: Vec<&str> = Vec::new();
        if !clause.kinds.is_empty() {
            if clause.kinds.iter().any(|kind| kind.subresource.is_some()) {
                let reason = "an object does not say to which sub-resource it was submitted";
                return Err(Blocked::new(
                    "sub-resource in exclude",
                    reason,
                    clause.origin,
                ));
            }
            words.push(Part::Kinds.word());
            all.push(scope::kinds(&clause.kinds, clause.origin));
        }
        if !clause.operations.is_empty() {
            words.push(Part::Operations.word());
            all.push(scope::operations(clause));
        }
        for (part, condition) in parts {
            words.push(part.word());
            all.push(condition);
        }
        let fails = cel::fails(&self.roots.frame, &scope::all(all, clause.origin))?;
        let name = match words.as_slice() {
            [only] | ["kinds", only] => format!("exclude-{only}"),
            _ => "exclude".to_owned(),
        };
        self.push(&name, &fails);
        Ok(())
    }

    fn precondition(&mut self, condition: &Condition) -> Result<(), Blocked> {
        let holds = cel::holds(&self.roots.frame, condition)?;
        self.push(&name_of(condition), &holds);
        Ok(())
    }

    /// The labels of namespaces as a selector, where the API server takes it as we do: to it an object
    /// in no namespace satisfies every selector.
    fn selector(&self, labels: &[LabelSelector], wanted: bool) -> Option<Vec<Requirement>> {
        if self.selected.namespaced != Some(true) {
            return None;
        }
        let one = |label: &LabelSelector| {
            let values = label.values.clone().unwrap_or_default();
            let operator = match (&label.values, wanted) {
                (None, true) => "Exists",
                (None, false) => "DoesNotExist",
                (Some(_), true) => "In",
                (Some(_), false) => "NotIn",
            };
            let valid =
                label::is_key(&label.key) && values.iter().all(|value| label::is_value(value));
            valid.then(|| Requirement {
                key: label.key.clone(),
                operator,
                values,
            })
        };
        labels.iter().map(one).collect()
    }

    fn select_namespaces(&mut self, requirements: Vec<Requirement>) {
        let constraints = &mut self.matching.constraints;
        let selector = constraints
            .namespace_selector
            .get_or_insert_with(Selector::default);
        selector.match_expressions.extend(requirements);
    }
}

/// A name for the condition, made of what it says.
fn name_of(condition: &Condition) -> String {
    let text = words::of_demand(condition)
        .replace("must not be", "is not")
        .replace("must be", "is")
        .replace("must not", "does not")
        .replace("must ", "");
    let mut name = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') && c != '`' {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() || name.len() > LONGEST_NAME - 4 {
        "precondition".to_owned()
    } else {
        name.to_owned()
    }
}
