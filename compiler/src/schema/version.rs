//! The Kubernetes versions whose schemas are embedded.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use super::{Schema, decode};

macro_rules! versions {
    ($($variant:ident $minor:literal $name:literal;)*) => {
        /// A Kubernetes version whose schema is known.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum KubernetesVersion {
            $(
                #[doc = concat!("Kubernetes ", $name)]
                $variant,
            )*
        }

        impl KubernetesVersion {
            /// Every version, the oldest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The version as users write it, such as `1.36`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The number after `1.`.
            #[must_use]
            pub const fn minor(self) -> u16 {
                match self { $(Self::$variant => $minor,)* }
            }

            /// The embedded schema, gzipped.
            pub(super) const fn data(self) -> &'static [u8] {
                match self {
                    $(Self::$variant => {
                        include_bytes!(concat!("data/kubernetes-", $name, ".txt.gz"))
                    })*
                }
            }

            /// The schema, read at the first call.
            pub(super) fn schema(self) -> &'static Arc<Schema> {
                match self {
                    $(Self::$variant => {
                        static SCHEMA: OnceLock<Arc<Schema>> = OnceLock::new();
                        SCHEMA.get_or_init(|| Arc::new(embedded(self)))
                    })*
                }
            }
        }
    };
}

versions! {
    V1_31 31 "1.31";
    V1_32 32 "1.32";
    V1_33 33 "1.33";
    V1_34 34 "1.34";
    V1_35 35 "1.35";
    V1_36 36 "1.36";
    V1_37 37 "1.37";
}

#[expect(
    clippy::expect_used,
    reason = "the data are embedded and a test reads every version"
)]
fn embedded(version: KubernetesVersion) -> Schema {
    decode::decode(version).expect("the embedded schema is well-formed")
}

impl KubernetesVersion {
    /// The version for projects that name none.
    pub const DEFAULT: Self = Self::V1_36;
}

impl Default for KubernetesVersion {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A text names no Kubernetes version whose schema is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownVersion;

impl fmt::Display for UnknownVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = KubernetesVersion::ALL
            .iter()
            .map(|version| version.as_str())
            .collect();
        write!(
            out,
            "no known Kubernetes version; known are {}",
            known.join(", ")
        )
    }
}

impl std::error::Error for UnknownVersion {}

impl FromStr for KubernetesVersion {
    type Err = UnknownVersion;

    /// Reads `1.36`, `v1.36` and `1.36.2`: patch releases have the schema of their minor version.
    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts = text.split('.');
        let (Some("1"), Some(minor)) = (parts.next(), parts.next()) else {
            return Err(UnknownVersion);
        };
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !parts.next().is_none_or(is_number) || parts.next().is_some() || !is_number(minor) {
            return Err(UnknownVersion);
        }
        let minor: u16 = minor.parse().map_err(|_| UnknownVersion)?;
        Self::ALL
            .iter()
            .copied()
            .find(|version| version.minor() == minor)
            .ok_or(UnknownVersion)
    }
}
