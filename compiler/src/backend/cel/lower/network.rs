//! Addresses in a CIDR block.

use policyc_ir::Expr;
use policyc_ir::scalar::Cidr;

use super::Bound;
use crate::backend::cel::Lowered;
use crate::backend::cel::ast::Cel;
use crate::backend::cel::frame::Frame;

impl Frame {
    /// The address, or the block, lies wholly in the block.
    pub(super) fn within_cidr(&self, address: &Expr, block: &Expr) -> Lowered<Cel> {
        let address = self.value(address)?;
        let block = self.value(block)?;
        self.test_both(&address, &block, |_, address, block| {
            let block_guard = match &block.constant {
                Some(_) => Cel::Bool(matches!(&block.cel, Cel::Text(text)
                    if Cidr::parse(text).is_some())),
                None => {
                    let is_block = Cel::call("isCIDR", [block.cel.clone()]);
                    Cel::and([block.is_text(), is_block])
                }
            };
            Ok(Cel::and([
                address.is_text(),
                block_guard,
                contained(address, block),
            ]))
        })
    }
}

fn contained(address: &Bound, block: &Bound) -> Cel {
    let inside = |test: &'static str, method: &'static str| {
        let is_such = Cel::call(test, [address.cel.clone()]);
        let block = Cel::call("cidr", [block.cel.clone()]);
        Cel::and([is_such, block.method(method, [address.cel.clone()])])
    };
    Cel::or([
        inside("isIP", "containsIP"),
        inside("isCIDR", "containsCIDR"),
    ])
}
