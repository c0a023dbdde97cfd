//! Templates.

use super::expand::elements_of;
use super::{Binding, Evaluated, Evaluator, Fault, Scope};
use crate::syntax::tree::{Part, Range};
use crate::value::{Reason, Value, to_text};

/// How long a text may become.
const MAX_TEXT: usize = 16 << 20;

impl Evaluator<'_> {
    /// The text of a template; unknown when a part is.
    pub(super) fn template(&self, parts: &[Part], range: Range, scope: &Scope<'_>) -> Evaluated {
        let mut text = String::new();
        let mut unknown = None;
        self.parts(parts, &mut text, &mut unknown, range, scope)?;
        match unknown {
            Some(reason) => Ok(Value::Unknown(reason.of_result())),
            None => self.made(Value::string(text), range, scope),
        }
    }

    fn parts(
        &self,
        parts: &[Part],
        text: &mut String,
        unknown: &mut Option<Reason>,
        range: Range,
        scope: &Scope<'_>,
    ) -> Result<(), Fault> {
        for part in parts {
            match part {
                Part::Text(more) => text.push_str(more),
                Part::Value(expr) => {
                    let value = self.eval(expr, scope)?;
                    match to_text(&value) {
                        Ok(Value::String(more)) => text.push_str(&more),
                        Ok(Value::Unknown(reason)) => {
                            unknown.get_or_insert(reason);
                        }
                        Ok(_) => {
                            let message = "a value in a template is null";
                            return Err(scope.fault(expr.range, message));
                        }
                        Err(error) => {
                            let message = format!("a value in a template: {error}");
                            return Err(scope.fault(expr.range, message));
                        }
                    }
                }
                Part::If {
                    condition,
                    then,
                    otherwise,
                } => match self.truth(condition, scope)? {
                    Ok(true) => self.parts(then, text, unknown, range, scope)?,
                    Ok(false) => self.parts(otherwise, text, unknown, range, scope)?,
                    Err(reason) => {
                        unknown.get_or_insert(reason);
                    }
                },
                Part::For {
                    key,
                    value,
                    over,
                    body,
                } => {
                    let over_value = self.eval(over, scope)?;
                    match elements_of(&over_value, over.range, scope)? {
                        Err(reason) => {
                            unknown.get_or_insert(reason);
                        }
                        Ok(elements) => {
                            for (element_key, element) in elements {
                                self.charge(1, scope, range)?;
                                let key = key.as_ref().map(|name| Binding {
                                    name,
                                    value: element_key,
                                    outer: scope.bindings,
                                });
                                let binding = Binding {
                                    name: value,
                                    value: element,
                                    outer: key.as_ref().or(scope.bindings),
                                };
                                let inner = scope.with(&binding);
                                self.parts(body, text, unknown, range, &inner)?;
                            }
                        }
                    }
                }
            }
            if text.len() > MAX_TEXT {
                return Err(scope.limit(range, format!("a text has more than {MAX_TEXT} bytes")));
            }
        }
        Ok(())
    }
}
