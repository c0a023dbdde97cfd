//! Certificates of a cluster that lives for one run: an authority, and what it vouches for.

use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};

/// A certificate and its key, in files.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// All certificates of a cluster.
#[derive(Debug)]
pub(super) struct Pki {
    /// The authority's certificate.
    pub(super) authority: PathBuf,
    /// The API server.
    pub(super) server: Identity,
    /// This driver.
    pub(super) driver: Identity,
    /// The controllers.
    pub(super) controllers: Identity,
    /// What service accounts' tokens are signed with; the certificate is the public key.
    pub(super) tokens: Identity,
}

/// The name under which the driver makes requests.
pub(super) const DRIVER: &str = "policyc-conformance";

/// Makes all certificates below `folder`.
pub(super) fn make(folder: &Path) -> io::Result<Pki> {
    let bad = |error: rcgen::Error| io::Error::other(format!("no certificate: {error}"));
    let mut params = CertificateParams::new(Vec::new()).map_err(bad)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "policyc-conformance-ca");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    let key = KeyPair::generate().map_err(bad)?;
    let authority = folder.join("ca.crt");
    let certificate = params.self_signed(&key).map_err(bad)?;
    fs::write(&authority, certificate.pem())?;
    let issuer = Issuer::new(params, key);

    let issue = |name: &str, common_name: &str, hosts: &[&str]| -> io::Result<Identity> {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let is_server = !hosts.is_empty();
        let mut params = CertificateParams::new(hosts).map_err(bad)?;
        params
            .distinguished_name
            .push(DnType::CommonName, common_name);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![if is_server {
            ExtendedKeyUsagePurpose::ServerAuth
        } else {
            params
                .distinguished_name
                .push(DnType::OrganizationName, "system:masters");
            ExtendedKeyUsagePurpose::ClientAuth
        }];
        let key = KeyPair::generate().map_err(bad)?;
        let certificate = params.signed_by(&key, &issuer).map_err(bad)?;
        write(folder, name, &certificate.pem(), &key.serialize_pem())
    };
    let hosts = [
        "127.0.0.1",
        "10.0.0.1",
        "localhost",
        "kubernetes.default.svc",
    ];
    let server = issue("server", "kube-apiserver", &hosts)?;
    let driver = issue("driver", DRIVER, &[])?;
    let controllers = issue("controllers", "policyc-controllers", &[])?;
    let tokens = KeyPair::generate().map_err(bad)?;
    let tokens = write(
        folder,
        "tokens",
        &tokens.public_key_pem(),
        &tokens.serialize_pem(),
    )?;
    Ok(Pki {
        authority,
        server,
        driver,
        controllers,
        tokens,
    })
}

fn write(folder: &Path, name: &str, certificate: &str, key: &str) -> io::Result<Identity> {
    let identity = Identity {
        certificate: folder.join(format!("{name}.crt")),
        key: folder.join(format!("{name}.key")),
    };
    fs::write(&identity.certificate, certificate)?;
    private(&identity.key, key)?;
    Ok(identity)
}

/// Writes a file that only its owner may read.
pub(super) fn private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

/// A kubeconfig for an identity of the PKI, or for a token.
pub(super) fn kubeconfig(server: &str, authority: &Path, user: &User<'_>) -> String {
    let user = match user {
        User::Certificate(identity) => serde_json::json!({
            "client-certificate": identity.certificate,
            "client-key": identity.key,
        }),
        User::Token(token) => serde_json::json!({ "token": token }),
    };
    serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server, "certificate-authority": authority}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "c",
    })
    .to_string()
}

/// Who a kubeconfig is for.
pub(super) enum User<'a> {
    Certificate(&'a Identity),
    Token(&'a str),
}
