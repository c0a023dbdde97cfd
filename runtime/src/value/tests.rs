use std::cmp::Ordering;
use std::sync::Arc;

use super::{Entry, Map, Node, Number, Value};

fn float(value: f64) -> Number {
    Number::from_f64(value).expect("finite")
}

#[test]
fn sizes_are_what_the_loader_counts_on() {
    assert_eq!(size_of::<Value>(), 24);
    assert_eq!(size_of::<Node>(), 32);
    assert_eq!(size_of::<Entry>(), 56);
}

#[test]
fn numbers_compare_exactly() {
    let table = [
        (Number::from(5), float(5.0), Ordering::Equal),
        (Number::from(5), float(5.5), Ordering::Less),
        (Number::from(-5), float(-5.5), Ordering::Greater),
        (Number::from(-6), float(-5.5), Ordering::Less),
        (
            Number::from(9_007_199_254_740_993_i64),
            float(9_007_199_254_740_992.0),
            Ordering::Greater,
        ),
        (
            Number::from(u64::MAX),
            float(18_446_744_073_709_551_616.0),
            Ordering::Less,
        ),
        (Number::from(u64::MAX), Number::from(-1), Ordering::Greater),
        (
            Number::from(i64::MAX),
            Number::from(i64::MAX as u64),
            Ordering::Equal,
        ),
        (
            Number::from(i64::MIN),
            float(-9_223_372_036_854_775_808.0),
            Ordering::Equal,
        ),
        (Number::from(u64::MAX), float(1e300), Ordering::Less),
        (Number::from(i64::MIN), float(-1e300), Ordering::Greater),
        (Number::from(0), float(-0.0), Ordering::Equal),
        (Number::from(0), float(5e-324), Ordering::Less),
    ];
    for (a, b, expected) in table {
        assert_eq!(a.cmp(&b), expected, "{a} against {b}");
        assert_eq!(b.cmp(&a), expected.reverse(), "{b} against {a}");
        assert_eq!(a == b, expected == Ordering::Equal);
    }
    assert!(Number::from_f64(f64::NAN).is_none());
    assert!(Number::from_f64(f64::INFINITY).is_none());
}

#[test]
fn numbers_print_as_json_does() {
    let table = [
        (Number::from(-7), "-7"),
        (Number::from(u64::MAX), "18446744073709551615"),
        (float(5.0), "5"),
        (float(0.1), "0.1"),
        (float(1e21), "1e21"),
        (float(1.5e-9), "1.5e-9"),
    ];
    for (number, text) in table {
        assert_eq!(number.to_string(), text);
    }
}

fn entry(key: &str, value: Value) -> Entry {
    Entry {
        key: Arc::from(key),
        key_start: 0,
        key_end: 0,
        node: Node::new(value, 0, 0),
    }
}

#[test]
fn maps_find_keys_and_keep_their_order_whatever_their_size() {
    for size in [0_i64, 1, 16, 17, 18, 1000] {
        let mut map = Map::new();
        for n in 0..size {
            assert!(map.insert(entry(&format!("k{n}"), n.into())).is_none());
        }
        assert_eq!(map.len(), size as usize);
        for n in 0..size {
            assert_eq!(map.get(&format!("k{n}")).expect("there").value, n.into());
        }
        assert!(map.get("k").is_none());
        let keys: Vec<_> = map.iter().map(|(key, _)| key.to_owned()).collect();
        assert_eq!(keys, (0..size).map(|n| format!("k{n}")).collect::<Vec<_>>());
        if size > 1 {
            let old = map.insert(entry("k1", Value::Null)).expect("was there");
            assert_eq!(old.node.value, 1.into());
            assert!(map.remove("k0").is_some());
            assert!(map.remove("k0").is_none());
            assert_eq!(map.entries()[0].key.as_ref(), "k1");
            assert!(map.get("k1").expect("there").value.is_null());
            assert_eq!(map.len(), size as usize - 1);
        }
    }
}

#[test]
fn equality_ignores_order_and_place() {
    let map = |pairs: &[(&str, i64)]| {
        let mut map = Map::new();
        for (key, value) in pairs {
            map.insert(entry(key, (*value).into()));
        }
        Value::Map(map)
    };
    assert_eq!(map(&[("a", 1), ("b", 2)]), map(&[("b", 2), ("a", 1)]));
    assert_ne!(map(&[("a", 1)]), map(&[("b", 1)]));
    assert_ne!(map(&[("a", 1)]), map(&[("a", 1), ("b", 2)]));
    assert_eq!(Node::new(true.into(), 0, 4), Node::new(true.into(), 9, 13));
}
