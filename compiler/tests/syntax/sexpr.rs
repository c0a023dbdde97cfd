//! The syntax tree as S-expressions.

use std::fmt::Write as _;

use policyc_compiler::syntax::ast::{
    Expr, ExprKind, File, Filter, FilterKind, Function, Ident, Item, Literal, MatchClause, Message,
    MessagePart, Operator, PolicyMember, Rule, RuleMember, Selector, Statement, StatementKind,
    TypeExpr,
};

fn join<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn names(names: &[Ident]) -> String {
    join(names, |name| name.text.clone())
}

/// An expression on one line.
pub(crate) fn expr(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(literal) => match literal {
            Literal::Bool(value) => value.to_string(),
            Literal::Int(text) | Literal::Float(text) => text.clone(),
            Literal::Unit(text) => format!("'{text}"),
            Literal::String(text) => format!("{text:?}"),
        },
        ExprKind::Name(name) => name.text.clone(),
        ExprKind::Field(base, name) if name.text.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            format!("{}.{}", self::expr(base), name.text)
        }
        ExprKind::Field(base, name) => format!("{}.{:?}", self::expr(base), name.text),
        ExprKind::Group(base, paths) => {
            let paths: Vec<String> = paths
                .iter()
                .map(|path| {
                    path.iter()
                        .map(|part| part.text.as_str())
                        .collect::<Vec<_>>()
                        .join(".")
                })
                .collect();
            format!("{}.{{{}}}", self::expr(base), paths.join(" "))
        }
        ExprKind::Index(base, index) => format!("{}[{}]", self::expr(base), self::expr(index)),
        ExprKind::Call(callee, arguments) if arguments.is_empty() => {
            format!("(call {})", self::expr(callee))
        }
        ExprKind::Call(callee, arguments) => {
            format!(
                "(call {} {})",
                self::expr(callee),
                join(arguments, self::expr)
            )
        }
        ExprKind::List(items) => format!("[{}]", join(items, self::expr)),
        ExprKind::Unary(Operator { text, .. }, operand) => {
            format!("({text} {})", self::expr(operand))
        }
        ExprKind::Binary(left, Operator { text, .. }, right) => {
            format!(
                "({} {} {})",
                text.replace(' ', "-"),
                self::expr(left),
                self::expr(right)
            )
        }
        ExprKind::Quantified(quantified) => format!(
            "({} ({}) ({}) {})",
            quantified.word.text,
            names(&quantified.bindings),
            join(&quantified.over, self::expr),
            self::expr(&quantified.body)
        ),
        ExprKind::Metadata(word, key) => format!("({} {:?})", word.text, key.value),
        ExprKind::Reserved(reserved) => format!("(reserved {})", reserved.word.text),
    }
}

fn ty(ty: &Option<TypeExpr>) -> String {
    fn show(ty: &TypeExpr) -> String {
        if ty.arguments.is_empty() {
            return ty.name.text.clone();
        }
        format!("{}<{}>", ty.name.text, join(&ty.arguments, show))
    }
    ty.as_ref()
        .map_or(String::new(), |ty| format!(" :{}", show(ty)))
}

fn message(message: &Option<Message>) -> String {
    message.as_ref().map_or(String::new(), |message| {
        let parts = join(&message.parts, |part| match part {
            MessagePart::Text(text) => format!("{text:?}"),
            MessagePart::Expr(value) => expr(value),
        });
        format!(" (message {parts})")
    })
}

fn selector(selector: &Selector) -> String {
    let values = selector
        .values
        .as_ref()
        .map_or(String::new(), |values| format!(" {}", expr(values)));
    format!("{:?}{values}", selector.key.value)
}

fn filter(filter: &Filter) -> String {
    match &filter.kind {
        FilterKind::Named(value) => format!("(named {})", expr(value)),
        FilterKind::Namespace(value) => format!("(namespace {})", expr(value)),
        FilterKind::Label(of) => format!("(label {})", selector(of)),
        FilterKind::Annotation(of) => format!("(annotation {})", selector(of)),
        FilterKind::NamespaceLabel(of) => format!("(namespace-label {})", selector(of)),
        FilterKind::On(words) => format!("(on {})", names(words)),
        FilterKind::By(word, value) => format!("(by {} {})", word.text, expr(value)),
    }
}

fn clause(word: &str, clause: &MatchClause) -> String {
    let exactly = if clause.exactly.is_some() {
        " exactly"
    } else {
        ""
    };
    let (terraform, separator) = match clause.terraform {
        Some(_) => (" terraform", "."),
        None => ("", "/"),
    };
    let kinds = join(&clause.kinds, |kind| {
        kind.parts
            .iter()
            .map(|part| part.text.as_str())
            .collect::<Vec<_>>()
            .join(separator)
    });
    let filters: String = clause
        .filters
        .iter()
        .map(|of| format!(" {}", filter(of)))
        .collect();
    format!("({word}{terraform}{exactly} ({kinds}){filters})")
}

struct Printer {
    out: String,
    depth: usize,
}

impl Printer {
    fn line(&mut self, text: &str) {
        writeln!(self.out, "{}{text}", "  ".repeat(self.depth)).unwrap();
    }

    fn nested<T>(&mut self, head: &str, items: &[T], show: impl Fn(&mut Self, &T)) {
        self.line(head);
        self.depth += 1;
        for item in items {
            show(self, item);
        }
        self.depth -= 1;
    }

    fn statement(&mut self, statement: &Statement) {
        let message = message(&statement.message);
        match &statement.kind {
            StatementKind::Require(condition) => {
                self.line(&format!("require {}{message}", expr(condition)))
            }
            StatementKind::Deny(condition) => {
                self.line(&format!("deny {}{message}", expr(condition)))
            }
            StatementKind::Let(of) => {
                self.line(&format!("let {} {}", of.name.text, expr(&of.value)))
            }
            StatementKind::For {
                bindings,
                over,
                body,
            } => {
                let head = format!("for ({}) ({}){message}", names(bindings), join(over, expr));
                self.nested(&head, body, Self::statement);
            }
            StatementKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.nested(
                    &format!("if {}{message}", expr(condition)),
                    then,
                    Self::statement,
                );
                if !otherwise.is_empty() {
                    self.nested("else", otherwise, Self::statement);
                }
            }
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.doc(&rule.doc);
        self.nested(
            &format!("rule {}", rule.name.text),
            &rule.members,
            |printer, member| match member {
                RuleMember::Match(of) => printer.line(&clause("match", of)),
                RuleMember::Exclude(of) => printer.line(&clause("exclude", of)),
                RuleMember::When(of) => printer.line(&format!("when {}", expr(&of.condition))),
                RuleMember::Unless(of) => printer.line(&format!("unless {}", expr(&of.condition))),
                RuleMember::Statement(of) => printer.statement(of),
                RuleMember::Reserved(of) => printer.line(&format!("reserved {}", of.word.text)),
            },
        );
    }

    fn doc(&mut self, doc: &Option<policyc_compiler::syntax::ast::Doc>) {
        if let Some(doc) = doc {
            self.line(&format!("doc {:?}", doc.text));
        }
    }

    fn function(&mut self, function: &Function) {
        self.doc(&function.doc);
        let parameters = join(&function.parameters, |of| {
            format!("{}{}", of.name.text, ty(&of.ty))
        });
        self.line(&format!(
            "fn {} ({parameters}) {}",
            function.name.text,
            expr(&function.body)
        ));
    }

    fn param(&mut self, param: &policyc_compiler::syntax::ast::Param) {
        self.doc(&param.doc);
        let default = param
            .default
            .as_ref()
            .map_or(String::new(), |value| format!(" {}", expr(value)));
        self.line(&format!(
            "param {}{}{default}",
            param.name.text,
            ty(&param.ty)
        ));
    }

    fn constant(&mut self, constant: &policyc_compiler::syntax::ast::Const) {
        self.doc(&constant.doc);
        self.line(&format!(
            "const {}{} {}",
            constant.name.text,
            ty(&constant.ty),
            expr(&constant.value)
        ));
    }

    fn member(&mut self, member: &PolicyMember) {
        match member {
            PolicyMember::Field(of) => {
                self.line(&format!("field {} {}", of.name.text, expr(&of.value)))
            }
            PolicyMember::Param(of) => self.param(of),
            PolicyMember::Const(of) => self.constant(of),
            PolicyMember::Let(of) => {
                self.line(&format!("let {} {}", of.name.text, expr(&of.value)))
            }
            PolicyMember::Function(of) => self.function(of),
            PolicyMember::Rule(of) => self.rule(of),
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Import(import) => {
                let alias = |alias: &Option<Ident>| {
                    alias
                        .as_ref()
                        .map_or(String::new(), |of| format!(" as {}", of.text))
                };
                let of = import.names.as_ref().map_or(String::new(), |names| {
                    format!(
                        " ({})",
                        join(names, |of| format!("{}{}", of.name.text, alias(&of.alias)))
                    )
                });
                self.line(&format!(
                    "import {}{of}{}",
                    names(&import.path),
                    alias(&import.alias)
                ));
            }
            Item::Policy(policy) => {
                self.doc(&policy.doc);
                self.nested(
                    &format!("policy {}", policy.name.text),
                    &policy.members,
                    Self::member,
                );
            }
            Item::Param(of) => self.param(of),
            Item::Const(of) => self.constant(of),
            Item::Function(of) => self.function(of),
            Item::Reserved(of) => self.line(&format!("reserved {}", of.word.text)),
        }
    }
}

/// A file, one line for each part.
pub(crate) fn file(file: &File) -> String {
    let mut printer = Printer {
        out: String::new(),
        depth: 0,
    };
    if let Some(doc) = &file.doc {
        printer.line(&format!("file doc {:?}", doc.text));
    }
    for item in &file.items {
        printer.item(item);
    }
    printer.out
}
