//! Templates: text with `${…}` and `%{…}`, as HCL reads it.
//!
//! hcl-edit gives a tree whose literals may have several lines. Terraform's rules are about
//! tokens, of which a heredoc has one a line: a strip marker takes white space of the next or last
//! token only, and the indentation of `<<-` is found from the first token of each line. So the
//! tree is made flat, the rules are applied, and a tree is made of it again.

use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::template::{Directive, Element, Strip, Template};

use super::lower::Lowering;
use super::tree::{Expr, Kind, Name, Part, Range};
use crate::value::Value;

/// How the text of a template is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// Between quotes, with escapes, or in a file of its own.
    Quoted,
    /// In a heredoc, one token a line; `flush` for `<<-`.
    Heredoc {
        /// Whether indentation is taken away.
        flush: bool,
    },
}

enum Token {
    Text(String),
    Value(Expr, Strip),
    If(Expr, Strip),
    Else(Strip),
    EndIf(Strip),
    For {
        key: Option<Name>,
        value: Name,
        over: Expr,
        strip: Strip,
    },
    EndFor(Strip),
}

impl Token {
    fn strip(&self) -> Strip {
        match self {
            Self::Text(_) => Strip::None,
            Self::Value(_, strip)
            | Self::If(_, strip)
            | Self::Else(strip)
            | Self::EndIf(strip)
            | Self::For { strip, .. }
            | Self::EndFor(strip) => *strip,
        }
    }
}

/// The expression that a template is.
pub(super) fn lower(
    lowering: &Lowering<'_>,
    template: Template,
    written: Written,
    range: Range,
) -> Expr {
    let mut tokens = Vec::new();
    flatten(lowering, template, written, &mut tokens);
    strip(&mut tokens);
    if written == (Written::Heredoc { flush: true }) {
        flush(&mut tokens);
    }
    // `"${x}"` is `x`, whatever its type.
    if tokens.len() == 1
        && let Some(Token::Value(..)) = tokens.first()
        && let Some(Token::Value(expr, _)) = tokens.pop()
    {
        return Expr {
            range,
            kind: expr.kind,
        };
    }
    let parts = parts(&mut tokens.into_iter(), &mut false);
    let kind = match <[Part; 1]>::try_from(parts) {
        Ok([Part::Text(text)]) => Kind::Literal(Value::string(text)),
        Ok(other) => Kind::Template(Box::new(other)),
        Err(parts) if parts.is_empty() => Kind::Literal(Value::from("")),
        Err(parts) => Kind::Template(parts.into()),
    };
    Expr { range, kind }
}

fn flatten(lowering: &Lowering<'_>, template: Template, written: Written, tokens: &mut Vec<Token>) {
    for element in template {
        match element {
            Element::Literal(literal) => {
                let range = literal.span();
                if written == Written::Quoted {
                    tokens.push(Token::Text(literal.into_value()));
                } else {
                    let text = lowering
                        .heredoc_text(range)
                        .unwrap_or_else(|| literal.into_value());
                    let lines = text.split_inclusive('\n');
                    tokens.extend(lines.map(|line| Token::Text(line.to_owned())));
                }
            }
            Element::Interpolation(interpolation) => {
                let expr = lowering.expr(interpolation.expr);
                tokens.push(Token::Value(expr, interpolation.strip));
            }
            Element::Directive(directive) => match *directive {
                Directive::If(directive) => {
                    let start = directive.if_expr;
                    let condition = lowering.expr(start.cond_expr);
                    tokens.push(Token::If(condition, start.strip));
                    flatten(lowering, start.template, written, tokens);
                    if let Some(otherwise) = directive.else_expr {
                        tokens.push(Token::Else(otherwise.strip));
                        flatten(lowering, otherwise.template, written, tokens);
                    }
                    tokens.push(Token::EndIf(directive.endif_expr.strip));
                }
                Directive::For(directive) => {
                    let start = directive.for_expr;
                    tokens.push(Token::For {
                        key: start.key_var.map(|key| Name::from(key.as_str())),
                        value: Name::from(start.value_var.as_str()),
                        over: lowering.expr(start.collection_expr),
                        strip: start.strip,
                    });
                    flatten(lowering, start.template, written, tokens);
                    tokens.push(Token::EndFor(directive.endfor_expr.strip));
                }
            },
        }
    }
}

/// Takes away what `~` markers say, of the token next to each only.
fn strip(tokens: &mut [Token]) {
    let strips: Vec<Strip> = tokens.iter().map(Token::strip).collect();
    for (index, token) in tokens.iter_mut().enumerate() {
        let Token::Text(text) = token else { continue };
        let before = index.checked_sub(1).and_then(|before| strips.get(before));
        if before.is_some_and(|strip| strip.strip_end()) {
            text.drain(..text.len() - text.trim_start().len());
        }
        let after = strips.get(index + 1);
        if after.is_some_and(|strip| strip.strip_start()) {
            text.truncate(text.trim_end().len());
        }
    }
}

/// Takes away the indentation that all lines have. Lines of white space alone neither count nor
/// change; a line that starts with something computed has no indentation.
fn flush(tokens: &mut [Token]) {
    let mut least = usize::MAX;
    let mut starts = Vec::new();
    let mut line_start = true;
    for (index, token) in tokens.iter().enumerate() {
        let text = if let Token::Text(text) = token {
            Some(text)
        } else {
            None
        };
        if line_start {
            line_start = false;
            match text {
                Some(text) if text.ends_with('\n') && text.trim_start().is_empty() => {}
                Some(text) => {
                    let blanks = text.chars().take_while(|char| char.is_whitespace());
                    least = least.min(blanks.count());
                    starts.push(index);
                }
                None => least = 0,
            }
        }
        if text.is_some_and(|text| text.ends_with('\n')) {
            line_start = true;
        }
    }
    for index in starts {
        if let Some(Token::Text(text)) = tokens.get_mut(index) {
            let bytes: usize = text.chars().take(least).map(char::len_utf8).sum();
            text.drain(..bytes);
        }
    }
}

/// The parts up to the end of the directive that is open; tells whether that was an `else`.
fn parts(tokens: &mut std::vec::IntoIter<Token>, at_else: &mut bool) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut text = String::new();
    while let Some(token) = tokens.next() {
        if let Token::Text(more) = token {
            text.push_str(&more);
            continue;
        }
        if !text.is_empty() {
            parts.push(Part::Text(Arc::from(std::mem::take(&mut text))));
        }
        match token {
            Token::Text(_) => {}
            Token::Value(expr, _) => parts.push(Part::Value(expr)),
            Token::If(condition, _) => {
                let mut has_else = false;
                let then = self::parts(tokens, &mut has_else).into();
                let otherwise = if has_else {
                    self::parts(tokens, &mut false).into()
                } else {
                    Box::default()
                };
                parts.push(Part::If {
                    condition,
                    then,
                    otherwise,
                });
            }
            Token::For {
                key, value, over, ..
            } => {
                let body = self::parts(tokens, &mut false).into();
                parts.push(Part::For {
                    key,
                    value,
                    over,
                    body,
                });
            }
            Token::Else(_) => {
                *at_else = true;
                return parts;
            }
            Token::EndIf(_) | Token::EndFor(_) => return parts,
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text.into()));
    }
    parts
}
