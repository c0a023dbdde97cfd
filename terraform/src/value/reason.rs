//! Why values are not known.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Why a value is not known before apply, and whether it may turn out to be null.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    text: Arc<str>,
    may_be_null: bool,
}

impl Reason {
    /// The same reason, of a value that may turn out to be null.
    #[must_use]
    pub fn or_null(mut self) -> Self {
        self.may_be_null = true;
        self
    }

    /// The same reason, of what is made of the value: operators, templates and functions give no
    /// null.
    #[must_use]
    pub fn of_result(mut self) -> Self {
        self.may_be_null = false;
        self
    }

    /// Whether the value may turn out to be null.
    #[must_use]
    pub fn may_be_null(&self) -> bool {
        self.may_be_null
    }
}

impl<T: Into<Arc<str>>> From<T> for Reason {
    fn from(text: T) -> Self {
        Self {
            text: text.into(),
            may_be_null: false,
        }
    }
}

impl Deref for Reason {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
