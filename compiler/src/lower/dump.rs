//! The IR as text, for people and for tests: one line a statement or condition, close to the source
//! but with everything that the compiler decided spelt out.

mod scope;

use std::fmt::{self, Write};

use policyc_ir::{
    ArithmeticOp, Binding, CompareOp, Comparison, Condition, ConditionKind, Expr, ExprKind,
    Iterable, Literal, Message, MessagePart, Path, Policy, Program, Quantifier, Root, Rule,
    RuleBody, Scope, Segment, Statement, StatementKind, TextOp,
};

use scope::{Blocks, Clause};

/// The program as text. Spans are left out; what carries a number shows it: `#0` a statement, `?0`
/// a condition, `$0` a variable.
#[must_use]
pub fn dump(program: &Program) -> String {
    let mut dump = Dump {
        text: String::new(),
        depth: 0,
    };
    for policy in &program.policies {
        // Writing to a string does not fail.
        let _ = dump.policy(policy);
    }
    dump.text
}

struct Dump {
    text: String,
    depth: usize,
}

impl Dump {
    fn line(&mut self, line: fmt::Arguments<'_>) -> fmt::Result {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
        self.text.write_fmt(line)?;
        self.text.push('\n');
        Ok(())
    }

    fn policy(&mut self, policy: &Policy) -> fmt::Result {
        let Policy {
            name,
            metadata,
            targets,
            rules,
            origin: _,
        } = policy;
        let severity = metadata.severity.as_str();
        self.line(format_args!(
            "policy {name} {:?} {severity}",
            metadata.title
        ))?;
        self.depth += 1;
        if let Some(targets) = targets {
            let names: Vec<&str> = targets.iter().map(|target| target.as_str()).collect();
            self.line(format_args!("targets {}", names.join(", ")))?;
        }
        for rule in rules {
            self.rule(rule)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn rule(&mut self, rule: &Rule) -> fmt::Result {
        let Rule {
            name,
            description: _,
            scope,
            preconditions,
            body,
            origin: _,
        } = rule;
        self.line(format_args!("rule {name}"))?;
        self.depth += 1;
        match scope {
            Scope::Kubernetes { matches, excludes } => {
                for clause in matches {
                    self.line(format_args!("match {}", Clause(clause)))?;
                }
                for clause in excludes {
                    self.line(format_args!("exclude {}", Clause(clause)))?;
                }
            }
            Scope::Terraform { matches, excludes } => {
                for clause in matches {
                    self.line(format_args!("match terraform {}", Blocks(clause)))?;
                }
                for clause in excludes {
                    self.line(format_args!("exclude terraform {}", Blocks(clause)))?;
                }
            }
        }
        for condition in preconditions {
            self.line(format_args!("when {}", Cond(condition)))?;
        }
        let RuleBody::Validate(statements) = body;
        for statement in statements {
            self.statement(statement)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn statement(&mut self, statement: &Statement) -> fmt::Result {
        let Statement {
            id,
            kind,
            message,
            origin: _,
        } = statement;
        let id = id.0;
        match kind {
            StatementKind::Require(condition) => {
                self.line(format_args!("#{id} require {}", Cond(condition)))?;
            }
            StatementKind::ForEach {
                key,
                value,
                over,
                body,
            } => {
                let bindings = Bound(key.as_ref(), value.as_ref());
                self.line(format_args!("#{id} for {bindings} in {}", Over(over)))?;
                self.depth += 1;
                for statement in body {
                    self.statement(statement)?;
                }
                self.depth -= 1;
            }
            StatementKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.line(format_args!("#{id} if {}", Cond(condition)))?;
                self.depth += 1;
                for statement in then {
                    self.statement(statement)?;
                }
                self.depth -= 1;
                if !otherwise.is_empty() {
                    self.line(format_args!("else"))?;
                    self.depth += 1;
                    for statement in otherwise {
                        self.statement(statement)?;
                    }
                    self.depth -= 1;
                }
            }
        }
        if let Some(message) = message {
            self.depth += 1;
            self.line(format_args!("message {}", Said(message)))?;
            self.depth -= 1;
        }
        Ok(())
    }
}

struct Bound<'a>(Option<&'a Binding>, Option<&'a Binding>);

impl fmt::Display for Bound<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |binding: Option<&Binding>| match binding {
            Some(Binding { id, name }) => format!("{name}${}", id.0),
            None => "_".to_owned(),
        };
        if self.0.is_some() {
            write!(f, "{}, ", show(self.0))?;
        }
        f.write_str(&show(self.1))
    }
}

struct Over<'a>(&'a Iterable);

impl fmt::Display for Over<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Iterable::Lists(lists) => write!(f, "{}", Joined(lists)),
            Iterable::Entries(map) => write!(f, "entries of {}", Value(map)),
        }
    }
}

struct Joined<'a>(&'a [Expr]);

impl fmt::Display for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, expr) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}", Value(expr))?;
        }
        Ok(())
    }
}

struct Cond<'a>(&'a Condition);

impl fmt::Display for Cond<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Condition {
            id,
            kind,
            origin: _,
        } = self.0;
        if let Some(id) = id {
            write!(f, "?{} ", id.0)?;
        }
        let several = |f: &mut fmt::Formatter<'_>, word: &str, parts: &[Condition]| {
            write!(f, "{word}(")?;
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    f.write_str(", ")?;
                }
                write!(f, "{}", Cond(part))?;
            }
            f.write_str(")")
        };
        match kind {
            ConditionKind::Constant(holds) => write!(f, "{holds}"),
            ConditionKind::Not(inner) => write!(f, "not({})", Cond(inner)),
            ConditionKind::All(parts) => several(f, "all", parts),
            ConditionKind::Any(parts) => several(f, "any", parts),
            ConditionKind::Exists(value) => write!(f, "exists {}", Value(value)),
            ConditionKind::Compare {
                op,
                comparison,
                left,
                right,
            } => {
                let op = match op {
                    CompareOp::Equal => "==",
                    CompareOp::Less => "<",
                    CompareOp::LessOrEqual => "<=",
                    CompareOp::Greater => ">",
                    CompareOp::GreaterOrEqual => ">=",
                };
                let kind = comparison_word(*comparison);
                write!(f, "{} {op}[{kind}] {}", Value(left), Value(right))
            }
            ConditionKind::Text {
                op,
                subject,
                pattern,
            } => {
                let op = match op {
                    TextOp::Glob => "matches",
                    TextOp::StartsWith => "starts_with",
                    TextOp::EndsWith => "ends_with",
                    TextOp::Contains => "contains",
                };
                write!(f, "{} {op} {}", Value(subject), Value(pattern))
            }
            ConditionKind::Regex { subject, pattern } => {
                write!(f, "{} =~ {pattern:?}", Value(subject))
            }
            ConditionKind::Member {
                element,
                list,
                comparison,
            } => {
                let kind = comparison_word(*comparison);
                write!(f, "{} in[{kind}] {}", Value(element), Value(list))
            }
            ConditionKind::WithinCidr { address, block } => {
                write!(f, "{} within {}", Value(address), Value(block))
            }
            ConditionKind::Quantified {
                quantifier,
                key,
                value,
                over,
                body,
            } => {
                let word = match quantifier {
                    Quantifier::Every => "every",
                    Quantifier::Some => "some",
                };
                let bindings = Bound(key.as_ref(), value.as_ref());
                write!(f, "{word} {bindings} in {}: ({})", Over(over), Cond(body))
            }
        }
    }
}

fn comparison_word(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Bool => "bool",
        Comparison::Number => "number",
        Comparison::String => "string",
        Comparison::Quantity => "quantity",
        Comparison::Duration => "duration",
        Comparison::Version => "version",
        Comparison::Date => "date",
        Comparison::Scalar => "scalar",
    }
}

struct Value<'a>(&'a Expr);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Expr {
            kind,
            ty: _,
            origin: _,
        } = self.0;
        match kind {
            ExprKind::Literal(literal) => match literal {
                Literal::Bool(value) => write!(f, "{value}"),
                Literal::Int(value) => write!(f, "{value}"),
                Literal::Float(value) => write!(f, "{value:?}"),
                Literal::String(text) => write!(f, "{text:?}"),
                Literal::Quantity(text) => write!(f, "quantity({text:?})"),
                Literal::Duration(text) => write!(f, "duration({text:?})"),
                Literal::Version(text) => write!(f, "version({text:?})"),
                Literal::Cidr(text) => write!(f, "cidr({text:?})"),
                Literal::Ip(text) => write!(f, "ip({text:?})"),
                Literal::Date(text) => write!(f, "date({text:?})"),
            },
            ExprKind::Path(path) => write!(f, "{}", Way(path)),
            ExprKind::Coalesce(first, second) => {
                write!(f, "({} ?? {})", Value(first), Value(second))
            }
            ExprKind::Call {
                function,
                arguments,
            } => write!(f, "{function:?}({})", Joined(arguments)),
            ExprKind::Arithmetic { op, left, right } => {
                let op = match op {
                    ArithmeticOp::Add => "+",
                    ArithmeticOp::Subtract => "-",
                    ArithmeticOp::Multiply => "*",
                    ArithmeticOp::Divide => "/",
                    ArithmeticOp::Remainder => "%",
                };
                write!(f, "({} {op} {})", Value(left), Value(right))
            }
            ExprKind::List(items) => write!(f, "[{}]", Joined(items)),
            ExprKind::Map { value, over, body } => {
                let binding = Bound(None, Some(value));
                write!(f, "(map {binding} in {}: {})", Over(over), Value(body))
            }
            ExprKind::Filter {
                value,
                over,
                condition,
            } => {
                let binding = Bound(None, Some(value));
                write!(
                    f,
                    "(filter {binding} in {}: {})",
                    Over(over),
                    Cond(condition)
                )
            }
        }
    }
}

struct Way<'a>(&'a Path);

impl fmt::Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Path { root, segments } = self.0;
        match root {
            Root::Object => f.write_str("object"),
            Root::Submitted => f.write_str("submitted"),
            Root::Old => f.write_str("old"),
            Root::Local(id) => write!(f, "${}", id.0),
            Root::Name => f.write_str("name"),
            Root::Namespace => f.write_str("namespace"),
            Root::NamespaceLabels => f.write_str("namespace-labels"),
            Root::Operation => f.write_str("operation"),
            Root::User => f.write_str("user"),
            Root::Block(part) => write!(f, "terraform.{}", part.as_str()),
        }?;
        for segment in segments {
            match segment {
                Segment::Field(name)
                    if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') =>
                {
                    write!(f, ".{name}")?;
                }
                Segment::Field(name) => write!(f, ".{name:?}")?,
                Segment::Index(at) => write!(f, "[{at}]")?,
                Segment::Single => f.write_str("[only]")?,
                Segment::Key(key) => write!(f, "[{}]", Value(key))?,
            }
        }
        Ok(())
    }
}

struct Said<'a>(&'a Message);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { parts } = self.0;
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                f.write_char(' ')?;
            }
            match part {
                MessagePart::Text(text) => write!(f, "{text:?}")?,
                MessagePart::Value(value) => write!(f, "{{{}}}", Value(value))?,
            }
        }
        Ok(())
    }
}
