//! What people see: text on standard error, coloured on a terminal.

use std::io::{IsTerminal as _, Write as _};

use policyc_diagnostics::{Diagnostic, Level, SourceMap, printable, to_text};

use crate::args::ColorChoice;
use crate::exit::Failure;

/// A number with its word: `1 file`, `2 files`, `0 policies`.
pub(crate) fn counted(number: usize, word: &str) -> String {
    match word.strip_suffix('y') {
        _ if number == 1 => format!("1 {word}"),
        Some(stem) => format!("{number} {stem}ies"),
        None => format!("{number} {word}s"),
    }
}

/// Whether and how to decorate what people see.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Colours on standard error.
    pub(crate) color_err: bool,
    /// Colours on standard output.
    pub(crate) color_out: bool,
}

impl Terminal {
    pub(crate) fn new(choice: ColorChoice) -> Self {
        let allowed = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let decide = |terminal: bool| match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => allowed && terminal,
        };
        Self {
            color_err: decide(std::io::stderr().is_terminal()),
            color_out: decide(std::io::stdout().is_terminal()),
        }
    }

    /// Shows diagnostics and, after them, how many there are.
    pub(crate) fn diagnostics(&self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        if diagnostics.is_empty() {
            return;
        }
        self.say(&to_text(diagnostics, sources, self.color_err));
        let errors = diagnostics
            .iter()
            .filter(|d| d.level == Level::Error)
            .count();
        let warnings = diagnostics.len() - errors;
        let codes = diagnostics
            .iter()
            .find(|d| d.is_error())
            .or(diagnostics.first());
        let explain = codes.map(|d| format!("; `policyc explain {}` says more", d.code));
        self.say(&format!(
            "{}, {}{}\n",
            counted(errors, "error"),
            counted(warnings, "warning"),
            explain.unwrap_or_default()
        ));
    }

    /// Shows why a command could not run.
    pub(crate) fn failure(&self, failure: &Failure) {
        let word = if self.color_err {
            "\u{1b}[1;31merror\u{1b}[0m"
        } else {
            "error"
        };
        self.say(&format!("{word}: {}\n", printable(&failure.message)));
        if let Some(help) = &failure.help {
            self.say(&format!("  = help: {}\n", printable(help)));
        }
    }

    /// Writes to standard error; a closed one is no reason to stop.
    pub(crate) fn say(&self, text: &str) {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Writes to standard output.
    ///
    /// # Errors
    /// When it cannot be written; a reader that went away (`| head`) is no error.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::new(
                format!("cannot write to standard output: {error}"),
            )),
            _ => Ok(()),
        }
    }
}
