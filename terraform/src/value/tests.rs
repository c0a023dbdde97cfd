use std::sync::Arc;

use super::{Number, NumberError, Type, Value, convert, unify};

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

#[test]
fn numbers_are_written_as_terraform_writes_them() {
    for (text, written) in [
        ("1", "1"),
        ("1.50", "1.5"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("1e30", "1000000000000000000000000000000"),
        ("-0.25", "-0.25"),
        ("9223372036854775808", "9223372036854775808"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("1e-7", "0.0000001"),
    ] {
        assert_eq!(number(text).to_string(), written, "{text}");
    }
}

#[test]
fn arithmetic_is_decimal() {
    assert_eq!(number("0.1").add(&number("0.2")).unwrap(), number("0.3"));
    let third = number("10").divide(&number("3")).unwrap();
    assert_eq!(third.multiply(&number("3")).unwrap(), number("10"));
    let large = number("9223372036854775807").add(&number("1")).unwrap();
    assert_eq!(large, number("9223372036854775808"));
    assert_eq!(
        large.subtract(&number("1")).unwrap().as_i64(),
        Some(i64::MAX)
    );
    assert_eq!(number("-5").remainder(&number("3")).unwrap(), number("-2"));
    assert_eq!(number("5").remainder(&number("0")).unwrap(), number("5"));
    assert_eq!(number("-1.5").floor(), number("-2"));
    assert_eq!(number("-1.5").ceiling(), number("-1"));
}

#[test]
fn numbers_without_bounds_are_refused() {
    assert_eq!(Number::parse("1e999999999"), Err(NumberError::Range));
    assert_eq!(Number::parse("1e-999999999"), Err(NumberError::Range));
    assert_eq!(Number::parse(" 1"), Err(NumberError::Malformed));
    assert_eq!(Number::parse("0x10"), Err(NumberError::Malformed));
    assert_eq!(Number::parse("inf"), Err(NumberError::Malformed));
    let zero = number("1").divide(&number("0"));
    assert_eq!(zero, Err(NumberError::Division));
}

#[test]
fn doubling_a_list_ends_in_an_unknown_value() {
    let mut value = Value::from("x");
    for _ in 0..1_000 {
        value = Value::tuple(vec![value.clone(), value]);
    }
    assert!(value.first_unknown().is_some());
}

#[test]
fn elements_take_the_type_of_all() {
    let list = Type::List(Arc::new(Type::Any));
    let mixed = Value::tuple(vec![
        Value::from(1_i64),
        Value::from("a"),
        Value::from(true),
    ]);
    let strings = ["1", "a", "true"].map(Value::from).to_vec();
    assert_eq!(convert(&mixed, &list).unwrap(), Value::list(strings));
    let neither = Value::tuple(vec![Value::from(true), Value::from(1_i64)]);
    assert!(convert(&neither, &list).is_err());
    assert_eq!(unify(&Type::Bool, &Type::Number), None);
}

#[test]
fn errors_say_where() {
    let list = Type::List(Arc::new(Type::Map(Arc::new(Type::Number))));
    let object = Value::object([(Arc::from("a"), Value::from("x"))]);
    let error = convert(&Value::tuple(vec![object]), &list).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`[0][\"a\"]`: a number is required, but this text is none"
    );
}
