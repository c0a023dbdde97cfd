//! Functions that need expressions or scopes, not only values.

use std::rc::Rc;
use std::sync::Arc;

use policyc_diagnostics::{Code, SourceId};

use super::{Binding, Each, Evaluated, Evaluator, Fault, Known, Scope};
use crate::functions::FunctionContext;
use crate::syntax::parse_template;
use crate::syntax::tree::{Call, Expr, Range};
use crate::value::{Type, Value, convert};

impl Evaluator<'_> {
    /// The result of a special form; none when the call is of a function.
    pub(super) fn special_form(
        &self,
        call: &Call,
        range: Range,
        scope: &Scope<'_>,
    ) -> Option<Evaluated> {
        let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
        let arguments = &*call.arguments;
        Some(match (name, arguments) {
            ("try", _) => self.try_each(arguments, range, scope),
            ("can", [argument]) => self.can(argument, scope),
            // Marks are not kept: what is judged is the value.
            ("sensitive" | "nonsensitive" | "ephemeralasnull", [argument]) => {
                self.eval(argument, scope)
            }
            ("issensitive", [argument]) => self
                .eval(argument, scope)
                .map(|_| Value::unknown("marks of sensitive values are not followed")),
            ("templatefile", [path, variables]) => {
                self.template_file(path, variables, range, scope)
            }
            ("templatestring", [template, variables]) => {
                self.template_string(template, variables, range, scope)
            }
            // Terraform took them until 0.14, and much that is scanned was written for that.
            ("list", _) => self.legacy_list(arguments, range, scope),
            ("map", _) => self.legacy_map(arguments, range, scope),
            (
                "can" | "sensitive" | "nonsensitive" | "ephemeralasnull" | "issensitive"
                | "templatefile" | "templatestring",
                _,
            ) => Err(scope.fault(range, format!("`{name}` does not take these arguments"))),
            _ => return None,
        })
    }

    fn legacy_list(&self, arguments: &[Expr], range: Range, scope: &Scope<'_>) -> Evaluated {
        let items = arguments.iter().map(|argument| self.eval(argument, scope));
        let items = Value::tuple(items.collect::<Result<_, _>>()?);
        convert(&items, &Type::List(Arc::new(Type::Any)))
            .map_err(|error| scope.fault(range, format!("`list`: {error}")))
    }

    fn legacy_map(&self, arguments: &[Expr], range: Range, scope: &Scope<'_>) -> Evaluated {
        let mut entries = Vec::new();
        for pair in arguments.chunks(2) {
            let [key, value] = pair else {
                return Err(scope.fault(range, "`map` takes keys and values in turn"));
            };
            let value = self.eval(value, scope)?;
            let key_value = self.eval(key, scope)?;
            match self.key_of(key_value, key.range, scope)? {
                Ok(key) => entries.push((key, value)),
                Err(reason) => return Ok(Value::Unknown(reason)),
            }
        }
        convert(&Value::object(entries), &Type::Map(Arc::new(Type::Any)))
            .map_err(|error| scope.fault(range, format!("`map`: {error}")))
    }

    fn try_each(&self, arguments: &[Expr], range: Range, scope: &Scope<'_>) -> Evaluated {
        let mut last = None;
        for argument in arguments {
            match self.eval(argument, scope) {
                Ok(value) => return Ok(value),
                Err(fault) if fault.code() == Code::E0723 => return Err(fault),
                Err(fault) => last = Some(fault),
            }
        }
        let message = match last {
            None => "`try` takes an expression".to_owned(),
            Some(fault) => {
                format!(
                    "no argument of `try` has a value, the last one: {}",
                    fault.message()
                )
            }
        };
        Err(scope.fault(range, message))
    }

    fn can(&self, argument: &Expr, scope: &Scope<'_>) -> Evaluated {
        match self.eval(argument, scope) {
            Ok(Value::Unknown(reason)) => Ok(Value::Unknown(reason)),
            Ok(_) => Ok(Value::Bool(true)),
            Err(fault) if fault.code() == Code::E0723 => Err(fault),
            Err(_) => Ok(Value::Bool(false)),
        }
    }

    fn template_file(
        &self,
        path: &Expr,
        variables: &Expr,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        if scope.instance.is_none() {
            let message = "a template file cannot use `templatefile`";
            return Err(scope.fault(range, message));
        }
        let value = self.eval(path, scope)?;
        if value.as_unknown().is_some() {
            return Ok(value);
        }
        let Value::String(path) = value else {
            return Err(scope.fault(path.range, "a path is a string"));
        };
        let variables_value = self.eval(variables, scope)?;
        let known = self.templates.borrow().get(&*path).cloned();
        let template = match known {
            Some(template) => template,
            None => {
                let template = self.read_template(&path, range, scope)?;
                self.templates
                    .borrow_mut()
                    .insert(path.to_string(), template.clone());
                template
            }
        };
        match template {
            Err(reason) => Ok(Value::Unknown(reason)),
            Ok(template) => {
                let (template, source) = &*template;
                self.render(template, *source, &variables_value, variables.range, scope)
            }
        }
    }

    /// The template in a file, or why nobody knows it.
    fn read_template(
        &self,
        path: &str,
        range: Range,
        scope: &Scope<'_>,
    ) -> Result<Known<Rc<(Expr, SourceId)>>, Fault> {
        let context = FunctionContext::new(self.settings.files, self.settings.folder);
        let bytes = match context.read(path) {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(Err(reason)),
        };
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return Err(scope.fault(range, format!("the file `{path}` is not UTF-8")));
        };
        let source = self.reading(|reading| reading.sources.add(path, text));
        match parse_template(text, source, Range::default()) {
            Ok(template) => Ok(Ok(Rc::new((template, source)))),
            Err(error) => {
                let message = format!("the template `{path}`: {}", error.message);
                Err(scope.fault(range, message))
            }
        }
    }

    fn template_string(
        &self,
        template: &Expr,
        variables: &Expr,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        let value = self.eval(template, scope)?;
        if value.as_unknown().is_some() {
            return Ok(value);
        }
        let Value::String(text) = value else {
            return Err(scope.fault(template.range, "a template is a string"));
        };
        let values = self.eval(variables, scope)?;
        let parsed = parse_template(&text, scope.source, range)
            .map_err(|error| scope.fault(range, format!("the template: {}", error.message)))?;
        self.render(&parsed, scope.source, &values, variables.range, scope)
    }

    /// Evaluates a template that knows its variables only.
    fn render(
        &self,
        template: &Expr,
        source: SourceId,
        variables: &Value,
        range: Range,
        scope: &Scope<'_>,
    ) -> Evaluated {
        if variables.as_unknown().is_some() {
            return Ok(variables.clone());
        }
        let Some(entries) = variables.as_entries() else {
            return Err(scope.fault(range, "variables of a template are an object"));
        };
        let mut inner = Scope {
            instance: None,
            each: &Each::None,
            bindings: None,
            source,
        };
        let mut entries = entries.iter();
        let value = self.render_with(template, &mut entries, &mut inner)?;
        crate::value::to_text(&value).or(Ok(value))
    }

    /// Binds the variables one inside the other.
    fn render_with<'v>(
        &self,
        template: &Expr,
        entries: &mut dyn Iterator<Item = (&'v Arc<str>, &'v Value)>,
        scope: &mut Scope<'_>,
    ) -> Evaluated {
        match entries.next() {
            None => self.eval(template, scope),
            Some((name, value)) => {
                let binding = Binding {
                    name,
                    value: value.clone(),
                    outer: scope.bindings,
                };
                let mut inner = scope.with(&binding);
                self.deeper(scope, template.range, || {
                    self.render_with(template, entries, &mut inner)
                })
            }
        }
    }
}
