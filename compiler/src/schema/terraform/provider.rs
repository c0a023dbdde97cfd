//! The providers whose schemas are embedded.

use std::fmt;
use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;

use super::{Entry, Mode, Tables};

macro_rules! providers {
    ($($variant:ident $number:literal $name:literal $version:literal $previous:literal;)*) => {
        /// A provider whose schema is known.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Provider {
            $(
                #[doc = concat!("`hashicorp/", $name, "`, as of ", $version, ".")]
                $variant,
            )*
        }

        impl Provider {
            /// Every provider, sorted by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name, with which the names of its types begin.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The address in a registry, such as `hashicorp/aws`.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $(Self::$variant => concat!("hashicorp/", $name),)* }
            }

            /// The version whose schema this is, such as `6.25.0`.
            #[must_use]
            pub const fn version(self) -> &'static str {
                match self { $(Self::$variant => $version,)* }
            }

            /// The last version before that major version whose schema is known, such as `5.99.1`:
            /// the one that [`removed`](super::removed) speaks of.
            #[must_use]
            pub const fn previous_version(self) -> &'static str {
                match self { $(Self::$variant => $previous,)* }
            }

            /// The number of its tables.
            pub(super) const fn number(self) -> u32 {
                match self { $(Self::$variant => $number,)* }
            }

            /// The embedded schema, unpacked at the first call.
            pub(super) fn tables(self) -> &'static Tables {
                match self {
                    $(Self::$variant => {
                        static TEXT: OnceLock<String> = OnceLock::new();
                        static TABLES: OnceLock<Tables> = OnceLock::new();
                        TABLES.get_or_init(|| {
                            let data = include_bytes!(concat!("data/", $name, ".txt.gz"));
                            let text = TEXT.get_or_init(|| unpacked(data));
                            embedded(self.number(), text, &[self.source(), $version, $previous])
                        })
                    })*
                }
            }
        }
    };
}

providers! {
    Aws 1 "aws" "6.25.0" "5.99.1";
    Azurerm 2 "azurerm" "4.55.0" "3.116.0";
    Google 3 "google" "6.50.0" "5.43.1";
}

#[expect(
    clippy::expect_used,
    reason = "the data are embedded and a test reads every provider"
)]
fn unpacked(data: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(data)
        .read_to_string(&mut text)
        .expect("the embedded schema is gzipped text");
    text
}

#[expect(
    clippy::expect_used,
    reason = "the data are embedded and a test reads every provider"
)]
pub(super) fn embedded(number: u32, text: &'static str, head: &[&str]) -> Tables {
    Tables::new(number, text, head).expect("the embedded schema is well-formed")
}

impl Provider {
    /// The provider of a resource type or data source, as Terraform finds it: the name up to the
    /// first `_`. `None` where no schema is known.
    #[must_use]
    pub fn of(type_name: &str) -> Option<Self> {
        let (provider, _) = type_name.split_once('_')?;
        let mut all = Self::ALL.iter().copied();
        all.find(|known| known.as_str() == provider)
    }

    /// Its resource types or data sources, sorted by name.
    #[must_use]
    pub fn entries(self, mode: Mode) -> impl ExactSizeIterator<Item = Entry> + Clone {
        self.tables().entries(mode)
    }

    /// Those whose names begin with `prefix`: all that `aws_s3_*` stands for.
    pub fn starting_with(self, mode: Mode, prefix: &str) -> impl Iterator<Item = Entry> {
        self.entries(mode)
            .skip_while(move |entry| entry.name < prefix)
            .take_while(move |entry| entry.name.starts_with(prefix))
    }

    /// The resource type or data source `name`.
    #[must_use]
    pub fn find(self, mode: Mode, name: &str) -> Option<Entry> {
        self.tables().find(mode, name)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
