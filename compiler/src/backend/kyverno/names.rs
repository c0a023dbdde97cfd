//! Names of rules.

use std::collections::BTreeSet;

/// Longest name of a rule of which Kyverno makes `autogen-cronjob-…` without cutting it.
const WITH_TEMPLATES: usize = 47;

/// Longest name of any rule.
const ANY: usize = 63;

/// The names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// The rule's name, or what stands for it when it is too long. Kyverno makes nothing of rules
    /// whose names start with `autogen-`.
    pub(super) fn of(&self, name: &str, templates: bool) -> String {
        let limit = if templates { WITH_TEMPLATES } else { ANY };
        let reserved = name.starts_with("autogen-");
        if name.len() <= limit && !reserved {
            return name.to_owned();
        }
        shortened(
            if reserved {
                format!("rule-{name}")
            } else {
                name.to_owned()
            }
            .as_str(),
            limit,
        )
    }

    /// The name, changed when another rule has it.
    pub(super) fn unique(&mut self, name: String) -> String {
        let mut candidate = name.clone();
        let mut count = 1_usize;
        while !self.taken.insert(candidate.clone()) {
            count += 1;
            let salted = format!("{name}-{count}");
            candidate = shortened(&salted, ANY.min(name.len()));
        }
        candidate
    }
}

/// The head of the name and a hash of all of it.
fn shortened(name: &str, limit: usize) -> String {
    if name.len() <= limit {
        return name.to_owned();
    }
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let head: String = name.chars().take(limit.saturating_sub(9)).collect();
    format!("{}-{hash:08x}", head.trim_end_matches('-'))
}
