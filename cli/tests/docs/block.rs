//! Fenced code blocks of a page.

use std::collections::BTreeMap;

/// A fenced code block.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// The page.
    pub(crate) page: String,
    /// The line of the opening fence, from 1.
    pub(crate) line: usize,
    /// The first word after the fence.
    pub(crate) language: String,
    /// The rest: `key="value"`.
    pub(crate) attributes: BTreeMap<String, String>,
    /// What stands between the fences.
    pub(crate) text: String,
}

impl Block {
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.attributes.get(key).map(String::as_str)
    }

    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }
}

/// The blocks of a page, in order.
pub(crate) fn blocks(page: &str, text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
        let mut text = String::new();
        let mut closed = false;
        for (_, line) in lines.by_ref() {
            if line == "```" {
                closed = true;
                break;
            }
            text.push_str(line);
            text.push('\n');
        }
        assert!(closed, "{page}:{}: a block without an end", at + 1);
        blocks.push(Block {
            page: page.to_owned(),
            line: at + 1,
            language: language.to_owned(),
            attributes: attributes(page, at + 1, rest),
            text,
        });
    }
    blocks
}

fn attributes(page: &str, line: usize, text: &str) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let parsed = rest.split_once("=\"").and_then(|(key, after)| {
            let (value, rest) = after.split_once('"')?;
            Some((key, value, rest.trim_start()))
        });
        let Some((key, value, after)) = parsed else {
            panic!("{page}:{line}: `{rest}` is no `key=\"value\"`");
        };
        let known = ["file", "in", "gives", "part", "output", "exit", "no-run"];
        assert!(known.contains(&key), "{page}:{line}: unknown key `{key}`");
        attributes.insert(key.to_owned(), value.to_owned());
        rest = after;
    }
    attributes
}
