//! Running `kyverno apply` and judging whether it spoke.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::plan::{self, Invocation, Unit};
use super::report::{self, complaints};
use super::rows::Names;
use super::{Given, Job, Operation, Policy, Refusal, Row, RuleResult, Run};
use crate::conformance::engine::process::{self, Finished};
use crate::conformance::engine::{Engine, OracleError, Silence};

/// More processes at once do not help on small machines, and each takes 165 MB or more.
const AT_ONCE: usize = 2;

/// Answers one job.
pub(super) fn alone(program: &Path, job: &Job) -> Result<Run, OracleError> {
    match all(program, std::slice::from_ref(job)).pop() {
        Some(answer) => answer,
        None => Err(failed(Silence::Input("no job".to_owned()), "")),
    }
}

/// Answers jobs, in their order.
pub(super) fn all(program: &Path, jobs: &[Job]) -> Vec<Result<Run, OracleError>> {
    let mut answers: Vec<Option<Result<Run, OracleError>>> = jobs
        .iter()
        .map(|job| plan::flaw(job).map(|flaw| Err(failed(Silence::Input(flaw), ""))))
        .collect();
    let sound: Vec<(usize, &Job)> = jobs
        .iter()
        .enumerate()
        .filter(|(index, _)| answers.get(*index).is_some_and(Option::is_none))
        .collect();

    let policies: Vec<(usize, &Policy)> = sound
        .iter()
        .flat_map(|(index, job)| job.policies.iter().map(|policy| (*index, policy)))
        .collect();
    let asked: Vec<&Policy> = policies.iter().map(|(_, policy)| *policy).collect();
    match refused(program, &asked) {
        Ok(refusals) => {
            for (index, _) in &sound {
                let (names, said): (Vec<String>, Vec<String>) = refusals
                    .iter()
                    .filter(|refusal| {
                        policies
                            .get(refusal.index)
                            .is_some_and(|(owner, _)| owner == index)
                    })
                    .map(|refusal| (refusal.policy.clone(), refusal.said.clone()))
                    .unzip();
                if let (false, Some(answer)) = (names.is_empty(), answers.get_mut(*index)) {
                    *answer = Some(Err(failed(Silence::Refused(names), &said.join("\n"))));
                }
            }
        }
        Err(error) => answers
            .iter_mut()
            .filter(|answer| answer.is_none())
            .for_each(|answer| {
                *answer = Some(Err(error.clone()));
            }),
    }

    let open = |answers: &[Option<_>]| -> Vec<(usize, &Job)> {
        sound
            .iter()
            .filter(|(index, _)| answers.get(*index).is_some_and(Option::is_none))
            .copied()
            .collect()
    };
    let shared = plan::units(open(&answers).into_iter());
    answer(program, jobs, shared, &mut answers);
    // jobs that shared a process which failed: each again by itself, to know whose fault it was
    let single = open(&answers)
        .into_iter()
        .map(|(index, job)| Unit::of(index, job))
        .collect();
    answer(program, jobs, single, &mut answers);

    answers
        .into_iter()
        .map(|answer| {
            answer.unwrap_or_else(|| Err(failed(Silence::Input("a job nobody ran".to_owned()), "")))
        })
        .collect()
}

/// Runs units and files their rows under the jobs; leaves the jobs of a shared unit that failed open.
fn answer(
    program: &Path,
    jobs: &[Job],
    units: Vec<Unit<'_>>,
    answers: &mut [Option<Result<Run, OracleError>>],
) {
    let invocations: Vec<Invocation<'_>> = units
        .iter()
        .enumerate()
        .flat_map(|(at, unit)| unit.invocations(at))
        .collect();
    let outcomes = parallel(&invocations, |invocation| invoke(program, invocation));
    let mut rows: Vec<Result<Vec<Row>, OracleError>> =
        units.iter().map(|_| Ok(Vec::new())).collect();
    for (invocation, outcome) in invocations.iter().zip(outcomes) {
        let Some(of_unit) = rows.get_mut(invocation.unit) else {
            continue;
        };
        match (of_unit.as_mut(), outcome) {
            (Ok(rows), Ok(new)) => rows.extend(new),
            (Ok(_), Err(error)) => *of_unit = Err(error),
            (Err(_), _) => {}
        }
    }
    for (unit, rows) in units.iter().zip(rows) {
        match rows {
            Ok(rows) => {
                let mut runs: Vec<Run> = unit.jobs.iter().map(|_| Run::default()).collect();
                for mut row in rows {
                    let Some((owner, at, _)) = unit.resources.get(row.index) else {
                        continue;
                    };
                    let Some(place) = unit.jobs.iter().position(|job| job == owner) else {
                        continue;
                    };
                    let theirs = jobs
                        .get(*owner)
                        .is_some_and(|job| job.policies.iter().any(|it| it.name == row.policy));
                    if let (true, Some(run)) = (theirs, runs.get_mut(place)) {
                        row.index = *at;
                        run.rows.push(row);
                    }
                }
                for (index, run) in unit.jobs.iter().zip(runs) {
                    if let (Some(job), Some(answer)) = (jobs.get(*index), answers.get_mut(*index)) {
                        *answer = Some(finish(job, run));
                    }
                }
            }
            Err(error) => {
                if let [index] = unit.jobs.as_slice()
                    && let Some(answer) = answers.get_mut(*index)
                {
                    *answer = Some(Err(error));
                }
            }
        }
    }
}

/// Sorts the rows, and refuses the run if a policy has none that should.
fn finish(job: &Job, mut run: Run) -> Result<Run, OracleError> {
    run.rows.sort();
    run.spoke = run
        .rows
        .iter()
        .map(|row| (row.policy.clone(), row.rule.clone()))
        .collect();
    let silent: Vec<String> = job
        .policies
        .iter()
        .filter(|policy| {
            policy.expects_rows
                && !policy
                    .rule_names()
                    .any(|rule| run.spoke(&policy.name, rule))
        })
        .map(|policy| policy.name.clone())
        .collect();
    if silent.is_empty() {
        Ok(run)
    } else {
        Err(failed(Silence::NoRow(silent), ""))
    }
}

/// Policies that Kyverno does not take.
pub(super) fn refusals(program: &Path, policies: &[Policy]) -> Result<Vec<Refusal>, OracleError> {
    refused(program, &policies.iter().collect::<Vec<_>>())
}

fn refused(program: &Path, policies: &[&Policy]) -> Result<Vec<Refusal>, OracleError> {
    /// One process reads so many; enough that starting it does not matter.
    const MOST: usize = 60;
    let asked: Vec<(usize, &Policy)> = policies.iter().copied().enumerate().collect();
    let chunks: Vec<&[(usize, &Policy)]> = asked.chunks(MOST).collect();
    let mut refusals = Vec::new();
    for outcome in parallel(&chunks, |chunk| load_check(program, chunk)) {
        refusals.extend(outcome?);
    }
    refusals.sort_by_key(|refusal| refusal.index);
    Ok(refusals)
}

/// Loads policies until nobody complains about those that are left.
fn load_check(program: &Path, policies: &[(usize, &Policy)]) -> Result<Vec<Refusal>, OracleError> {
    let mut left = policies.to_vec();
    let mut refusals = Vec::new();
    while !left.is_empty() {
        let said = load(program, &left)?;
        if said.is_empty() {
            break;
        }
        let refusal = |(index, policy): &(usize, &Policy), said: String| Refusal {
            index: *index,
            policy: policy.name.clone(),
            said,
        };
        if let [only] = left.as_slice() {
            refusals.push(refusal(only, said.join("\n")));
            break;
        }
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        left.iter()
            .for_each(|(_, policy)| *times.entry(&policy.name).or_default() += 1);
        let mut blameless = Vec::new();
        for (at, asked) in left.iter().enumerate() {
            let name = asked.1.name.as_str();
            let unique = (times.get(name) == Some(&1)).then_some(name);
            let about = report::about(&said, &policy_file(at), unique);
            if about.is_empty() {
                blameless.push(*asked);
            } else {
                refusals.push(refusal(asked, about.join("\n")));
            }
        }
        if blameless.len() < left.len() {
            left = blameless;
            continue;
        }
        // a complaint that names nobody: by halves
        let (one, other) = left.split_at(left.len() / 2);
        let mut found = load_check(program, one)?;
        found.extend(load_check(program, other)?);
        if found.is_empty() {
            return Err(failed(Silence::Refused(names(&left)), &said.join("\n")));
        }
        refusals.extend(found);
        break;
    }
    Ok(refusals)
}

fn policy_file(at: usize) -> String {
    format!("policy-{at:04}.yaml")
}

/// What Kyverno complains of when it loads policies.
fn load(program: &Path, policies: &[(usize, &Policy)]) -> Result<Vec<String>, OracleError> {
    const TRIVIAL: &str = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"load-check","namespace":"default"}}"#;
    let folder = Folder::new()?;
    let mut command = process::command(program, folder.path());
    command.arg("apply");
    for (at, (_, policy)) in policies.iter().enumerate() {
        command.arg(folder.write(&policy_file(at), &policy.text)?);
    }
    command
        .arg("-r")
        .arg(folder.write("resource.yaml", TRIVIAL)?);
    // at this level, and only at this one, the log tells of files that were passed over
    command.args(["-v", "3", "--policy-report", "--output-format", "json"]);
    let each = Duration::from_secs(1);
    let limit = Duration::from_secs(60)
        + each.saturating_mul(u32::try_from(policies.len()).unwrap_or(u32::MAX));
    // the exit code is that of verdicts on the trivial resource: it says nothing
    let Finished {
        code: _,
        stdout,
        stderr,
    } = process::run(&mut command, limit).map_err(|error| error.of(Engine::Kyverno))?;
    let (_, around) =
        report::read(&stdout).map_err(|what| failed(Silence::Garbled(what), &stderr))?;
    let mut said = complaints(&around);
    said.extend(complaints(&stderr));
    Ok(said)
}

fn names(policies: &[(usize, &Policy)]) -> Vec<String> {
    policies
        .iter()
        .map(|(_, policy)| policy.name.clone())
        .collect()
}

/// One process: writes the files, runs it, reads the rows.
fn invoke(program: &Path, invocation: &Invocation<'_>) -> Result<Vec<Row>, OracleError> {
    let Invocation {
        unit: _,
        policies,
        resources,
        exceptions,
        given,
        estimate,
    } = invocation;
    let folder = Folder::new()?;
    let mut command = process::command(program, folder.path());
    command.arg("apply");
    for (at, policy) in policies.iter().enumerate() {
        command.arg(folder.write(&policy_file(at), &policy.text)?);
    }
    for (at, (_, resource)) in resources.values().enumerate() {
        // one by one: what follows a folder is ignored
        command
            .arg("-r")
            .arg(folder.write(&format!("resource-{at:04}.yaml"), &resource.text)?);
    }
    for (at, exception) in exceptions.iter().enumerate() {
        command
            .arg("-e")
            .arg(folder.write(&format!("exception-{at:04}.yaml"), exception)?);
    }
    if let Some(values) = values(given).map_err(|what| failed(Silence::Input(what), ""))? {
        command.arg("-f").arg(folder.write("values.yaml", &values)?);
    }
    if let Some(user) = &given.user {
        let user = json!({
            "apiVersion": "cli.kyverno.io/v1alpha1", "kind": "UserInfo", "metadata": {"name": "user"},
            "roles": user.roles, "clusterRoles": user.cluster_roles,
            "userInfo": {"username": user.name, "groups": user.groups},
        });
        command
            .arg("-u")
            .arg(folder.write("user.yaml", &user.to_string())?);
    }
    command.args(["-v", "0", "--policy-report", "--output-format", "json"]);
    let limit = Duration::from_secs(60) + estimate.saturating_mul(10);
    let Finished {
        code,
        stdout,
        stderr,
    } = process::run(&mut command, limit).map_err(|error| error.of(Engine::Kyverno))?;

    let (entries, around) =
        report::read(&stdout).map_err(|what| failed(Silence::Garbled(what), &stderr))?;
    let mut said = complaints(&around);
    said.extend(complaints(&stderr));
    let words = said.join("\n");
    let bad = entries.iter().any(|entry| match entry.result {
        RuleResult::Fail | RuleResult::Error => true,
        RuleResult::Pass | RuleResult::Warn | RuleResult::Skip => false,
    });
    if code != Some(i32::from(bad)) {
        return Err(failed(
            Silence::Crashed(code),
            if said.is_empty() { &stderr } else { &words },
        ));
    }
    if !said.is_empty() {
        return Err(failed(
            Silence::Garbled("it complained".to_owned()),
            &said.join("\n"),
        ));
    }
    let named = Names::of(policies.iter().copied());
    let rows: Result<Vec<Option<Row>>, String> = entries
        .into_iter()
        .map(|entry| named.row(entry, resources))
        .collect();
    match rows {
        Ok(rows) => Ok(rows.into_iter().flatten().collect()),
        Err(what) => Err(failed(Silence::Garbled(what), &around)),
    }
}

/// The values file; none if all is as Kyverno takes it anyway, since having one changes namespaces.
fn values(given: &Given) -> Result<Option<String>, String> {
    let Given {
        operation,
        namespace_labels,
        user: _,
        variables,
    } = given;
    let operation = match operation {
        None | Some(Operation::Create) => None,
        Some(Operation::Update) => Some("UPDATE"),
        Some(Operation::Delete) => Some("DELETE"),
    };
    if operation.is_none() && namespace_labels.is_empty() && variables.is_empty() {
        return Ok(None);
    }
    let mut values = json!({"apiVersion": "cli.kyverno.io/v1alpha1", "kind": "Values", "metadata": {"name": "values"}});
    let mut set = |key: &str, value: serde_json::Value| {
        if let Some(values) = values.as_object_mut() {
            values.insert(key.to_owned(), value);
        }
    };
    if let Some(operation) = operation {
        set("globalValues", json!({"request.operation": operation}));
    }
    if !namespace_labels.is_empty() {
        let namespaces = namespace_labels
            .iter()
            .map(|(name, labels)| json!({"name": name, "labels": labels}));
        set("namespaceSelector", namespaces.collect());
    }
    let mut policies: BTreeMap<&str, BTreeMap<&str, BTreeMap<&str, serde_json::Value>>> =
        BTreeMap::new();
    for variable in variables {
        let value: serde_json::Value = serde_json::from_str(&variable.json).map_err(|error| {
            format!(
                "the value of variable `{}` is no JSON: {error}",
                variable.name
            )
        })?;
        let rules = policies.entry(&variable.policy).or_default();
        rules
            .entry(&variable.rule)
            .or_default()
            .insert(&variable.name, value);
    }
    if !policies.is_empty() {
        let policies = policies.iter().map(|(policy, rules)| {
            let rules: Vec<_> = rules
                .iter()
                .map(|(rule, values)| json!({"name": rule, "values": values}))
                .collect();
            json!({"name": policy, "rules": rules})
        });
        set("policies", policies.collect());
    }
    Ok(Some(values.to_string()))
}

/// A folder that goes when it is dropped.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Result<Self, OracleError> {
        let folder = tempfile::Builder::new()
            .prefix("policyc-kyverno-")
            .tempdir();
        folder.map(Self).map_err(|error| {
            failed(
                Silence::Unreachable(format!("no temporary folder: {error}")),
                "",
            )
        })
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, OracleError> {
        let path = self.path().join(name);
        match fs::write(&path, text) {
            Ok(()) => Ok(path),
            Err(error) => Err(failed(
                Silence::Unreachable(format!("cannot write `{}`: {error}", path.display())),
                "",
            )),
        }
    }
}

fn failed(silence: Silence, said: &str) -> OracleError {
    OracleError::new(Engine::Kyverno, silence, said)
}

/// Works through `items`, a few at once, and keeps their order.
fn parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let worker = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            let result = work(item);
            // a poisoned lock means that another worker panicked, which the scope passes on
            if let Ok(mut done) = done.lock() {
                done.push((at, result));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..AT_ONCE.min(items.len()) {
            scope.spawn(worker);
        }
        worker();
    });
    let mut done = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
