//! Starting the programs of a cluster, one after the other.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use super::audit::AuditLog;
use super::client::{Call, Client};
use super::pki::{self, Pki};
use super::processes::{Output, Processes, free_ports};
use super::{Options, Programs, failed};
use crate::conformance::engine::{OracleError, Silence};

/// How often starting is tried when another program takes a port first.
const ATTEMPTS: usize = 3;
/// For a program to become ready on a busy machine.
const LIMIT: Duration = Duration::from_secs(180);

/// Admission plugins that refuse or change what fixtures say for reasons of their own.
const WITHOUT: &str = "PodSecurity,ServiceAccount,Priority,RuntimeClass,DefaultTolerationSeconds,\
                       DefaultStorageClass,DefaultIngressClass,StorageObjectInUseProtection,LimitRanger,\
                       ResourceQuota,TaintNodesByCondition,CertificateApproval,CertificateSigning,\
                       CertificateSubjectRestriction,ClusterTrustBundleAttest,PersistentVolumeClaimResize";

/// The controllers that policies and Kyverno need; none that would act on fixtures.
const CONTROLLERS: &str = "serviceaccount-controller,serviceaccount-token-controller,\
                           root-ca-certificate-publisher-controller,namespace-controller,\
                           clusterrole-aggregation-controller,validatingadmissionpolicy-status-controller";

/// Only what this driver asks is written to the audit log.
const AUDIT_POLICY: &str = r#"{"apiVersion": "audit.k8s.io/v1", "kind": "Policy",
"omitStages": ["RequestReceived", "ResponseStarted"],
"rules": [
  {"level": "None", "verbs": ["get", "list", "watch", "patch"]},
  {"level": "Metadata", "users": ["policyc-conformance"]},
  {"level": "None"}
]}"#;

/// What runs when the API server does.
pub(super) struct Started {
    pub(super) processes: Processes,
    pub(super) client: Client,
    pub(super) audit: AuditLog,
    pub(super) pki: Pki,
    pub(super) server: String,
}

/// Starts the store, the API server and the controller manager.
pub(super) fn start(programs: &Programs, options: Options) -> Result<Started, OracleError> {
    let mut attempts = 1;
    loop {
        match start_once(programs, options) {
            Err(error) if attempts < ATTEMPTS && error.said.contains("address already in use") => {
                attempts += 1;
            }
            outcome => return outcome,
        }
    }
}

fn start_once(programs: &Programs, options: Options) -> Result<Started, OracleError> {
    let unreachable = |error: io::Error| failed(Silence::Unreachable(error.to_string()), "");
    let mut processes = Processes::new()?;
    let folder = processes.folder().to_owned();
    let [store, peers, port, manager] = free_ports().map_err(unreachable)?;
    let pki = pki::make(&folder).map_err(unreachable)?;
    let store_url = format!("http://127.0.0.1:{store}");
    processes.start("etcd", &programs.program("etcd"), Output::Log, |command| {
        let peers = format!("http://127.0.0.1:{peers}");
        flag(command, "data-dir", folder.join("etcd"));
        flag(command, "listen-client-urls", &store_url);
        flag(command, "advertise-client-urls", &store_url);
        flag(command, "listen-peer-urls", &peers);
        flag(command, "initial-advertise-peer-urls", &peers);
        flag(command, "initial-cluster", format!("default={peers}"));
        flag(command, "log-level", "warn");
        command.arg("--unsafe-no-fsync");
    })?;

    let audit_policy = folder.join("audit-policy.json");
    std::fs::write(&audit_policy, AUDIT_POLICY).map_err(unreachable)?;
    let server = format!("https://127.0.0.1:{port}");
    let program = programs.program("kube-apiserver");
    let audit = processes.start("kube-apiserver", &program, Output::Read, |command| {
        flag(command, "bind-address", "127.0.0.1");
        flag(command, "advertise-address", "127.0.0.1");
        flag(command, "secure-port", port.to_string());
        flag(command, "etcd-servers", &store_url);
        flag(command, "tls-cert-file", &pki.server.certificate);
        flag(command, "tls-private-key-file", &pki.server.key);
        flag(command, "client-ca-file", &pki.authority);
        let issuer = "https://kubernetes.default.svc";
        flag(command, "service-account-issuer", issuer);
        flag(command, "service-account-key-file", &pki.tokens.certificate);
        flag(command, "service-account-signing-key-file", &pki.tokens.key);
        flag(command, "service-cluster-ip-range", "10.0.0.0/24");
        flag(command, "authorization-mode", "RBAC");
        flag(command, "anonymous-auth", "false");
        flag(command, "endpoint-reconciler-type", "none");
        // Without it the server itself refuses privileged pods, and a policy seems to work.
        flag(command, "allow-privileged", "true");
        flag(command, "disable-admission-plugins", WITHOUT);
        flag(command, "enable-priority-and-fairness", "false");
        flag(command, "max-requests-inflight", "0");
        flag(command, "max-mutating-requests-inflight", "0");
        flag(command, "audit-policy-file", &audit_policy);
        flag(command, "audit-log-path", "-");
        flag(command, "audit-log-mode", "blocking");
    })?;
    let Some(audit) = audit else {
        let what = "the audit log cannot be read".to_owned();
        return Err(failed(Silence::Unreachable(what), ""));
    };
    let audit = AuditLog::read(audit);
    let client = Client::new(
        port,
        &pki.authority,
        &pki.driver.certificate,
        &pki.driver.key,
    )
    .map_err(|what| failed(Silence::Unreachable(what), ""))?;
    processes.wait("kube-apiserver", LIMIT, || {
        client.get("/readyz").is_ok_and(|reply| reply.is_success())
    })?;

    let kubeconfig = folder.join("controllers.kubeconfig");
    let text = pki::kubeconfig(
        &server,
        &pki.authority,
        &pki::User::Certificate(&pki.controllers),
    );
    pki::private(&kubeconfig, &text).map_err(unreachable)?;
    let program = programs.program("kube-controller-manager");
    processes.start(
        "kube-controller-manager",
        &program,
        Output::Log,
        |command| {
            for name in [
                "kubeconfig",
                "authentication-kubeconfig",
                "authorization-kubeconfig",
            ] {
                flag(command, name, &kubeconfig);
            }
            flag(command, "bind-address", "127.0.0.1");
            flag(command, "secure-port", manager.to_string());
            flag(command, "leader-elect", "false");
            flag(command, "service-account-private-key-file", &pki.tokens.key);
            flag(command, "root-ca-file", &pki.authority);
            flag(command, "use-service-account-credentials", "false");
            flag(command, "controllers", CONTROLLERS);
        },
    )?;
    let account = "/api/v1/namespaces/default/serviceaccounts/default";
    processes.wait("kube-controller-manager", LIMIT, || {
        client.get(account).is_ok_and(|reply| reply.is_success())
    })?;
    let mut started = Started {
        processes,
        client,
        audit,
        pki,
        server,
    };
    allow_everybody(&started.client)?;
    if options.kyverno || options.reports {
        super::kyverno::start(programs, options, &mut started)?;
    }
    Ok(started)
}

pub(super) fn flag(command: &mut Command, name: &str, value: impl AsRef<std::ffi::OsStr>) {
    let mut argument = std::ffi::OsString::from(format!("--{name}="));
    argument.push(value);
    command.arg(argument);
}

/// Whoever a fixture says asks may do so: policies decide here, not roles.
fn allow_everybody(client: &Client) -> Result<(), OracleError> {
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "policyc-everybody"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:authenticated"}],
    });
    let body = binding.to_string();
    let call = Call {
        body: Some(&body),
        ..Call::default()
    };
    let path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
    let reply = client.call("POST", path, call)?;
    if reply.is_success() {
        Ok(())
    } else {
        let what = "roles cannot be given".to_owned();
        Err(failed(Silence::Unreachable(what), &reply.text))
    }
}

impl Programs {
    /// A program of the cluster.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// A file with what Kyverno installs.
    pub(super) fn manifest(&self, name: &str) -> PathBuf {
        let root = self.bin.parent().unwrap_or_else(|| Path::new("/"));
        root.join("manifests").join(name)
    }
}
