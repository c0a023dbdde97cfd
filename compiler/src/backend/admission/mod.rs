//! What ValidatingPolicies of Kyverno and ValidatingAdmissionPolicies of the API server have in
//! common: objects that select resources of the API, and judge each by expressions of CEL.

mod conditions;
mod document;
mod frame;
mod lists;
mod names;
mod resources;
mod scope;
mod validations;

use policyc_ir::{Policy, Rule};

pub(in crate::backend) use document::{MatchConstraints, Metadata, Named, Validation};
pub(in crate::backend) use names::name;

use super::cel::{self, Blocked, Cel, Cost, Engine};
use super::{Artifact, Emission, RuleCost};
use frame::Variable;
use resources::Selected;

/// A file for each rule, each made by `of_rule`; or what is in the way of some of them.
pub(in crate::backend) fn each_rule(
    policy: &Policy,
    of_rule: impl Fn(&Rule) -> Result<Artifact, Vec<Blocked>>,
) -> Emission {
    let mut files = Vec::new();
    let mut refused = Vec::new();
    for rule in &policy.rules {
        match of_rule(rule) {
            Ok(file) => files.push(file),
            Err(reasons) => refused.extend(
                reasons
                    .into_iter()
                    .map(|reason| reason.into_unportable(&rule.name)),
            ),
        }
    }
    if refused.is_empty() {
        Emission::Files(files)
    } else {
        Emission::Refused(refused)
    }
}

/// The parts of a specification that say a rule.
#[derive(Debug)]
pub(in crate::backend) struct Parts {
    pub(in crate::backend) match_constraints: MatchConstraints,
    pub(in crate::backend) match_conditions: Vec<Named>,
    pub(in crate::backend) variables: Vec<Named>,
    pub(in crate::backend) validations: Vec<Validation>,
    pub(in crate::backend) cost: RuleCost,
}

/// The parts that say a rule, or what is in the way.
pub(in crate::backend) fn parts(
    rule: &Rule,
    engine: Engine,
    reason: Option<&'static str>,
) -> Result<Parts, Vec<Blocked>> {
    let selected = Selected::of(rule);
    let mut blocked = resources::check(rule);
    let matching = conditions::of_rule(rule, engine, selected)
        .map_err(|reasons| blocked.extend(reasons))
        .ok();
    let (frame, variables) = frame::of_validations(engine, selected);
    let demands = validations::of_rule(rule, &frame, variables)
        .map_err(|reasons| blocked.extend(reasons))
        .ok();
    let (Some(matching), Some((mut demands, mut variables))) = (matching, demands) else {
        return Err(unique(blocked));
    };
    if !blocked.is_empty() {
        return Err(unique(blocked));
    }
    if !matching.guards.is_empty() {
        let applies = Variable::new("applies", Cel::and(matching.guards), &variables);
        for demand in &mut demands {
            demand.met = Cel::or([applies.used().negated(), demand.met.clone()]);
        }
        variables.push(applies);
    }
    let used = frame::used(variables, &demands);
    let judged = demands.iter().map(|demand| cel::estimate(&demand.met));
    let read = used
        .iter()
        .map(|variable| cel::estimate(&variable.expression));
    let costs: Vec<Cost> = judged.chain(read).collect();
    Ok(Parts {
        cost: RuleCost {
            dearest: costs.iter().max().map_or(0, |cost| cost.0),
            together: costs.into_iter().fold(Cost::default(), Cost::plus).0,
        },
        match_constraints: matching.constraints,
        match_conditions: matching.conditions,
        variables: used
            .iter()
            .map(|variable| variable.document(engine))
            .collect(),
        validations: demands
            .iter()
            .map(|demand| demand.document(engine, reason))
            .collect(),
    })
}

/// How a rule judges what has been selected in another way.
#[derive(Debug)]
pub(in crate::backend) struct Judged {
    pub(in crate::backend) conditions: Vec<Named>,
    pub(in crate::backend) variables: Vec<Named>,
    pub(in crate::backend) validations: Vec<Validation>,
}

/// The preconditions and demands of a rule about whole resources, or about the pod templates at a
/// path of them.
pub(in crate::backend) fn judged(
    rule: &Rule,
    engine: Engine,
    template: Option<&'static [&'static str]>,
) -> Result<Judged, Vec<Blocked>> {
    let selected = Selected {
        templates: false,
        template,
        ..Selected::of(rule)
    };
    let mut blocked = Vec::new();
    let conditions = conditions::of_preconditions(rule, engine, selected)
        .map_err(|reasons| blocked.extend(reasons))
        .ok();
    let (frame, variables) = frame::of_validations(engine, selected);
    let demands = validations::of_rule(rule, &frame, variables)
        .map_err(|reasons| blocked.extend(reasons))
        .ok();
    let (Some(conditions), Some((demands, variables))) = (conditions, demands) else {
        return Err(unique(blocked));
    };
    let used = frame::used(variables, &demands);
    Ok(Judged {
        conditions,
        variables: used
            .iter()
            .map(|variable| variable.document(engine))
            .collect(),
        validations: demands
            .iter()
            .map(|demand| demand.document(engine, None))
            .collect(),
    })
}

fn unique(reasons: Vec<Blocked>) -> Vec<Blocked> {
    let mut kept = Vec::new();
    for reason in reasons {
        if !kept.contains(&reason) {
            kept.push(reason);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
