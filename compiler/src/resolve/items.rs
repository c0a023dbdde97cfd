//! The values of constants and parameters.

use policyc_diagnostics::{Code, Diagnostic, Span};

use super::Resolver;
use super::constants::Constant;
use super::modules::{Definition, Item};
use super::parameters::conform;
use super::scope::Context;
use super::types::Ty;
use crate::syntax::ast;

/// Longest chain of constants that are made of each other.
const MAX_CHAIN: usize = 64;

/// What is known of a constant or parameter.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// It is being worked out.
    Pending,
    /// It is worked out; nothing where a mistake was reported.
    Known(Option<(Constant, Ty)>),
}

impl<'a> Resolver<'a> {
    /// The value of a constant or parameter; nothing where a mistake was reported.
    pub(super) fn value_of(&mut self, definition: Definition<'a>) -> Option<(Constant, Ty)> {
        let name = definition.item.name();
        match self.values.get(&name.span) {
            Some(Value::Known(value)) => return value.clone(),
            Some(Value::Pending) => {
                self.depends_on_itself(&name.text, name.span);
                return None;
            }
            None => {}
        }
        let pending = self.values.values();
        let depth = pending
            .filter(|value| matches!(value, Value::Pending))
            .count();
        if depth >= MAX_CHAIN {
            self.too_large(
                name.span,
                "constants are made of each other over too many steps",
            );
            return None;
        }
        self.values.insert(name.span, Value::Pending);
        let outer = std::mem::replace(&mut self.cx, Context::of_constant(definition.site));
        let value = match definition.item {
            Item::Param(param) => self.param_value(definition, param),
            Item::Const(item) => self.const_value(item.ty.as_ref(), &item.value, &name.text),
            Item::Let(_) | Item::Function(_) => None,
        };
        self.cx = outer;
        self.values.insert(name.span, Value::Known(value.clone()));
        value
    }

    pub(super) fn depends_on_itself(&mut self, name: &str, span: Span) {
        let message = format!("`{name}` is defined by itself");
        self.report(
            Diagnostic::new(Code::E0207, span, message)
                .note("definitions are put in place where they are used, so none can need itself"),
        );
    }

    fn param_value(
        &mut self,
        definition: Definition<'a>,
        param: &'a ast::Param,
    ) -> Option<(Constant, Ty)> {
        let default = param
            .default
            .as_ref()
            .map(|default| self.const_value(param.ty.as_ref(), default, &param.name.text));
        let given = self.override_of(definition);
        match (default, given) {
            (Some(default), None) => default,
            (Some(default), Some(given)) => {
                let (_, ty) = default?;
                let value = self.checked_override(param, &ty, given)?;
                Some((value, ty))
            }
            (None, given) => {
                let Some(ty) = &param.ty else {
                    let message = format!("`{}` has neither a type nor a value", param.name.text);
                    let help = format!("write `param {}: string`", param.name.text);
                    self.report(Diagnostic::new(Code::E0312, param.name.span, message).help(help));
                    return None;
                };
                let ty = self.declared_type(ty)?;
                let Some(given) = given else {
                    let message = format!("parameter `{}` has no value", param.name.text);
                    self.report(
                        Diagnostic::new(Code::E0511, param.name.span, message).help(
                            "set it under `params` of the project file, or give it a default",
                        ),
                    );
                    return None;
                };
                let value = self.checked_override(param, &ty, given)?;
                Some((value, ty))
            }
        }
    }

    /// The value of an expression outside rules, as a value of the declared type.
    fn const_value(
        &mut self,
        declared_as: Option<&ast::TypeExpr>,
        value: &'a ast::Expr,
        name: &str,
    ) -> Option<(Constant, Ty)> {
        let ty = declared_as.map(|ty| self.declared_type(ty));
        let expr = self.constant_value(value, &format!("`{name}`"))?;
        let Some(ty) = ty else {
            let ty = expr.ty();
            return Some((expr, ty));
        };
        let ty = ty?;
        match conform(expr, &ty) {
            Ok(constant) => Some((constant, ty)),
            Err(problem) => {
                self.report(
                    Diagnostic::new(Code::E0312, value.span, problem).note(format!(
                        "`{name}` is declared as `{}`",
                        super::parameters::declared(&ty)
                    )),
                );
                None
            }
        }
    }

    /// An expression whose value must be known while compiling.
    pub(super) fn constant_value(&mut self, value: &'a ast::Expr, what: &str) -> Option<Constant> {
        let expr = self.value(value)?;
        if let Some(constant) = expr.constant() {
            return Some(constant);
        }
        let message = format!("the value of {what} must be known while compiling");
        self.report(
            Diagnostic::new(Code::E0309, value.span, message)
                .note("it cannot depend on a resource or a request"),
        );
        None
    }

    /// Says that a name of the resource or the request stands where a value must be known.
    pub(super) fn not_constant(&mut self, span: Span) {
        let message = "a value here must be known while compiling";
        self.report(
            Diagnostic::new(Code::E0309, span, message)
                .note("it cannot depend on a resource or a request"),
        );
    }

    /// Works out every constant and parameter, used or not.
    pub(super) fn check_values(&mut self, definitions: Vec<Definition<'a>>) {
        for definition in definitions {
            match definition.item {
                Item::Param(_) | Item::Const(_) => {
                    self.value_of(definition);
                }
                Item::Let(_) | Item::Function(_) => {}
            }
        }
    }
}
