//! The types of fields. A type is named by its id in one [`Schema`](super::Schema), so that types
//! may refer to themselves (`JSONSchemaProps`).

/// Names a [`Type`] of one schema. An id stays valid in every schema made from its own by
/// [`with_crds`](super::Schema::with_crds), and the ids of [`terraform`](super::terraform) are valid
/// in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub(super) u32);

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// A map with known keys.
    Object(Object),
    /// A map with any keys and values of one type, such as `metadata.labels`.
    Map(TypeId),
    /// A list.
    List(List),
    /// A string.
    String(Text),
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A whole number or a string, such as a port: `8080` or `http`.
    IntOrString,
    /// An amount, such as `500m` or `2Gi`, written as a string or a number.
    Quantity,
    /// Anything: the schema says nothing.
    Any,
}

/// A map with known keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Object {
    /// The name of the type in the OpenAPI document without its package, such as `PodSpec`. Objects
    /// of custom resources have none.
    pub name: Option<Box<str>>,
    /// The fields, sorted by name.
    pub fields: Box<[Field]>,
    /// Whether fields that are not listed are kept as they are.
    pub open: bool,
}

impl Object {
    /// The field `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        let at = self
            .fields
            .binary_search_by(|field| (*field.name).cmp(name))
            .ok()?;
        self.fields.get(at)
    }
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// The key.
    pub name: Box<str>,
    /// The type of the value.
    pub ty: TypeId,
    /// Whether an object without it is refused.
    pub required: bool,
    /// Whether a custom resource's schema allows an explicit `null` (`nullable: true`). Built-in
    /// kinds have no such fields: the API server reads a `null` there as absent, and so does
    /// Terraform.
    pub nullable: bool,
    /// How it is written.
    pub form: Form,
}

/// How a field is written. Only Terraform's language has other forms than [`Form::Value`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// `name = value`. Terraform takes the items of some lists of objects (`ingress` of
    /// `aws_security_group`) as blocks too; its schemas do not say of which.
    Value,
    /// Not at all: the provider says what it is, such as `arn`.
    Computed,
    /// `name { … }`, once for each item of the list.
    Blocks,
    /// `name { … }`, at most once. The type is that of the one object, however it is held.
    Block(Held),
}

/// How plans and states of Terraform hold a block that is written at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Held {
    /// A list or a set with one item, or none.
    List,
    /// An object, or null.
    Object,
}

/// A list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct List {
    /// The type of each item.
    pub item: TypeId,
    /// The most items it may have. Only the schemas of custom resources and of the Gateway API say.
    pub max_items: Option<u64>,
    /// Whether it is a set of Terraform, whose items have no positions.
    pub unordered: bool,
}

/// A string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    /// What the string means.
    pub format: Format,
    /// The only values allowed; empty where any string is.
    pub values: Box<[Box<str>]>,
}

/// What a string means.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Format {
    /// Nothing in particular.
    Plain,
    /// `2026-12-01T00:00:00Z` (`metav1.Time`, `metav1.MicroTime`).
    DateTime,
    /// `2026-12-01`.
    Date,
    /// `1h30m`, as Go writes it.
    Duration,
    /// Base64.
    Byte,
    /// A JSON document, such as an IAM policy.
    Json,
    /// Another format of a custom resource's schema, such as `ipv4` or `uuid`.
    Other(Box<str>),
}

impl Format {
    /// Reads the `format` of an OpenAPI schema of type `string`.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "" => Self::Plain,
            "date-time" => Self::DateTime,
            "date" => Self::Date,
            "duration" => Self::Duration,
            "byte" => Self::Byte,
            "json" => Self::Json,
            other => Self::Other(other.into()),
        }
    }
}

/// What a name is in a type: the answer of [`Schema::member`](super::Schema::member).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member<'s> {
    /// A field that the type declares.
    Field(&'s Field),
    /// A key of a map with values of this type; it may be absent.
    Entry(TypeId),
    /// The schema does not say what is there, and allows it.
    Undeclared,
    /// The type declares its fields, and this is none of them.
    Missing,
    /// The value is a list with items of this type; its items may have the member.
    OfList(TypeId),
    /// The value is a string, a number or a boolean and has no members.
    OfScalar,
}

/// A step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// `.name` or `["name"]`.
    Member(&'a str),
    /// Each item of a list, or each value of a map.
    Items,
}

/// Where a path leads: the answer of [`Schema::follow`](super::Schema::follow).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The type there; [`Type::Any`] where the schema does not say.
    pub ty: TypeId,
    /// Whether a valid resource may have nothing there. Items that an empty list or map does not
    /// have do not count as absent.
    pub optional: bool,
}

/// Why a path leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Astray {
    /// The position of the step that failed.
    pub step: usize,
    /// The type of the value that the step was taken on.
    pub on: TypeId,
    /// What is wrong.
    pub why: AstrayReason,
}

/// What is wrong with a step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AstrayReason {
    /// The object has no such field.
    NoField,
    /// A member of a list, whose items have to be quantified over.
    MemberOfList,
    /// A member of a string, a number or a boolean.
    MemberOfScalar,
    /// The items of what is neither a list nor a map.
    ItemsOfOther,
}
