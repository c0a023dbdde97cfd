//! From conditions and expressions of the IR to CEL that is never an error.
//!
//! A value that may be absent is an optional of CEL. A test of it stands in `optMap`, where the
//! value is bound once, behind what guards it from values of other types; where no guard is needed,
//! a default that fails the test stands instead.

mod condition;
mod constant;
mod function;
mod network;
mod path;
mod quantify;
mod scalar;
mod string;
mod value;

use policyc_ir::{Condition, Expr, Literal, Type};

use super::Lowered;
use super::ast::{Cel, Macro, Operator};
use super::frame::Frame;
pub(in crate::backend) use quantify::{Elements, item_type};

/// CEL of type `bool` that is true when the condition holds, and false when it does not.
pub(in crate::backend) fn holds(frame: &Frame, condition: &Condition) -> Lowered<Cel> {
    let cel = frame.condition(condition, true)?;
    Ok(as_bool(cel, frame.engine.validates()))
}

/// CEL of type `bool` that is false when the condition holds, and true when it does not.
pub(in crate::backend) fn fails(frame: &Frame, condition: &Condition) -> Lowered<Cel> {
    let cel = frame.condition(condition, false)?;
    Ok(as_bool(cel, frame.engine.validates()))
}

/// The value of an expression.
pub(in crate::backend) fn value(frame: &Frame, expr: &Expr) -> Lowered<Value> {
    frame.value(expr)
}

/// A value in a message: a scalar as the evaluator writes it, `(absent)`, or else the placeholder.
pub(super) fn shown(frame: &Frame, value: &Value, placeholder: &str) -> Lowered<Cel> {
    let absent = || Cel::text("(absent)");
    if value.is_absent() {
        return Ok(absent());
    }
    if !value.optional && value.is_simple() {
        return Ok(shown_there(&bound(value, value.cel.clone()), placeholder));
    }
    if value.optional && value.known == Known::Text {
        return Ok(value.or(absent()));
    }
    let (_, name) = frame.with_name(&value.name);
    let body = shown_there(&bound(value, Cel::ident(&name)), placeholder);
    if !value.optional && body.uses(&name) <= 1 {
        return Ok(body.with(&name, &value.cel));
    }
    let source = value.as_source(&body);
    Ok(source.opt_map(&name, body).or_value(absent()))
}

fn shown_there(value: &Bound, placeholder: &str) -> Cel {
    let placeholder = || Cel::text(placeholder);
    let there = match value.known {
        Known::Text => return value.cel.clone(),
        Known::List | Known::Map => return placeholder(),
        Known::Bool | Known::Number | Known::TextOrNumber => return function::printed(value),
        Known::Nothing | Known::NotNull => {
            let is = |name: &str| value.cel.clone().is_type(name);
            Cel::Ternary(
                Box::new(Cel::or([is("list"), is("map")])),
                Box::new(placeholder()),
                Box::new(function::printed(value)),
            )
        }
    };
    if value.known == Known::NotNull {
        return there;
    }
    let is_null = value.cel.clone().equals(Cel::Null);
    Cel::Ternary(
        Box::new(is_null),
        Box::new(Cel::text("(absent)")),
        Box::new(there),
    )
}

/// What a loop visits, for a finding for each element.
pub(in crate::backend) fn elements(
    frame: &Frame,
    key: Option<&policyc_ir::Binding>,
    value: Option<&policyc_ir::Binding>,
    over: &policyc_ir::Iterable,
) -> Lowered<Elements> {
    frame.elements(key, value, over)
}

/// The same with the type `bool`. `orValue` has no type on Kyverno, which replaces it by a function
/// of its own; elsewhere it has the type of what it was mapped to.
fn as_bool(cel: Cel, typed: bool) -> Cel {
    if let Cel::Ternary(condition, then, otherwise) = cel {
        let [then, otherwise] = [then, otherwise].map(|cel| Box::new(as_bool(*cel, typed)));
        return Cel::Ternary(condition, then, otherwise);
    }
    if let Cel::Method(target, "orValue", _) = &cel {
        let is_mapped = matches!(&**target, Cel::Macro(_, Macro::OptMap, _, bodies)
            if !bodies.iter().any(|body| matches!(body, Cel::Method(_, "orValue", _))));
        if !(typed && is_mapped) {
            return cel.equals(Cel::Bool(true));
        }
    }
    cel
}

/// What is known of a value where it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backend) enum Known {
    /// Nothing: it may be null, which is absent.
    Nothing,
    /// That it is not null.
    NotNull,
    Bool,
    Number,
    Text,
    TextOrNumber,
    List,
    Map,
}

impl Known {
    /// What is known besides that the value is not null.
    pub(in crate::backend::cel) fn not_null(self) -> Self {
        if self == Self::Nothing {
            Self::NotNull
        } else {
            self
        }
    }

    /// What a schema says that the engine has enforced.
    fn of(ty: &Type) -> Self {
        match ty {
            Type::Bool => Self::Bool,
            Type::Int | Type::Number => Self::Number,
            Type::String | Type::Duration | Type::Version | Type::Cidr | Type::Ip | Type::Date => {
                Self::Text
            }
            Type::Quantity | Type::IntOrString => Self::TextOrNumber,
            Type::List(_) => Self::List,
            Type::Map(_) | Type::Object => Self::Map,
            Type::Any => Self::Nothing,
        }
    }
}

/// A value in CEL.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::backend) struct Value {
    /// The expression.
    pub(in crate::backend) cel: Cel,
    /// Whether it is an optional; else the value is always there.
    pub(in crate::backend) optional: bool,
    /// What is known of the value.
    pub(in crate::backend) known: Known,
    /// What a variable for it is called.
    pub(in crate::backend) name: String,
    /// The value, where it is a constant.
    pub(in crate::backend) constant: Option<Literal>,
    /// Its type in the schema by which the engine checks the expression.
    pub(in crate::backend) ty: Type,
}

impl Value {
    /// A value that is always there.
    fn sure(cel: Cel, known: Known, name: &str) -> Self {
        Self {
            cel,
            optional: false,
            known,
            name: name.to_owned(),
            constant: None,
            ty: Type::Any,
        }
    }

    /// A value that may be absent.
    fn maybe(cel: Cel, known: Known, name: &str) -> Self {
        Self {
            optional: true,
            ..Self::sure(cel, known, name)
        }
    }

    /// A value that never is.
    fn absent() -> Self {
        Self::maybe(Cel::none(), Known::NotNull, "value")
    }

    /// The value, or the default where it is absent.
    fn or(&self, default: Cel) -> Cel {
        if self.optional {
            self.cel.clone().or_value(default)
        } else {
            self.cel.clone()
        }
    }

    /// The value as an optional.
    pub(in crate::backend) fn as_optional(&self) -> Cel {
        if self.optional {
            self.cel.clone()
        } else {
            self.cel.clone().some()
        }
    }

    /// The value as an optional from which a variable in the body is bound.
    fn as_source(&self, body: &Cel) -> Cel {
        let optional = self.as_optional();
        if optional.is_loose() && body.settles_a_type() {
            dynamic(optional)
        } else {
            optional
        }
    }

    /// Whether it never is there.
    fn is_absent(&self) -> bool {
        self.optional && self.cel == Cel::none()
    }

    /// Whether it is cheap to write twice.
    fn is_simple(&self) -> bool {
        matches!(
            self.cel,
            Cel::Ident(_) | Cel::Text(_) | Cel::Int(_) | Cel::Double(_) | Cel::Bool(_) | Cel::Null
        )
    }
}

/// A value where it is bound, and is there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bound {
    pub(super) cel: Cel,
    pub(super) known: Known,
    pub(super) constant: Option<Literal>,
    pub(super) ty: Type,
}

impl Bound {
    /// What must hold for the value to be a string; nothing where it is one.
    pub(super) fn is_text(&self) -> Cel {
        match self.known {
            Known::Text => Cel::Bool(true),
            Known::Nothing | Known::NotNull | Known::TextOrNumber => {
                self.cel.clone().is_type("string")
            }
            Known::Bool | Known::Number | Known::List | Known::Map => Cel::Bool(false),
        }
    }

    /// What must hold for the value to be a number.
    pub(super) fn is_number(&self) -> Cel {
        match self.known {
            Known::Number => Cel::Bool(true),
            Known::Nothing | Known::NotNull | Known::TextOrNumber => Cel::or([
                self.cel.clone().is_type("int"),
                self.cel.clone().is_type("double"),
            ]),
            Known::Bool | Known::Text | Known::List | Known::Map => Cel::Bool(false),
        }
    }

    /// What must hold for the value to be a boolean.
    pub(super) fn is_bool(&self) -> Cel {
        self.is_one_of(Known::Bool, "bool")
    }

    /// What must hold for the value to be a list.
    pub(super) fn is_list(&self) -> Cel {
        self.is_one_of(Known::List, "list")
    }

    /// What must hold for the value to be a map.
    pub(super) fn is_map(&self) -> Cel {
        self.is_one_of(Known::Map, "map")
    }

    fn is_one_of(&self, known: Known, name: &str) -> Cel {
        match self.known {
            same if same == known => Cel::Bool(true),
            Known::Nothing | Known::NotNull => self.cel.clone().is_type(name),
            Known::Bool
            | Known::Number
            | Known::Text
            | Known::TextOrNumber
            | Known::List
            | Known::Map => Cel::Bool(false),
        }
    }

    /// What must hold for the value not to be null.
    pub(super) fn is_there(&self) -> Cel {
        match self.known {
            Known::Nothing => self.cel.clone().differs(Cel::Null),
            Known::NotNull
            | Known::Bool
            | Known::Number
            | Known::Text
            | Known::TextOrNumber
            | Known::List
            | Known::Map => Cel::Bool(true),
        }
    }
}

impl Frame {
    /// What the engine knows of a value that a schema describes.
    pub(super) fn known(&self, ty: &Type) -> Known {
        if self.engine.validates() {
            Known::of(ty)
        } else {
            Known::Nothing
        }
    }

    /// A test of a value: false where it is absent. The test must be false of null.
    fn test(
        &self,
        value: &Value,
        test: impl FnOnce(&Self, &Bound) -> Lowered<Cel>,
    ) -> Lowered<Cel> {
        if value.is_absent() {
            return Ok(Cel::Bool(false));
        }
        if !value.optional && (value.is_simple() || value.constant.is_some()) {
            return test(self, &bound(value, value.cel.clone()));
        }
        let (frame, name) = self.with_name(&value.name);
        let body = test(&frame, &bound(value, Cel::ident(&name)))?;
        if !value.optional && body.uses(&name) <= 1 {
            return Ok(body.with(&name, &value.cel));
        }
        if body == Cel::Bool(false) {
            return Ok(body);
        }
        // `x.optMap(v, f(v)).optMap(w, g(w))` is `x.optMap(v, g(f(v)))`.
        if let Cel::Macro(target, Macro::OptMap, variables, bodies) = &value.cel
            && value.optional
            && body.uses(&name) == 1
            && let ([variable], [inner]) = (variables.as_slice(), bodies.as_slice())
            && *variable == name
        {
            let body = body.with(&name, inner);
            let target = (**target).clone();
            return Ok(target.opt_map(variable, body).or_value(Cel::Bool(false)));
        }
        if body.uses(&name) == 0 && body == Cel::Bool(true) {
            return Ok(value.as_optional().method("hasValue", []));
        }
        let source = value.as_source(&body);
        Ok(source.opt_map(&name, body).or_value(Cel::Bool(false)))
    }

    /// A test of two values.
    fn test_both(
        &self,
        left: &Value,
        right: &Value,
        test: impl FnOnce(&Self, &Bound, &Bound) -> Lowered<Cel>,
    ) -> Lowered<Cel> {
        self.test(left, |frame, left| {
            frame.test(right, |frame, right| test(frame, left, right))
        })
    }

    /// What is made of a value where the guard holds; absent elsewhere.
    fn made(
        &self,
        value: &Value,
        known: Known,
        make: impl FnOnce(&Self, &Bound) -> Lowered<(Cel, Cel)>,
    ) -> Lowered<Value> {
        if value.is_absent() {
            return Ok(Value::absent());
        }
        let (frame, name) = self.with_name(&value.name);
        let is_plain = !value.optional && value.is_simple();
        let at = if is_plain {
            value.cel.clone()
        } else {
            Cel::ident(&name)
        };
        let (guard, made) = make(&frame, &bound(value, at))?;
        let named = |cel, optional| Value {
            optional,
            ty: made_type(known),
            ..Value::sure(cel, known, &value.name)
        };
        if guard == Cel::Bool(false) {
            return Ok(Value::absent());
        }
        if guard == Cel::Bool(true) {
            return Ok(if is_plain {
                named(made, false)
            } else if !value.optional && made.uses(&name) == 1 {
                named(made.with(&name, &value.cel), false)
            } else {
                named(value.as_source(&made).opt_map(&name, made), true)
            });
        }
        let either = Cel::Ternary(
            Box::new(guard),
            Box::new(made.some()),
            Box::new(Cel::none()),
        );
        Ok(if is_plain {
            named(either, true)
        } else {
            named(value.as_source(&either).opt_flat_map(&name, either), true)
        })
    }

    /// The same of what may be absent itself.
    fn nested(
        &self,
        value: &Value,
        make: impl FnOnce(&Self, &Bound) -> Lowered<(Cel, Value)>,
    ) -> Lowered<Value> {
        if value.is_absent() {
            return Ok(Value::absent());
        }
        let (frame, name) = self.with_name(&value.name);
        let is_plain = !value.optional && value.is_simple();
        let at = if is_plain {
            value.cel.clone()
        } else {
            Cel::ident(&name)
        };
        let (guard, inner) = make(&frame, &bound(value, at))?;
        if guard == Cel::Bool(false) || inner.is_absent() {
            return Ok(Value::absent());
        }
        if is_plain && guard == Cel::Bool(true) {
            return Ok(inner);
        }
        let made = if guard == Cel::Bool(true) {
            inner.as_optional()
        } else {
            let some = Box::new(inner.as_optional());
            Cel::Ternary(Box::new(guard), some, Box::new(Cel::none()))
        };
        let cel = if is_plain {
            made
        } else {
            value.as_source(&made).opt_flat_map(&name, made)
        };
        Ok(Value {
            cel,
            optional: true,
            ..inner
        })
    }
}

/// The same optional, of a value of any type.
fn dynamic(optional: Cel) -> Cel {
    optional.opt_map("v", Cel::call("dyn", [Cel::ident("v")]))
}

/// The type of what CEL makes.
fn made_type(known: Known) -> Type {
    match known {
        Known::Number => Type::Number,
        Known::Bool => Type::Bool,
        Known::Text => Type::String,
        Known::Nothing | Known::NotNull | Known::TextOrNumber | Known::List | Known::Map => {
            Type::Any
        }
    }
}

fn bound(value: &Value, cel: Cel) -> Bound {
    Bound {
        cel,
        known: value.known,
        constant: value.constant.clone(),
        ty: value.ty.clone(),
    }
}
