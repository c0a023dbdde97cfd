//! Requests that change nothing, and what the loaded policies say about them.
//!
//! Warnings are where policies speak, but the server drops some: beyond a length, and those with control
//! characters. It counts them all the same. So the counters are compared with what was read, and where they
//! differ the requests are made again one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use serde_json::Value;

use super::audit::PREFIX;
use super::client::{Call, Reply};
use super::objects::{not_served, text};
use super::policies::{AdmissionPolicy, CANARY, annotation, is_message, parse_warning};
use super::{Cluster, Operation, User, failed};
use crate::conformance::engine::{OracleError, Silence};

/// Once warnings have so many characters, the server drops the next ones
/// (`k8s.io/apiserver/pkg/endpoints/filters/warning.go`).
const MOST_WARNED: usize = 4096;

/// The counter of warnings.
const COUNTER: &str = "apiserver_validating_admission_policy_check_total{";

/// A request to be judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is done.
    pub operation: Operation,
    /// The object; for a deletion, the one that goes.
    pub object: Value,
    /// The former state, for updates.
    pub old: Option<Value>,
    /// Who asks.
    pub user: User,
}

/// What a policy says. One that says nothing did not match, or a match condition did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All validations hold.
    Pass,
    /// These do not hold.
    Fail(BTreeSet<usize>),
    /// It could not be evaluated; the server's words, if it has any.
    Error(String),
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// The policies spoke.
    Judged(Judged),
    /// The kind is not served, or this operation on it cannot be tried.
    NotServed(String),
    /// The server refuses the object before policies see it.
    Invalid(String),
}

/// A request that reached the policies.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The object as policies saw it, with the server's defaults; for a deletion, the one that goes.
    pub object: Value,
    /// The former state as policies saw it.
    pub old: Option<Value>,
    /// What the policies say that say something, by name.
    pub verdicts: BTreeMap<String, Verdict>,
}

/// What came of asking policies about requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asking {
    /// What came of each request.
    pub asked: Vec<Asked>,
    /// Policies that the server does not take, by name, with its words. They say nothing about any request.
    pub refused: BTreeMap<String, String>,
}

/// Warnings by policy.
type Counts = BTreeMap<String, u64>;

/// An answer, before it is known that nothing was dropped.
struct Heard {
    asked: Asked,
    counts: Counts,
    /// Whether the server may have dropped warnings.
    full: bool,
}

impl Heard {
    fn not(asked: Asked) -> Self {
        Self {
            asked,
            counts: Counts::new(),
            full: false,
        }
    }
}

/// What came of asking all loaded policies at once.
enum Judgement {
    Told(Vec<Asked>),
    /// Of these requests, by index, more policies warn than the server tells.
    TooMany(Vec<usize>),
}

impl Cluster {
    /// What policies say about requests, in their order. Loads them first; namespaces are set to have these
    /// labels and no others, and those that requests are about must be among them.
    ///
    /// # Errors
    /// When the server gives no answer, or one from which not every verdict can be told.
    pub fn ask(
        &mut self,
        policies: &[AdmissionPolicy],
        namespaces: &BTreeMap<String, BTreeMap<String, String>>,
        requests: &[Request],
    ) -> Result<Asking, OracleError> {
        let refused = self.load(policies)?;
        let mut policies = policies.to_vec();
        policies.retain(|policy| !refused.contains_key(policy.name()));
        for (name, labels) in namespaces {
            // A request into one that the server does not take is refused, and so seen.
            let _ = self.namespace(name, labels)?;
        }
        let asked = self.ask_loaded(&policies, requests)?;
        Ok(Asking { asked, refused })
    }

    fn ask_loaded(
        &mut self,
        policies: &[AdmissionPolicy],
        requests: &[Request],
    ) -> Result<Vec<Asked>, OracleError> {
        match self.judge(requests)? {
            Judgement::Told(asked) => Ok(asked),
            Judgement::TooMany(_) if policies.len() < 2 => {
                let what = "one policy says more than the server tells".to_owned();
                Err(failed(Silence::Garbled(what), ""))
            }
            Judgement::TooMany(indexes) => {
                // The requests that so many policies refuse are asked about half of them at a time.
                let (one, other) = policies.split_at(policies.len() / 2);
                let crowded: Vec<Request> = indexes
                    .iter()
                    .filter_map(|index| requests.get(*index).cloned())
                    .collect();
                let mut rest = requests.to_vec();
                let mut index = 0;
                rest.retain(|_| {
                    index += 1;
                    !indexes.contains(&(index - 1))
                });
                let mut told = self.ask_loaded(policies, &rest)?.into_iter();
                self.load(one)?;
                let first = self.ask_loaded(one, &crowded)?;
                self.load(other)?;
                let second = self.ask_loaded(other, &crowded)?;
                let mut both = first
                    .into_iter()
                    .zip(second)
                    .map(|(one, other)| one.and(other));
                let all = (0..requests.len()).filter_map(|index| {
                    if indexes.contains(&index) {
                        both.next()
                    } else {
                        told.next()
                    }
                });
                Ok(all.collect())
            }
        }
    }

    /// What the loaded policies say about requests, in their order.
    fn judge(&self, requests: &[Request]) -> Result<Judgement, OracleError> {
        let mut all: Vec<Option<Heard>> = requests.iter().map(|_| None).collect();
        let is_new = |index: &usize| {
            let request = requests.get(*index);
            request.is_some_and(|request| request.operation == Operation::Create)
        };
        let (new, others): (Vec<usize>, Vec<usize>) = (0..requests.len()).partition(is_new);
        self.hear_together(requests, &new, &mut all)?;
        // What needs an object to be there cannot be asked beside another request about it.
        for index in others {
            if let (Some(request), Some(place)) = (requests.get(index), all.get_mut(index)) {
                *place = Some(self.hear_about_stored(request)?);
            }
        }
        let mut asked = Vec::with_capacity(requests.len());
        let mut full = Vec::new();
        for (index, heard) in all.into_iter().enumerate() {
            let heard = heard.ok_or_else(|| {
                let what = "a request that nobody made".to_owned();
                failed(Silence::Garbled(what), "")
            })?;
            if heard.full {
                full.push(index);
            }
            asked.push(heard.asked);
        }
        Ok(if full.is_empty() {
            Judgement::Told(asked)
        } else {
            Judgement::TooMany(full)
        })
    }

    /// Makes requests at once; where the counters show that a warning was lost, each half again by itself.
    fn hear_together(
        &self,
        requests: &[Request],
        indexes: &[usize],
        all: &mut [Option<Heard>],
    ) -> Result<(), OracleError> {
        if let [index] = indexes {
            if let (Some(request), Some(place)) = (requests.get(*index), all.get_mut(*index)) {
                *place = Some(self.hear_counting(|| self.hear(request))?);
            }
            return Ok(());
        }
        let before = self.warned()?;
        let heard = self.parallel(indexes, |index| {
            requests.get(*index).map(|request| self.hear(request))
        });
        let mut together = Vec::with_capacity(indexes.len());
        for heard in heard.into_iter().flatten() {
            together.push(heard?);
        }
        let counted = difference(&self.warned()?, &before);
        let is_full = together.iter().any(|heard| heard.full);
        if !is_full && self.lost(&counted, together.iter()) {
            let (one, other) = indexes.split_at(indexes.len() / 2);
            self.hear_together(requests, one, all)?;
            return self.hear_together(requests, other, all);
        }
        for (index, heard) in indexes.iter().zip(together) {
            if let Some(place) = all.get_mut(*index) {
                *place = Some(heard);
            }
        }
        Ok(())
    }

    /// Whether the server counted warnings of loaded policies that were not heard.
    fn lost<'a>(&self, counted: &Counts, all: impl Iterator<Item = &'a Heard>) -> bool {
        let mut heard = Counts::new();
        for one in all {
            for (policy, count) in &one.counts {
                *heard.entry(policy.clone()).or_default() += count;
            }
        }
        counted
            .iter()
            .any(|(policy, count)| self.batch.has(policy) && heard.get(policy) != Some(count))
    }

    /// Asks until the counters say the same twice: other programs' requests count too. A policy whose
    /// warning is counted but not heard is in error, since the message of a validation is a number.
    fn hear_counting(
        &self,
        ask: impl Fn() -> Result<Heard, OracleError>,
    ) -> Result<Heard, OracleError> {
        const MOST: usize = 10;
        let mut last: Option<Counts> = None;
        for _ in 0..MOST {
            let before = self.warned()?;
            let mut heard = ask()?;
            let mut counted = difference(&self.warned()?, &before);
            counted.retain(|policy, _| self.batch.has(policy));
            if heard.full {
                return Ok(heard);
            }
            if last.as_ref() != Some(&counted) {
                last = Some(counted);
                continue;
            }
            if let Asked::Judged(judged) = &mut heard.asked {
                for (policy, count) in &counted {
                    if heard.counts.get(policy) != Some(count) {
                        let error = Verdict::Error("a warning that is no text".to_owned());
                        judged.verdicts.insert(policy.clone(), error);
                    }
                }
            }
            return Ok(heard);
        }
        let what = "the server's counters do not come to rest".to_owned();
        Err(failed(Silence::Garbled(what), ""))
    }

    /// How many warnings the server counts, by policy.
    fn warned(&self) -> Result<Counts, OracleError> {
        let reply = self.client.get("/metrics")?;
        if !reply.is_success() {
            let what = "no counters".to_owned();
            return Err(failed(Silence::Garbled(what), &reply.message()));
        }
        let mut counts = Counts::new();
        for line in reply.text.lines() {
            let Some(rest) = line.strip_prefix(COUNTER) else {
                continue;
            };
            let garbled = || {
                failed(
                    Silence::Garbled("a counter cannot be read".to_owned()),
                    line,
                )
            };
            let (labels, count) = rest.rsplit_once("} ").ok_or_else(garbled)?;
            let label = |name: &str| {
                let (_, rest) = labels.split_once(&format!("{name}=\""))?;
                Some(rest.split_once('"')?.0)
            };
            if label("enforcement_action") == Some("warn") {
                let policy = label(",policy").ok_or_else(garbled)?;
                let count: u64 = count.trim().parse().map_err(|_| garbled())?;
                *counts.entry(policy.to_owned()).or_default() += count;
            }
        }
        Ok(counts)
    }

    /// Asks to create an object.
    fn hear(&self, request: &Request) -> Result<Heard, OracleError> {
        match self.served_object(&request.object)? {
            Some(served) => {
                let path = served.collection(text(&request.object, "/metadata/namespace"));
                self.hear_one("POST", &path, request, None)
            }
            None => {
                let refusal = not_served(&request.object);
                Ok(Heard::not(Asked::NotServed(refusal.message)))
            }
        }
    }

    /// Stores the former object, asks about a change of it, and removes it again.
    fn hear_about_stored(&self, request: &Request) -> Result<Heard, OracleError> {
        let Some(served) = self.served_object(&request.object)? else {
            let refusal = not_served(&request.object);
            return Ok(Heard::not(Asked::NotServed(refusal.message)));
        };
        let former = request.old.as_ref().unwrap_or(&request.object);
        let namespace = text(former, "/metadata/namespace");
        let name = text(former, "/metadata/name").unwrap_or_default();
        if name.is_empty() || text(&request.object, "/metadata/name") != Some(name) {
            let why = "only an object with a name can be changed".to_owned();
            return Ok(Heard::not(Asked::NotServed(why)));
        }
        let body = former.to_string();
        let call = Call {
            body: Some(&body),
            ..Call::default()
        };
        let path = served.collection(namespace);
        let stored = self.client.call("POST", &path, call)?;
        if !stored.is_success() {
            return Ok(Heard::not(Asked::Invalid(stored.message())));
        }
        let old = seen(&stored)?;
        let path = served.object(namespace, name);
        let method = if request.operation == Operation::Delete {
            "DELETE"
        } else {
            "PUT"
        };
        let heard = self.hear_counting(|| self.hear_one(method, &path, request, Some(old.clone())));
        self.delete(former)?;
        heard
    }

    fn hear_one(
        &self,
        method: &str,
        path: &str,
        request: &Request,
        old: Option<Value>,
    ) -> Result<Heard, OracleError> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let id = format!("{PREFIX}{number}");
        let body = request.object.to_string();
        let call = Call {
            user: Some(&request.user),
            audit_id: Some(&id),
            body: (request.operation != Operation::Delete).then_some(body.as_str()),
            ..Call::default()
        };
        // Fields that the server does not know are not there for policies.
        let path = format!("{path}?dryRun=All&fieldValidation=Ignore");
        let reply = self.client.call(method, &path, call)?;
        let Some(annotations) = self.audit.take(&id) else {
            let what = format!("no event of the request `{id}`");
            return Err(failed(Silence::Garbled(what), &reply.message()));
        };
        if !reply.is_success() {
            return Ok(Heard::not(Asked::Invalid(reply.message())));
        }
        let mut verdicts = BTreeMap::new();
        let mark = self.batch.mark();
        for policy in self.batch.names() {
            if let Some(found) = annotations.get(&annotation(policy)) {
                if *found != mark {
                    let what = format!("`{policy}` is of an older batch");
                    return Err(failed(Silence::Garbled(what), found));
                }
                verdicts.insert(policy.to_owned(), Verdict::Pass);
            }
        }
        let mut counts = Counts::new();
        for warning in &reply.warnings {
            let Some((policy, message)) = parse_warning(warning) else {
                continue;
            };
            if policy == CANARY || !self.batch.has(policy) {
                continue;
            }
            *counts.entry(policy.to_owned()).or_default() += 1;
            let verdict = verdicts.entry(policy.to_owned()).or_insert(Verdict::Pass);
            verdict.hear(message);
        }
        let object = match (request.operation, &old) {
            (Operation::Delete, Some(old)) => old.clone(),
            _ => seen(&reply)?,
        };
        Ok(Heard {
            full: is_full(&reply.warnings),
            asked: Asked::Judged(Judged {
                object,
                old,
                verdicts,
            }),
            counts,
        })
    }
}

impl Asked {
    /// What two batches of policies say about one request.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Judged(mut one), Self::Judged(other)) => {
                one.verdicts.extend(other.verdicts);
                Self::Judged(one)
            }
            (Self::Judged(_), not) | (not, _) => not,
        }
    }
}

impl Verdict {
    /// Adds what one warning says: an error is more than a failure.
    fn hear(&mut self, message: &str) {
        if is_message(message) {
            let number = message.trim_start_matches(|c: char| !c.is_ascii_digit());
            let number = number.parse().unwrap_or_default();
            match self {
                Self::Pass => *self = Self::Fail(BTreeSet::from([number])),
                Self::Fail(numbers) => {
                    numbers.insert(number);
                }
                Self::Error(_) => {}
            }
        } else {
            *self = Self::Error(message.to_owned());
        }
    }
}

/// The object of an answer, as the server took it.
fn seen(reply: &Reply) -> Result<Value, OracleError> {
    let mut object = reply.json()?;
    // Who wrote what is not part of the object; policies see it, and none is about it.
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    Ok(object)
}

fn is_full(warnings: &[String]) -> bool {
    let characters: usize = warnings.iter().map(|it| it.chars().count()).sum();
    characters >= MOST_WARNED
}

/// What was counted between two readings.
fn difference(after: &Counts, before: &Counts) -> Counts {
    let since = |(policy, count): (&String, &u64)| {
        let new = count.saturating_sub(before.get(policy).copied().unwrap_or_default());
        (new > 0).then(|| (policy.clone(), new))
    };
    after.iter().filter_map(since).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_outweigh_failures() {
        let mut verdict = Verdict::Pass;
        verdict.hear("#1");
        verdict.hear("#0");
        assert_eq!(verdict, Verdict::Fail(BTreeSet::from([0, 1])));
        verdict.hear("expression 'x' resulted in error: no such key: y");
        verdict.hear("#2");
        assert!(matches!(verdict, Verdict::Error(_)));
    }

    #[test]
    fn a_full_answer_may_lack_warnings() {
        assert!(!is_full(&["x".repeat(MOST_WARNED - 1)]));
        assert!(is_full(&["é".repeat(2048), "x".repeat(2048)]));
    }
}
