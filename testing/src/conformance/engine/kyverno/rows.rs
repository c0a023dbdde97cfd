//! From entries of reports to rows: whose rule, which resource.

use std::collections::BTreeMap;

use super::plan::Key;
use super::report::Entry;
use super::{Origin, Policy, Resource, Row};

/// Kyverno cuts names of derived rules to this many bytes.
const LONGEST_NAME: usize = 63;

/// What an entry's rule may be called, and whose rule that is.
pub(super) enum RuleNames {
    /// The CEL kinds have no rules; their rows name none, the policy, or a step of the evaluation.
    Unnamed,
    /// By reported name.
    Named(BTreeMap<String, Vec<(String, Origin)>>),
}

impl RuleNames {
    pub(super) fn of(policy: &Policy) -> Self {
        if policy.rules.is_empty() {
            return Self::Unnamed;
        }
        let derived = [
            ("", Origin::Written),
            ("autogen-", Origin::Autogen),
            ("autogen-cronjob-", Origin::AutogenCronJob),
        ];
        let mut names: BTreeMap<String, Vec<(String, Origin)>> = BTreeMap::new();
        for rule in &policy.rules {
            for (prefix, origin) in derived {
                let reported = match origin {
                    Origin::Written => rule.clone(),
                    Origin::Autogen | Origin::AutogenCronJob => cut(format!("{prefix}{rule}")),
                };
                names
                    .entry(reported)
                    .or_default()
                    .push((rule.clone(), origin));
            }
        }
        // a rule that was written under this name is meant before one derived from another
        for meant in names.values_mut() {
            if meant.iter().any(|(_, origin)| *origin == Origin::Written) {
                meant.retain(|(_, origin)| *origin == Origin::Written);
            }
        }
        Self::Named(names)
    }

    fn whose(&self, reported: &str) -> Result<(&str, Origin), String> {
        let names = match self {
            Self::Unnamed => return Ok(("", Origin::Written)),
            Self::Named(names) => names,
        };
        match names.get(reported).map(Vec::as_slice) {
            Some([(rule, origin)]) => Ok((rule, *origin)),
            Some(rules) => {
                let rules: Vec<&str> = rules.iter().map(|(rule, _)| rule.as_str()).collect();
                Err(format!(
                    "rows of `{}` are all called `{reported}`",
                    rules.join("` and `")
                ))
            }
            None => Err(format!("a row for rule `{reported}`, which nobody wrote")),
        }
    }
}

fn cut(name: String) -> String {
    let end = (0..=LONGEST_NAME)
        .rev()
        .find(|end| name.is_char_boundary(*end))
        .unwrap_or(0);
    name.get(..end).map(str::to_owned).unwrap_or(name)
}

/// The policies of one run, by name.
pub(super) struct Names<'a>(BTreeMap<&'a str, RuleNames>);

impl<'a> Names<'a> {
    pub(super) fn of(policies: impl Iterator<Item = &'a Policy>) -> Self {
        Self(
            policies
                .map(|policy| (policy.name.as_str(), RuleNames::of(policy)))
                .collect(),
        )
    }

    /// The row of an entry; none if it is about a companion. `resources` are those of the run, with their
    /// index, none for companions.
    ///
    /// # Errors
    /// If the entry names a policy, rule or resource that was not asked about.
    pub(super) fn row(
        &self,
        entry: Entry,
        resources: &BTreeMap<Key, (Option<usize>, &Resource)>,
    ) -> Result<Option<Row>, String> {
        let Some(rules) = self.0.get(entry.policy.as_str()) else {
            return Err(format!(
                "a row for policy `{}`, which was not asked about",
                entry.policy
            ));
        };
        let (rule, origin) = rules.whose(&entry.rule)?;
        let about = match <[_; 1]>::try_from(entry.resources) {
            Ok([about]) => about,
            Err(others) => return Err(format!("a row about {} resources", others.len())),
        };
        let key = Key::new(&about.kind, Some(about.namespace.as_str()), &about.name);
        let Some((index, resource)) = resources
            .get(&key)
            .filter(|(_, found)| found.id.api_version == about.api_version)
        else {
            return Err(format!(
                "a row for {} `{}`, which was not asked about",
                about.kind, about.name
            ));
        };
        let Some(index) = *index else { return Ok(None) };
        let validation = match entry.properties.validation.as_deref().map(str::parse) {
            None => None,
            Some(Ok(number)) => Some(number),
            Some(Err(_)) => return Err("a validation index that is no number".to_owned()),
        };
        Ok(Some(Row {
            policy: entry.policy,
            rule: rule.to_owned(),
            origin,
            index,
            resource: resource.id.clone(),
            result: entry.result,
            message: entry.message,
            validation,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rules: &[&str]) -> RuleNames {
        RuleNames::of(&Policy {
            name: "p".to_owned(),
            text: String::new(),
            rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
            expects_rows: true,
        })
    }

    #[test]
    fn derived_names_lead_to_the_rule() {
        let long = "d".repeat(60);
        let names = names(&["r", &long]);
        assert_eq!(names.whose("r"), Ok(("r", Origin::Written)));
        assert_eq!(names.whose("autogen-r"), Ok(("r", Origin::Autogen)));
        assert_eq!(
            names.whose("autogen-cronjob-r"),
            Ok(("r", Origin::AutogenCronJob))
        );
        assert_eq!(
            names.whose(&format!("autogen-{}", "d".repeat(55))),
            Ok((long.as_str(), Origin::Autogen))
        );
        assert!(names.whose("other").is_err());
        assert!(names.whose("").is_err());
    }

    #[test]
    fn a_name_of_two_rules_is_nobodys() {
        let (one, other) = (
            format!("{}1", "d".repeat(60)),
            format!("{}2", "d".repeat(60)),
        );
        let names = names(&[&one, &other]);
        assert!(names.whose(&one).is_ok());
        assert!(
            names
                .whose(&format!("autogen-{}", "d".repeat(55)))
                .unwrap_err()
                .contains(&other)
        );
    }

    #[test]
    fn a_written_name_goes_before_a_derived_one() {
        let names = names(&["r", "autogen-r"]);
        assert_eq!(names.whose("autogen-r"), Ok(("autogen-r", Origin::Written)));
    }

    #[test]
    fn the_kinds_without_rules_have_rows_without_rules() {
        for reported in ["", "evaluation", "p"] {
            assert_eq!(names(&[]).whose(reported), Ok(("", Origin::Written)));
        }
    }
}
