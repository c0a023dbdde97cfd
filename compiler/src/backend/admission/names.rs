//! Names of objects.

use policyc_ir::{Policy, Rule};

/// Most characters: reports carry the name of a policy as the value of a label.
const LONGEST: usize = 63;

/// The name of the object for a rule: no rule of another policy has it, for the name of neither has
/// a dot.
pub(in crate::backend) fn name(policy: &Policy, rule: &Rule) -> String {
    if policy.rules.len() == 1 && rule.name == policy.name {
        return policy.name.clone();
    }
    shortened(&format!("{}.{}", policy.name, rule.name))
}

/// The head of a name that is too long, and a hash of all of it.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let head: String = name.chars().take(LONGEST - 9).collect();
    format!("{}-{hash:08x}", head.trim_end_matches(['-', '.']))
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let long = |end: &str| format!("{}.{}{end}", "a".repeat(40), "b".repeat(40));
        let (one, other) = (shortened(&long("x")), shortened(&long("y")));
        assert!(one.len() <= 63 && other.len() <= 63, "{one} {other}");
        assert_ne!(one, other);
        assert_eq!(shortened("policy.rule"), "policy.rule");
        assert_eq!(
            shortened(&format!("{}.b{}", "a".repeat(53), "c".repeat(20))).len(),
            62
        );
    }
}
