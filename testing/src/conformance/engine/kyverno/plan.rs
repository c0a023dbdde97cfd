//! Which policies and resources go into one process: what must not meet is kept apart, what is small is put
//! together, what is big is divided.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Given, Job, Policy, Resource};

/// By what Kyverno tells resources apart: with two of one key in a run it panics, even if they are of
/// different API groups. A namespaced resource without a namespace is given `default`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    kind: String,
    namespace: String,
    name: String,
}

impl Key {
    pub(super) fn new(kind: &str, namespace: Option<&str>, name: &str) -> Self {
        let namespace = namespace
            .filter(|namespace| !namespace.is_empty())
            .unwrap_or("default");
        Self {
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }

    pub(super) fn of(resource: &Resource) -> Self {
        Self::new(
            &resource.id.kind,
            resource.id.namespace.as_deref(),
            &resource.id.name,
        )
    }
}

/// Jobs that are answered together. Rows of a unit have indexes into `resources`.
pub(super) struct Unit<'a> {
    pub(super) jobs: Vec<usize>,
    pub(super) policies: Vec<&'a Policy>,
    /// With the job each belongs to and its index there.
    pub(super) resources: Vec<(usize, usize, &'a Resource)>,
    companions: &'a [Resource],
    exceptions: &'a [String],
    given: &'a Given,
    closed: bool,
}

/// One process.
pub(super) struct Invocation<'a> {
    pub(super) unit: usize,
    pub(super) policies: Vec<&'a Policy>,
    /// With the index into the unit's resources, none for companions.
    pub(super) resources: BTreeMap<Key, (Option<usize>, &'a Resource)>,
    pub(super) exceptions: &'a [String],
    pub(super) given: &'a Given,
    pub(super) estimate: Duration,
}

/// What one policy costs for one resource, as measured on two cores.
fn cost(policy: &Policy) -> Duration {
    if is_cel(policy) {
        Duration::from_micros(3800)
    } else {
        Duration::from_micros(190)
            .saturating_mul(u32::try_from(policy.rules.len().max(1)).unwrap_or(u32::MAX))
    }
}

/// CEL is compiled again for each resource, so few such policies go together.
fn is_cel(policy: &Policy) -> bool {
    policy.text.contains("policies.kyverno.io/") || policy.text.contains("cel")
}

/// Policies that look at other objects must not see another job's.
fn looks_around(policy: &Policy) -> bool {
    [
        "apiCall",
        "resource.Get(",
        "resource.List(",
        "globalReference",
    ]
    .iter()
    .any(|word| policy.text.contains(word))
}

impl<'a> Unit<'a> {
    pub(super) fn of(index: usize, job: &'a Job) -> Self {
        let Job {
            policies,
            resources,
            companions,
            exceptions,
            given,
        } = job;
        let closed = !companions.is_empty()
            || !exceptions.is_empty()
            || !given.variables.is_empty()
            || policies.iter().any(looks_around);
        Self {
            jobs: vec![index],
            policies: policies.iter().collect(),
            resources: resources
                .iter()
                .enumerate()
                .map(|(at, resource)| (index, at, resource))
                .collect(),
            companions,
            exceptions,
            given,
            closed,
        }
    }

    fn pair_cost(&self) -> Duration {
        self.policies.iter().map(|policy| cost(policy)).sum()
    }

    /// Takes `other` in if neither can disturb the other and the whole stays small.
    fn absorb(&mut self, other: Self, most: Duration) -> Result<(), Self> {
        let count = u32::try_from(self.resources.len() + other.resources.len()).unwrap_or(u32::MAX);
        let fits = (self.pair_cost() + other.pair_cost()).saturating_mul(count) <= most;
        let names: BTreeSet<&str> = self
            .policies
            .iter()
            .map(|policy| policy.name.as_str())
            .collect();
        let keys: BTreeSet<Key> = self
            .resources
            .iter()
            .map(|(.., resource)| Key::of(resource))
            .collect();
        let apart = other
            .policies
            .iter()
            .all(|policy| !names.contains(policy.name.as_str()))
            && other
                .resources
                .iter()
                .all(|(.., resource)| !keys.contains(&Key::of(resource)));
        if self.closed || other.closed || !fits || !apart || self.given != other.given {
            return Err(other);
        }
        self.jobs.extend(other.jobs);
        self.policies.extend(other.policies);
        self.resources.extend(other.resources);
        Ok(())
    }

    /// The processes of this unit: no key twice in one, and each of a bounded size.
    pub(super) fn invocations(&self, unit: usize) -> Vec<Invocation<'a>> {
        const MOST_CEL: usize = 5;
        const MOST_OTHER: usize = 100;
        const MOST_RESOURCES: usize = 500;
        const LONGEST: Duration = Duration::from_secs(20);
        let (cel, other): (Vec<&Policy>, Vec<&Policy>) =
            self.policies.iter().partition(|policy| is_cel(policy));
        let groups = cel.chunks(MOST_CEL).chain(other.chunks(MOST_OTHER));
        let layers = self.layers();
        let mut invocations = Vec::new();
        for group in groups {
            let pair: Duration = group.iter().map(|policy| cost(policy)).sum();
            let fitting = LONGEST.as_micros() / pair.as_micros().max(1);
            let chunk = usize::try_from(fitting)
                .unwrap_or(MOST_RESOURCES)
                .clamp(1, MOST_RESOURCES);
            for resources in layers.iter().flat_map(|layer| layer.chunks(chunk)) {
                let mut keyed: BTreeMap<Key, (Option<usize>, &Resource)> = self
                    .companions
                    .iter()
                    .map(|companion| (Key::of(companion), (None, companion)))
                    .collect();
                keyed.extend(
                    resources
                        .iter()
                        .map(|(at, resource)| (Key::of(resource), (Some(*at), *resource))),
                );
                invocations.push(Invocation {
                    unit,
                    policies: group.to_vec(),
                    estimate: pair.saturating_mul(u32::try_from(keyed.len()).unwrap_or(u32::MAX)),
                    resources: keyed,
                    exceptions: self.exceptions,
                    given: self.given,
                });
            }
        }
        invocations
    }

    /// The resources in as many layers as the most frequent key occurs.
    fn layers(&self) -> Vec<Vec<(usize, &'a Resource)>> {
        let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
        let mut layers: Vec<Vec<(usize, &Resource)>> = Vec::new();
        for (at, (.., resource)) in self.resources.iter().enumerate() {
            let times = seen.entry(Key::of(resource)).or_default();
            match layers.get_mut(*times) {
                Some(layer) => layer.push((at, *resource)),
                None => layers.push(vec![(at, *resource)]),
            }
            *times += 1;
        }
        layers
    }
}

/// Puts small jobs together, each with the first unit that takes it.
pub(super) fn units<'a>(jobs: impl Iterator<Item = (usize, &'a Job)>) -> Vec<Unit<'a>> {
    /// About what starting one process costs, several times over: then starting no longer matters.
    const SMALL: Duration = Duration::from_secs(3);
    /// How many units are tried: the last ones are those with room.
    const OPEN: usize = 8;
    let mut units: Vec<Unit<'a>> = Vec::new();
    for (index, job) in jobs {
        let mut homeless = Some(Unit::of(index, job));
        for unit in units.iter_mut().rev().take(OPEN) {
            let Some(next) = homeless.take() else { break };
            homeless = unit.absorb(next, SMALL).err();
        }
        units.extend(homeless);
    }
    units
}

/// What makes a job unusable.
pub(super) fn flaw(job: &Job) -> Option<String> {
    let mut names = BTreeSet::new();
    for policy in &job.policies {
        if policy.name.is_empty() {
            return Some("a policy without a name".to_owned());
        }
        if !names.insert(policy.name.as_str()) {
            return Some(format!(
                "policy `{}` is there twice, and its rows could not be told apart",
                policy.name
            ));
        }
    }
    let companions: BTreeSet<Key> = job.companions.iter().map(Key::of).collect();
    if companions.len() < job.companions.len() {
        return Some("two companions of one kind, namespace and name".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(policies: &[&str], resources: &[(&str, &str)]) -> Job {
        Job {
            policies: policies
                .iter()
                .map(|name| Policy {
                    name: (*name).to_owned(),
                    text: String::new(),
                    rules: vec!["r".to_owned()],
                    expects_rows: true,
                })
                .collect(),
            resources: resources
                .iter()
                .map(|(group, name)| {
                    let text = format!(r#"{{"apiVersion":"{group}/v1","kind":"Thing","metadata":{{"name":"{name}"}}}}"#);
                    Resource::from_json(text).unwrap()
                })
                .collect(),
            ..Job::default()
        }
    }

    fn sizes(jobs: &[Job]) -> Vec<Vec<usize>> {
        units(jobs.iter().enumerate())
            .iter()
            .map(|unit| unit.jobs.clone())
            .collect()
    }

    #[test]
    fn small_jobs_share_a_process_unless_they_meet() {
        let (a, b, c) = (
            job(&["a"], &[("g", "x")]),
            job(&["b"], &[("g", "y")]),
            job(&["c"], &[("h", "x")]),
        );
        assert_eq!(sizes(&[a.clone(), b.clone()]), [[0, 1]]);
        assert_eq!(
            sizes(&[a.clone(), c]),
            [[0], [1]],
            "same kind and name, though of other groups"
        );
        assert_eq!(
            sizes(&[a.clone(), job(&["a"], &[("g", "y")])]),
            [[0], [1]],
            "same policy name"
        );
        let mut other = b.clone();
        other.given.operation = Some(super::super::Operation::Update);
        assert_eq!(sizes(&[a.clone(), other]), [[0], [1]], "another request");
        let mut around = b;
        around.policies[0].text = "context: [{apiCall: {}}]".to_owned();
        assert_eq!(sizes(&[a, around]), [[0], [1]], "sees other objects");
    }

    #[test]
    fn equal_keys_go_to_different_processes() {
        let job = job(&["a"], &[("g", "x"), ("h", "x"), ("g", "y")]);
        let runs = Unit::of(0, &job).invocations(0);
        let indexes: Vec<Vec<usize>> = runs
            .iter()
            .map(|run| run.resources.values().filter_map(|(at, _)| *at).collect())
            .collect();
        assert_eq!(indexes, [vec![0, 2], vec![1]]);
    }
}
