//! Expressions: values and conditions.

use std::cmp::Ordering;

use policyc_compiler::syntax::ast;

use super::definitions::{Defined, Item, Site, lookup};
use super::evaluation::{Evaluation, Names, Term};
use super::functions;
use super::number::{Number, arithmetic};
use super::text::glob;
use super::value::{Data, Known, Reads, Value};

/// The variables of one element.
type Bound<'a> = Vec<(&'a str, Term<'a>)>;

impl<'a> Evaluation<'a> {
    pub(super) fn value(
        &self,
        expr: &'a ast::Expr,
        names: &mut Names<'a>,
    ) -> Result<Value<'a>, String> {
        Ok(match self.term(expr, names)? {
            Term::Value(value) => value,
            Term::Holds(holds) => Value::new(Data::Bool(holds)),
        })
    }

    pub(super) fn condition(
        &self,
        expr: &'a ast::Expr,
        names: &mut Names<'a>,
    ) -> Result<bool, String> {
        match self.term(expr, names)? {
            Term::Holds(holds) => Ok(holds),
            Term::Value(value) => value.as_bool().ok_or("a value for a condition".to_owned()),
        }
    }

    pub(super) fn term(
        &self,
        expr: &'a ast::Expr,
        names: &mut Names<'a>,
    ) -> Result<Term<'a>, String> {
        Ok(Term::Value(match &expr.kind {
            ast::ExprKind::Literal(literal) => literal_value(literal)?,
            ast::ExprKind::Name(name) => return self.name(&name.text, names),
            ast::ExprKind::Field(base, field) => return self.field(base, &field.text, names),
            ast::ExprKind::Group(..) => return Err("a group of fields".to_owned()),
            ast::ExprKind::Index(base, index) => {
                let base = self.value(base, names)?;
                let index = self.value(index, names)?;
                self.element(&base, &index)
            }
            ast::ExprKind::Call(callee, arguments) => {
                return self.call(callee, arguments, names);
            }
            ast::ExprKind::List(items) => {
                let items = items.iter().map(|item| self.value(item, names));
                list(items.collect::<Result<_, _>>()?)
            }
            ast::ExprKind::Unary(operator, inner) => {
                return self.unary(&operator.text, inner, names);
            }
            ast::ExprKind::Binary(left, operator, right) => {
                return self.binary(left, &operator.text, right, names);
            }
            ast::ExprKind::Quantified(it) => return self.quantified(it, names),
            ast::ExprKind::Metadata(word, key) => {
                let field = if word.text == "label" {
                    "labels"
                } else {
                    "annotations"
                };
                let metadata = self.head("metadata")?;
                let entries = metadata.member(field, self.schema);
                entries.member(&key.value, self.schema)
            }
            ast::ExprKind::Reserved(it) => return Err(format!("`{}`", it.word.text)),
        }))
    }

    /// Local names hide those of the policy, these those of the module, these fields.
    fn name(&self, name: &str, names: &mut Names<'a>) -> Result<Term<'a>, String> {
        if let Some((_, term)) = names.locals.iter().rev().find(|(known, _)| *known == name) {
            return Ok(term.clone());
        }
        match lookup(&self.reference.modules, names.site, name) {
            Some(Defined::Item(item, site)) => self.item(item, site),
            Some(Defined::Module(_)) => Err(format!("`{name}` is a module")),
            None => self.head(name).map(Term::Value),
        }
    }

    /// What a definition is, put in place.
    fn item(&self, item: Item<'a>, site: Site<'a>) -> Result<Term<'a>, String> {
        let mut names = Names {
            site,
            locals: Vec::new(),
        };
        match item {
            Item::Let(it) => self.term(&it.value, &mut names),
            Item::Const(it) => {
                let value = self.value(&it.value, &mut names)?;
                Ok(Term::Value(declared(value, it.ty.as_ref())))
            }
            Item::Param(it) => {
                let owner = site
                    .policy
                    .map_or(&site.module.name, |policy| &policy.name.text);
                let set = self
                    .reference
                    .params
                    .get(&format!("{owner}.{}", it.name.text));
                let value = match (set, &it.default) {
                    (Some(set), _) => Value::of_param(set),
                    (None, Some(default)) => self.value(default, &mut names)?,
                    (None, None) => return Err(format!("`{owner}.{}` is not set", it.name.text)),
                };
                let like_default = match (set, &it.default) {
                    (Some(_), Some(default)) if it.ty.is_none() => {
                        let default = self.value(default, &mut names)?;
                        read_like(value, &default, self)
                    }
                    _ => value,
                };
                Ok(Term::Value(declared(like_default, it.ty.as_ref())))
            }
            Item::Function(it) => Err(format!("`{}` is a function", it.name.text)),
        }
    }

    fn field(
        &self,
        base: &'a ast::Expr,
        field: &'a str,
        names: &mut Names<'a>,
    ) -> Result<Term<'a>, String> {
        if let Some((item, site)) = self.of_module(base, field, names)? {
            return self.item(item, site);
        }
        if field == "labels" && self.is_namespace(base, names) {
            return Ok(Term::Value(self.namespace_labels()));
        }
        let base = self.value(base, names)?;
        Ok(Term::Value(base.member(field, self.schema)))
    }

    /// `module.name`
    fn of_module(
        &self,
        base: &'a ast::Expr,
        field: &str,
        names: &Names<'a>,
    ) -> Result<Option<(Item<'a>, Site<'a>)>, String> {
        let ast::ExprKind::Name(name) = &base.kind else {
            return Ok(None);
        };
        if names.locals.iter().any(|(known, _)| *known == name.text) {
            return Ok(None);
        }
        let found = lookup(&self.reference.modules, names.site, &name.text);
        let Some(Defined::Module(module)) = found else {
            return Ok(None);
        };
        let item = module.item(field);
        let item = item.ok_or_else(|| format!("`{}` has no `{field}`", module.name))?;
        let site = Site {
            module,
            policy: None,
        };
        Ok(Some((item, site)))
    }

    /// `namespace` or `request.namespace`, where that is no name of the author.
    fn is_namespace(&self, expr: &ast::Expr, names: &Names<'a>) -> bool {
        let head = |expr: &ast::Expr, wanted: &str| {
            matches!(&expr.kind, ast::ExprKind::Name(name) if name.text == wanted)
                && !names.locals.iter().any(|(known, _)| *known == wanted)
                && lookup(&self.reference.modules, names.site, wanted).is_none()
        };
        match &expr.kind {
            ast::ExprKind::Field(base, field) => field.text == "namespace" && head(base, "request"),
            ast::ExprKind::Name(_) => head(expr, "namespace"),
            ast::ExprKind::Literal(_)
            | ast::ExprKind::Group(..)
            | ast::ExprKind::Index(..)
            | ast::ExprKind::Call(..)
            | ast::ExprKind::List(_)
            | ast::ExprKind::Unary(..)
            | ast::ExprKind::Binary(..)
            | ast::ExprKind::Quantified(_)
            | ast::ExprKind::Metadata(..)
            | ast::ExprKind::Reserved(_) => false,
        }
    }

    /// An element, counted from 0, or an entry.
    fn element(&self, base: &Value<'a>, index: &Value<'a>) -> Value<'a> {
        if let Some(key) = index.as_text() {
            return base.member(key, self.schema);
        }
        let position = index.as_number().and_then(Number::as_whole);
        let position = position.and_then(|at| usize::try_from(at).ok());
        let items = base.elements(self.schema).unwrap_or_default();
        let found = position.and_then(|at| items.into_iter().nth(at));
        found.unwrap_or(Value::ABSENT)
    }

    fn call(
        &self,
        callee: &'a ast::Expr,
        arguments: &'a [ast::Expr],
        names: &mut Names<'a>,
    ) -> Result<Term<'a>, String> {
        let given: Vec<Term<'a>> = arguments
            .iter()
            .map(|argument| self.term(argument, names))
            .collect::<Result<_, _>>()?;
        let defined = match &callee.kind {
            ast::ExprKind::Field(base, field) => self.of_module(base, &field.text, names)?,
            ast::ExprKind::Name(name) => {
                match lookup(&self.reference.modules, names.site, &name.text) {
                    Some(Defined::Item(item, site)) => Some((item, site)),
                    Some(Defined::Module(_)) | None => {
                        let values: Vec<Value<'a>> = given.into_iter().map(of_term).collect();
                        let made = functions::call(&name.text, &values, self.schema);
                        let made = made.ok_or_else(|| format!("no function `{}`", name.text))?;
                        return made.map(Term::Value);
                    }
                }
            }
            ast::ExprKind::Literal(_)
            | ast::ExprKind::Group(..)
            | ast::ExprKind::Index(..)
            | ast::ExprKind::Call(..)
            | ast::ExprKind::List(_)
            | ast::ExprKind::Unary(..)
            | ast::ExprKind::Binary(..)
            | ast::ExprKind::Quantified(_)
            | ast::ExprKind::Metadata(..)
            | ast::ExprKind::Reserved(_) => None,
        };
        let Some((Item::Function(function), site)) = defined else {
            return Err("a call of no function".to_owned());
        };
        let parameters = function.parameters.iter().zip(given);
        let locals = parameters.map(|(parameter, term)| {
            let term = match term {
                Term::Value(value) => Term::Value(declared(value, parameter.ty.as_ref())),
                Term::Holds(holds) => Term::Holds(holds),
            };
            (parameter.name.text.as_str(), term)
        });
        let mut inside = Names {
            site,
            locals: locals.collect(),
        };
        self.term(&function.body, &mut inside)
    }

    fn unary(
        &self,
        operator: &str,
        inner: &'a ast::Expr,
        names: &mut Names<'a>,
    ) -> Result<Term<'a>, String> {
        match operator {
            "not" => Ok(Term::Holds(!self.condition(inner, names)?)),
            "exists" => Ok(Term::Holds(!self.value(inner, names)?.is_absent())),
            "absent" => Ok(Term::Holds(self.value(inner, names)?.is_absent())),
            "-" => {
                let value = self.value(inner, names)?;
                if let (Known::Unit, Some(text)) = (value.ty, value.as_text()) {
                    let data = Data::Text(format!("-{text}").into());
                    return Ok(Term::Value(Value {
                        data,
                        ty: Known::Unit,
                    }));
                }
                let negated = value
                    .as_number()
                    .and_then(|number| arithmetic("-", Number::Whole(0), number));
                Ok(Term::Value(Value::number(negated)))
            }
            other => Err(format!("operator `{other}`")),
        }
    }

    fn binary(
        &self,
        left: &'a ast::Expr,
        operator: &str,
        right: &'a ast::Expr,
        names: &mut Names<'a>,
    ) -> Result<Term<'a>, String> {
        match operator {
            "and" => {
                let holds = self.condition(left, names)? && self.condition(right, names)?;
                return Ok(Term::Holds(holds));
            }
            "or" => {
                let holds = self.condition(left, names)? || self.condition(right, names)?;
                return Ok(Term::Holds(holds));
            }
            _ => {}
        }
        let left = self.value(left, names)?;
        let right = self.value(right, names)?;
        match operator {
            "??" => {
                // A default is read as what it stands for.
                let ty = left.ty;
                if !left.is_absent() {
                    return Ok(Term::Value(left));
                }
                let known = left.reads(self.schema).is_some() || ty == Known::Unit;
                let open = ty == Known::Nothing && right.ty == Known::Text;
                let ty = if known || open { ty } else { right.ty };
                Ok(Term::Value(Value { ty, ..right }))
            }
            "+" | "-" | "*" | "/" | "%" => {
                let numbers = left.as_number().zip(right.as_number());
                let made = numbers.and_then(|(a, b)| arithmetic(operator, a, b));
                Ok(Term::Value(Value::number(made)))
            }
            // The negated ones are the exact opposites.
            "!=" => Ok(Term::Holds(!self.test("==", &left, &right)?)),
            "!~" => Ok(Term::Holds(!self.test("=~", &left, &right)?)),
            _ => match operator.strip_prefix("not ") {
                Some(positive) => Ok(Term::Holds(!self.test(positive, &left, &right)?)),
                None => Ok(Term::Holds(self.test(operator, &left, &right)?)),
            },
        }
    }

    /// A test. Of an absent value it is false, whatever it asks.
    fn test(&self, operator: &str, left: &Value<'a>, right: &Value<'a>) -> Result<bool, String> {
        if left.is_absent() || right.is_absent() {
            return Ok(false);
        }
        let order = || left.order(right, self.schema);
        let ordered = |wanted: &[Ordering]| {
            // Booleans have no order.
            let boolean = left.as_bool().is_some();
            // Where both sides may be a number or a string, only numbers have one.
            let unknown = !left.is_typed(self.schema) && !right.is_typed(self.schema);
            let number = left.as_number().is_some();
            !boolean && (number || !unknown) && order().is_some_and(|order| wanted.contains(&order))
        };
        let texts = left.as_text().zip(right.as_text());
        let text = |test: &dyn Fn(&str, &str) -> bool| texts.is_some_and(|(a, b)| test(a, b));
        Ok(match operator {
            "==" => order() == Some(Ordering::Equal),
            "<" => ordered(&[Ordering::Less]),
            "<=" => ordered(&[Ordering::Less, Ordering::Equal]),
            ">" => ordered(&[Ordering::Greater]),
            ">=" => ordered(&[Ordering::Greater, Ordering::Equal]),
            "in" if right.reads(self.schema) == Some(Reads::Cidr) => left.within(right),
            "in" => self.member(left, right),
            "within" => match right.elements(self.schema) {
                Some(blocks) => blocks.iter().any(|block| left.within(block)),
                None => left.within(right),
            },
            "contains" => match left.elements(self.schema) {
                Some(_) => self.member(right, left),
                None => text(&|a, b| a.contains(b)),
            },
            "matches" => text(&|a, b| glob(b, a)),
            "starts_with" => text(&|a, b| a.starts_with(b)),
            "ends_with" => text(&|a, b| a.ends_with(b)),
            "=~" => match texts {
                Some((subject, pattern)) => self.reference.regex(pattern)?.is_match(subject),
                None => false,
            },
            other => return Err(format!("operator `{other}`")),
        })
    }

    /// Whether a value equals an element, or lies in one that is a block.
    fn member(&self, value: &Value<'a>, list: &Value<'a>) -> bool {
        let items = list.elements(self.schema).unwrap_or_default();
        items.iter().any(|item| {
            if item.reads(self.schema) == Some(Reads::Cidr) {
                value.within(item)
            } else {
                !item.is_absent() && value.equals(item, self.schema)
            }
        })
    }

    fn quantified(
        &self,
        quantified: &'a ast::Quantified,
        names: &mut Names<'a>,
    ) -> Result<Term<'a>, String> {
        let word = quantified.word.text.as_str();
        let mut made = Vec::new();
        let mut holding = 0;
        let visited = self.visited(&quantified.bindings, &quantified.over, names)?;
        let count = visited.len();
        for element in visited {
            let value = element.last().cloned();
            let before = names.locals.len();
            names.locals.extend(element);
            if word == "map" {
                made.push(self.value(&quantified.body, names)?);
            } else if self.condition(&quantified.body, names)? {
                holding += 1;
                made.extend(value.map(|(_, term)| of_term(term)));
            }
            names.locals.truncate(before);
        }
        Ok(match word {
            "all" => Term::Holds(holding == count),
            "any" => Term::Holds(holding > 0),
            "none" => Term::Holds(holding == 0),
            "map" | "filter" => Term::Value(list(made)),
            other => return Err(format!("quantifier `{other}`")),
        })
    }

    /// The elements that are visited, each as its variables. Absent lists have none, and null
    /// elements are not visited.
    pub(super) fn visited(
        &self,
        bindings: &'a [ast::Ident],
        over: &'a [ast::Expr],
        names: &mut Names<'a>,
    ) -> Result<Vec<Bound<'a>>, String> {
        let mut visited = Vec::new();
        for value in self.sources(over, names)? {
            match bindings {
                [value_name] => {
                    let items = value.elements(self.schema).unwrap_or_default();
                    let items = items.into_iter().filter(|item| !item.is_absent());
                    visited.extend(items.map(|item| vec![bind(value_name, item)]));
                }
                [key_name, value_name] => {
                    let entries = value.entries(self.schema).unwrap_or_default();
                    let entries = entries.into_iter().filter(|(_, it)| !it.is_absent());
                    visited.extend(entries.map(|(key, item)| {
                        vec![bind(key_name, Value::text(key)), bind(value_name, item)]
                    }));
                }
                _ => return Err("a loop with other than one or two names".to_owned()),
            }
        }
        Ok(visited)
    }

    /// What is visited: `a.{b, c.d}` are several.
    fn sources(
        &self,
        over: &'a [ast::Expr],
        names: &mut Names<'a>,
    ) -> Result<Vec<Value<'a>>, String> {
        let mut sources = Vec::new();
        for expr in over {
            let ast::ExprKind::Group(base, members) = &expr.kind else {
                sources.push(self.value(expr, names)?);
                continue;
            };
            let base = self.value(base, names)?;
            for path in members {
                let way = path.iter();
                sources.push(way.fold(base.clone(), |value, name| {
                    value.member(&name.text, self.schema)
                }));
            }
        }
        Ok(sources)
    }
}

/// The list of the values that are there.
fn list(mut items: Vec<Value<'_>>) -> Value<'_> {
    items.retain(|item| !item.is_absent());
    Value::new(Data::List(items))
}

fn of_term(term: Term<'_>) -> Value<'_> {
    match term {
        Term::Value(value) => value,
        Term::Holds(holds) => Value::new(Data::Bool(holds)),
    }
}

/// `_` is a name that no expression can have.
fn bind<'a>(name: &'a ast::Ident, value: Value<'a>) -> (&'a str, Term<'a>) {
    (&name.text, Term::Value(value))
}

/// A value as one of a declared type, if that is one that strings are read as.
fn declared<'a>(value: Value<'a>, ty: Option<&ast::TypeExpr>) -> Value<'a> {
    let Some(ty) = ty else {
        return value;
    };
    // `list<quantity>`, `map<string, quantity>`: the last type is that of the values.
    match ty.arguments.last() {
        Some(inner) => declared(value, Some(inner)),
        None => match Reads::named(&ty.name.text) {
            Some(reads) => value.declared(reads),
            None => value,
        },
    }
}

/// A value that the project sets, as one of the type that the default shows.
fn read_like<'a>(value: Value<'a>, default: &Value<'a>, of: &Evaluation<'a>) -> Value<'a> {
    let first = match &default.data {
        Data::List(items) => items.first(),
        Data::Absent
        | Data::Bool(_)
        | Data::Number(_)
        | Data::Text(_)
        | Data::Map(_)
        | Data::Part(_) => Some(default),
    };
    match first.map(|it| (it.reads(of.schema), it.ty)) {
        Some((Some(reads), _)) => value.declared(reads),
        Some((None, Known::Unit)) => value.declared(Reads::Quantity),
        Some((None, _)) | None => value,
    }
}

fn literal_value<'a>(literal: &'a ast::Literal) -> Result<Value<'a>, String> {
    Ok(match literal {
        ast::Literal::Bool(value) => Value::new(Data::Bool(*value)),
        ast::Literal::Int(digits) | ast::Literal::Float(digits) => {
            let number = Number::parse(&digits.replace('_', ""));
            Value::number(Some(number.ok_or_else(|| format!("number {digits}"))?))
        }
        ast::Literal::String(text) => Value::text(text.as_str()),
        ast::Literal::Unit(text) => Value {
            data: Data::Text(text.replace('_', "").into()),
            ty: Known::Unit,
        },
    })
}
