//! The syntax tree: what the author wrote, with places, before any name is looked up.
//!
//! Names of metadata fields, word operators, operations and the like are not checked here: the
//! resolver knows them, so that a misspelling gets a suggestion. Comments and layout are kept beside
//! the tree ([`File::comments`] and the spans), for a formatter and a language server.

use policyc_diagnostics::{SourceId, Span};

/// One source file: one module.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The text it was parsed from.
    pub source: SourceId,
    /// `//!` lines at the top.
    pub doc: Option<Doc>,
    /// The items in order; those that could not be parsed are missing.
    pub items: Vec<Item>,
    /// Every `//` comment that is no doc comment, in order.
    pub comments: Vec<Comment>,
    /// The whole text.
    pub span: Span,
}

/// A doc comment: `///` before an item, or `//!` at the top of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doc {
    /// The text without the markers and one space after each, lines joined by `\n`.
    pub text: String,
    /// From the first marker to the end of the last line.
    pub span: Span,
}

/// A comment that is not part of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From `//` to the end of the line.
    pub span: Span,
    /// Whether code stands before it on its line.
    pub trailing: bool,
}

/// A name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ident {
    /// The text: letters, digits, `_` and, where policies, rules and kinds are named, `-`.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A string literal without interpolation, escapes resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The value.
    pub value: String,
    /// With the quotes.
    pub span: Span,
}

/// Something at the top level of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// `import std.kubernetes.{system_namespaces}`
    Import(Import),
    /// `policy name { … }`
    Policy(Policy),
    /// `param name: type = value`
    Param(Param),
    /// `const name = value`
    Const(Const),
    /// `fn name(a, b) = expr`
    Function(Function),
    /// A kind of item that is reserved and not available yet, such as `exception`.
    Reserved(Reserved),
}

/// A word that is reserved for a construct that comes later, with its whole extent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// The word, such as `exception`, `mutate`, `generate`, `verify`, `cleanup`,
    /// `connected`, `lookup`.
    pub word: Ident,
    /// The construct, to the end of its block.
    pub span: Span,
}

/// `import a.b.c`, `import a.b as n`, `import a.b.{c, d as e}`
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The module path and, without braces, possibly the name of an item as the last part.
    pub path: Vec<Ident>,
    /// `as` of the whole.
    pub alias: Option<Ident>,
    /// The names in braces; `None` without braces.
    pub names: Option<Vec<ImportedName>>,
    /// The whole item.
    pub span: Span,
}

/// A name in the braces of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedName {
    /// The name in the imported module.
    pub name: Ident,
    /// The name here, if another.
    pub alias: Option<Ident>,
}

/// `policy name { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// `///` lines before it.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Ident,
    /// What stands in the braces, in order.
    pub members: Vec<PolicyMember>,
    /// From `policy` to the closing brace.
    pub span: Span,
}

/// Something in the braces of a policy.
#[derive(Debug, Clone, PartialEq)]
pub enum PolicyMember {
    /// `title "…"`, `severity high`, `controls ["…"]`, `targets [kyverno]`
    Field(Field),
    /// `param name: type = value`
    Param(Param),
    /// `const name = value`
    Const(Const),
    /// `let name = value`: the same as `const` at this level, but may read the resource.
    Let(Let),
    /// `fn name(a) = expr`
    Function(Function),
    /// `rule name { … }`
    Rule(Rule),
}

/// A metadata field: a name and a value without operators.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name; not checked here.
    pub name: Ident,
    /// A literal, a bare word, or a list of these.
    pub value: Expr,
    /// Both.
    pub span: Span,
}

/// `param name: type = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// `///` lines before it.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Ident,
    /// Its type, if given.
    pub ty: Option<TypeExpr>,
    /// The value when the project sets none; without it the project must set one.
    pub default: Option<Expr>,
    /// The whole item.
    pub span: Span,
}

/// `string`, `int`, `number`, `bool`, `quantity`, `duration`, `version`, `cidr`, `ip`, `date`,
/// `list<string>`, `map<string>`; not checked here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeExpr {
    /// The name.
    pub name: Ident,
    /// What stands between `<` and `>`.
    pub arguments: Vec<TypeExpr>,
    /// The whole.
    pub span: Span,
}

/// `const name = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Const {
    /// `///` lines before it.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Ident,
    /// Its type, if given.
    pub ty: Option<TypeExpr>,
    /// Its value.
    pub value: Expr,
    /// The whole item.
    pub span: Span,
}

/// `let name = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Let {
    /// Its name.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
    /// The whole.
    pub span: Span,
}

/// `fn name(a, b) = expr`
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// `///` lines before it.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Ident,
    /// Names of the parameters, with types if given.
    pub parameters: Vec<Parameter>,
    /// What it gives: a value or a condition.
    pub body: Expr,
    /// The whole item.
    pub span: Span,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Ident,
    /// Its type, if given.
    pub ty: Option<TypeExpr>,
}

/// `rule name { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// `///` lines before it.
    pub doc: Option<Doc>,
    /// Its name.
    pub name: Ident,
    /// What stands in the braces, in order.
    pub members: Vec<RuleMember>,
    /// From `rule` to the closing brace.
    pub span: Span,
}

/// Something in the braces of a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleMember {
    /// `match …` or `match exactly …`
    Match(MatchClause),
    /// `exclude …`
    Exclude(MatchClause),
    /// `when C`
    When(Precondition),
    /// `unless C`
    Unless(Precondition),
    /// `require`, `deny`, `for`, `if`, `let`
    Statement(Statement),
    /// A body or clause that is reserved, such as `mutate { … }` or `generate … { … }`.
    Reserved(Reserved),
}

/// `when C`, `unless C`
#[derive(Debug, Clone, PartialEq)]
pub struct Precondition {
    /// The condition.
    pub condition: Expr,
    /// The whole.
    pub span: Span,
}

/// `match Deployment, StatefulSet named "a-*" in namespace "prod-*" on create`
#[derive(Debug, Clone, PartialEq)]
pub struct MatchClause {
    /// Place of the word `terraform`, if the line is about blocks of Terraform.
    pub terraform: Option<Span>,
    /// Place of the word `exactly`, if given.
    pub exactly: Option<Span>,
    /// The kinds; may be empty in an `exclude`.
    pub kinds: Vec<Kind>,
    /// The other parts, in order.
    pub filters: Vec<Filter>,
    /// The whole line.
    pub span: Span,
}

/// `Pod`, `apps/v1/Deployment`, `v1/Pod`, `Pod/exec`, `*`, `apps/*/Deploy*`: the parts between the
/// slashes, as written. In a line about Terraform, `aws_s3_bucket` or `data.aws_iam_policy_document`:
/// the parts between the dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// One to four parts, none empty.
    pub parts: Vec<Ident>,
    /// The whole.
    pub span: Span,
}

/// A part of a match clause after the kinds.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// What it looks at.
    pub kind: FilterKind,
    /// The whole.
    pub span: Span,
}

/// What a filter looks at. Values are constant expressions: a string, a list of strings, the name
/// of a constant.
#[derive(Debug, Clone, PartialEq)]
pub enum FilterKind {
    /// `named "x"`, `named in list`
    Named(Expr),
    /// `in namespace "x"`, `namespace "x"`, `namespace in list`
    Namespace(Expr),
    /// `label "k"`, `label "k" == "v"`, `label "k" in list`; `with` may stand before it
    Label(Selector),
    /// `annotation "k" …`
    Annotation(Selector),
    /// `namespace label "k" …`
    NamespaceLabel(Selector),
    /// `on create, update`; the words are not checked here
    On(Vec<Ident>),
    /// `by user "x"`, `by group in list`, `by role "x"`; the word is not checked here
    By(Ident, Expr),
}

/// A condition on a label.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// The key.
    pub key: Text,
    /// The value or values; `None` when it is enough that the key is there.
    pub values: Option<Expr>,
}

/// A statement of a validate rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// What it says.
    pub kind: StatementKind,
    /// `message "…"` after it.
    pub message: Option<Message>,
    /// From its first word to the end of its message.
    pub span: Span,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    /// `require C`
    Require(Expr),
    /// `deny C`
    Deny(Expr),
    /// `for x in L { … }`, `for x in L, M { … }`, `for key, value in L { … }`
    For {
        /// One or two names; `_` binds nothing.
        bindings: Vec<Ident>,
        /// What is visited.
        over: Vec<Expr>,
        /// The statements in the braces.
        body: Vec<Statement>,
    },
    /// `if C { … } else { … }`; `else if` is an `otherwise` of one `If`.
    If {
        /// The condition.
        condition: Expr,
        /// The statements in the first braces.
        then: Vec<Statement>,
        /// The statements after `else`.
        otherwise: Vec<Statement>,
    },
    /// `let x = E`: for the statements after it in the same braces.
    Let(Let),
}

/// `message "text {expr} text"`; `{{` and `}}` stand for braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The pieces in order.
    pub parts: Vec<MessagePart>,
    /// The string with its quotes.
    pub span: Span,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum MessagePart {
    /// Literal text, escapes resolved.
    Text(String),
    /// An expression in braces.
    Expr(Expr),
}

/// An expression: a value or a condition; which, the resolver finds out.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The whole, with parentheses around it where there are some.
    pub span: Span,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `true`, `3`, `"x"`, `2Gi`
    Literal(Literal),
    /// `spec`, `c`, `required`
    Name(Ident),
    /// `a.b`; the name may be quoted: `a."b-c"`
    Field(Box<Expr>, Ident),
    /// `a.{b, c.d}`: the lists at several places
    Group(Box<Expr>, Vec<Vec<Ident>>),
    /// `a["k"]`, `a[0]`, `a[key]`
    Index(Box<Expr>, Box<Expr>),
    /// `length(x)`, `f(a, b)`, `std.images.tag(x)`; the callee is a name or a path of names
    Call(Box<Expr>, Vec<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `not C`, `-x`, `exists p`, `absent p`
    Unary(Operator, Box<Expr>),
    /// `a == b`, `a matches b`, `a not in b`; the operator is not checked here
    Binary(Box<Expr>, Operator, Box<Expr>),
    /// `all c in L: C`, `any …`, `none …`, `map …`, `filter …`; `any key, value in L: C`
    Quantified(Quantified),
    /// `label "k"`, `annotation "k"`: the same as `metadata.labels["k"]`
    Metadata(Ident, Text),
    /// A construct that is reserved, such as `connected(…)` or `lookup …`
    Reserved(Reserved),
}

/// An operator as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Its text with one space between words: `==`, `and`, `not in`, `matches`, `??`.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A quantified condition, or a list made by one.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantified {
    /// `all`, `any`, `none`, `map`, `filter`
    pub word: Ident,
    /// One or two names; `_` binds nothing.
    pub bindings: Vec<Ident>,
    /// What is visited.
    pub over: Vec<Expr>,
    /// What stands after the colon; extends as far as possible.
    pub body: Box<Expr>,
}

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true`, `false`
    Bool(bool),
    /// `42`, `-1` is a `Unary`; the digits as written, `_` allowed between them
    Int(String),
    /// `1.5`, `1e3`, as written
    Float(String),
    /// `"text"`, escapes resolved, or a raw string `r"text"`
    String(String),
    /// A number with a unit, as written: `2Gi`, `500m`, `30s`, `1h30m`. Whether it is a quantity or
    /// a duration the resolver finds out (`m` may be either).
    Unit(String),
}
