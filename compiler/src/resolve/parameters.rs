//! Declared types, and the values that a project sets for parameters.

use indexmap::IndexMap;
use policyc_diagnostics::{Code, Diagnostic, Span};
use policyc_ir::scalar::{Cidr, Date, Duration, Ip, Quantity, Version};

use super::Resolver;
use super::constants::Constant;
use super::modules::{Definition, Item};
use super::reports::{quoted, suggest};
use super::types::Ty;
use crate::schema::nearest;
use crate::syntax::ast;

/// The value of a parameter in a project file.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamValue {
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string; where the parameter is a quantity, a duration or the like, the text of one.
    String(String),
    /// A list.
    List(Vec<ParamValue>),
    /// A map.
    Map(IndexMap<String, ParamValue>),
}

/// What a project sets a parameter to.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamOverride {
    /// The value.
    pub value: ParamValue,
    /// Where the project says so, if the caller knows.
    pub span: Option<Span>,
}

/// Names of types, as the author writes them.
const TYPES: &[(&str, Ty)] = &[
    ("string", Ty::String),
    ("int", Ty::Int),
    ("number", Ty::Number),
    ("bool", Ty::Bool),
    ("quantity", Ty::Quantity),
    ("duration", Ty::Duration),
    ("version", Ty::Version),
    ("cidr", Ty::Cidr),
    ("ip", Ty::Ip),
    ("date", Ty::Date),
];

impl From<&ParamValue> for Constant {
    fn from(value: &ParamValue) -> Self {
        match value {
            ParamValue::Bool(value) => Self::Bool(*value),
            ParamValue::Int(value) => Self::Int(*value),
            ParamValue::Float(value) => Self::Float(*value),
            ParamValue::String(value) => Self::String(value.clone()),
            ParamValue::List(items) => Self::List(items.iter().map(Self::from).collect()),
            ParamValue::Map(entries) => Self::Map(
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), Self::from(value)))
                    .collect(),
            ),
        }
    }
}

/// The type in the words of a declaration.
pub(super) fn declared(ty: &Ty) -> String {
    if let Ty::List(item) = ty {
        format!("list<{}>", declared(item))
    } else if let Ty::Map(value) = ty {
        format!("map<{}>", declared(value))
    } else {
        let known = TYPES.iter().find(|(_, known)| known == ty);
        known.map_or("any", |(name, _)| name).to_owned()
    }
}

/// The constant as a value of a declared type.
///
/// # Errors
/// The piece that is of another type, in words.
pub(super) fn conform(constant: Constant, ty: &Ty) -> Result<Constant, String> {
    let wrong = |constant: &Constant| {
        let shown: String = constant.shown().chars().take(60).collect();
        let shown = if constant.string().is_some() {
            format!("\"{shown}\"")
        } else {
            shown
        };
        Err(format!("`{shown}` is no `{}`", declared(ty)))
    };
    let parsed =
        |good: bool, made: fn(String) -> Constant, constant: Constant| match constant.text() {
            Some(text) if good => Ok(made(text.to_owned())),
            _ => wrong(&constant),
        };
    let text = constant.text().unwrap_or_default().to_owned();
    match (ty, constant) {
        (Ty::Any, constant)
        | (Ty::Bool, constant @ Constant::Bool(_))
        | (Ty::Int, constant @ Constant::Int(_))
        | (Ty::Number, constant @ (Constant::Int(_) | Constant::Float(_)))
        | (Ty::String, constant @ Constant::String(_))
        | (Ty::Version, constant @ Constant::Version(_))
        | (Ty::Duration, constant @ Constant::Duration(_))
        | (Ty::Quantity, constant @ Constant::Quantity(_))
        | (Ty::Cidr, constant @ Constant::Cidr(_))
        | (Ty::Ip, constant @ Constant::Ip(_))
        | (Ty::Date, constant @ Constant::Date(_)) => Ok(constant),
        (Ty::Quantity, Constant::Int(value)) => Ok(Constant::Quantity(value.to_string())),
        (Ty::Quantity, constant @ Constant::String(_)) => parsed(
            Quantity::parse(&text).is_some(),
            Constant::Quantity,
            constant,
        ),
        // `30m` is read as a quantity until it is known to be a duration.
        (Ty::Duration, constant @ (Constant::String(_) | Constant::Quantity(_))) => parsed(
            Duration::parse(&text).is_some(),
            Constant::Duration,
            constant,
        ),
        (Ty::Version, constant @ Constant::String(_)) => {
            parsed(Version::parse(&text).is_some(), Constant::Version, constant)
        }
        (Ty::Cidr, constant @ Constant::String(_)) => {
            parsed(Cidr::parse(&text).is_some(), Constant::Cidr, constant)
        }
        (Ty::Ip, constant @ Constant::String(_)) => {
            parsed(Ip::parse(&text).is_some(), Constant::Ip, constant)
        }
        (Ty::Date, constant @ Constant::String(_)) => {
            parsed(Date::parse(&text).is_some(), Constant::Date, constant)
        }
        (Ty::List(item), Constant::List(items)) => items
            .into_iter()
            .map(|constant| conform(constant, item))
            .collect::<Result<_, _>>()
            .map(Constant::List),
        (Ty::Map(value), Constant::Map(entries)) => entries
            .into_iter()
            .map(|(key, constant)| Ok((key, conform(constant, value)?)))
            .collect::<Result<_, String>>()
            .map(Constant::Map),
        (_, constant) => wrong(&constant),
    }
}

impl<'a> Resolver<'a> {
    /// The type that an author declares.
    pub(super) fn declared_type(&mut self, ty: &ast::TypeExpr) -> Option<Ty> {
        let name = ty.name.text.as_str();
        let known = TYPES.iter().find(|(known, _)| *known == name);
        match (name, ty.arguments.as_slice(), known) {
            ("list", [item], _) => Some(Ty::List(Box::new(self.declared_type(item)?))),
            ("map", [value], _) => Some(Ty::Map(Box::new(self.declared_type(value)?))),
            ("map", [key, value], _) if key.name.text == "string" => {
                let value = self.declared_type(value)?;
                Some(Ty::Map(Box::new(value)))
            }
            ("list" | "map", arguments, _) => {
                let message = format!("`{name}` takes one type, not {}", arguments.len());
                let help = format!("write `{name}<string>`");
                self.report(Diagnostic::new(Code::E0312, ty.span, message).help(help));
                None
            }
            (_, [], Some((_, ty))) => Some(ty.clone()),
            (_, _, Some(_)) => {
                let message = format!("`{name}` takes no type in `<` and `>`");
                self.report(Diagnostic::new(Code::E0312, ty.span, message).fix(ty.span, name));
                None
            }
            (_, _, None) => {
                let names: Vec<&str> = TYPES
                    .iter()
                    .map(|(name, _)| *name)
                    .chain(["list", "map"])
                    .collect();
                let near = nearest(name, names.iter().copied());
                let mut diagnostic = Diagnostic::new(
                    Code::E0312,
                    ty.name.span,
                    format!("there is no type `{name}`"),
                );
                if near.is_empty() {
                    diagnostic = diagnostic.help(format!("types are {}", quoted(&names)));
                }
                self.report(suggest(diagnostic, ty.name.span, &near));
                None
            }
        }
    }

    /// What the project sets for a parameter, by `policy.parameter` or `module.parameter`.
    pub(super) fn override_of(&self, definition: Definition<'a>) -> Option<&'a ParamOverride> {
        let name = &definition.item.name().text;
        let owner = match definition.site.policy {
            Some(policy) => self.modules.policy_name(policy),
            None => self.modules.name(definition.site.module),
        };
        self.params.get(&format!("{owner}.{name}"))
    }

    /// The value that a project sets, as a value of the parameter's type.
    pub(super) fn checked_override(
        &mut self,
        param: &ast::Param,
        ty: &Ty,
        given: &ParamOverride,
    ) -> Option<Constant> {
        match conform(Constant::from(&given.value), ty) {
            Ok(constant) => Some(constant),
            Err(problem) => {
                let name = &param.name.text;
                let message = format!("the value that the project sets for `{name}`: {problem}");
                let label = format!("declared here as `{}`", declared(ty));
                let diagnostic = match given.span {
                    Some(span) => {
                        Diagnostic::new(Code::E0512, span, message).also(param.name.span, label)
                    }
                    None => Diagnostic::new(Code::E0512, param.name.span, message).label(label),
                };
                self.report(diagnostic);
                None
            }
        }
    }

    /// Reports values for parameters that do not exist.
    pub(super) fn check_overrides(&mut self) {
        let mut known = Vec::new();
        for policy in self.modules.policies() {
            let owner = self.modules.policy_name(policy);
            for definition in self.modules.policy_items(policy) {
                if let Item::Param(param) = definition.item {
                    known.push(format!("{owner}.{}", param.name.text));
                }
            }
        }
        for module in self.modules.all() {
            let owner = self.modules.name(module);
            for definition in self.modules.items(module) {
                if let Item::Param(param) = definition.item {
                    known.push(format!("{owner}.{}", param.name.text));
                }
            }
        }
        let params = self.params;
        for (name, given) in params {
            if known.contains(name) {
                continue;
            }
            let message = format!("there is no parameter `{name}`");
            let near = nearest(name, known.iter().map(String::as_str));
            let diagnostic = match given.span {
                Some(span) => suggest(Diagnostic::new(Code::E0513, span, message), span, &near),
                None => {
                    let diagnostic = Diagnostic::global(Code::E0513, message);
                    match super::reports::did_you_mean(&near) {
                        Some(help) => diagnostic.help(help),
                        None => diagnostic,
                    }
                }
            };
            let diagnostic = if near.is_empty() && !known.is_empty() {
                let some: Vec<&String> = known.iter().take(10).collect();
                diagnostic.note(format!("parameters are {}", quoted(&some)))
            } else {
                diagnostic
            };
            self.report(diagnostic);
        }
    }
}
