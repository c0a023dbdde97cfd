//! Calls: functions of the language, and of the author.

use policyc_diagnostics::{Code, Diagnostic, Span};

use super::Resolver;
use super::constants::Constant;
use super::exprs::constant_expr;
use super::folding::fold;
use super::functions::{self, Constructor, FUNCTIONS, FunctionRow, Meaning, Takes};
use super::hir::{Expr, ExprKind};
use super::modules::{Definition, Item};
use super::names::Found;
use super::parameters::{conform, declared};
use super::reports::suggest;
use super::scope::{Local, Term};
use super::types::Ty;
use crate::schema::nearest;
use crate::syntax::ast;

/// What a call names.
enum Callee<'a> {
    Author(Definition<'a>, &'a ast::Function),
    Language(&'static FunctionRow),
}

impl<'a> Resolver<'a> {
    pub(super) fn call(
        &mut self,
        whole: &'a ast::Expr,
        callee: &'a ast::Expr,
        arguments: &'a [ast::Expr],
    ) -> Option<Term> {
        let function = self.callee(callee);
        // The arguments are resolved once, where they stand, also for an unknown function.
        let terms: Vec<Option<Term>> = arguments
            .iter()
            .map(|argument| {
                let term = self.term(argument);
                self.admit(term, argument.span)
            })
            .collect();
        match function? {
            Callee::Author(definition, function) => {
                self.call_author(definition, function, terms, whole.span)
            }
            Callee::Language(row) => self.call_language(row, arguments, terms, whole.span),
        }
    }

    fn callee(&mut self, callee: &'a ast::Expr) -> Option<Callee<'a>> {
        let definition = if let ast::ExprKind::Name(name) = &callee.kind {
            match self.lookup_definition(name) {
                Some(Found::Item(definition)) => Some(definition),
                None => return self.language_function(name),
                Some(Found::Nothing) => return None,
                Some(Found::Local(term)) => {
                    // What is not known may be anything.
                    term?;
                    None
                }
                Some(Found::Module(_) | Found::Value(_) | Found::Request) => None,
            }
        } else if let ast::ExprKind::Field(base, field) = &callee.kind
            && let ast::ExprKind::Name(name) = &base.kind
            && let Some(Found::Module(module)) = self.lookup_definition(name)
        {
            Some(self.item_of(module, field)?)
        } else {
            None
        };
        if let Some(definition) = definition
            && let Item::Function(function) = definition.item
        {
            Some(Callee::Author(definition, function))
        } else {
            self.not_a_function(callee.span);
            None
        }
    }

    fn language_function(&mut self, name: &ast::Ident) -> Option<Callee<'a>> {
        let row = FUNCTIONS.iter().find(|row| row.name == name.text);
        if let Some(row) = row {
            return Some(Callee::Language(row));
        }
        let message = format!("unknown function `{}`", name.text);
        let own = self.own_functions();
        let names = FUNCTIONS
            .iter()
            .map(|row| row.name)
            .chain(own.iter().map(String::as_str));
        let near = match name.text.as_str() {
            "len" | "size" | "count" => vec!["length"],
            "lowercase" | "to_lower" | "toLower" => vec!["lower"],
            "uppercase" | "to_upper" | "toUpper" => vec!["upper"],
            "unique" => vec!["distinct"],
            "str" | "string" => vec!["to_string"],
            "int" | "number" => vec!["to_number"],
            other => nearest(other, names),
        };
        let diagnostic = Diagnostic::new(Code::E0208, name.span, message);
        self.report(suggest(diagnostic, name.span, &near));
        None
    }

    /// Names of the author's functions that are visible.
    fn own_functions(&self) -> Vec<String> {
        let Some(site) = self.cx.site else {
            return Vec::new();
        };
        let policy = site.policy.map(|policy| self.modules.policy_items(policy));
        let all = policy.unwrap_or_default().into_iter();
        all.chain(self.modules.items(site.module))
            .filter(|definition| matches!(definition.item, Item::Function(_)))
            .map(|definition| definition.item.name().text.clone())
            .collect()
    }

    fn not_a_function(&mut self, span: Span) {
        let text = self.text(span).to_owned();
        let message = format!("`{text}` is not a function");
        self.report(Diagnostic::new(Code::E0208, span, message));
    }

    fn call_author(
        &mut self,
        definition: Definition<'a>,
        function: &'a ast::Function,
        terms: Vec<Option<Term>>,
        span: Span,
    ) -> Option<Term> {
        let expected = function.parameters.len();
        if terms.len() != expected {
            let names: Vec<&str> = function
                .parameters
                .iter()
                .map(|parameter| parameter.name.text.as_str())
                .collect();
            self.wrong_count(&function.name.text, &names, terms.len(), span);
            return None;
        }
        let mut locals = Vec::new();
        for (parameter, term) in function.parameters.iter().zip(terms) {
            let term = match &parameter.ty {
                Some(ty) => {
                    let ty = self.declared_type(ty);
                    term.and_then(|term| self.argument(term, &ty?, &parameter.name.text))
                }
                None => term,
            };
            locals.push(Local {
                name: parameter.name.text.clone(),
                span: parameter.name.span,
                term,
                used: false,
                what: None,
            });
        }
        self.inline(definition, locals, &function.body, span)
    }

    /// An argument, as a value of the declared type.
    fn argument(&mut self, term: Term, ty: &Ty, parameter: &str) -> Option<Term> {
        let value = match term {
            Term::Value(value) => value,
            Term::Condition(condition) => {
                let message = format!("a condition is no `{}`", declared(ty));
                self.report(Diagnostic::new(Code::E0308, condition.span, message));
                return None;
            }
        };
        let mut value = value;
        if let Some(constant) = value.constant() {
            if constant == Constant::Absent {
                return Some(Term::Value(value));
            }
            match conform(constant, ty) {
                Ok(constant) => {
                    if let ExprKind::Constant(known) = &mut value.kind {
                        *known = constant;
                    }
                    value.ty = ty.clone();
                    return Some(Term::Value(value));
                }
                Err(problem) => {
                    let message = format!("{problem}, as the parameter `{parameter}` is");
                    self.report(Diagnostic::new(Code::E0308, value.span, message));
                    return None;
                }
            }
        }
        if !fits(&value.ty, ty) {
            let text = self.text(value.span).to_owned();
            let message = format!(
                "`{text}` is {}, and the parameter `{parameter}` is `{}`",
                value.ty.describe(),
                declared(ty)
            );
            self.report(Diagnostic::new(Code::E0308, value.span, message));
            return None;
        }
        // What is declared is what the value is read as, as a constructor would say it.
        if value.ty != *ty
            && let Some(constructor) = Constructor::of(ty)
        {
            let span = value.span;
            return self.construct(constructor, value, span).map(Term::Value);
        }
        if value.ty == Ty::Any {
            value.ty = ty.clone();
        }
        Some(Term::Value(value))
    }

    fn wrong_count(&mut self, name: &str, parameters: &[&str], given: usize, span: Span) {
        let message = format!(
            "`{name}` takes {} argument{}, not {given}",
            parameters.len(),
            if parameters.len() == 1 { "" } else { "s" },
        );
        let help = format!("write `{name}({})`", parameters.join(", "));
        self.report(Diagnostic::new(Code::E0308, span, message).help(help));
    }

    fn call_language(
        &mut self,
        row: &'static FunctionRow,
        arguments: &'a [ast::Expr],
        terms: Vec<Option<Term>>,
        span: Span,
    ) -> Option<Term> {
        if terms.len() != row.parameters.len() {
            self.wrong_count(row.name, row.parameters, terms.len(), span);
            return None;
        }
        let mut values = Vec::new();
        for (term, argument) in terms.into_iter().zip(arguments) {
            values.push(match term {
                Some(Term::Value(value)) => Some(value),
                Some(Term::Condition(_)) => {
                    let message = format!("`{}` takes values, not conditions", row.name);
                    self.report(Diagnostic::new(Code::E0308, argument.span, message));
                    None
                }
                None => None,
            });
        }
        let values = values.into_iter().collect::<Option<Vec<Expr>>>()?;
        match row.meaning {
            Meaning::Call(function, takes) => {
                for (value, takes) in values.iter().zip(takes) {
                    self.check_argument(row.name, value, *takes)?;
                }
                if function == policyc_ir::Function::Join {
                    self.check_joined(values.first()?)?;
                }
                self.made(function, values, span).map(Term::Value)
            }
            Meaning::Constructor(constructor) => self
                .construct(constructor, values.into_iter().next()?, span)
                .map(Term::Value),
        }
    }

    fn check_argument(&mut self, name: &str, value: &Expr, takes: Takes) -> Option<()> {
        if takes.admits(&value.ty) || value.constant() == Some(Constant::Absent) {
            return Some(());
        }
        let text = self.text(value.span).to_owned();
        let message = format!(
            "`{name}` takes {}, and `{text}` is {}",
            takes.describe(),
            value.ty.describe()
        );
        let mut diagnostic = Diagnostic::new(Code::E0308, value.span, message);
        if takes == Takes::Text && value.ty.is_number() {
            diagnostic = diagnostic.help(format!("as a string: `to_string({text})`"));
        } else if takes == Takes::Text
            && let Ty::List(_) = value.ty
        {
            let variable = self.variable_for(&text);
            diagnostic = diagnostic.help(format!(
                "for each element: `map {variable} in {text}: {name}({variable})`"
            ));
        }
        self.report(diagnostic);
        None
    }

    fn check_joined(&mut self, list: &Expr) -> Option<()> {
        let Ty::List(item) = &list.ty else {
            return Some(());
        };
        if item.is_text() || elements_are_none(list) {
            return Some(());
        }
        let text = self.text(list.span).to_owned();
        let message = format!(
            "`join` takes a list of strings, and each element of `{text}` is {}",
            item.describe()
        );
        self.report(
            Diagnostic::new(Code::E0308, list.span, message)
                .help(format!("as strings: `map x in {text}: to_string(x)`")),
        );
        None
    }

    fn made(
        &mut self,
        function: policyc_ir::Function,
        arguments: Vec<Expr>,
        span: Span,
    ) -> Option<Expr> {
        let constants: Option<Vec<Constant>> = arguments.iter().map(Expr::constant).collect();
        if let Some(constants) = constants {
            let Some(result) = fold(function, &constants) else {
                self.too_large(span, "this constant is too large");
                return None;
            };
            return Some(constant_expr(result, span, true));
        }
        let missing = |value: &Expr| value.constant() == Some(Constant::Absent);
        if arguments.iter().any(missing) {
            return Some(constant_expr(Constant::Absent, span, true));
        }
        for argument in &arguments {
            self.refuse_constant_map(argument)?;
        }
        let types: Vec<Ty> = arguments.iter().map(|it| it.ty.clone()).collect();
        // A value of unknown type may be one that the function does not take.
        let certain = arguments
            .iter()
            .all(|argument| !argument.optional && argument.ty != Ty::Any);
        Some(Expr {
            ty: functions::result(function, &types),
            kind: ExprKind::Call {
                function,
                arguments,
            },
            span,
            optional: !certain || function == policyc_ir::Function::ToNumber,
            named: false,
        })
    }

    /// `quantity("500m")`, `version(metadata.labels["v"])`
    fn construct(&mut self, constructor: Constructor, mut value: Expr, span: Span) -> Option<Expr> {
        let ty = constructor.ty();
        if let Some(constant) = value.constant() {
            return match conform(constant, &ty) {
                Ok(constant) => Some(constant_expr(constant, span, value.named)),
                Err(problem) => {
                    let help = format!(
                        "for example `{}(\"{}\")`",
                        declared(&ty),
                        constructor.example()
                    );
                    self.report(Diagnostic::new(Code::E0306, value.span, problem).help(help));
                    None
                }
            };
        }
        let number = constructor == Constructor::Quantity && value.ty.is_number();
        if !value.ty.is_text() && !number {
            let text = self.text(value.span).to_owned();
            let message = format!("`{text}` is {}, not a string", value.ty.describe());
            self.report(Diagnostic::new(Code::E0308, value.span, message));
            return None;
        }
        let from = std::mem::replace(&mut value.ty, ty);
        if let ExprKind::Path(path) = &mut value.kind {
            path.read_from.get_or_insert(from);
        }
        value.span = span;
        Some(value)
    }
}

fn elements_are_none(list: &Expr) -> bool {
    super::conditions::elements(list).is_some_and(|items| items.is_empty())
}

/// Whether a value of the resource may be passed where a type is declared.
fn fits(value: &Ty, declared: &Ty) -> bool {
    match (value, declared) {
        (Ty::Any, _) | (_, Ty::Any) => true,
        // Elements are not read as something else than what they are.
        (Ty::List(a), Ty::List(b)) | (Ty::Map(a), Ty::Map(b)) => {
            fits(a, b) && (a == b || Constructor::of(b).is_none())
        }
        (Ty::Object(_), Ty::Map(_)) => true,
        (Ty::Int, Ty::Number) => true,
        (a, Ty::String) => a.is_text(),
        // A string of the resource may spell any of these.
        (
            Ty::String | Ty::Enum(_),
            Ty::Quantity | Ty::Duration | Ty::Version | Ty::Cidr | Ty::Ip | Ty::Date,
        ) => true,
        (Ty::IntOrString, Ty::Int | Ty::Number) => true,
        (a, b) => a == b,
    }
}
