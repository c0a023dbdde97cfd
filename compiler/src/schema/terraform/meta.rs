//! What Terraform itself reads in the blocks of resources and data sources
//! (developer.hashicorp.com/terraform/language/meta-arguments). No provider's schema has it.

use std::sync::OnceLock;

use super::decode::Tables;
use super::provider::embedded;
use super::{Mode, TypeId};

/// The number of these tables.
pub(super) const TABLES: u32 = 15;

/// In the form that [`decode`](super::decode) describes. Of any type are what names other objects
/// (`provider`, `depends_on`, `ignore_changes`, which may also be the word `all`), what may be a map
/// or a set (`for_each`), and the blocks whose fields depend on a word (`connection`,
/// `provisioner`). Nothing of it stands in plans, so that it is of no matter how they hold blocks.
const TEXT: &str = "\
policyc-terraform 1
v\tterraform
s
n
b
a
l\t3
o\tcondition!2\terror_message!0
l\t5
o\tcreate_before_destroy?2\tignore_changes?3\tpostcondition?*6\tprecondition?*6\tprevent_destroy?2\treplace_triggered_by?4
o\tpostcondition?*6\tprecondition?*6
d\tdata\tcount?1\tdepends_on?4\tfor_each?3\tlifecycle?.8\tprovider?3
r\tresource\tconnection?.3\tcount?1\tdepends_on?4\tfor_each?3\tlifecycle?.7\tprovider?3\tprovisioner?*4
";

pub(super) fn tables() -> &'static Tables {
    static META: OnceLock<Tables> = OnceLock::new();
    META.get_or_init(|| embedded(TABLES, TEXT, &["terraform"]))
}

#[expect(
    clippy::expect_used,
    reason = "the text is above and a test asks for both"
)]
pub(super) fn arguments(mode: Mode) -> TypeId {
    let mut entries = tables().entries(mode);
    entries.next().expect("one object for each mode").ty
}
