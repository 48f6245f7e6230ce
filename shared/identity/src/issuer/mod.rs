//! A certificate authority and token issuer of one's own, for `seamless up` and tests: there is no insecure mode.
//!
//! Everything lies in one folder, under names that stay: `ca.pem`, `ca.key`, `server.pem`, `server.key` (for localhost,
//! 127.0.0.1 and ::1), `jwt.key` and `jwks.json`. Keys are PKCS #8 in PEM and readable by the owner only.
//! Invariant: a file is replaced whole, so a reader never sees half of one; opening again changes nothing but a server
//! certificate that is about to expire.

mod files;
mod signing;

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use seamless_calendar::{Clock, SystemClock};
use uuid::Uuid;
use x509_parser::parse_x509_certificate;

use self::files::{write_private, write_public};
use self::signing::SigningKey;
use crate::settings::JwtSettings;
use seamless_identifiers::AuthorityId;

const CA_LIFE: SignedDuration = SignedDuration::from_hours(30 * 365 * 24);
/// Apple's and browsers' longest life of a server certificate is 398 days.
const CERTIFICATE_LIFE: SignedDuration = SignedDuration::from_hours(398 * 24);
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);
const ONE_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The issuer's folder could not be made, read or written.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file does not hold what its name says.
    #[error("{path} does not hold {expected}")]
    Content {
        /// Which.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// A certificate or key could not be made.
    #[error("cannot make a certificate or key: {0}")]
    Certificate(#[from] rcgen::Error),
}

/// Where a client's certificate and key lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// PEM, `client.pem`.
    pub certificate: PathBuf,
    /// PEM (PKCS #8), `client.key`.
    pub key: PathBuf,
}

/// Makes certificates and tokens that the services of this machine accept. Its calls read and write files; they block.
pub struct LocalIssuer {
    dir: PathBuf,
    clock: Arc<dyn Clock>,
    ca: Issuer<'static, KeyPair>,
    signing: Mutex<SigningKey>,
}

impl LocalIssuer {
    /// The `iss` of its tokens.
    pub const ISSUER: &'static str = "urn:seamless:local-issuer";
    /// The `aud` of its tokens.
    pub const AUDIENCE: &'static str = "seamless";

    /// Opens the issuer in `dir`, making what is not there, and renewing a server certificate that ends within 30 days.
    ///
    /// # Errors
    /// A file cannot be read or written, or holds something else.
    pub fn create_or_open(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, IssuerError> {
        fs::create_dir_all(dir).map_err(|source| IssuerError::File { path: dir.to_owned(), source })?;
        let is_new = !(dir.join("ca.pem").exists() && dir.join("ca.key").exists());
        let ca_key = if is_new {
            let key = KeyPair::generate()?;
            write_private(&dir.join("ca.key"), &key.serialize_pem())?;
            let certificate = ca_params(&*clock).self_signed(&key)?;
            write_public(&dir.join("ca.pem"), &certificate.pem())?;
            key
        } else {
            read_key(&dir.join("ca.key"))?
        };
        let issuer = Self {
            dir: dir.to_owned(),
            // Name and key make the issuer; the certificate is for those who verify.
            ca: Issuer::new(ca_params(&*clock), ca_key),
            signing: Mutex::new(SigningKey::create_or_open(dir)?),
            clock,
        };
        if is_new || issuer.server_certificate_is_due()? {
            issuer.issue_server_certificate()?;
        }
        Ok(issuer)
    }

    /// PEM file of the certificate authority: trust this.
    pub fn ca_certificate(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// PEM file of the server certificate.
    pub fn server_certificate(&self) -> PathBuf {
        self.dir.join("server.pem")
    }

    /// PEM file of the server certificate's key.
    pub fn server_key(&self) -> PathBuf {
        self.dir.join("server.key")
    }

    /// File of the public keys that its tokens are verified with.
    pub fn jwks(&self) -> PathBuf {
        self.dir.join("jwks.json")
    }

    /// Settings under which a service accepts its tokens.
    pub fn jwt_settings(&self) -> JwtSettings {
        JwtSettings::new(Self::ISSUER, Self::AUDIENCE, self.jwks().to_string_lossy())
    }

    /// A token for a subject of an authority, valid from now for `ttl`.
    pub fn issue_token(
        &self,
        authority: &AuthorityId,
        subject: &str,
        scopes: &[&str],
        ttl: SignedDuration,
    ) -> String {
        let now = self.clock.now();
        let ends = now.saturating_add(ttl).unwrap_or(Timestamp::MAX);
        let claims = serde_json::json!({
            "iss": Self::ISSUER,
            "aud": Self::AUDIENCE,
            "jti": Uuid::new_v4(),
            "sub": subject,
            "authority": authority,
            "scope": scopes.join(" "),
            "iat": now.as_second(),
            "nbf": now.as_second(),
            "exp": ends.as_second(),
        });
        self.signing.lock().unwrap_or_else(PoisonError::into_inner).sign(&claims)
    }

    /// Signs with a new key from now on. Tokens of the key before stay valid until they expire; those of the key before
    /// that do not.
    ///
    /// # Errors
    /// A file cannot be written; the old key stays in use.
    pub fn rotate_signing_key(&self) -> Result<(), IssuerError> {
        let mut signing = self.signing.lock().unwrap_or_else(PoisonError::into_inner);
        *signing = SigningKey::succeed(&self.dir, &signing)?;
        Ok(())
    }

    /// Writes a client certificate with the SAN URI `uri`, such as `urn:seamless:authority:cn-gacc:backend`, and its key
    /// as `client.pem` and `client.key` into `dir`, replacing those that are there. Valid for 398 days.
    ///
    /// # Errors
    /// The URI is not ASCII, or a file cannot be written.
    pub fn issue_client_certificate(&self, uri: &str, dir: &Path) -> Result<ClientCertificate, IssuerError> {
        fs::create_dir_all(dir).map_err(|source| IssuerError::File { path: dir.to_owned(), source })?;
        let mut params = self.leaf_params("seamless client", ExtendedKeyUsagePurpose::ClientAuth);
        params.subject_alt_names = vec![SanType::URI(uri.try_into()?)];
        let paths = ClientCertificate { certificate: dir.join("client.pem"), key: dir.join("client.key") };
        self.write_leaf(params, &paths.certificate, &paths.key)?;
        Ok(paths)
    }

    fn issue_server_certificate(&self) -> Result<(), IssuerError> {
        let mut params = self.leaf_params("localhost", ExtendedKeyUsagePurpose::ServerAuth);
        params.subject_alt_names = vec![
            SanType::DnsName("localhost".try_into()?),
            SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        ];
        self.write_leaf(params, &self.server_certificate(), &self.server_key())
    }

    fn server_certificate_is_due(&self) -> Result<bool, IssuerError> {
        let path = self.server_certificate();
        if !path.exists() || !self.server_key().exists() {
            return Ok(true);
        }
        let content = || IssuerError::Content { path: path.clone(), expected: "a certificate in pem" };
        let der = CertificateDer::from_pem_file(&path).map_err(|_| content())?;
        let (_, certificate) = parse_x509_certificate(&der).map_err(|_| content())?;
        let (_, latest_now) = both_clocks(&*self.clock);
        let renew_at = latest_now.saturating_add(RENEW_BEFORE).unwrap_or(Timestamp::MAX);
        Ok(certificate.validity().not_after.timestamp() < renew_at.as_second())
    }

    fn leaf_params(&self, common_name: &str, usage: ExtendedKeyUsagePurpose) -> CertificateParams {
        let mut params = params(common_name, CERTIFICATE_LIFE, &*self.clock);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        params
    }

    fn write_leaf(
        &self,
        params: CertificateParams,
        certificate: &Path,
        key: &Path,
    ) -> Result<(), IssuerError> {
        let pair = KeyPair::generate()?;
        let signed = params.signed_by(&pair, &self.ca)?;
        write_private(key, &pair.serialize_pem())?;
        write_public(certificate, &signed.pem())
    }
}

fn ca_params(clock: &dyn Clock) -> CertificateParams {
    let mut params = params("Seamless local authority", CA_LIFE, clock);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn params(common_name: &str, life: SignedDuration, clock: &dyn Clock) -> CertificateParams {
    let (earliest_now, latest_now) = both_clocks(clock);
    let day = |instant: Timestamp| {
        let date = TimeZone::UTC.to_datetime(instant).date();
        rcgen::date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = day(earliest_now.saturating_sub(ONE_DAY).unwrap_or(earliest_now));
    params.not_after = day(latest_now.saturating_add(life).unwrap_or(latest_now));
    params
}

/// The earlier and the later of the given clock and the machine's. TLS peers go by the machine's, the gate by the given
/// one; a certificate must hold for both, however a drill has moved the clock.
fn both_clocks(clock: &dyn Clock) -> (Timestamp, Timestamp) {
    let (given, machine) = (clock.now(), SystemClock.now());
    (given.min(machine), given.max(machine))
}

fn read_key(path: &Path) -> Result<KeyPair, IssuerError> {
    let text = files::read(path)?;
    KeyPair::from_pem(&text)
        .map_err(|_| IssuerError::Content { path: path.to_owned(), expected: "a private key in pem" })
}
