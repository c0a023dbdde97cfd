//! The numbers of a conformance run.

use serde::{Deserialize, Serialize};

/// What came out of comparing pairs of rule and resource.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tally {
    /// Rules that the target can say.
    pub rules: usize,
    /// Rules that the target refuses.
    pub unportable: usize,
    /// Pairs on which both say the same.
    pub agree: usize,
    /// Of these, the pairs on which the rule has a verdict.
    pub decided: usize,
    /// Pairs on which they do not.
    pub disagree: usize,
    /// Pairs that are not compared: the rule read a value that its schema does not allow, or the
    /// resource lacks one that it requires; an API server refuses such a resource by itself.
    pub invalid: usize,
    /// Pairs that are not compared: the resource itself suppresses the check.
    pub suppressed: usize,
    /// Pairs that are not compared: the engine leaves the resource out.
    pub unseen: usize,
    /// Pairs that are not compared: no API server serves the resource's version any more and the
    /// engine says nothing about it, or the one that is asked does not serve the kind at all.
    pub unserved: usize,
    /// Pairs that are not compared: the evaluator has a verdict, and the engine says that it depends on
    /// what it does not know.
    pub undecided: usize,
    /// Pairs that are not compared: the engine was asked about a sample of the resources that no
    /// rule of the policy names.
    pub unasked: usize,
}

impl Tally {
    /// Pairs that are not compared.
    #[must_use]
    pub const fn not_compared(&self) -> usize {
        self.invalid + self.suppressed + self.unseen + self.unserved + self.undecided + self.unasked
    }

    /// Adds the numbers of another comparison.
    pub fn add(&mut self, other: &Self) {
        let Self {
            rules,
            unportable,
            agree,
            decided,
            disagree,
            invalid,
            suppressed,
            unseen,
            unserved,
            undecided,
            unasked,
        } = other;
        self.rules += rules;
        self.unportable += unportable;
        self.agree += agree;
        self.decided += decided;
        self.disagree += disagree;
        self.invalid += invalid;
        self.suppressed += suppressed;
        self.unseen += unseen;
        self.unserved += unserved;
        self.undecided += undecided;
        self.unasked += unasked;
    }
}
