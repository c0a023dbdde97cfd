//! Target `checkov`: Checkov custom-check YAML, one file a rule.
//!
//! What is exact and what is refused follows from Checkov 3.3.30: each module cites the code it
//! relies on. A rule goes three steps: [`lower`] turns it into a [`formula`], whose literals each
//! speak about one value; [`place`] says what the formula is on each kind of vertex, since Checkov
//! moves pod templates into vertices of their own; [`attribute`] and [`jsonpath`] spell it.
//!
//! A check of Checkov passes or fails every resource of its types. What our rule skips, excludes or
//! does not match passes; no resource passes that our rule fails.

mod attribute;
mod document;
mod formula;
mod jsonpath;
mod kinds;
mod lower;
mod pattern;
mod place;
mod refusal;
mod regex_syntax;
mod scope;
mod term;
mod terraform;
#[cfg(test)]
mod tests;
mod values;
mod writer;

use policyc_diagnostics::Span;
use policyc_ir::{MatchClause, Policy, Rule, Scope, WORKLOADS, Workload};

use self::document::Definition;
use self::formula::Formula;
use self::lower::{Lowering, Platform};
use self::place::View;
use self::refusal::Refusals;
use self::term::{Literal, Subject};
use crate::backend::{Artifact, ArtifactRule, Emission, EmitOptions, Unportable};

/// The most leaves that a check may have: more is no check that anybody can review.
const MAX_LEAVES: usize = 400;

/// Emits a policy: a file for each rule.
#[must_use]
pub fn emit(policy: &Policy, options: &EmitOptions) -> Emission {
    let mut files = Vec::new();
    let mut unportable = Vec::new();
    for rule in &policy.rules {
        let mut refusals = Refusals::default();
        let definition = match &rule.scope {
            Scope::Kubernetes { matches, excludes } => {
                check(rule, matches, excludes, &mut refusals)
            }
            Scope::Terraform { matches, excludes } => {
                terraform::check(rule, matches, excludes, &mut refusals)
            }
        };
        let rendered = document::render(policy, rule, &definition, options);
        match rendered {
            Ok(contents) if refusals.is_empty() => files.push(Artifact {
                path: format!("{}.{}.yaml", policy.name, rule.name),
                contents,
                rules: vec![ArtifactRule {
                    rule: rule.name.clone(),
                    reported: vec![document::check_id(&policy.name, &rule.name)],
                    cost: None,
                }],
            }),
            Ok(_) => {}
            Err(error) => {
                refusals.add(
                    "text",
                    format!("not writable as YAML: {error}"),
                    rule.origin,
                );
            }
        }
        unportable.extend(refusals.into_iter().map(|refusal| Unportable {
            rule: rule.name.clone(),
            construct: refusal.construct,
            reason: refusal.reason,
            origin: refusal.origin,
        }));
    }
    if unportable.is_empty() {
        Emission::Files(files)
    } else {
        Emission::Refused(unportable)
    }
}

/// The check of a rule about objects of Kubernetes.
fn check(
    rule: &Rule,
    matches: &[MatchClause],
    excludes: &[MatchClause],
    refusals: &mut Refusals,
) -> Definition {
    let matched = scope::selects(matches, refusals);
    let excluded = scope::selects(excludes, refusals);
    let mut lowering = Lowering::new(Platform::Kubernetes, refusals);
    let (undecided, body) = lowering.rule(rule);
    let skipped = Formula::any([matched.negate(), excluded, undecided]);
    let parts = Parts {
        skipped,
        body,
        origin: rule.origin,
    };
    let branches = branches(&parts, matches, refusals);
    if branches.is_empty() && refusals.is_empty() {
        refusals.add(
            "match",
            "the rule concerns no resource that could be in a file",
            rule.origin,
        );
    }
    let size = branches.iter().map(|branch| branch.formula.size()).sum();
    bound(size, rule, refusals);
    let definitions = branches
        .iter()
        .map(|branch| attribute::definition(&branch.formula, &branch.types, refusals))
        .collect();
    Definition::or(definitions)
}

/// Refuses a check of too many leaves.
fn bound(size: usize, rule: &Rule, refusals: &mut Refusals) {
    if size > MAX_LEAVES {
        refusals.add(
            "rule",
            format!("its check has more than {MAX_LEAVES} conditions"),
            rule.origin,
        );
    }
}

/// A rule: it holds where it is skipped or the body holds.
struct Parts {
    skipped: Formula,
    body: Formula,
    origin: Span,
}

impl Parts {
    /// The rule on the vertices seen so; none when it is skipped on all of them.
    fn on(&self, view: View<'_>, refusals: &mut Refusals) -> Option<Formula> {
        let skipped = place::place(self.skipped.clone(), view, refusals);
        if skipped == Formula::Constant(true) {
            return None;
        }
        let body = place::place(self.body.clone(), view, refusals);
        Some(Formula::any([skipped, body]))
    }
}

/// A part of a check: what it asks of vertices of some types; no types are all types.
struct Branch {
    types: Vec<String>,
    formula: Formula,
}

/// What the check asks of each type of vertex.
fn branches(parts: &Parts, matches: &[MatchClause], refusals: &mut Refusals) -> Vec<Branch> {
    let selectors = || matches.iter().flat_map(|clause| &clause.kinds);
    let templates = selectors().any(|selector| selector.templates);
    let wild = selectors().any(|selector| selector.kind.contains(['*', '?']));
    let mut kinds: Vec<&str> = Vec::new();
    for selector in selectors().filter(|selector| !selector.templates) {
        if !kinds.contains(&selector.kind.as_str()) {
            kinds.push(&selector.kind);
        }
    }
    if wild && templates {
        refusals.add(
            "match",
            "a check on pod templates and on any kind sees some vertices twice",
            parts.origin,
        );
        return Vec::new();
    }
    if wild {
        let rule = parts.on(View::Anything, refusals);
        return Vec::from_iter(rule.map(|rule| Branch {
            types: Vec::new(),
            formula: Formula::any([place::is_cut(parts.origin), rule]),
        }));
    }
    let mut all = Branches::default();
    if templates {
        if kinds
            .iter()
            .any(|kind| *kind == "Pod" || Workload::of_kind(kind).is_some())
        {
            refusals.add(
                "match",
                "a workload and its pod template in one rule; make two rules",
                parts.origin,
            );
        }
        if let Some(rule) = parts.on(View::PodOrTemplate, refusals) {
            all.add("Pod", rule);
        }
        for kind in WORKLOADS.iter().map(|workload| workload.kind) {
            let Some(rule) = parts.on(View::Inside(kind), refusals) else {
                continue;
            };
            let gone = if place::CUT_KINDS.contains(&kind) {
                place::template_is_gone(parts.origin)
            } else {
                Formula::Constant(false)
            };
            all.add(kind, Formula::any([gone, rule]));
        }
    }
    let (workloads, others): (Vec<&str>, Vec<&str>) = kinds
        .into_iter()
        .partition(|kind| place::CUT_KINDS.contains(kind));
    if !workloads.is_empty() {
        about_workloads(parts, &workloads, &mut all, refusals);
    }
    for kind in others {
        let Some(rule) = parts.on(View::Whole(kind), refusals) else {
            continue;
        };
        let cut = if kind == "Pod" {
            place::is_cut(parts.origin)
        } else {
            Formula::Constant(false)
        };
        all.add(kind, Formula::any([cut, rule]));
    }
    all.grouped()
}

/// A rule about kinds whose pod templates are cut: each statement goes to the vertex that has what
/// it is about.
fn about_workloads(parts: &Parts, kinds: &[&str], all: &mut Branches, refusals: &mut Refusals) {
    let origin = parts.origin;
    // Here what the rule is about is the submitted resource.
    let to_submitted = |formula: Formula| {
        formula.replace(&mut |mut literal: Literal| {
            literal.set_subject(Subject::Object, Subject::Submitted);
            Formula::Literal(literal)
        })
    };
    let skipped = to_submitted(parts.skipped.clone());
    let skipped_by_template = skipped.mentions(&mut place::is_about_template);
    let (of_template, of_workload): (Vec<_>, Vec<_>) = to_submitted(parts.body.clone())
        .conjuncts()
        .into_iter()
        .partition(|statement| {
            skipped_by_template || statement.mentions(&mut place::is_about_template)
        });
    let has_template = !of_template.is_empty();
    let of_workload = Formula::all(of_workload);
    let of_template = Formula::all(of_template);
    for kind in kinds {
        let view = View::Whole(kind);
        let mut inside = place::place(of_template.clone(), view, refusals);
        if has_template {
            inside = Formula::any([place::template_is_gone(origin), inside]);
        }
        let rest = place::place(of_workload.clone(), view, refusals);
        // Where the template decides whether the rule is skipped, all of it is about the template.
        let skipped = place::place(skipped.clone(), view, refusals);
        all.add(kind, Formula::any([skipped, Formula::all([rest, inside])]));
    }
    if has_template {
        let of_template = Formula::any([skipped, of_template]);
        let cut = place::place(of_template, View::CutFrom, refusals);
        let elsewhere = place::is_cut_from(kinds, origin).negate();
        all.add("Pod", Formula::any([elsewhere, cut]));
    }
}

/// What is asked of each type, in the order of first mention.
#[derive(Default)]
struct Branches(Vec<(String, Formula)>);

impl Branches {
    fn add(&mut self, kind: &str, formula: Formula) {
        match self.0.iter_mut().find(|(other, _)| other == kind) {
            Some((_, asked)) => {
                let before = std::mem::replace(asked, Formula::Constant(true));
                *asked = Formula::all([before, formula]);
            }
            None => self.0.push((kind.to_owned(), formula)),
        }
    }

    /// Types of which the same is asked stand together.
    fn grouped(self) -> Vec<Branch> {
        let mut branches: Vec<Branch> = Vec::new();
        for (kind, formula) in self.0 {
            match branches.iter_mut().find(|branch| branch.formula == formula) {
                Some(branch) => branch.types.push(kind),
                None => branches.push(Branch {
                    types: vec![kind],
                    formula,
                }),
            }
        }
        branches
    }
}
