//! The programs of a cluster, and that none of them is left behind.
//!
//! They are one process group. A shell waits for this program's end of a pipe to close, which it does when
//! the cluster is dropped and when this program ends in whatever way, and then ends the group and removes
//! its folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::failed;
use crate::conformance::engine::{OracleError, Silence, process};

/// `$1` is the folder; the lines of its input are process groups.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
groups=
while read -r group; do groups="$groups $group"; done
for group in $groups; do kill -s KILL -- "-$group"; done
rm -rf -- "$1"
"#;

/// How much of a log is shown.
const SHOWN: usize = 4000;

/// Running programs.
pub(super) struct Processes {
    running: Vec<Running>,
    watchdog: Child,
    /// Closing it ends everything.
    pipe: Option<ChildStdin>,
    group: Option<i32>,
    folder: tempfile::TempDir,
}

struct Running {
    name: &'static str,
    child: Child,
}

/// Where the output of a program goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    Log,
    /// Standard output is read here.
    Read,
}

impl Processes {
    pub(super) fn new() -> Result<Self, OracleError> {
        let made = || -> io::Result<Self> {
            let folder = tempfile::Builder::new()
                .prefix("policyc-cluster-")
                .tempdir()?;
            let mut watchdog = Command::new("sh")
                .args(["-c", WATCHDOG, "sh"])
                .arg(folder.path())
                .current_dir("/")
                .process_group(0)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()?;
            let pipe = watchdog.stdin.take();
            Ok(Self {
                running: Vec::new(),
                watchdog,
                pipe,
                group: None,
                folder,
            })
        };
        made().map_err(|error| {
            let what = format!("cannot watch over a cluster: {error}");
            failed(Silence::Unreachable(what), "")
        })
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder().join(format!("{name}.log"))
    }

    /// Starts a program.
    pub(super) fn start(
        &mut self,
        name: &'static str,
        program: &Path,
        output: Output,
        set_up: impl FnOnce(&mut Command),
    ) -> Result<Option<ChildStdout>, OracleError> {
        let log = self.log(name);
        let run = || -> io::Result<Child> {
            let log = File::create(&log)?;
            let mut command = process::command(program, self.folder.path());
            set_up(&mut command);
            command
                .process_group(self.group.unwrap_or(0))
                .stdin(Stdio::null())
                .stdout(match output {
                    Output::Log => Stdio::from(log.try_clone()?),
                    Output::Read => Stdio::piped(),
                })
                .stderr(log);
            let child = command.spawn()?;
            if self.group.is_none() {
                let group = i32::try_from(child.id()).map_err(io::Error::other)?;
                self.group = Some(group);
                if let Some(pipe) = &mut self.pipe {
                    writeln!(pipe, "{group}")?;
                }
            }
            Ok(child)
        };
        let mut child = run().map_err(|error| {
            let what = format!("cannot start `{}`: {error}", program.display());
            failed(Silence::Unreachable(what), "")
        })?;
        let stdout = child.stdout.take();
        self.running.push(Running { name, child });
        Ok(stdout)
    }

    /// Waits until `is_ready`, as long as everything still runs.
    ///
    /// # Errors
    /// When a program ended, or at the limit; with the end of its log.
    pub(super) fn wait(
        &mut self,
        name: &'static str,
        limit: Duration,
        mut is_ready: impl FnMut() -> bool,
    ) -> Result<(), OracleError> {
        let began = Instant::now();
        loop {
            if is_ready() {
                return Ok(());
            }
            self.check()?;
            if began.elapsed() > limit {
                return Err(failed(Silence::TimedOut(limit), &self.said(name)));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether everything still runs.
    ///
    /// # Errors
    /// With the end of the log of the program that does not.
    pub(super) fn check(&mut self) -> Result<(), OracleError> {
        let ended = self.running.iter_mut().find_map(|running| {
            let status = running.child.try_wait().ok().flatten()?;
            Some((running.name, status.code()))
        });
        match ended {
            Some((name, code)) => Err(failed(Silence::Crashed(code), &self.said(name))),
            None => Ok(()),
        }
    }

    /// The end of a program's log.
    pub(super) fn said(&self, name: &str) -> String {
        let log = fs::read(self.log(name)).unwrap_or_default();
        let from = log.len().saturating_sub(SHOWN);
        let end = log.get(from..).unwrap_or_default();
        format!("{name}: {}", String::from_utf8_lossy(end))
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // It ends by itself once the pipe is closed; what it ended is then to be waited for.
        let _ = self.watchdog.wait();
        for running in &mut self.running {
            let _ = running.child.wait();
        }
    }
}

/// Ports that nobody listens on. Another program may take one before it is used: then the program that
/// wanted it ends, and starting is tried again.
pub(super) fn free_ports<const N: usize>() -> io::Result<[u16; N]> {
    let mut ports = [0; N];
    let mut held = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_behind() {
        let mut processes = Processes::new().unwrap();
        for name in ["one", "other"] {
            let started = processes.start(name, Path::new("/bin/sleep"), Output::Log, |command| {
                command.arg("600");
            });
            started.unwrap();
        }
        processes.check().unwrap();
        let folder = processes.folder().to_owned();
        let ids: Vec<u32> = processes
            .running
            .iter()
            .map(|running| running.child.id())
            .collect();
        drop(processes);
        assert!(!folder.exists());
        for id in ids {
            assert!(!Path::new(&format!("/proc/{id}/stat")).exists());
        }
    }

    #[test]
    fn a_program_that_ends_is_an_error() {
        let mut processes = Processes::new().unwrap();
        let started = processes.start("false", Path::new("/bin/sh"), Output::Log, |command| {
            command.args(["-c", "echo no luck; exit 3"]);
        });
        started.unwrap();
        let ended = processes.wait("false", Duration::from_secs(20), || false);
        let error = ended.unwrap_err();
        assert_eq!(error.silence, Silence::Crashed(Some(3)));
        assert!(error.said.contains("no luck"), "{}", error.said);
    }
}
