//! The one table of diagnostic codes. A row is a code, its level, its name, and the Markdown file
//! that explains it; `policyc explain CODE` prints that file. No code without its explanation.
//!
//! Ranges: `01xx` syntax, `02xx` names and modules, `03xx` types and conditions, `04xx` rules and
//! match clauses, `05xx` project file and parameters, `06xx` targets, `07xx` resources, `08xx`
//! suites.

use serde::{Serialize, Serializer};

use crate::Level;

macro_rules! codes {
    ($($code:ident $level:ident $name:literal;)*) => {
        /// A stable code of a diagnostic, such as `E0203`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(
                #[doc = $name]
                $code,
            )*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The code as printed, such as `E0203`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            /// What kind of mistake it is, in a few words.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)* }
            }

            /// Whether it stops the run.
            #[must_use]
            pub const fn level(self) -> Level {
                match self { $(Self::$code => Level::$level,)* }
            }

            /// The Markdown text of `policyc explain`.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self {
                    $(Self::$code => include_str!(concat!("../explain/", stringify!($code), ".md")),)*
                }
            }
        }
    };
}

codes! {
    E0101 Error "syntax error";
    E0102 Error "reserved word";
    E0103 Error "malformed string";
    E0104 Error "unbalanced brackets";
    E0105 Error "unexpected character";
    E0106 Error "too large or too deep";
    E0107 Error "comparison of a comparison";
    E0108 Error "malformed message";
    E0201 Error "unknown name";
    E0202 Error "name that is defined twice";
    E0203 Error "unknown field";
    E0204 Error "unknown module";
    E0205 Error "unknown name in a module";
    E0206 Error "modules that import each other";
    E0207 Error "definition that needs itself";
    E0208 Error "unknown function";
    E0209 Error "unknown operator";
    E0210 Error "field that a pod template does not have";
    E0211 Error "name that is no DNS label";
    W0201 Warning "unused import";
    W0202 Warning "unused variable";
    W0203 Warning "name that hides a field";
    E0301 Error "comparison of different types";
    E0302 Error "list in place of its elements";
    E0303 Error "value in place of a condition";
    E0304 Error "no value";
    E0305 Error "operand of a wrong type";
    E0306 Error "malformed literal";
    E0307 Error "invalid regular expression";
    E0308 Error "wrong arguments of a function";
    E0309 Error "value that is not known while compiling";
    E0310 Error "nothing to visit";
    E0311 Error "element that cannot be named";
    E0312 Error "wrong or unknown type of a declaration";
    E0313 Error "rule that unfolds too far";
    E0314 Error "value that the field never has";
    W0301 Warning "condition that is always true or always false";
    W0302 Warning "absent value that decides";
    W0303 Warning "ambiguous unit";
    E0401 Error "unknown field of a policy";
    E0402 Error "wrong value of a field of a policy";
    E0403 Error "field or filter that is given twice";
    E0404 Error "rule that matches nothing";
    E0405 Error "policy without rules";
    E0406 Error "workload that is matched twice";
    E0407 Error "malformed kind";
    E0408 Error "unknown operation";
    E0409 Error "unknown requester";
    E0410 Error "match of an empty list";
    E0411 Error "malformed selection of Terraform's blocks";
    E0412 Error "rule about Kubernetes and Terraform at once";
    W0401 Warning "unknown kind";
    W0402 Warning "rule that demands nothing";
    W0403 Warning "unknown type of Terraform's resources";
    E0501 Error "project file";
    E0502 Error "path of the project file";
    E0503 Error "policy source that cannot be read";
    E0504 Error "CustomResourceDefinition that cannot be used";
    E0511 Error "parameter without a value";
    E0512 Error "value of a wrong type for a parameter";
    E0513 Error "unknown parameter";
    E0601 Error "policy that cannot reach a target it names";
    W0602 Warning "rule that its engine may stop";
    E0701 Error "text that is not UTF-8";
    E0702 Error "manifest beyond a limit";
    E0703 Error "invalid YAML";
    E0704 Error "invalid JSON";
    E0705 Error "duplicate key";
    E0706 Error "number that cannot be held";
    E0707 Error "key that is no string";
    E0708 Error "merge of something that is no map";
    E0709 Error "alias of nothing";
    E0710 Error "value that does not fit its tag";
    W0711 Warning "template, not YAML";
    W0712 Warning "document that is no Kubernetes object";
    E0720 Error "Terraform source that cannot be read";
    E0721 Error "Terraform expression that cannot be evaluated";
    E0722 Error "Terraform values or modules that need themselves";
    E0723 Error "Terraform source beyond a limit";
    W0724 Warning "Terraform module that is not here";
    E0725 Error "Terraform name that is given twice";
    E0726 Error "Terraform block or argument without a place";
    E0727 Error "value that a Terraform variable does not take";
    W0728 Warning "Terraform name that is not declared";
    E0801 Error "suite file";
    E0802 Error "expectation that names nothing";
    E0803 Error "fixture that cannot be used";
    E0804 Error "fixture without expectation";
    E0805 Error "suite without expectation";
    W0801 Warning "rule without a suite";
}

impl Code {
    /// The code with this text, whatever its case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str().eq_ignore_ascii_case(text.trim()))
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
