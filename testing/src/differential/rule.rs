//! A rule as a tree that can be printed and made smaller.

/// A policy with one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The `match` lines.
    pub matches: Vec<Clause>,
    /// The `exclude` lines.
    pub excludes: Vec<Clause>,
    /// `when`, or `unless`.
    pub conditions: Vec<Precondition>,
    /// The statements.
    pub body: Vec<Statement>,
}

/// A `when` or an `unless`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precondition {
    /// Whether it is an `unless`.
    pub unless: bool,
    /// What must hold, or not.
    pub condition: Condition,
}

/// A `match` or an `exclude` line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clause {
    /// Whether the pod templates of workloads are left out.
    pub exactly: bool,
    /// Kinds, as they are written.
    pub kinds: Vec<String>,
    /// What else it asks for.
    pub parts: Vec<Part>,
}

/// A part of a `match` or `exclude` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// `named …`
    Named(Vec<String>),
    /// `in namespace …`
    Namespace(Vec<String>),
    /// `label "k" …`
    Label(String, Vec<String>),
    /// `annotation "k" …`
    Annotation(String, Vec<String>),
    /// `namespace label "k" …`
    NamespaceLabel(String, Vec<String>),
    /// `on …`
    On(Vec<String>),
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// `require`, or `deny`.
    Demand {
        /// Whether it is a `deny`.
        deny: bool,
        /// The condition.
        condition: Condition,
        /// The message.
        message: Option<Message>,
    },
    /// `for`
    For {
        /// One name, or two.
        names: Vec<String>,
        /// What is visited.
        over: Vec<Value>,
        /// The statements.
        body: Vec<Statement>,
    },
    /// `if`
    If {
        /// The condition.
        condition: Condition,
        /// Where it holds.
        then: Vec<Statement>,
        /// Where it does not.
        otherwise: Vec<Statement>,
    },
    /// `let` of a value.
    LetValue(String, Value),
    /// `let` of a condition.
    LetCondition(String, Condition),
}

/// A message: texts and values in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(pub Vec<Piece>);

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// `{value}`
    Value(Value),
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All hold.
    And(Vec<Condition>),
    /// One holds.
    Or(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// An operator between two values.
    Test {
        /// The operator.
        operator: &'static str,
        /// Its left side.
        left: Value,
        /// Its right side.
        right: Value,
    },
    /// `exists`
    Exists(Value),
    /// `absent`
    Absent(Value),
    /// `all`, `any` or `none`.
    Quantified {
        /// Which of them.
        word: &'static str,
        /// One name, or two.
        names: Vec<String>,
        /// What is visited.
        over: Vec<Value>,
        /// What is asked of each.
        body: Box<Condition>,
    },
    /// A condition that a `let` names.
    Named(String),
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A path: its head, which may be empty only before a step, and its steps.
    Path {
        /// `resource`, a variable, or nothing.
        head: String,
        /// The steps.
        steps: Vec<Step>,
    },
    /// A string.
    Text(String),
    /// A number, quantity, duration or boolean, as it is written.
    Literal(String),
    /// A list.
    List(Vec<Value>),
    /// A function.
    Call(&'static str, Vec<Value>),
    /// `+ - * / %` or `??`.
    Binary {
        /// The operator.
        operator: &'static str,
        /// Its left side.
        left: Box<Value>,
        /// Its right side.
        right: Box<Value>,
    },
    /// `filter`
    Filter {
        /// One name.
        name: String,
        /// What is visited.
        over: Box<Value>,
        /// What is asked of each.
        body: Box<Condition>,
    },
    /// `map`
    Map {
        /// One name.
        name: String,
        /// What is visited.
        over: Box<Value>,
        /// What is taken of each.
        body: Box<Value>,
    },
    /// `label "k"` or `annotation "k"`.
    Metadata(&'static str, String),
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A field or a key.
    Key(String),
    /// Several fields at once: `{a, b}`.
    Keys(Vec<String>),
    /// An element.
    Index(usize),
    /// A key that a variable names.
    Named(String),
}
