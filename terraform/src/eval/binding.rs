//! What names mean where an expression stands.

use policyc_diagnostics::{Code, SourceId};

use super::{Fault, FaultDetail, Instance};
use crate::syntax::tree::{Name, Range};
use crate::value::Value;

/// A name of a `for` expression, an iterator of a `dynamic` block, a variable of a template file.
pub(crate) struct Binding<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: Value,
    pub(crate) outer: Option<&'a Self>,
}

/// Which instance of a resource or module is evaluated.
#[derive(Debug, Clone, Default)]
pub(crate) enum Each {
    /// There is only one.
    #[default]
    None,
    /// `count.index`
    Count(Value),
    /// `each.key` and `each.value`
    Element(Value, Value),
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The module; none in a template file, which knows its variables only.
    pub(crate) instance: Option<&'a Instance>,
    pub(crate) each: &'a Each,
    pub(crate) bindings: Option<&'a Binding<'a>>,
    pub(crate) source: SourceId,
}

impl<'a> Scope<'a> {
    /// The scope of what stands in a module itself.
    pub(crate) fn of(instance: &'a Instance, source: SourceId) -> Self {
        Self {
            instance: Some(instance),
            each: &Each::None,
            bindings: None,
            source,
        }
    }

    /// The same with another name.
    pub(crate) fn with<'b>(&self, binding: &'b Binding<'b>) -> Scope<'b>
    where
        'a: 'b,
    {
        Scope {
            instance: self.instance,
            each: self.each,
            bindings: Some(binding),
            source: self.source,
        }
    }

    /// The same in another file.
    pub(crate) fn at(mut self, source: SourceId) -> Self {
        self.source = source;
        self
    }

    pub(crate) fn lookup(&self, name: &Name) -> Option<&'a Value> {
        let mut next = self.bindings;
        while let Some(binding) = next {
            if binding.name == &**name {
                return Some(&binding.value);
            }
            next = binding.outer;
        }
        None
    }

    /// Terraform stops at this place.
    pub(crate) fn fault(&self, range: Range, message: impl Into<String>) -> Fault {
        self.fault_of(Code::E0721, range, message)
    }

    /// What is named is not declared.
    pub(crate) fn undeclared(&self, range: Range, name: &str) -> Fault {
        self.fault_of(Code::W0728, range, format!("there is no `{name}`"))
    }

    /// The value needs itself.
    pub(crate) fn cycle(&self, range: Range, what: &str) -> Fault {
        self.fault_of(Code::E0722, range, format!("{what} needs itself"))
    }

    /// A bound of this program is passed.
    pub(crate) fn limit(&self, range: Range, message: impl Into<String>) -> Fault {
        self.fault_of(Code::E0723, range, message)
    }

    fn fault_of(&self, code: Code, range: Range, message: impl Into<String>) -> Fault {
        Fault(Box::new(FaultDetail {
            code,
            span: range.of(self.source),
            message: message.into(),
        }))
    }
}
