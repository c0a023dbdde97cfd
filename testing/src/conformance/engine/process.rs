//! A child process with a limit on its time and on what it may print.

use std::io::Read;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Engine, OracleError, Silence};

/// No engine's answer is near this: 400,000 rows of Kyverno are about 119 MB.
const MOST_BYTES: u64 = 1 << 30;

/// How a child ended, and what it printed.
pub(super) struct Finished {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Why there is nothing to read.
pub(super) enum Failed {
    Start(String),
    TimedOut { after: Duration, stderr: String },
}

impl Failed {
    pub(super) fn of(self, engine: Engine) -> OracleError {
        match self {
            Self::Start(why) => OracleError::new(engine, Silence::Unreachable(why), ""),
            Self::TimedOut { after, stderr } => {
                OracleError::new(engine, Silence::TimedOut(after), &stderr)
            }
        }
    }
}

/// A command with an environment of its own: the caller's `PATH` and `home` as home and working folder, so
/// that no configuration of the person at the keyboard has a say in verdicts.
pub(super) fn command(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .current_dir(home)
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .env("NO_COLOR", "1");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs `command` to its end, or ends it after `limit`.
///
/// # Errors
/// If it cannot be started, or at the limit.
pub(super) fn run(command: &mut Command, limit: Duration) -> Result<Finished, Failed> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Failed::Start(format!("cannot start `{program}`: {error}")))?;
    let stdout = child.stdout.take().map(drain);
    let stderr = child.stderr.take().map(drain);
    let began = Instant::now();
    let mut pause = Duration::from_millis(2);
    let status: Option<ExitStatus> = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if began.elapsed() < limit => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(40));
            }
            Ok(None) | Err(_) => {
                // if it cannot be ended it ended meanwhile, and `wait` returns either way
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
        }
    };
    let (stdout, stderr) = (collect(stdout), collect(stderr));
    match status {
        Some(status) => Ok(Finished {
            code: status.code(),
            stdout,
            stderr,
        }),
        None => Err(Failed::TimedOut {
            after: limit,
            stderr,
        }),
    }
}

/// Reads a pipe on a thread of its own: a child blocks when nobody empties its pipes.
fn drain(pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // what came before an error is still worth showing
        let _ = pipe.take(MOST_BYTES).read_to_end(&mut bytes);
        bytes
    })
}

fn collect(reader: Option<JoinHandle<Vec<u8>>>) -> String {
    let bytes = reader
        .and_then(|reader| reader.join().ok())
        .unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
