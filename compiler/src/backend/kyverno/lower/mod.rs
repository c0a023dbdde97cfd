//! From conditions and expressions of the IR to JMESPath.
//!
//! What comes out never ends in an error of JMESPath, whatever the resource holds: functions are
//! called only behind a test of their arguments' types, and missing keys stand only where Kyverno
//! reads them as null (operands of comparisons, arguments of functions, bases of filters).

mod condition;
mod correlate;
mod network;
mod quantify;
mod scalar;
mod value;

use policyc_diagnostics::Span;
use policyc_ir::{LocalId, Root};

use super::jmespath::Jp;

/// Why something has no JMESPath form.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Blocked {
    /// The construct in the way, as the portability table names it.
    pub(super) construct: &'static str,
    /// Why it cannot be said.
    pub(super) reason: String,
    /// Where the author wrote it.
    pub(super) origin: Span,
    /// Whether it is a value of an outer scope that is out of reach: another form may reach it.
    pub(super) outer: bool,
}

impl Blocked {
    fn new(construct: &'static str, reason: impl Into<String>, origin: Span) -> Self {
        Self {
            construct,
            reason: reason.into(),
            origin,
            outer: false,
        }
    }
}

pub(super) type Lowered<T> = Result<T, Blocked>;

/// What the roots `Object` and `Old` are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    /// The resource.
    Whole,
    /// The Pod, and by Kyverno's rewriting of `request.object.spec` and `request.object.metadata`
    /// also the template of its controllers.
    Autogen,
    /// The pod template at this path of the resource.
    Template(&'static [&'static str]),
}

/// The node that an expression is evaluated on, and what can be reached from it.
#[derive(Debug, Clone)]
pub(super) struct Env {
    focus: Focus,
    /// Whether `request` can be reached: everywhere but inside a filter.
    top: bool,
    /// Variables, with the expression that gives their value; `None` when out of reach.
    bindings: Vec<(LocalId, Option<Jp>)>,
}

impl Env {
    /// Outside of all filters.
    pub(super) const fn top(focus: Focus) -> Self {
        Self {
            focus,
            top: true,
            bindings: Vec::new(),
        }
    }

    /// Inside a filter: only what the element holds can be reached.
    fn inside(&self, bindings: impl IntoIterator<Item = (LocalId, Jp)>) -> Self {
        let lost = self.bindings.iter().map(|(id, _)| (*id, None));
        let bound = bindings.into_iter().map(|(id, jp)| (id, Some(jp)));
        Self {
            focus: self.focus,
            top: false,
            bindings: lost.chain(bound).collect(),
        }
    }

    /// In a `foreach`: the element is a variable beside the others.
    pub(super) fn with(&self, bindings: impl IntoIterator<Item = (LocalId, Jp)>) -> Self {
        let mut env = self.clone();
        for (id, jp) in bindings {
            env.bindings.push((id, Some(jp)));
        }
        env
    }

    fn local(&self, id: LocalId) -> Option<&Jp> {
        let binding = self.bindings.iter().rev().find(|(bound, _)| *bound == id)?;
        binding.1.as_ref()
    }

    /// Where a root is.
    fn root(&self, root: Root, origin: Span) -> Lowered<Jp> {
        let out_of_reach = || Blocked {
            outer: true,
            ..Blocked::new(
                "outer variable in an inner list",
                "a filter of JMESPath sees nothing but its element",
                origin,
            )
        };
        if let Root::Local(id) = root {
            return self.local(id).cloned().ok_or_else(out_of_reach);
        }
        if root == Root::NamespaceLabels {
            return Err(Blocked::new(
                "namespace labels in a condition",
                "Kyverno knows them in `match` and `exclude` only",
                origin,
            ));
        }
        if !self.top {
            return Err(out_of_reach());
        }
        let request = |name: &str| Jp::Field("request".to_owned()).member(name);
        // The parentheses keep Kyverno from rewriting what is about the controller itself.
        let submitted = || match self.focus {
            Focus::Autogen => Jp::Group(Box::new(request("object"))),
            Focus::Whole | Focus::Template(_) => request("object"),
        };
        let focused = |base: Jp| match self.focus {
            Focus::Whole | Focus::Autogen => base,
            Focus::Template(path) => path.iter().fold(base, |base, key| base.member(*key)),
        };
        Ok(match root {
            Root::Object => focused(request("object")),
            Root::Old => focused(request("oldObject")),
            Root::Submitted => submitted(),
            Root::Name => submitted().member("metadata").member("name"),
            Root::Namespace => submitted().member("metadata").member("namespace"),
            Root::Operation => request("operation"),
            Root::User => request("userInfo"),
            Root::Local(_) | Root::NamespaceLabels | Root::Block(_) => Jp::null(),
        })
    }
}
