//! The one table of functions: what each is called, what it takes and gives.

use policyc_ir::Function;

use super::types::Ty;

/// A function of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionRow {
    /// As the author writes it.
    pub name: &'static str,
    /// Its parameters, as the reference names them.
    pub parameters: &'static [&'static str],
    /// What it gives, in one line.
    pub summary: &'static str,
    pub(crate) meaning: Meaning,
}

/// What a function does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A function of the IR, with what it takes.
    Call(Function, &'static [Takes]),
    /// Says what a value is read as.
    Constructor(Constructor),
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Text,
    List,
    Map,
    /// A string, a list or a map.
    Sized,
    Scalar,
}

/// What a constructor reads a value as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constructor {
    Quantity,
    Duration,
    Version,
    Cidr,
    Ip,
    Date,
}

impl Constructor {
    pub(crate) fn ty(self) -> Ty {
        match self {
            Self::Quantity => Ty::Quantity,
            Self::Duration => Ty::Duration,
            Self::Version => Ty::Version,
            Self::Cidr => Ty::Cidr,
            Self::Ip => Ty::Ip,
            Self::Date => Ty::Date,
        }
    }

    /// The constructor of a type, if it has one.
    pub(crate) fn of(ty: &Ty) -> Option<Self> {
        let all = [
            Self::Quantity,
            Self::Duration,
            Self::Version,
            Self::Cidr,
            Self::Ip,
            Self::Date,
        ];
        all.into_iter().find(|constructor| constructor.ty() == *ty)
    }

    /// A text that it reads.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Quantity => "500m",
            Self::Duration => "1h30m",
            Self::Version => "1.28",
            Self::Cidr => "10.0.0.0/8",
            Self::Ip => "10.0.0.1",
            Self::Date => "2027-01-31",
        }
    }
}

impl Takes {
    pub(crate) fn admits(self, ty: &Ty) -> bool {
        match self {
            Self::Text => ty.is_text(),
            Self::List => matches!(ty, Ty::List(_) | Ty::Any),
            Self::Map => matches!(ty, Ty::Map(_) | Ty::Object(_) | Ty::Any),
            Self::Sized => ty.is_text() || ty.is_collection(),
            Self::Scalar => !ty.is_collection(),
        }
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Sized => "a string, a list or a map",
            Self::Scalar => "a scalar",
        }
    }
}

const fn row(
    name: &'static str,
    parameters: &'static [&'static str],
    meaning: Meaning,
    summary: &'static str,
) -> FunctionRow {
    FunctionRow {
        name,
        parameters,
        summary,
        meaning,
    }
}

/// Every function, in the order of the reference.
pub const FUNCTIONS: &[FunctionRow] = &[
    row(
        "length",
        &["value"],
        Meaning::Call(Function::Length, &[Takes::Sized]),
        "characters of a string, elements of a list, entries of a map",
    ),
    row(
        "lower",
        &["text"],
        Meaning::Call(Function::Lower, &[Takes::Text]),
        "the text in lower case",
    ),
    row(
        "upper",
        &["text"],
        Meaning::Call(Function::Upper, &[Takes::Text]),
        "the text in upper case",
    ),
    row(
        "trim",
        &["text"],
        Meaning::Call(Function::Trim, &[Takes::Text]),
        "the text without white space at both ends",
    ),
    row(
        "split",
        &["text", "separator"],
        Meaning::Call(Function::Split, &[Takes::Text, Takes::Text]),
        "the pieces of the text between separators",
    ),
    row(
        "replace",
        &["text", "from", "to"],
        Meaning::Call(Function::Replace, &[Takes::Text, Takes::Text, Takes::Text]),
        "the text with every occurrence replaced",
    ),
    row(
        "join",
        &["list", "separator"],
        Meaning::Call(Function::Join, &[Takes::List, Takes::Text]),
        "the strings of the list with the separator between them",
    ),
    row(
        "distinct",
        &["list"],
        Meaning::Call(Function::Distinct, &[Takes::List]),
        "each scalar of the list once",
    ),
    row(
        "sort",
        &["list"],
        Meaning::Call(Function::Sort, &[Takes::List]),
        "the numbers, or the strings, of the list in order",
    ),
    row(
        "keys",
        &["map"],
        Meaning::Call(Function::Keys, &[Takes::Map]),
        "the keys of the map, sorted",
    ),
    row(
        "values",
        &["map"],
        Meaning::Call(Function::Values, &[Takes::Map]),
        "the values of the map, in order of the keys",
    ),
    row(
        "to_string",
        &["scalar"],
        Meaning::Call(Function::ToString, &[Takes::Scalar]),
        "the scalar as a string",
    ),
    row(
        "to_number",
        &["scalar"],
        Meaning::Call(Function::ToNumber, &[Takes::Scalar]),
        "the number, or the number that the string spells",
    ),
    row(
        "quantity",
        &["text"],
        Meaning::Constructor(Constructor::Quantity),
        "the value, read as a Kubernetes quantity",
    ),
    row(
        "duration",
        &["text"],
        Meaning::Constructor(Constructor::Duration),
        "the value, read as a duration",
    ),
    row(
        "version",
        &["text"],
        Meaning::Constructor(Constructor::Version),
        "the value, read as a semantic version",
    ),
    row(
        "cidr",
        &["text"],
        Meaning::Constructor(Constructor::Cidr),
        "the value, read as a block of addresses",
    ),
    row(
        "ip",
        &["text"],
        Meaning::Constructor(Constructor::Ip),
        "the value, read as an address",
    ),
    row(
        "date",
        &["text"],
        Meaning::Constructor(Constructor::Date),
        "the value, read as a date or time",
    ),
];

/// What a function of the IR gives.
pub(crate) fn result(function: Function, arguments: &[Ty]) -> Ty {
    let first = arguments.first();
    match function {
        Function::Length => Ty::Int,
        Function::Lower
        | Function::Upper
        | Function::Trim
        | Function::Replace
        | Function::Join
        | Function::ToString => Ty::String,
        Function::Split | Function::Keys => Ty::List(Box::new(Ty::String)),
        Function::Distinct | Function::Sort => {
            first.cloned().unwrap_or(Ty::List(Box::new(Ty::Any)))
        }
        Function::Values => match first {
            Some(Ty::Map(value)) => Ty::List(value.clone()),
            _ => Ty::List(Box::new(Ty::Any)),
        },
        Function::ToNumber => Ty::Number,
    }
}
