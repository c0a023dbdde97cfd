//! Items and the members of policies.

use super::super::ast::{
    Const, Expr, ExprKind, Field, Function, Ident, Import, ImportedName, Item, Let, Literal, Param,
    Parameter, Policy, PolicyMember, TypeExpr,
};
use super::super::grammar::Rule;
use super::{Builder, Pair, next_if, next_of};

impl Builder<'_> {
    pub(in super::super) fn item(&mut self, pair: Pair<'_>) -> Option<Item> {
        let rule = pair.as_rule();
        if rule == Rule::import {
            self.import(pair).map(Item::Import)
        } else if rule == Rule::policy {
            self.policy(pair).map(Item::Policy)
        } else if rule == Rule::param {
            self.param(pair).map(Item::Param)
        } else if rule == Rule::constant {
            self.constant(pair).map(Item::Const)
        } else if rule == Rule::function {
            self.function(pair).map(Item::Function)
        } else {
            self.reserved(pair).map(Item::Reserved)
        }
    }

    fn import(&mut self, pair: Pair<'_>) -> Option<Import> {
        let span = self.span(&pair);
        let mut children = pair.into_inner();
        let path = next_of(&mut children, Rule::module_path)?
            .into_inner()
            .filter(|part| part.as_rule() == Rule::dashed)
            .map(|part| self.ident(&part))
            .collect();
        let names = next_if(&mut children, Rule::imported_names).map(|names| {
            names
                .into_inner()
                .filter(|name| name.as_rule() == Rule::imported_name)
                .filter_map(|name| self.imported_name(name))
                .collect()
        });
        let alias = next_if(&mut children, Rule::alias).and_then(|alias| self.alias(alias));
        Some(Import {
            path,
            alias,
            names,
            span,
        })
    }

    fn imported_name(&mut self, pair: Pair<'_>) -> Option<ImportedName> {
        let mut children = pair.into_inner();
        let name = next_of(&mut children, Rule::dashed).map(|name| self.ident(&name))?;
        let alias = next_if(&mut children, Rule::alias).and_then(|alias| self.alias(alias));
        Some(ImportedName { name, alias })
    }

    fn alias(&mut self, pair: Pair<'_>) -> Option<Ident> {
        next_of(&mut pair.into_inner(), Rule::name).map(|name| self.ident(&name))
    }

    fn policy(&mut self, pair: Pair<'_>) -> Option<Policy> {
        let span = self.span(&pair);
        let doc = self.doc(span);
        let mut children = pair.into_inner();
        let name =
            next_of(&mut children, Rule::policy_head).and_then(|head| self.head_name(head))?;
        let members = children
            .filter(|member| member.as_rule() != Rule::rbrace)
            .filter_map(|member| self.policy_member(member))
            .collect();
        Some(Policy {
            doc,
            name,
            members,
            span,
        })
    }

    /// The name in the head of a policy or rule.
    pub(in super::super) fn head_name(&mut self, pair: Pair<'_>) -> Option<Ident> {
        next_of(&mut pair.into_inner(), Rule::dashed).map(|name| self.ident(&name))
    }

    pub(in super::super) fn policy_member(&mut self, pair: Pair<'_>) -> Option<PolicyMember> {
        let rule = pair.as_rule();
        if rule == Rule::rule_def {
            self.rule(pair).map(PolicyMember::Rule)
        } else if rule == Rule::param {
            self.param(pair).map(PolicyMember::Param)
        } else if rule == Rule::constant {
            self.constant(pair).map(PolicyMember::Const)
        } else if rule == Rule::let_def {
            self.let_def(pair).map(PolicyMember::Let)
        } else if rule == Rule::function {
            self.function(pair).map(PolicyMember::Function)
        } else {
            self.field(pair).map(PolicyMember::Field)
        }
    }

    fn field(&mut self, pair: Pair<'_>) -> Option<Field> {
        let span = self.span(&pair);
        let mut children = pair.into_inner();
        let name = next_of(&mut children, Rule::ident).map(|name| self.ident(&name))?;
        let value = children.next().and_then(|value| self.field_value(value))?;
        Some(Field { name, value, span })
    }

    fn field_value(&mut self, pair: Pair<'_>) -> Option<Expr> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        if rule == Rule::bare_word {
            let kind = match pair.as_str() {
                "true" => ExprKind::Literal(Literal::Bool(true)),
                "false" => ExprKind::Literal(Literal::Bool(false)),
                _ => ExprKind::Name(self.ident(&pair)),
            };
            Some(Expr { kind, span })
        } else if rule == Rule::field_value {
            pair.into_inner()
                .next()
                .and_then(|value| self.field_value(value))
        } else if rule == Rule::field_list {
            let items = pair
                .into_inner()
                .filter(|item| matches!(item.as_rule(), Rule::bare_word | Rule::field_value))
                .filter_map(|item| self.field_value(item))
                .collect();
            Some(Expr {
                kind: ExprKind::List(items),
                span,
            })
        } else {
            let literal = self.literal(&pair)?;
            Some(Expr {
                kind: ExprKind::Literal(literal),
                span,
            })
        }
    }

    fn param(&mut self, pair: Pair<'_>) -> Option<Param> {
        let span = self.span(&pair);
        let doc = self.doc(span);
        let mut children = pair.into_inner();
        let name = next_of(&mut children, Rule::name).map(|name| self.ident(&name))?;
        let ty = self.typed(&mut children);
        let default = match next_of(&mut children, Rule::expr) {
            Some(value) => Some(self.expr(value)?),
            None => None,
        };
        Some(Param {
            doc,
            name,
            ty,
            default,
            span,
        })
    }

    fn constant(&mut self, pair: Pair<'_>) -> Option<Const> {
        let span = self.span(&pair);
        let doc = self.doc(span);
        let mut children = pair.into_inner();
        let name = next_of(&mut children, Rule::name).map(|name| self.ident(&name))?;
        let ty = self.typed(&mut children);
        let value = next_of(&mut children, Rule::expr).and_then(|value| self.expr(value))?;
        Some(Const {
            doc,
            name,
            ty,
            value,
            span,
        })
    }

    pub(super) fn let_def(&mut self, pair: Pair<'_>) -> Option<Let> {
        let span = self.span(&pair);
        let mut children = pair.into_inner();
        let name = next_of(&mut children, Rule::name).map(|name| self.ident(&name))?;
        let value = next_of(&mut children, Rule::expr).and_then(|value| self.expr(value))?;
        Some(Let { name, value, span })
    }

    fn function(&mut self, pair: Pair<'_>) -> Option<Function> {
        let span = self.span(&pair);
        let doc = self.doc(span);
        let mut name = None;
        let mut parameters = Vec::new();
        let mut body = None;
        for child in pair.into_inner() {
            let rule = child.as_rule();
            if rule == Rule::name {
                name = Some(self.ident(&child));
            } else if rule == Rule::parameter {
                parameters.extend(self.parameter(child));
            } else if rule == Rule::expr {
                body = self.expr(child);
            }
        }
        Some(Function {
            doc,
            name: name?,
            parameters,
            body: body?,
            span,
        })
    }

    fn parameter(&mut self, pair: Pair<'_>) -> Option<Parameter> {
        let mut children = pair.into_inner();
        let name = next_of(&mut children, Rule::name).map(|name| self.ident(&name))?;
        let ty = self.typed(&mut children);
        Some(Parameter { name, ty })
    }

    /// `: type`, if it stands next.
    fn typed(&mut self, children: &mut pest::iterators::Pairs<'_, Rule>) -> Option<TypeExpr> {
        next_if(children, Rule::colon)?;
        next_if(children, Rule::type_1).and_then(|ty| self.type_expr(ty))
    }

    fn type_expr(&mut self, pair: Pair<'_>) -> Option<TypeExpr> {
        let span = self.span(&pair);
        let mut children = pair.into_inner();
        let name = next_of(&mut children, Rule::ident).map(|name| self.ident(&name))?;
        let arguments = children
            .filter(|child| matches!(child.as_rule(), Rule::type_2 | Rule::type_3))
            .filter_map(|child| self.type_expr(child))
            .collect();
        Some(TypeExpr {
            name,
            arguments,
            span,
        })
    }
}
