//! Constants: the texts of typed literals are read once, not at each evaluation.

use policyc_diagnostics::Span;
use policyc_ir::scalar::{Cidr, Date, Duration, Ip, Quantity, Version};
use policyc_ir::{Comparison, Literal};

use super::compile::CompileError;
use super::program::{Constant, Expr, ExprKind, Typed};
use crate::value::Number;

/// Reads a constant as what it is compared as.
pub(super) fn typed(text: &str, comparison: Comparison) -> Option<Typed> {
    match comparison {
        Comparison::Quantity => Quantity::parse(text).map(Typed::Quantity),
        Comparison::Duration => Duration::parse(text).map(Typed::Duration),
        Comparison::Version => Version::parse(text).map(Typed::Version),
        Comparison::Date => Date::parse(text).map(Typed::Date),
        Comparison::Bool | Comparison::Number | Comparison::String | Comparison::Scalar => None,
    }
}

/// Reads a constant as an address or a block.
pub(super) fn network(text: &str) -> Option<Typed> {
    let block = || Cidr::parse(text).map(Typed::Cidr);
    Ip::parse(text).map(Typed::Ip).or_else(block)
}

/// Reads the text of a constant, or of the constants of a list.
pub(super) fn prepare(expr: &mut Expr, read: &impl Fn(&str) -> Option<Typed>) {
    if let ExprKind::Constant(Constant::Text { text, typed }) = &mut expr.kind {
        *typed = read(text);
    } else if let ExprKind::List(items) = &mut expr.kind {
        for item in items {
            if let ExprKind::Constant(Constant::Text { text, typed }) = &mut item.kind {
                *typed = read(text);
            }
        }
    }
}

pub(super) fn constant(literal: &Literal, origin: Span) -> Result<Constant, CompileError> {
    let (text, typed, what) = match literal {
        Literal::Bool(value) => return Ok(Constant::Bool(*value)),
        Literal::Int(value) => return Ok(Constant::Number((*value).into())),
        Literal::Float(value) => {
            let number = Number::from_f64(*value).ok_or_else(|| CompileError {
                reason: "a number must be finite".to_owned(),
                origin,
            })?;
            return Ok(Constant::Number(number));
        }
        Literal::String(text) => {
            return Ok(Constant::Text {
                text: text.clone(),
                typed: None,
            });
        }
        Literal::Quantity(text) => (text, Quantity::parse(text).map(Typed::Quantity), "quantity"),
        Literal::Duration(text) => (text, Duration::parse(text).map(Typed::Duration), "duration"),
        Literal::Version(text) => (text, Version::parse(text).map(Typed::Version), "version"),
        Literal::Cidr(text) => (text, Cidr::parse(text).map(Typed::Cidr), "CIDR block"),
        Literal::Ip(text) => (text, Ip::parse(text).map(Typed::Ip), "IP address"),
        Literal::Date(text) => (text, Date::parse(text).map(Typed::Date), "date"),
    };
    if typed.is_none() {
        return Err(CompileError {
            reason: format!("`{text}` is no {what}"),
            origin,
        });
    }
    Ok(Constant::Text {
        text: text.clone(),
        typed,
    })
}
