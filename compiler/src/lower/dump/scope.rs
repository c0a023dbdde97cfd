//! What a rule is about, as text.

use std::fmt;

use policyc_ir::{BlockClause, BlockSelector, KindSelector, LabelSelector, MatchClause, Operation};

pub(super) struct Clause<'a>(pub(super) &'a MatchClause);

impl fmt::Display for Clause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MatchClause {
            kinds,
            names,
            namespaces,
            labels,
            annotations,
            namespace_labels,
            operations,
            users,
            groups,
            roles,
            origin: _,
        } = self.0;
        let mut parts: Vec<String> = kinds.iter().map(kind).collect();
        for (word, list) in [
            ("named", names),
            ("namespace", namespaces),
            ("user", users),
            ("group", groups),
            ("role", roles),
        ] {
            if !list.is_empty() {
                parts.push(format!("{word} {list:?}"));
            }
        }
        for (word, list) in [
            ("label", labels),
            ("annotation", annotations),
            ("namespace label", namespace_labels),
        ] {
            for LabelSelector { key, values } in list {
                parts.push(match values {
                    Some(values) => format!("{word} {key:?} in {values:?}"),
                    None => format!("{word} {key:?}"),
                });
            }
        }
        parts.extend(on(operations));
        f.write_str(&parts.join(", "))
    }
}

pub(super) struct Blocks<'a>(pub(super) &'a BlockClause);

impl fmt::Display for Blocks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BlockClause {
            blocks,
            names,
            operations,
            origin: _,
        } = self.0;
        let block = |BlockSelector { mode, ty }: &BlockSelector| match ty {
            Some(ty) => format!("{}.{ty}", mode.as_str()),
            None => mode.as_str().to_owned(),
        };
        let mut parts: Vec<String> = blocks.iter().map(block).collect();
        if !names.is_empty() {
            parts.push(format!("named {names:?}"));
        }
        parts.extend(on(operations));
        f.write_str(&parts.join(", "))
    }
}

fn kind(selector: &KindSelector) -> String {
    let KindSelector {
        group,
        version,
        kind,
        subresource,
        templates,
        resources: _,
    } = selector;
    let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "*".to_owned());
    let mut text = format!("{}/{}/{kind}", part(group), part(version));
    if let Some(subresource) = subresource {
        text.push('/');
        text.push_str(subresource);
    }
    if *templates {
        text.push_str(" and templates");
    }
    text
}

fn on(operations: &[Operation]) -> Option<String> {
    let names: Vec<&str> = operations.iter().map(|it| it.as_str()).collect();
    (!names.is_empty()).then(|| format!("on {}", names.join(" ")))
}
