//! What evaluations reached.

use policyc_diagnostics::Span;

/// Counts over any number of evaluations, for each rule of a program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// The rules, ordered by policy and by place in it.
    pub rules: Vec<RuleCoverage>,
}

/// What evaluations of a rule reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleCoverage {
    /// Index of the policy in the program.
    pub policy: usize,
    /// Index of the rule in the policy.
    pub rule: usize,
    /// Resources that the rule matched.
    pub matched: u64,
    /// Resources that it skipped.
    pub skipped: u64,
    /// The statements by their numbers; none for a number that is not given out.
    pub statements: Vec<Option<Count>>,
    /// The numbered conditions by their numbers; none for a number that is not given out.
    pub conditions: Vec<Option<Count>>,
}

/// How often something came out how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Where the author wrote it.
    pub origin: Span,
    /// How often it held.
    pub held: u64,
    /// How often it did not.
    pub failed: u64,
}

impl Count {
    pub(crate) fn new(origin: Span) -> Self {
        Self {
            origin,
            held: 0,
            failed: 0,
        }
    }

    /// How often it was reached.
    #[must_use]
    pub fn reached(&self) -> u64 {
        self.held + self.failed
    }

    fn add(&mut self, holds: bool) {
        if holds {
            self.held += 1;
        } else {
            self.failed += 1;
        }
    }
}

impl Coverage {
    /// Adds the counts of another evaluation of the same program.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.rules.iter_mut().zip(&other.rules) {
            mine.matched += theirs.matched;
            mine.skipped += theirs.skipped;
            merge_counts(&mut mine.statements, &theirs.statements);
            merge_counts(&mut mine.conditions, &theirs.conditions);
        }
    }
}

fn merge_counts(mine: &mut [Option<Count>], theirs: &[Option<Count>]) {
    for (mine, theirs) in mine.iter_mut().flatten().zip(theirs.iter().flatten()) {
        mine.held += theirs.held;
        mine.failed += theirs.failed;
    }
}

impl RuleCoverage {
    pub(crate) fn statement(&mut self, id: u32, holds: bool) {
        count(&mut self.statements, id, holds);
    }

    pub(crate) fn condition(&mut self, id: u32, holds: bool) {
        count(&mut self.conditions, id, holds);
    }
}

fn count(counts: &mut [Option<Count>], id: u32, holds: bool) {
    if let Some(Some(count)) = counts.get_mut(id as usize) {
        count.add(holds);
    }
}
