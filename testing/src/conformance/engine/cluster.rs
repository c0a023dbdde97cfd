//! A real API server of Kubernetes, without containers: its store, its controller manager and, where they are
//! asked for, Kyverno's controllers run beside each other on loopback, in a folder that goes with them.
//!
//! What is done so that its answers can be trusted (measured on Kubernetes 1.36 and Kyverno 1.19):
//!
//! * certificates are made for each cluster, so that no other server on the machine can answer;
//! * policies come into effect late: a canary shows when (see [`Cluster::load`]);
//! * one request tells what all policies say, and counters show that nothing of it was lost
//!   (see [`Cluster::judge`]);
//! * an object that the server refuses before policies see it is no agreement with anybody.

mod audit;
mod client;
mod judge;
mod kyverno;
mod objects;
mod pki;
mod policies;
mod processes;
mod start;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::{Duration, Instant};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::{Engine, Missing, OracleError, Silence};

pub use judge::{Asked, Asking, Judged, Request, Verdict};
pub use objects::{Refusal, documents};
pub use policies::AdmissionPolicy;

/// Requests that are made at once.
const CONNECTIONS: usize = 8;

/// What takes effect some time after it was written takes effect within this time.
const EFFECT: Duration = Duration::from_secs(60);

/// Where the programs are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    bin: PathBuf,
}

/// What runs besides the API server, its store and its controllers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Kyverno's admission controller.
    pub kyverno: bool,
    /// Kyverno's reports controller.
    pub reports: bool,
}

/// Who makes a request. The server adds the group `system:authenticated`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The user name; not empty.
    pub name: String,
    /// The groups.
    pub groups: Vec<String>,
}

/// Operation of an admission request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The object is new.
    Create,
    /// It replaces a former state.
    Update,
    /// It goes.
    Delete,
    /// Something is done with it.
    Connect,
}

/// A running cluster. Its programs end with it, and when this program ends in whatever way.
pub struct Cluster {
    client: client::Client,
    audit: audit::AuditLog,
    kinds: Mutex<objects::Kinds>,
    batch: policies::Batch,
    /// Number of the next request.
    asked: AtomicU64,
    pool: rayon::ThreadPool,
    processes: processes::Processes,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("folder", &self.processes.folder())
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Looks for the programs as [`Engine::locate`] does.
    ///
    /// # Errors
    /// When they are not there.
    pub fn locate() -> Result<Programs, Missing> {
        let server = Engine::Cluster.locate()?;
        let bin = server.parent().map(std::path::Path::to_owned);
        Ok(Programs {
            bin: bin.unwrap_or_default(),
        })
    }

    /// Starts a cluster and waits until it is ready.
    ///
    /// # Errors
    /// When a program does not start or is not ready in time.
    pub fn start(programs: &Programs, options: Options) -> Result<Self, OracleError> {
        let start::Started {
            processes,
            client,
            audit,
            pki: _,
            server: _,
        } = start::start(programs, options)?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(CONNECTIONS)
            .build()
            .map_err(|error| failed(Silence::Unreachable(error.to_string()), ""))?;
        Ok(Self {
            client,
            audit,
            kinds: Mutex::new(BTreeMap::new()),
            batch: policies::Batch::default(),
            asked: AtomicU64::new(0),
            pool,
            processes,
        })
    }

    /// Works through `items`, a few at once, and keeps their order.
    fn parallel<T: Sync, R: Send>(
        &self,
        items: &[T],
        work: impl Fn(&T) -> R + Sync + Send,
    ) -> Vec<R> {
        self.pool.install(|| items.par_iter().map(work).collect())
    }

    /// Whether all programs still run.
    ///
    /// # Errors
    /// With the last words of the one that does not.
    pub fn check(&mut self) -> Result<(), OracleError> {
        self.processes.check()
    }
}

/// Asks again until something is so.
///
/// # Errors
/// When it is not in time, or asking fails.
fn until(
    what: &str,
    mut is_so: impl FnMut() -> Result<bool, OracleError>,
) -> Result<(), OracleError> {
    let began = Instant::now();
    while !is_so()? {
        if began.elapsed() > EFFECT {
            return Err(failed(
                Silence::TimedOut(EFFECT),
                &format!("waited until {what}"),
            ));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn failed(silence: Silence, said: &str) -> OracleError {
    OracleError::new(Engine::Cluster, silence, said)
}
