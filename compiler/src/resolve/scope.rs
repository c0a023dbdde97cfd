//! Where in the program the resolver is: the names that are visible, and what the rule is about.

use std::rc::Rc;

use policyc_diagnostics::Span;

use super::hir::{Condition, Expr};
use super::modules::{ModuleId, PolicyId};
use super::types::Ty;

/// What an expression turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    Value(Expr),
    Condition(Condition),
}

/// A local name. What it stands for is missing where a mistake was reported, or where it is not
/// known: in a loop over nothing, in a function nobody calls.
#[derive(Debug, Clone)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) term: Option<Term>,
    pub(super) used: bool,
    /// What is said if nobody uses it: `None` for parameters of functions.
    pub(super) what: Option<&'static str>,
}

/// The module and policy whose names are visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) module: ModuleId,
    pub(super) policy: Option<PolicyId>,
}

/// What kind of resources a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    Kubernetes,
    Terraform,
}

/// What the rule is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Subject {
    pub(super) platform: Platform,
    /// The kinds in words, for messages.
    pub(super) kinds: String,
    /// Type of the resource, or of the pod where the rule is also about templates.
    pub(super) object: Ty,
    /// Type of the matched resources that have no pod template.
    pub(super) own: Ty,
    /// Type of the resource as submitted.
    pub(super) submitted: Ty,
    /// Whether some kind has no schema.
    pub(super) open: bool,
    /// Whether the rule is also about the pod templates of workloads.
    pub(super) templates: bool,
}

/// A function or `let` of a policy that is being put in place.
#[derive(Debug, Clone)]
pub(super) struct Call<'a> {
    pub(super) name: &'a str,
    /// The place of its name where it is defined.
    pub(super) definition: Span,
    /// The place of its use.
    pub(super) at: Span,
}

/// Where in the program the resolver is.
#[derive(Debug, Default)]
pub(super) struct Context<'a> {
    pub(super) site: Option<Site>,
    pub(super) locals: Vec<Local>,
    /// `None` outside rules.
    pub(super) subject: Option<Rc<Subject>>,
    /// What is being inlined, the outermost first.
    pub(super) calls: Vec<Call<'a>>,
    /// The tests around the current place, for help that shows the whole of one.
    pub(super) tests: Vec<Span>,
    /// Whether a value must be known while compiling here.
    pub(super) constant: bool,
    pub(super) next_local: u32,
    /// How many expressions are being resolved, each inside the one before.
    pub(super) depth: usize,
    /// Conditions and values made so far.
    pub(super) steps: usize,
    /// Whether the budget is spent and reported.
    pub(super) exhausted: bool,
}

impl<'a> Context<'a> {
    /// The value of a constant or parameter.
    pub(super) fn of_constant(site: Site) -> Self {
        Self {
            site: Some(site),
            constant: true,
            ..Self::default()
        }
    }

    /// A definition that no rule uses: what it is about is not known.
    pub(super) fn of_definition(site: Site) -> Self {
        Self {
            site: Some(site),
            ..Self::default()
        }
    }

    /// A place in a rule.
    pub(super) fn in_rule(site: Site, subject: Subject) -> Self {
        Self {
            site: Some(site),
            subject: Some(Rc::new(subject)),
            ..Self::default()
        }
    }
}
