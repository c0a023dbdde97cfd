//! Messages: texts with values in them.

use super::Resolver;
use super::hir::{Message, MessagePart};
use super::scope::Term;
use crate::syntax::ast;

impl<'a> Resolver<'a> {
    /// A message, what is known while compiling folded into its text.
    pub(super) fn message(&mut self, message: &'a ast::Message) -> Option<Message> {
        let mut parts: Vec<MessagePart> = Vec::new();
        let mut complete = true;
        for part in &message.parts {
            let text = match part {
                ast::MessagePart::Text(text) => text.clone(),
                ast::MessagePart::Expr(expr) => {
                    let Some(value) = self.value(expr) else {
                        complete = false;
                        continue;
                    };
                    match value.constant() {
                        Some(constant) => constant.shown(),
                        None => {
                            parts.push(MessagePart::Value(value));
                            continue;
                        }
                    }
                }
            };
            if let Some(MessagePart::Text(before)) = parts.last_mut() {
                before.push_str(&text);
            } else if !text.is_empty() {
                parts.push(MessagePart::Text(text));
            }
        }
        complete.then_some(Message { parts })
    }

    /// A copy of a message of a statement around this one.
    pub(super) fn inherited(&mut self, message: Option<&Message>) -> Option<Message> {
        let message = message?;
        for part in &message.parts {
            if let MessagePart::Value(value) = part {
                self.copy(Term::Value(value.clone()), value.span)?;
            }
        }
        Some(message.clone())
    }
}
