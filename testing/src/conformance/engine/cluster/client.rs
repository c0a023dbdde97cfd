//! Requests to the API server.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::http;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig, TlsProvider};

use super::{User, failed};
use crate::conformance::engine::{OracleError, Silence};

/// No request takes longer, a watch is never asked for.
const LIMIT: Duration = Duration::from_secs(60);
/// The largest answers are lists of CustomResourceDefinitions, of some megabytes.
const MOST_BYTES: u64 = 256 << 20;
/// Warnings are 4096 characters at most, but each may be escaped and take four bytes.
const MOST_HEADER_BYTES: usize = 256 << 10;

/// A client that keeps its connections.
pub(super) struct Client {
    agent: ureq::Agent,
    base: String,
}

/// A request.
#[derive(Clone, Copy, Default)]
pub(super) struct Call<'a> {
    /// In whose name it is made; the driver's own when not given.
    pub(super) user: Option<&'a User>,
    /// By which its line of the audit log is found.
    pub(super) audit_id: Option<&'a str>,
    /// What the body is: JSON when not given.
    pub(super) content_type: Option<&'a str>,
    pub(super) body: Option<&'a str>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// Texts of the warnings, in order.
    pub(super) warnings: Vec<String>,
    pub(super) text: String,
}

impl Reply {
    pub(super) fn json(&self) -> Result<Value, OracleError> {
        serde_json::from_str(&self.text).map_err(|error| {
            let what = format!("an answer of the API server is no JSON: {error}");
            failed(Silence::Garbled(what), &self.text)
        })
    }

    pub(super) const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// What the server says of a request that it did not do.
    pub(super) fn message(&self) -> String {
        let message = serde_json::from_str::<Value>(&self.text)
            .ok()
            .and_then(|status| Some(status.get("message")?.as_str()?.to_owned()));
        message.unwrap_or_else(|| format!("{} {}", self.status, self.text.trim()))
    }
}

impl Client {
    pub(super) fn new(
        port: u16,
        authority: &Path,
        certificate: &Path,
        key: &Path,
    ) -> Result<Self, String> {
        let read = |path: &Path| {
            fs::read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
        };
        let bad = |error: ureq::Error| format!("no TLS: {error}");
        let authority = Certificate::from_pem(&read(authority)?).map_err(bad)?;
        let certificate = Certificate::from_pem(&read(certificate)?).map_err(bad)?;
        let key = PrivateKey::from_pem(&read(key)?).map_err(bad)?;
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::new_with_certs(&[authority]))
            .client_cert(Some(ClientCert::new_with_certs(&[certificate], key)))
            .build();
        let agent = ureq::Agent::config_builder()
            .tls_config(tls)
            .https_only(true)
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_response_header_size(MOST_HEADER_BYTES)
            .max_idle_connections_per_host(super::CONNECTIONS)
            .timeout_global(Some(LIMIT))
            .user_agent("policyc-conformance")
            .build()
            .new_agent();
        Ok(Self {
            agent,
            base: format!("https://127.0.0.1:{port}"),
        })
    }

    pub(super) fn get(&self, path: &str) -> Result<Reply, OracleError> {
        self.call("GET", path, Call::default())
    }

    pub(super) fn call(
        &self,
        method: &str,
        path: &str,
        call: Call<'_>,
    ) -> Result<Reply, OracleError> {
        let unreachable = |what: &dyn std::fmt::Display| {
            let what = format!("{method} {path}: {what}");
            failed(Silence::Unreachable(what), "")
        };
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("Accept", "application/json");
        if let Some(user) = call.user {
            request = request.header("Impersonate-User", &user.name);
            for group in &user.groups {
                request = request.header("Impersonate-Group", group);
            }
        }
        if let Some(id) = call.audit_id {
            request = request.header("Audit-ID", id);
        }
        let sent = match call.body {
            Some(body) => {
                let kind = call.content_type.unwrap_or("application/json");
                let request = request.header("Content-Type", kind).body(body.to_owned());
                self.agent
                    .run(request.map_err(|error| unreachable(&error))?)
            }
            None => {
                let request = request.body(());
                self.agent
                    .run(request.map_err(|error| unreachable(&error))?)
            }
        };
        let mut response = sent.map_err(|error| unreachable(&error))?;
        let warnings = response.headers().get_all("Warning").iter();
        let warnings = warnings
            .map(|header| warning_text(&String::from_utf8_lossy(header.as_bytes())))
            .collect();
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MOST_BYTES);
        Ok(Reply {
            status,
            warnings,
            text: body
                .lossy_utf8(true)
                .read_to_string()
                .map_err(|error| unreachable(&error))?,
        })
    }
}

/// The text of a `Warning` header: `299 - "text"`, with backslashes before quotes and backslashes.
fn warning_text(header: &str) -> String {
    let quoted = header.split_once('"').map_or(header, |(_, quoted)| quoted);
    let mut text = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => text.extend(characters.next()),
            other => text.push(other),
        }
    }
    text
}

/// A text as a segment of a path, or the value of a query.
pub(super) fn segment(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_warnings() {
        assert_eq!(
            warning_text(r#"299 - "say \"no\" to C:\\x""#),
            r#"say "no" to C:\x"#
        );
    }

    #[test]
    fn segments_stay_segments() {
        assert_eq!(segment("a/b?c d"), "a%2Fb%3Fc%20d");
    }
}
