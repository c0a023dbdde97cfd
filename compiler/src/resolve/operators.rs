//! The one table of operators: what each is called, what it means, what it takes.

use policyc_ir::{ArithmeticOp, CompareOp, TextOp};

use crate::schema::nearest;

/// An operator of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// As the author writes it, words with one space between.
    pub text: &'static str,
    /// What it takes and gives, in one line.
    pub summary: &'static str,
    pub(crate) meaning: Meaning,
}

/// What an operator does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    And,
    Or,
    Coalesce,
    Arithmetic(ArithmeticOp),
    /// A test of two values; `negated` makes it the exact opposite.
    Test {
        test: Test,
        negated: bool,
    },
}

/// A test of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    Compare(CompareOp),
    In,
    /// `contains`: a piece of a string, or an element of a list.
    Contains,
    Text(TextOp),
    Regex,
    Within,
}

macro_rules! operators {
    ($($text:literal $meaning:expr, $summary:literal;)*) => {
        /// Every binary operator, in the order of the reference.
        pub const OPERATORS: &[Operator] = &[$(Operator {
            text: $text,
            summary: $summary,
            meaning: $meaning,
        },)*];
    };
}

const fn test(test: Test) -> Meaning {
    Meaning::Test {
        test,
        negated: false,
    }
}

const fn not(test: Test) -> Meaning {
    Meaning::Test {
        test,
        negated: true,
    }
}

operators! {
    "and" Meaning::And, "both conditions hold";
    "or" Meaning::Or, "at least one of the conditions holds";
    "==" test(Test::Compare(CompareOp::Equal)), "two scalars of one type are equal";
    "!=" not(Test::Compare(CompareOp::Equal)), "not `==`: true where a side is absent";
    "<" test(Test::Compare(CompareOp::Less)),
        "the left number, quantity, duration, version, date or string is less";
    "<=" test(Test::Compare(CompareOp::LessOrEqual)), "`<` or `==`";
    ">" test(Test::Compare(CompareOp::Greater)), "the left side is greater";
    ">=" test(Test::Compare(CompareOp::GreaterOrEqual)), "`>` or `==`";
    "in" test(Test::In), "the scalar equals an element of the list, or the address lies in the block";
    "not in" not(Test::In), "not `in`: true where a side is absent";
    "within" test(Test::Within), "the address, or block of addresses, lies in the block";
    "not within" not(Test::Within), "not `within`: true where a side is absent";
    "matches" test(Test::Text(TextOp::Glob)),
        "the glob matches the whole string: `*` any characters, `?` exactly one";
    "not matches" not(Test::Text(TextOp::Glob)), "not `matches`: true where a side is absent";
    "=~" test(Test::Regex), "the regular expression (RE2) finds a match in the string";
    "!~" not(Test::Regex), "not `=~`: true where the string is absent";
    "starts_with" test(Test::Text(TextOp::StartsWith)), "the string starts with the text";
    "not starts_with" not(Test::Text(TextOp::StartsWith)),
        "not `starts_with`: true where a side is absent";
    "ends_with" test(Test::Text(TextOp::EndsWith)), "the string ends with the text";
    "not ends_with" not(Test::Text(TextOp::EndsWith)),
        "not `ends_with`: true where a side is absent";
    "contains" test(Test::Contains), "the string has the text somewhere, or the list the element";
    "not contains" not(Test::Contains), "not `contains`: true where a side is absent";
    "??" Meaning::Coalesce, "the left value, or the right one where the left is absent";
    "+" Meaning::Arithmetic(ArithmeticOp::Add), "the sum of two numbers";
    "-" Meaning::Arithmetic(ArithmeticOp::Subtract), "the difference of two numbers";
    "*" Meaning::Arithmetic(ArithmeticOp::Multiply), "the product of two numbers";
    "/" Meaning::Arithmetic(ArithmeticOp::Divide), "the quotient of two numbers, exact";
    "%" Meaning::Arithmetic(ArithmeticOp::Remainder), "the remainder of two whole numbers";
}

/// What other languages write.
const FOREIGN: &[(&str, &str)] = &[
    ("&&", "and"),
    ("&", "and"),
    ("||", "or"),
    ("|", "or"),
    ("=", "=="),
    ("===", "=="),
    ("eq", "=="),
    ("is", "=="),
    ("equals", "=="),
    ("is not", "!="),
    ("ne", "!="),
    ("<>", "!="),
    ("lt", "<"),
    ("gt", ">"),
    ("le", "<="),
    ("ge", ">="),
    ("like", "matches"),
    ("glob", "matches"),
    ("not like", "not matches"),
    ("startsWith", "starts_with"),
    ("startswith", "starts_with"),
    ("endsWith", "ends_with"),
    ("endswith", "ends_with"),
    ("has", "contains"),
    ("includes", "contains"),
    ("not includes", "not contains"),
];

/// The operator with this text.
pub(crate) fn find(text: &str) -> Option<&'static Operator> {
    OPERATORS.iter().find(|operator| operator.text == text)
}

/// Operators that a misspelt one may stand for.
pub(crate) fn suggest(text: &str) -> Vec<&'static str> {
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == text) {
        return vec![ours];
    }
    nearest(text, OPERATORS.iter().map(|operator| operator.text))
}
