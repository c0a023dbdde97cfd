//! From the tree of hcl-edit to the one that is evaluated.

use std::ops;

use hcl_edit::Span as _;
use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Conditional, Expression, ForExpr, FuncCall, Object, ObjectKey,
    Traversal, TraversalOperator, UnaryOperator,
};
use hcl_edit::structure::{self, Structure};
use hcl_edit::template::Template;
use policyc_diagnostics::SourceId;

use super::template::{self, Written};
use super::tree::{
    Attribute, Block, Body, Call, Expr, For, Item, Key, Kind, Name, Operator, Range, Step,
};
use crate::value::{Number, Value};

/// Turns the tree of one text.
pub(super) struct Lowering<'t> {
    /// The text as it was written.
    pub(super) text: &'t str,
    /// Where the parsed text starts in it.
    pub(super) offset: u32,
    pub(super) source: SourceId,
}

impl Lowering<'_> {
    fn range(&self, span: Option<ops::Range<usize>>) -> Range {
        let span = span.unwrap_or_default();
        let place = |at: usize| {
            u32::try_from(at)
                .unwrap_or(u32::MAX)
                .saturating_add(self.offset)
        };
        Range {
            start: place(span.start),
            end: place(span.end),
        }
    }

    /// The text of a literal in a heredoc as it was written, with its two escapes read. What
    /// hcl-edit made of it may lack what looked like `<<-` to [`super::parse`].
    pub(super) fn heredoc_text(&self, span: Option<ops::Range<usize>>) -> Option<String> {
        let range = self.range(Some(span?));
        let raw = self.text.get(range.start as usize..range.end as usize)?;
        Some(raw.replace("$${", "${").replace("%%{", "%{"))
    }

    /// A template that is a text of its own.
    pub(super) fn file_template(&self, template: Template) -> Expr {
        template::lower(self, template, Written::Quoted, Range::default())
    }

    pub(super) fn body(&self, body: structure::Body) -> Body {
        let mut lowered = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let name_range = self.range(attribute.key.span());
                    lowered.attributes.push(Attribute {
                        name: Name::from(attribute.key.as_str()),
                        name_range,
                        value: self.expr(attribute.value),
                        source: self.source,
                    });
                }
                Structure::Block(block) => lowered.blocks.push(self.block(block)),
            }
        }
        lowered
    }

    fn block(&self, block: structure::Block) -> Block {
        let range = self.range(block.span());
        let ident = self.range(block.ident.span());
        let end = block
            .labels
            .last()
            .map_or(ident.end, |label| self.range(label.span()).end);
        Block {
            kind: Name::from(block.ident.as_str()),
            labels: block
                .labels
                .iter()
                .map(|label| Name::from(label.as_str()))
                .collect(),
            header: Range {
                start: ident.start,
                end,
            },
            range,
            body: self.body(block.body),
            source: self.source,
        }
    }

    fn boxed(&self, expression: Expression) -> Box<Expr> {
        Box::new(self.expr(expression))
    }

    pub(super) fn expr(&self, expression: Expression) -> Expr {
        let range = self.range(expression.span());
        let kind = match expression {
            Expression::Null(_) => Kind::Literal(Value::Null),
            Expression::Bool(value) => Kind::Literal(Value::Bool(*value.value())),
            Expression::Number(number) => {
                // From the text: hcl-edit's numbers are doubles beyond 64 bits.
                let text = self.text.get(range.start as usize..range.end as usize);
                let parsed = text.and_then(|text| {
                    let text: String = text.chars().filter(|char| !char.is_whitespace()).collect();
                    Number::parse(&text).ok()
                });
                let nearest = || Number::from_f64(number.value().as_f64()?).ok();
                match parsed.or_else(nearest) {
                    Some(number) => Kind::Literal(Value::Number(number)),
                    None => Kind::Literal(Value::unknown("the number is out of range")),
                }
            }
            Expression::String(text) => Kind::Literal(Value::string(text.into_value())),
            Expression::Array(array) => {
                Kind::Tuple(array.into_iter().map(|item| self.expr(item)).collect())
            }
            Expression::Object(object) => self.object(object),
            Expression::StringTemplate(template) => {
                let template = template.into_iter().collect::<Vec<_>>().into();
                return template::lower(self, template, Written::Quoted, range);
            }
            Expression::HeredocTemplate(heredoc) => {
                let start = range.start as usize;
                let written = self
                    .text
                    .get(start.saturating_sub(1)..start.saturating_add(2));
                let flush = written == Some("<<-");
                let written = Written::Heredoc { flush };
                return template::lower(self, heredoc.template, written, range);
            }
            Expression::Parenthesis(inner) => {
                let kind = self.expr(inner.into_inner()).kind;
                return Expr { range, kind };
            }
            Expression::Variable(name) => Kind::Variable(Name::from(name.as_str())),
            Expression::Conditional(conditional) => {
                let Conditional {
                    cond_expr,
                    true_expr,
                    false_expr,
                    ..
                } = *conditional;
                Kind::Conditional(Box::new([
                    self.expr(cond_expr),
                    self.expr(true_expr),
                    self.expr(false_expr),
                ]))
            }
            Expression::FuncCall(call) => Kind::Call(Box::new(self.call(*call))),
            Expression::Traversal(traversal) => self.traversal(*traversal),
            Expression::UnaryOp(operation) => match operation.operator.value() {
                UnaryOperator::Neg => Kind::Negate(self.boxed(operation.expr)),
                UnaryOperator::Not => Kind::Not(self.boxed(operation.expr)),
            },
            Expression::BinaryOp(operation) => self.binary(*operation),
            Expression::ForExpr(expression) => Kind::For(Box::new(self.for_expr(*expression))),
        };
        Expr { range, kind }
    }

    fn object(&self, object: Object) -> Kind {
        let mut items = Vec::with_capacity(object.len());
        for (key, value) in object {
            let key_range = self.range(key.span());
            let key = match key {
                ObjectKey::Ident(name) => Key::Name(Name::from(name.as_str())),
                ObjectKey::Expression(Expression::String(text)) => {
                    Key::Name(Name::from(text.into_value()))
                }
                ObjectKey::Expression(expression) => Key::Computed(self.expr(expression)),
            };
            items.push(Item {
                key,
                key_range,
                value: self.expr(value.into_expr()),
            });
        }
        Kind::Object(items.into())
    }

    fn call(&self, call: FuncCall) -> Call {
        let mut name = String::new();
        for space in &call.name.namespace {
            name.push_str(space.as_str());
            name.push_str("::");
        }
        name.push_str(call.name.name.as_str());
        let spread = call.args.expand_final();
        Call {
            name: name.into(),
            arguments: call
                .args
                .into_iter()
                .map(|argument| self.expr(argument))
                .collect(),
            spread,
        }
    }

    fn traversal(&self, traversal: Traversal) -> Kind {
        let mut steps = Vec::with_capacity(traversal.operators.len());
        for operator in traversal.operators {
            steps.push(match operator.into_value() {
                TraversalOperator::AttrSplat(_) => Step::AttributeSplat,
                TraversalOperator::FullSplat(_) => Step::FullSplat,
                TraversalOperator::GetAttr(name) => Step::Attribute(Name::from(name.as_str())),
                TraversalOperator::Index(expression) => Step::Index(self.expr(expression)),
                TraversalOperator::LegacyIndex(index) => {
                    Step::Attribute(Name::from(index.value().to_string()))
                }
            });
        }
        let of = self.expr(traversal.expr);
        Kind::Get(Box::new((of, steps.into())))
    }

    fn binary(&self, operation: BinaryOp) -> Kind {
        let operator = match operation.operator.value() {
            BinaryOperator::And => Operator::And,
            BinaryOperator::Or => Operator::Or,
            BinaryOperator::Eq => Operator::Equal,
            BinaryOperator::NotEq => Operator::NotEqual,
            BinaryOperator::Less => Operator::Less,
            BinaryOperator::LessEq => Operator::LessEqual,
            BinaryOperator::Greater => Operator::Greater,
            BinaryOperator::GreaterEq => Operator::GreaterEqual,
            BinaryOperator::Plus => Operator::Add,
            BinaryOperator::Minus => Operator::Subtract,
            BinaryOperator::Mul => Operator::Multiply,
            BinaryOperator::Div => Operator::Divide,
            BinaryOperator::Mod => Operator::Remainder,
        };
        let (left, right) = (self.expr(operation.lhs_expr), self.expr(operation.rhs_expr));
        Kind::Binary(Box::new((operator, left, right)))
    }

    fn for_expr(&self, expression: ForExpr) -> For {
        let ForExpr {
            intro,
            key_expr,
            value_expr,
            grouping,
            cond,
            ..
        } = expression;
        For {
            key: intro.key_var.map(|name| Name::from(name.as_str())),
            value: Name::from(intro.value_var.as_str()),
            over: self.expr(intro.collection_expr),
            result_key: key_expr.map(|key| self.expr(key)),
            result: self.expr(value_expr),
            condition: cond.map(|condition| self.expr(condition.expr)),
            grouped: grouping,
        }
    }
}
