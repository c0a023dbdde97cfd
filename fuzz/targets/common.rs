//! What every target does: check its property, and stop where it is broken.

use policyc_testing::properties::Property;

/// Checks the property of this name.
pub fn check(name: &str, bytes: &[u8]) {
    let property = Property::named(name).expect("a property of the target's name");
    if let Err(problem) = property.check(bytes) {
        panic!("{problem}");
    }
}
