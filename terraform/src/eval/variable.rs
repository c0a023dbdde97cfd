//! Variables: what is given for them, their types and defaults.

use std::sync::Arc;

use policyc_diagnostics::{Code, Diagnostic, SourceId, Span};

use super::instance::once;
use super::{Evaluated, Evaluator, Instance, Scope};
use crate::module::types::type_of;
use crate::syntax::parse_expr;
use crate::syntax::tree::{Block, Expr, Kind, Name, Range};
use crate::value::{Type, Value, convert};

/// What the user gives for a variable of the root module.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    /// An expression in a file.
    Expression(Expr, SourceId),
    /// The text after `--var name=`, or of `TF_VAR_name`: a string for a variable of a primitive
    /// type or of none, an expression for others.
    Text(Arc<str>, SourceId),
}

impl Evaluator<'_> {
    /// The value of a variable.
    ///
    /// # Errors
    ///
    /// When there is none of that name, or it needs itself.
    pub(crate) fn variable(
        &self,
        instance: &Instance,
        name: &Name,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let Some(index) = instance.module.variables.get(name).copied() else {
            return Err(scope.undeclared(range, &format!("var.{name}")));
        };
        let cycle = || scope.cycle(range, &format!("`var.{name}`"));
        once(&instance.variables, index, cycle, || {
            Ok(match instance.module.block(index) {
                Some(block) => self.variable_of(instance, name, block),
                None => Value::Null,
            })
        })
    }

    fn variable_of(&self, instance: &Instance, name: &Name, block: &Block) -> Value {
        let of = self.type_of_variable(instance, block);
        if let Some((value, span)) = self.given(instance, name, block, &of) {
            let nullable = block
                .body
                .attribute("nullable")
                .map(|nullable| &nullable.value.kind);
            let keeps_null = !matches!(nullable, Some(Kind::Literal(Value::Bool(false))));
            if !value.is_null() || keeps_null {
                return self.typed(name, &value, &of, span);
            }
        }
        if let Some(default) = block.body.attribute("default") {
            let scope = Scope::of(instance, default.source);
            let value = self.value(&default.value, &scope);
            let span = default.value.range.of(default.source);
            return self.typed(name, &value, &of, span);
        }
        if let Some(site) = &instance.call
            && let Some(call) = site.block()
        {
            let message = format!("the call of the module gives no value for `{name}`");
            let place = call.header.of(call.source);
            self.say(Diagnostic::new(Code::E0727, place, message));
        }
        Value::unknown(format!("the variable `{name}` has no value"))
    }

    fn typed(&self, name: &str, value: &Value, of: &Type, span: Span) -> Value {
        if *of != Type::Any && !self.has_steps(value.count(), span) {
            return Value::unknown("there is too much to evaluate");
        }
        match convert(value, of) {
            Ok(value) => value,
            Err(error) => {
                let message = format!("the variable `{name}`: {error}");
                let reason = format!("it cannot be evaluated: {message}");
                self.say(Diagnostic::new(Code::E0727, span, message));
                Value::unknown(reason)
            }
        }
    }

    fn type_of_variable(&self, instance: &Instance, block: &Block) -> Type {
        let Some(attribute) = block.body.attribute("type") else {
            return Type::Any;
        };
        let scope = Scope::of(instance, attribute.source);
        let default = |expr: &Expr| {
            self.eval(expr, &scope)
                .map_err(|fault| fault.message().to_owned())
        };
        type_of(&attribute.value, &default).unwrap_or_else(|error| {
            let place = error.range.of(attribute.source);
            self.say(Diagnostic::new(Code::E0721, place, error.message));
            Type::Any
        })
    }

    /// The value that is given, and where.
    fn given(
        &self,
        instance: &Instance,
        name: &Name,
        block: &Block,
        of: &Type,
    ) -> Option<(Value, Span)> {
        if let Some(site) = &instance.call {
            let attribute = site.block()?.body.attribute(name)?;
            let scope = Scope {
                each: &site.each,
                ..Scope::of(&site.parent, attribute.source)
            };
            let value = self.value(&attribute.value, &scope);
            return Some((value, attribute.value.range.of(attribute.source)));
        }
        match instance.given.get(name)? {
            Given::Expression(expr, source) => {
                let scope = Scope {
                    instance: None,
                    ..Scope::of(instance, *source)
                };
                Some((self.value(expr, &scope), expr.range.of(*source)))
            }
            Given::Text(text, source) => {
                let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
                let span = Span::new(*source, 0, end);
                let has_type = block.body.attribute("type").is_some();
                if of.is_primitive() || !has_type {
                    return Some((Value::string(Arc::clone(text)), span));
                }
                let value = match parse_expr(text, *source) {
                    Ok(expr) => {
                        let scope = Scope {
                            instance: None,
                            ..Scope::of(instance, *source)
                        };
                        self.value(&expr, &scope)
                    }
                    Err(error) => {
                        let message = format!("the variable `{name}`: {}", error.message);
                        let reason = format!("it cannot be evaluated: {message}");
                        self.say(Diagnostic::new(Code::E0727, span, message));
                        Value::unknown(reason)
                    }
                };
                Some((value, span))
            }
        }
    }
}
