//! The audit log, which the API server writes to its standard output: one event a line.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

/// Annotations of an event.
pub(super) type Annotations = BTreeMap<String, String>;

/// Identifiers of requests whose events are kept begin so; the others are not asked for.
pub(super) const PREFIX: &str = "policyc-";

/// An event is written within this time of its request's answer.
const LIMIT: Duration = Duration::from_secs(20);

/// The events that came, by the identifier of the request.
#[derive(Debug, Default)]
struct Events {
    by_id: Mutex<HashMap<String, Annotations>>,
    came: Condvar,
}

/// The log, read as it is written.
#[derive(Debug)]
pub(super) struct AuditLog {
    events: Arc<Events>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "auditID")]
    audit_id: String,
    stage: String,
    #[serde(default)]
    annotations: Annotations,
}

impl AuditLog {
    /// Reads the log on a thread of its own, which ends with the log.
    pub(super) fn read(pipe: impl Read + Send + 'static) -> Self {
        let events = Arc::new(Events::default());
        let shared = Arc::clone(&events);
        thread::spawn(move || {
            // What is no event is left out, and a request whose event does not come is an error.
            for line in BufReader::new(pipe).split(b'\n') {
                let Ok(line) = line else { break };
                let Ok(event) = serde_json::from_slice::<Event>(&line) else {
                    continue;
                };
                if event.stage == "ResponseComplete" && event.audit_id.starts_with(PREFIX) {
                    let mut by_id = shared.by_id.lock().unwrap_or_else(PoisonError::into_inner);
                    by_id.insert(event.audit_id, event.annotations);
                    shared.came.notify_all();
                }
            }
        });
        Self { events }
    }

    /// Takes the event of a request, and waits for it if it is not there yet.
    pub(super) fn take(&self, id: &str) -> Option<Annotations> {
        let until = Instant::now() + LIMIT;
        let by_id = self.events.by_id.lock();
        let mut by_id = by_id.unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = by_id.remove(id) {
                return Some(found);
            }
            let left = until.checked_duration_since(Instant::now())?;
            let waited = self.events.came.wait_timeout(by_id, left);
            by_id = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_asked_requests_are_kept() {
        let log = [
            r#"{"auditID":"policyc-1","stage":"ResponseStarted"}"#,
            r#"{"auditID":"other","stage":"ResponseComplete"}"#,
            "no event",
            r#"{"auditID":"policyc-1","stage":"ResponseComplete","annotations":{"a":"b"}}"#,
        ];
        let log = AuditLog::read(std::io::Cursor::new(log.join("\n")));
        let annotations = log.take("policyc-1").unwrap();
        assert_eq!(annotations.get("a").map(String::as_str), Some("b"));
    }
}
