//! Kyverno's controllers beside the API server, which calls their webhooks on loopback.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Call, Reply};
use super::objects::{self, documents, install_crds, look_up, not_served, text};
use super::pki;
use super::processes::{Output, free_ports};
use super::start::{Started, flag};
use super::{Options, Programs, failed};
use crate::conformance::engine::{OracleError, Silence};

const LIMIT: Duration = Duration::from_secs(180);
const NAMESPACE: &str = "kyverno";

/// Installs Kyverno's manifests and starts the controllers that are asked for.
pub(super) fn start(
    programs: &Programs,
    options: Options,
    started: &mut Started,
) -> Result<(), OracleError> {
    install(programs, started)?;
    if options.kyverno {
        start_admission(programs, started)?;
    }
    if options.reports {
        start_reports(programs, started)?;
    }
    Ok(())
}

fn unreachable(error: io::Error) -> OracleError {
    failed(Silence::Unreachable(error.to_string()), "")
}

fn install(programs: &Programs, started: &Started) -> Result<(), OracleError> {
    let read = |name: &str| -> Result<Vec<Value>, OracleError> {
        let path = programs.manifest(name);
        let text = std::fs::read_to_string(&path).map_err(unreachable)?;
        let bad = |what| failed(Silence::Input(format!("`{}`: {what}", path.display())), "");
        documents(&text).map_err(bad)
    };
    let client = &started.client;
    let apply = |object: &Value| {
        let api_version = text(object, "/apiVersion").unwrap_or_default();
        let kind = text(object, "/kind").unwrap_or_default();
        match look_up(client, api_version, kind)? {
            Some(served) => objects::apply(client, &served, object),
            None => Ok(Err(not_served(object))),
        }
    };
    install_crds(client, &read("crds.yaml")?, &apply)?;
    let namespace = json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE},
    });
    for object in std::iter::once(&namespace).chain(&read("objects.yaml")?) {
        if let Err(refusal) = apply(object)? {
            let name = text(object, "/metadata/name").unwrap_or_default();
            let kind = text(object, "/kind").unwrap_or_default();
            let what = vec![format!("{kind} {name}")];
            return Err(failed(Silence::Refused(what), &refusal.message));
        }
    }
    Ok(())
}

/// A kubeconfig by which a controller runs as its own service account, as it does in a cluster.
fn account(started: &Started, name: &str) -> Result<PathBuf, OracleError> {
    let path = format!("/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{name}/token");
    let body = json!({
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": 86400},
    })
    .to_string();
    let call = Call {
        body: Some(&body),
        ..Call::default()
    };
    let mut token = None;
    super::until(&format!("`{name}` has a token"), || {
        let reply = started.client.call("POST", &path, call)?;
        if reply.is_success() {
            token = text(&reply.json()?, "/status/token").map(str::to_owned);
        }
        Ok(token.is_some())
    })?;
    let user = pki::User::Token(token.as_deref().unwrap_or_default());
    let kubeconfig = pki::kubeconfig(&started.server, &started.pki.authority, &user);
    let path = started
        .processes
        .folder()
        .join(format!("{name}.kubeconfig"));
    pki::private(&path, &kubeconfig).map_err(unreachable)?;
    Ok(path)
}

fn start_admission(programs: &Programs, started: &mut Started) -> Result<(), OracleError> {
    let kubeconfig = account(started, "kyverno-admission-controller")?;
    let [webhook, metrics] = free_ports().map_err(unreachable)?;
    let tuf = started.processes.folder().join("tuf");
    let program = programs.program("kyverno");
    started
        .processes
        .start("kyverno", &program, Output::Log, |command| {
            command
                .env("KYVERNO_NAMESPACE", NAMESPACE)
                .env(
                    "KYVERNO_SERVICEACCOUNT_NAME",
                    "kyverno-admission-controller",
                )
                .env("KYVERNO_DEPLOYMENT", "kyverno-admission-controller")
                .env("KYVERNO_ROLE_NAME", "kyverno:admission-controller")
                .env("KYVERNO_POD_NAME", "kyverno-admission-0")
                .env("KYVERNO_SVC", "kyverno-svc")
                .env("INIT_CONFIG", "kyverno")
                .env("METRICS_CONFIG", "kyverno-metrics")
                .env("TUF_ROOT", tuf);
            flag(command, "kubeconfig", &kubeconfig);
            flag(command, "serverIP", format!("127.0.0.1:{webhook}"));
            flag(command, "webhookServerHost", "127.0.0.1");
            flag(command, "webhookServerPort", webhook.to_string());
            flag(
                command,
                "caSecretName",
                "kyverno-svc.kyverno.svc.kyverno-tls-ca",
            );
            flag(
                command,
                "tlsSecretName",
                "kyverno-svc.kyverno.svc.kyverno-tls-pair",
            );
            let background = "system:serviceaccount:kyverno:kyverno-background-controller";
            let reports = "system:serviceaccount:kyverno:kyverno-reports-controller";
            flag(command, "backgroundServiceAccountName", background);
            flag(command, "reportsServiceAccountName", reports);
            flag(command, "metricsHost", "127.0.0.1");
            flag(command, "metricsPort", metrics.to_string());
            flag(command, "controllerRuntimeMetricsAddress", "0");
            flag(command, "enablePolicyException", "true");
            flag(command, "exceptionNamespace", "*");
            // Each engine is asked by itself: no policy of Kyverno's becomes one of the API server's.
            flag(command, "generateValidatingAdmissionPolicy", "false");
            flag(command, "omitEvents", "PolicyApplied,PolicySkipped");
            flag(command, "disableLogColor", "true");
        })?;
    let root = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    let client = &started.client;
    started.processes.wait("kyverno", LIMIT, || {
        let there = |name: &str| {
            let reply: Result<Reply, OracleError> = client.get(&format!("{root}/{name}"));
            reply.is_ok_and(|reply| reply.is_success())
        };
        there("kyverno-policy-validating-webhook-cfg")
            && there("kyverno-resource-validating-webhook-cfg")
            && std::net::TcpStream::connect(("127.0.0.1", webhook)).is_ok()
    })
}

fn start_reports(programs: &Programs, started: &mut Started) -> Result<(), OracleError> {
    let kubeconfig = account(started, "kyverno-reports-controller")?;
    let [metrics] = free_ports().map_err(unreachable)?;
    let tuf = started.processes.folder().join("tuf-reports");
    let program = programs.program("kyverno-reports");
    started
        .processes
        .start("kyverno-reports", &program, Output::Log, |command| {
            command
                .env("KYVERNO_NAMESPACE", NAMESPACE)
                .env("KYVERNO_SERVICEACCOUNT_NAME", "kyverno-reports-controller")
                .env("KYVERNO_DEPLOYMENT", "kyverno-reports-controller")
                .env("KYVERNO_POD_NAME", "kyverno-reports-0")
                .env("INIT_CONFIG", "kyverno")
                .env("METRICS_CONFIG", "kyverno-metrics")
                .env("TUF_ROOT", tuf);
            flag(command, "kubeconfig", &kubeconfig);
            flag(command, "metricsHost", "127.0.0.1");
            flag(command, "metricsPort", metrics.to_string());
            flag(command, "backgroundScanInterval", "30s");
            flag(command, "skipResourceFilters", "true");
            flag(command, "enablePolicyException", "true");
            flag(command, "exceptionNamespace", "*");
            flag(command, "disableLogColor", "true");
        })?;
    started.processes.wait("kyverno-reports", LIMIT, || {
        std::net::TcpStream::connect(("127.0.0.1", metrics)).is_ok()
    })
}
