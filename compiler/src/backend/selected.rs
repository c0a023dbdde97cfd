//! What a rule selects, in short.

use policyc_ir::{Operation, Root, Rule, uses};

/// Whether the rule is also about pod templates.
pub(in crate::backend) fn has_templates(rule: &Rule) -> bool {
    let (matches, _) = rule.scope.objects();
    let mut kinds = matches.iter().flat_map(|clause| &clause.kinds);
    kinds.any(|kind| kind.templates)
}

/// Whether the rule applies to the operation.
pub(in crate::backend) fn concerns(rule: &Rule, operation: Operation) -> bool {
    let (matches, _) = rule.scope.objects();
    let mut operations = matches.iter().map(|clause| &clause.operations);
    operations.any(|operations| operations.is_empty() || operations.contains(&operation))
}

/// Whether the rule needs nothing of the request but the resource. Kyverno refuses a background
/// policy that reads the user or selects every kind; a background scan has no operation and no
/// former state.
pub(in crate::backend) fn can_run_in_background(rule: &Rule) -> bool {
    let (matches, excludes) = rule.scope.objects();
    let mut clauses = matches.iter().chain(excludes);
    let by_resource = clauses.all(|clause| {
        let users = clause.users.is_empty() && clause.groups.is_empty() && clause.roles.is_empty();
        users
            && clause
                .kinds
                .iter()
                .all(|kind| !kind.kind.contains('*') && kind.subresource.is_none())
    });
    let mut background = by_resource;
    uses::of_rule(rule, &mut |path| {
        background &= !matches!(path.root, Root::User | Root::Operation | Root::Old);
    });
    background
}

/// The kinds that rules name, each once.
pub(in crate::backend) fn kinds(rules: &[Rule]) -> Vec<&str> {
    let mut kinds: Vec<&str> = Vec::new();
    for rule in rules {
        let (matches, _) = rule.scope.objects();
        for kind in matches.iter().flat_map(|clause| &clause.kinds) {
            if !kinds.contains(&kind.kind.as_str()) {
                kinds.push(&kind.kind);
            }
        }
    }
    kinds
}
