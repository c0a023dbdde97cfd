//! Expressions: the grammar gives them flat, and precedence climbing makes the tree.

use std::iter::Peekable;
use std::vec::IntoIter;

use policyc_diagnostics::{Code, Diagnostic, Span};

use super::super::MAX_EXPRESSION_DEPTH;
use super::super::ast::{Expr, ExprKind, Ident, Literal, Operator, Quantified};
use super::super::grammar::Rule;
use super::{Builder, Pair, next_of};

/// How deep prefixes and brackets together may nest: the builder recurses for each.
const MAX_PREFIXES: usize = 128;

// How tightly operators bind; a larger number binds tighter.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const COALESCE: u8 = 5;
const SUM: u8 = 6;
const PRODUCT: u8 = 7;
const NEGATION: u8 = 8;
const PRESENCE: u8 = 9;

/// How tightly an infix operator binds. Every word that is not `and` or `or` compares.
fn level(operator: &str) -> u8 {
    match operator {
        "or" => OR,
        "and" => AND,
        "??" => COALESCE,
        "+" | "-" => SUM,
        "*" | "/" | "%" => PRODUCT,
        _ => COMPARISON,
    }
}

/// An expression, and how many levels its tree has.
struct Built {
    expr: Expr,
    depth: usize,
}

/// A piece of a flat expression.
enum Piece<'i> {
    Prefix(Pair<'i>),
    Operand(Built),
    Infix(Operator),
}

type Pieces<'i> = Peekable<IntoIter<Piece<'i>>>;

impl Builder<'_> {
    /// Builds an `expr`.
    pub(in super::super) fn expr(&mut self, pair: Pair<'_>) -> Option<Expr> {
        self.built(pair).map(|built| built.expr)
    }

    /// Builds a `filter_value`: an operand without operators.
    pub(super) fn operand_expr(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let mut pieces = Vec::new();
        self.operand(pair, &mut pieces)?;
        self.climb(&mut pieces.into_iter().peekable(), OR)
            .map(|built| built.expr)
    }

    fn built(&mut self, pair: Pair<'_>) -> Option<Built> {
        let span = self.span(&pair);
        self.nested(span, |builder| {
            let mut pieces = Vec::new();
            for child in pair.into_inner() {
                let rule = child.as_rule();
                if matches!(rule, Rule::operand | Rule::over_operand) {
                    builder.operand(child, &mut pieces)?;
                } else {
                    let operator = builder.infix(&child);
                    pieces.push(Piece::Infix(operator));
                }
            }
            builder.climb(&mut pieces.into_iter().peekable(), OR)
        })
    }

    /// Runs `build` one level deeper, unless that is too deep.
    fn nested<T>(&mut self, span: Span, build: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.nesting >= MAX_PREFIXES {
            self.too_deep(span);
            return None;
        }
        self.nesting += 1;
        let built = build(self);
        self.nesting -= 1;
        built
    }

    fn too_deep(&mut self, span: Span) {
        self.report.push(
            Diagnostic::new(
                Code::E0106,
                span.at_start(),
                "this expression is nested too deeply",
            )
            .help("name a part of it with `let`, `const` or `fn`"),
        );
    }

    /// An expression one level above parts that are at most `depth` deep.
    fn grow(&mut self, kind: ExprKind, span: Span, depth: usize) -> Option<Built> {
        if depth >= MAX_EXPRESSION_DEPTH {
            self.too_deep(span);
            return None;
        }
        Some(Built {
            expr: Expr { kind, span },
            depth: depth + 1,
        })
    }

    /// An operator between operands; mistakes of other languages are reported and mended.
    fn infix(&mut self, pair: &Pair<'_>) -> Operator {
        let span = self.span(pair);
        let mut words = pair.as_str().split_whitespace();
        let mut text = words.next().unwrap_or("").to_owned();
        for word in words {
            text.push(' ');
            text.push_str(word);
        }
        let meant = match text.as_str() {
            "&&" => "and",
            "||" => "or",
            "=" | "===" => "==",
            "!==" | "<>" => "!=",
            _ => return Operator { text, span },
        };
        let message = if text == "=" {
            "`=` does not compare".to_owned()
        } else {
            format!("`{text}` is not an operator")
        };
        let diagnostic = Diagnostic::new(Code::E0101, span, message)
            .help(format!("write `{meant}`"))
            .fix(span, self.spaced(span, meant));
        self.report.push(diagnostic);
        Operator {
            text: meant.to_owned(),
            span,
        }
    }

    /// `word` with the spaces that keep it apart from its neighbours in place of `span`.
    fn spaced(&self, span: Span, word: &str) -> String {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let before = self
            .text
            .get(..span.start as usize)
            .and_then(|text| text.chars().next_back());
        let after = self
            .text
            .get(span.end as usize..)
            .and_then(|text| text.chars().next());
        let glued = |c: Option<char>| word.starts_with(is_word) && c.is_some_and(is_word);
        let left = if glued(before) { " " } else { "" };
        let right = if glued(after) { " " } else { "" };
        format!("{left}{word}{right}")
    }

    fn operand<'i>(&mut self, pair: Pair<'i>, pieces: &mut Vec<Piece<'i>>) -> Option<()> {
        let mut current: Option<Built> = None;
        for child in pair.into_inner() {
            let rule = child.as_rule();
            if matches!(
                rule,
                Rule::quantifier | Rule::not | Rule::presence | Rule::minus | Rule::bang
            ) {
                pieces.push(Piece::Prefix(child));
            } else if let Some(base) = current.take() {
                current = Some(self.postfix(base, child)?);
            } else {
                current = Some(self.primary(child)?);
            }
        }
        pieces.push(Piece::Operand(current?));
        Some(())
    }

    fn primary(&mut self, pair: Pair<'_>) -> Option<Built> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        if rule == Rule::name {
            let name = self.ident(&pair);
            self.grow(ExprKind::Name(name), span, 0)
        } else if rule == Rule::paren {
            let inner = next_of(&mut pair.into_inner(), Rule::expr)?;
            let mut built = self.built(inner)?;
            built.expr.span = span;
            Some(built)
        } else if rule == Rule::list {
            let (items, depth) = self.arguments(pair)?;
            self.grow(ExprKind::List(items), span, depth)
        } else if rule == Rule::metadata {
            let mut children = pair.into_inner();
            let word = next_of(&mut children, Rule::metadata_word).map(|word| self.ident(&word))?;
            let key = next_of(&mut children, Rule::string).map(|key| self.text(&key))?;
            self.grow(ExprKind::Metadata(word, key), span, 0)
        } else if rule == Rule::reserved_expr {
            let reserved = self.reserved(pair)?;
            self.grow(ExprKind::Reserved(reserved), span, 0)
        } else {
            let literal: Literal = self.literal(&pair)?;
            self.grow(ExprKind::Literal(literal), span, 0)
        }
    }

    /// The `expr` children, and the depth of the deepest.
    fn arguments(&mut self, pair: Pair<'_>) -> Option<(Vec<Expr>, usize)> {
        let mut depth = 0;
        let mut items = Vec::new();
        for child in pair.into_inner() {
            if child.as_rule() == Rule::expr {
                let item = self.built(child)?;
                depth = depth.max(item.depth);
                items.push(item.expr);
            }
        }
        Some((items, depth))
    }

    fn postfix(&mut self, base: Built, pair: Pair<'_>) -> Option<Built> {
        let end = self.span(&pair);
        let span = base.expr.span.to(end);
        let rule = pair.as_rule();
        let mut depth = base.depth;
        let kind = if rule == Rule::access {
            let name = pair
                .into_inner()
                .last()
                .map(|name| self.field_name(&name))?;
            ExprKind::Field(Box::new(base.expr), name)
        } else if rule == Rule::group {
            let paths = pair
                .into_inner()
                .filter(|child| child.as_rule() == Rule::group_path)
                .map(|path| {
                    path.into_inner()
                        .filter(|part| part.as_rule() != Rule::dot)
                        .map(|part| self.field_name(&part))
                        .collect()
                })
                .collect();
            ExprKind::Group(Box::new(base.expr), paths)
        } else if rule == Rule::index {
            let index = next_of(&mut pair.into_inner(), Rule::expr)?;
            let index = self.built(index)?;
            depth = depth.max(index.depth);
            ExprKind::Index(Box::new(base.expr), Box::new(index.expr))
        } else {
            if !is_callee(&base.expr) {
                self.syntax_error(
                    end,
                    "only a function can be called",
                    "remove the parentheses, or write the name of the function before them",
                );
                return None;
            }
            let (arguments, deepest) = self.arguments(pair)?;
            depth = depth.max(deepest);
            ExprKind::Call(Box::new(base.expr), arguments)
        };
        self.grow(kind, span, depth)
    }

    fn field_name(&mut self, pair: &Pair<'_>) -> Ident {
        if pair.as_rule() == Rule::string {
            let text = self.text(pair);
            Ident {
                text: text.value,
                span: text.span,
            }
        } else {
            self.ident(pair)
        }
    }

    /// Takes an operand and all operators after it that bind at least as tightly as `min`.
    fn climb(&mut self, pieces: &mut Pieces<'_>, min: u8) -> Option<Built> {
        let mut left = self.unary(pieces, min)?;
        // The operator of `left` if it is a comparison without parentheses.
        let mut compared: Option<Operator> = None;
        loop {
            let next = pieces.next_if(|piece| match piece {
                Piece::Infix(operator) => level(&operator.text) >= min,
                Piece::Prefix(_) | Piece::Operand(_) => false,
            });
            let Some(Piece::Infix(operator)) = next else {
                return Some(left);
            };
            let operator = self.is_not(operator, pieces);
            let binding = level(&operator.text);
            let right = self.climb(pieces, binding + 1)?;
            if binding == COMPARISON {
                if let Some(first) = compared.replace(operator.clone()) {
                    self.chained(&first, &left.expr, &operator, &right.expr);
                }
            } else {
                compared = None;
            }
            let span = left.expr.span.to(right.expr.span);
            let depth = left.depth.max(right.depth);
            let kind = ExprKind::Binary(Box::new(left.expr), operator, Box::new(right.expr));
            left = self.grow(kind, span, depth)?;
        }
    }

    /// Reports `is not`, of which the grammar makes an operator and a prefix.
    fn is_not(&mut self, operator: Operator, pieces: &mut Pieces<'_>) -> Operator {
        let not = pieces.next_if(|piece| match piece {
            Piece::Prefix(prefix) => operator.text == "is" && prefix.as_rule() == Rule::not,
            Piece::Operand(_) | Piece::Infix(_) => false,
        });
        let Some(Piece::Prefix(not)) = not else {
            return operator;
        };
        let span = operator.span.to(self.span(&not));
        self.report.push(
            Diagnostic::new(Code::E0101, span, "`is not` is not an operator")
                .help("write `!=`")
                .fix(span, "!="),
        );
        Operator {
            text: "!=".to_owned(),
            span,
        }
    }

    /// Takes prefixes and the operand after them.
    fn unary(&mut self, pieces: &mut Pieces<'_>, min: u8) -> Option<Built> {
        match pieces.next()? {
            Piece::Operand(built) => Some(built),
            Piece::Infix(_) => None,
            Piece::Prefix(prefix) => {
                let span = self.span(&prefix);
                self.nested(span, |builder| builder.prefixed(prefix, span, pieces, min))
            }
        }
    }

    fn prefixed(
        &mut self,
        prefix: Pair<'_>,
        span: Span,
        pieces: &mut Pieces<'_>,
        min: u8,
    ) -> Option<Built> {
        let rule = prefix.as_rule();
        if rule == Rule::quantifier {
            return self.quantified(prefix, span, pieces);
        }
        let mut operator = Operator {
            text: prefix.as_str().to_owned(),
            span,
        };
        let binding = if rule == Rule::presence {
            PRESENCE
        } else if rule == Rule::minus {
            NEGATION
        } else {
            if rule == Rule::bang {
                self.report.push(
                    Diagnostic::new(Code::E0101, span, "`!` is not an operator")
                        .help("write `not`")
                        .fix(span, "not "),
                );
                "not".clone_into(&mut operator.text);
            }
            NOT
        };
        if let (PRESENCE, Some(Piece::Prefix(next))) = (binding, pieces.peek()) {
            let next = self.span(next);
            let found = self.slice(next).split_whitespace().next().unwrap_or("");
            let (word, message) = (
                &operator.text,
                format!("`{found}` cannot follow `{}`", operator.text),
            );
            let help = format!("`{word}` takes a field, as in `{word} metadata.labels`");
            self.syntax_error(next, message, help);
            return None;
        }
        let operand = self.climb(pieces, binding)?;
        let whole = span.to(operand.expr.span);
        if binding < min {
            let help = format!("write `({})`", brief(self.slice(whole)));
            self.syntax_error(
                span,
                format!("`{}` needs parentheses here", operator.text),
                help,
            );
        }
        let kind = ExprKind::Unary(operator, Box::new(operand.expr));
        self.grow(kind, whole, operand.depth)
    }

    fn quantified(&mut self, pair: Pair<'_>, span: Span, pieces: &mut Pieces<'_>) -> Option<Built> {
        let mut depth = 0;
        let mut over = Vec::new();
        let mut word = None;
        let mut bindings = Vec::new();
        for child in pair.into_inner() {
            let rule = child.as_rule();
            if rule == Rule::quantifier_word {
                word = Some(self.ident(&child));
            } else if rule == Rule::bindings {
                bindings = self.bindings(child);
            } else if rule == Rule::over {
                let list = self.built(child)?;
                depth = depth.max(list.depth);
                over.push(list.expr);
            }
        }
        let body = self.climb(pieces, OR)?;
        let span = span.to(body.expr.span);
        depth = depth.max(body.depth);
        let body = Box::new(body.expr);
        let quantified = Quantified {
            word: word?,
            bindings,
            over,
            body,
        };
        self.grow(ExprKind::Quantified(quantified), span, depth)
    }

    /// Reports `a < b < c`.
    fn chained(&mut self, first: &Operator, left: &Expr, second: &Operator, right: &Expr) {
        let mut diagnostic = Diagnostic::new(
            Code::E0107,
            second.span,
            format!("`{}` follows another comparison", second.text),
        )
        .also(first.span, "the first comparison");
        let middle = if let ExprKind::Binary(_, _, middle) = &left.kind {
            Some(brief(self.slice(middle.span)))
        } else {
            None
        };
        diagnostic = match middle {
            Some(middle) => diagnostic.help(format!(
                "compare twice: `{} and {middle} {} {}`",
                brief(self.slice(left.span)),
                second.text,
                brief(self.slice(right.span)),
            )),
            None => diagnostic.help("put one of the comparisons in parentheses"),
        };
        self.report.push(diagnostic);
    }
}

/// Whether it may stand before the parentheses of a call: a name or a path of names.
fn is_callee(expr: &Expr) -> bool {
    let mut callee = expr;
    loop {
        match &callee.kind {
            ExprKind::Name(_) => return true,
            ExprKind::Field(base, _) => callee = base,
            ExprKind::Literal(_)
            | ExprKind::Group(..)
            | ExprKind::Index(..)
            | ExprKind::Call(..)
            | ExprKind::List(_)
            | ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Quantified(_)
            | ExprKind::Metadata(..)
            | ExprKind::Reserved(_) => return false,
        }
    }
}

/// A piece of source on one line, cut when it is long.
fn brief(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut brief = String::new();
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            brief.push(' ');
        }
        brief.push_str(word);
        if brief.chars().count() > LONGEST {
            brief = brief.chars().take(LONGEST).collect();
            brief.push('…');
            break;
        }
    }
    brief
}
