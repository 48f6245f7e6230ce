//! Bearer tokens: whose count, for how long, and which tricks do not work.
#![allow(clippy::unwrap_used, clippy::expect_used)] // the helpers of the stories as well as the stories

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use ring::{hmac, signature};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use seamless_calendar::MovableClock;
use seamless_identity::issuer::LocalIssuer;
use seamless_identity::{JwtSettings, JwtVerifier, TokenRefusal};
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;

fn clock() -> MovableClock {
    MovableClock::starting_at(jiff::Timestamp::from_second(NOW).unwrap())
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// An issuer with a key of each kind, that signs whatever it is told to.
struct ForeignIssuer {
    ed25519: Ed25519KeyPair,
    p256: EcdsaKeyPair,
    rsa: RsaKeyPair,
    random: SystemRandom,
}

impl ForeignIssuer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let ed25519 = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let p256 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let rsa = PrivatePkcs8KeyDer::from_pem_slice(include_bytes!("fixtures/rsa_test_key.pem")).unwrap();
        Self {
            ed25519: Ed25519KeyPair::from_pkcs8(ed25519.as_ref()).unwrap(),
            p256: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, p256.as_ref(), &random).unwrap(),
            rsa: RsaKeyPair::from_pkcs8(rsa.secret_pkcs8_der()).unwrap(),
            random,
        }
    }

    fn jwks(&self) -> Value {
        let point = self.p256.public_key().as_ref();
        let rsa: signature::RsaPublicKeyComponents<Vec<u8>> = self.rsa.public_key().into();
        json!({ "keys": [
            { "kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": encode(self.ed25519.public_key()) },
            { "kty": "EC", "crv": "P-256", "kid": "ec", "alg": "ES256", "x": encode(&point[1..33]), "y": encode(&point[33..]) },
            { "kty": "RSA", "kid": "rsa", "use": "sig", "n": encode(rsa.n), "e": encode(rsa.e) },
            { "kty": "RSA", "kid": "for-encryption", "use": "enc", "n": "AQAB", "e": "AQAB" },
            { "kty": "oct", "kid": "secret", "k": "c2VjcmV0" },
        ] })
    }

    fn sign(&self, kid: &str, signed: &str) -> Vec<u8> {
        match kid {
            "ed" => self.ed25519.sign(signed.as_bytes()).as_ref().to_vec(),
            "ec" => self.p256.sign(&self.random, signed.as_bytes()).unwrap().as_ref().to_vec(),
            "rsa" => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                self.rsa.sign(&RSA_PKCS1_SHA256, &self.random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            other => panic!("no key {other}"),
        }
    }

    /// A token with this header and these claims, signed by the key `kid`.
    fn token(&self, kid: &str, header: &Value, claims: &str) -> String {
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims));
        let signature = self.sign(kid, &signed);
        format!("{signed}.{}", encode(signature))
    }

    fn good(&self, changes: Value) -> String {
        self.token("ed", &json!({ "alg": "EdDSA", "kid": "ed" }), &claims(changes).to_string())
    }
}

/// Good claims with some changed; null takes one away.
fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": "https://id.example.eu", "aud": ["other", "seamless"], "sub": "officer-7", "authority": "eu-just",
        "scope": "openid notifications.read", "iat": NOW, "nbf": NOW, "exp": NOW + 600,
    });
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

fn settings(jwks: &Path) -> JwtSettings {
    JwtSettings::new("https://id.example.eu", "seamless", jwks.to_str().unwrap())
}

async fn verifier_of(issuer: &ForeignIssuer, dir: &Path, clock: &MovableClock) -> JwtVerifier {
    let path = dir.join("jwks.json");
    std::fs::write(&path, issuer.jwks().to_string()).unwrap();
    JwtVerifier::open(&settings(&path), Arc::new(clock.clone())).await.unwrap()
}

#[tokio::test]
async fn tokens_of_each_algorithm_count_and_say_who_calls() {
    let (dir, issuer) = (tempfile::tempdir().unwrap(), ForeignIssuer::new());
    let verifier = verifier_of(&issuer, dir.path(), &clock()).await;
    for (kid, alg) in [("ed", "EdDSA"), ("ed", "Ed25519"), ("ec", "ES256"), ("rsa", "RS256")] {
        let header = json!({ "alg": alg, "kid": kid, "typ": "at+jwt" });
        let token = issuer.token(kid, &header, &claims(json!({})).to_string());
        let verified = verifier.verify(&token).await.unwrap_or_else(|refusal| panic!("{alg}: {refusal}"));
        assert_eq!((verified.authority.as_str(), verified.subject.as_str()), ("eu-just", "officer-7"));
        assert!(verified.scopes.contains("notifications.read") && !verified.scopes.contains("notifications"));
    }
}

#[tokio::test]
async fn scopes_are_words_or_a_list_and_may_be_called_scp() {
    let (dir, issuer) = (tempfile::tempdir().unwrap(), ForeignIssuer::new());
    let verifier = verifier_of(&issuer, dir.path(), &clock()).await;
    let both = ["feed.read", "notifications.read"];
    let given = [
        (json!({ "scope": "feed.read notifications.read" }), both.as_slice()),
        (json!({ "scope": ["feed.read", "notifications.read"] }), &both),
        (json!({ "scope": null, "scp": ["feed.read", "notifications.read"] }), &both),
        (json!({ "scope": null, "scp": "feed.read notifications.read" }), &both),
        (json!({ "scope": ["feed.read"], "scp": ["notifications.read"] }), &both[..1]),
        (json!({ "scope": [] }), &[]),
        (json!({ "scope": null }), &[]),
    ];
    for (changes, expected) in given {
        let verified = verifier.verify(&issuer.good(changes.clone())).await.unwrap();
        assert_eq!(verified.scopes.iter().collect::<Vec<_>>(), expected, "{changes}");
    }
}

#[tokio::test]
async fn every_other_token_is_refused_for_its_own_reason() {
    const SECONDS: &str = "a number of seconds since 1970";
    const TEXTS: &str = "a text, or a list of texts";
    let (dir, issuer) = (tempfile::tempdir().unwrap(), ForeignIssuer::new());
    let verifier = verifier_of(&issuer, dir.path(), &clock()).await;
    let good = claims(json!({})).to_string();
    let header = |header: Value| issuer.token("ed", &header, &good);

    // The classic: an HMAC whose secret is the public key, in the forms a library might take it in.
    let hs256 = |kid: &str, secret: &[u8]| {
        let signed =
            format!("{}.{}", encode(json!({ "alg": "HS256", "kid": kid }).to_string()), encode(&good));
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
        format!("{signed}.{}", encode(tag))
    };
    let none = format!("{}.{}.", encode(json!({ "alg": "none", "kid": "ed" }).to_string()), encode(&good));
    let right = issuer.good(json!({}));
    let (signed, signature) = right.rsplit_once('.').unwrap();
    let other_claims = encode(claims(json!({ "authority": "cn-gacc" })).to_string());
    let twice = good.replacen('{', r#"{"sub":"somebody-else","#, 1);

    use TokenRefusal as R;
    let refusals: Vec<(&str, String, TokenRefusal)> = vec![
        ("none", none, R::WrongAlgorithm),
        ("hs256 with the raw key", hs256("ed", issuer.ed25519.public_key().as_ref()), R::WrongAlgorithm),
        (
            "hs256 with the jwk",
            hs256("ec", issuer.jwks()["keys"][1].to_string().as_bytes()),
            R::WrongAlgorithm,
        ),
        ("hs256 with a published secret", hs256("secret", b"secret"), R::UnknownKey),
        ("another key's algorithm", header(json!({ "alg": "ES256", "kid": "ed" })), R::WrongAlgorithm),
        ("another key's signature", header(json!({ "alg": "ES256", "kid": "ec" })), R::WrongSignature),
        ("unknown key", header(json!({ "alg": "EdDSA", "kid": "nobody" })), R::UnknownKey),
        ("no key id", header(json!({ "alg": "EdDSA" })), R::NoKeyId),
        (
            "an extension",
            header(json!({ "alg": "EdDSA", "kid": "ed", "crit": ["b64"], "b64": false })),
            R::CriticalExtension,
        ),
        (
            "a logout notice",
            header(json!({ "alg": "EdDSA", "kid": "ed", "typ": "logout+jwt" })),
            R::WrongType,
        ),
        (
            "changed claims",
            format!("{}.{other_claims}.{signature}", signed.split('.').next().unwrap()),
            R::WrongSignature,
        ),
        ("empty signature", format!("{signed}."), R::WrongSignature),
        ("padding", format!("{right}="), R::Malformed),
        ("four parts", format!("{right}.{signature}"), R::Malformed),
        ("no token", "officer-7".into(), R::Malformed),
        ("very long", format!("{right}{}", "A".repeat(9000)), R::Malformed),
        (
            "a claim twice",
            issuer.token("ed", &json!({ "alg": "EdDSA", "kid": "ed" }), &twice),
            R::MalformedClaims,
        ),
        ("no number", issuer.good(json!({ "exp": "tomorrow" })), R::MalformedClaim("exp", SECONDS)),
        ("end of time", issuer.good(json!({ "exp": 1e300 })), R::MalformedClaim("exp", SECONDS)),
        ("a scope by number", issuer.good(json!({ "scope": 7 })), R::MalformedClaim("scope", TEXTS)),
        (
            "a list of numbers",
            issuer.good(json!({ "scope": null, "scp": [7] })),
            R::MalformedClaim("scp", TEXTS),
        ),
        (
            "two authorities",
            issuer.good(json!({ "authority": ["eu-just"] })),
            R::MalformedClaim("authority", "a text"),
        ),
        ("another issuer", issuer.good(json!({ "iss": "https://id.example.eu/" })), R::WrongIssuer),
        ("no issuer", issuer.good(json!({ "iss": null })), R::WrongIssuer),
        ("another audience", issuer.good(json!({ "aud": "other" })), R::WrongAudience),
        ("no audience", issuer.good(json!({ "aud": null })), R::WrongAudience),
        ("no expiry", issuer.good(json!({ "exp": null })), R::ClaimMissing("exp")),
        ("no authority", issuer.good(json!({ "authority": null })), R::ClaimMissing("authority")),
        ("no subject", issuer.good(json!({ "sub": "" })), R::ClaimMissing("sub")),
        ("expired", issuer.good(json!({ "exp": NOW - 60 })), R::Expired),
        ("to come", issuer.good(json!({ "nbf": NOW + 61 })), R::NotYetValid),
        ("issued in the future", issuer.good(json!({ "iat": NOW + 61 })), R::NotYetValid),
    ];
    for (what, token, expected) in refusals {
        assert_eq!(verifier.verify(&token).await.err(), Some(expected), "{what}");
    }
    assert!(verifier.verify(&right).await.is_ok(), "what was refused before does not harm the right token");
}

#[tokio::test]
async fn a_token_ends_when_the_clock_says_so_also_if_it_was_seen_before() {
    let (dir, issuer, clock) = (tempfile::tempdir().unwrap(), ForeignIssuer::new(), clock());
    let verifier = verifier_of(&issuer, dir.path(), &clock).await;
    let token = issuer.good(json!({ "nbf": NOW + 60, "exp": NOW + 600 }));
    assert!(verifier.verify(&token).await.is_ok(), "our clock may be a minute behind");

    clock.advance(SignedDuration::from_secs(659));
    assert!(verifier.verify(&token).await.is_ok(), "or a minute ahead");
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(verifier.verify(&token).await.err(), Some(TokenRefusal::Expired));
    clock.advance(SignedDuration::from_secs(-661));
    assert_eq!(verifier.verify(&token).await.err(), Some(TokenRefusal::NotYetValid));
    assert!(TokenRefusal::NotYetValid.is_about_time() && !TokenRefusal::WrongSignature.is_about_time());
}

fn token_of(issuer: &LocalIssuer) -> String {
    issuer.issue_token(&"cn-gacc".parse().unwrap(), "backend", &["feed.read"], SignedDuration::from_hours(1))
}

#[tokio::test(start_paused = true)]
async fn keys_rotate_without_a_restart_and_an_old_key_takes_its_tokens_along() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), Arc::new(clock()));
    let issuer = LocalIssuer::create_or_open(dir.path(), clock.clone()).unwrap();
    let verifier = JwtVerifier::open(&issuer.jwt_settings(), clock.clone()).await.unwrap();
    let first = token_of(&issuer);
    assert!(verifier.verify(&first).await.is_ok());

    issuer.rotate_signing_key().unwrap();
    let second = token_of(&issuer);
    assert!(
        verifier.verify(&second).await.is_ok(),
        "an unknown key id makes the verifier read the keys at once"
    );
    assert!(verifier.verify(&first).await.is_ok(), "the key before stays for a while");

    issuer.rotate_signing_key().unwrap();
    let third = token_of(&issuer);
    assert_eq!(
        verifier.verify(&third).await.err(),
        Some(TokenRefusal::UnknownKey),
        "unknown key ids do not make the verifier read the keys over and over"
    );
    tokio::time::advance(Duration::from_secs(11)).await;
    assert!(verifier.verify(&third).await.is_ok());
    assert_eq!(
        verifier.verify(&first).await.err(),
        Some(TokenRefusal::UnknownKey),
        "although it was seen before"
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_taken_back_is_noticed_at_the_next_interval_and_a_failed_reading_changes_nothing() {
    let (dir, issuer) = (tempfile::tempdir().unwrap(), ForeignIssuer::new());
    let verifier = verifier_of(&issuer, dir.path(), &clock()).await;
    let token = issuer.good(json!({}));
    assert!(verifier.verify(&token).await.is_ok());

    let path = dir.path().join("jwks.json");
    std::fs::write(&path, "half a file").unwrap();
    let other =
        issuer.token("ed", &json!({ "alg": "EdDSA", "kid": "other" }), &claims(json!({})).to_string());
    assert_eq!(verifier.verify(&other).await.err(), Some(TokenRefusal::UnknownKey), "the reading took place");
    assert!(verifier.verify(&token).await.is_ok());

    let mut jwks = issuer.jwks();
    jwks["keys"].as_array_mut().unwrap().remove(0);
    std::fs::write(&path, jwks.to_string()).unwrap();
    let taken_back = async {
        while verifier.verify(&token).await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(3600), taken_back).await.expect("the interval is five minutes");
    assert_eq!(verifier.verify(&token).await.err(), Some(TokenRefusal::UnknownKey));
}

#[tokio::test]
async fn a_verifier_does_not_start_on_keys_that_it_cannot_trust() {
    let (dir, issuer) = (tempfile::tempdir().unwrap(), ForeignIssuer::new());
    let path = dir.path().join("jwks.json");
    let key = issuer.jwks()["keys"][0].clone();
    let mut private = key.clone();
    private["d"] = json!("AAAA");
    let mut short = key.clone();
    short["x"] = json!("AAAA");
    for (document, why) in [
        (json!({ "keys": [private] }), "private key"),
        (json!({ "keys": [key, key] }), "two keys have the key id \"ed\""),
        (json!({ "keys": [short] }), "the key \"ed\" is malformed"),
        (json!({ "keys": [{ "kty": "oct", "kid": "secret", "k": "c2VjcmV0" }] }), "no key with a key id"),
        (json!([key]), "not a json web key set"),
    ] {
        std::fs::write(&path, document.to_string()).unwrap();
        let error = JwtVerifier::open(&settings(&path), Arc::new(clock())).await.err().unwrap().to_string();
        assert!(error.contains(why), "{error}");
    }
    let plain = JwtSettings::new("i", "a", "http://127.0.0.1:1/jwks.json");
    let error = JwtVerifier::open(&plain, Arc::new(clock())).await.err().unwrap().to_string();
    assert!(error.contains("only https"), "{error}");
}

#[tokio::test]
async fn a_token_that_lives_too_long_is_refused_whether_or_not_it_says_when_it_was_issued() {
    let (dir, issuer, clock) = (tempfile::tempdir().unwrap(), ForeignIssuer::new(), clock());
    let path = dir.path().join("jwks.json");
    std::fs::write(&path, issuer.jwks().to_string()).unwrap();
    let mut settings = settings(&path);
    settings.max_lifetime = Duration::from_secs(3600);
    let verifier = JwtVerifier::open(&settings, Arc::new(clock.clone())).await.unwrap();

    let (hour, longer) = (NOW + 3600, NOW + 3601);
    assert!(verifier.verify(&issuer.good(json!({ "exp": hour }))).await.is_ok());
    let too_long = issuer.good(json!({ "exp": longer }));
    assert_eq!(verifier.verify(&too_long).await, Err(TokenRefusal::LivesTooLong));
    assert!(!TokenRefusal::LivesTooLong.is_about_time());

    let unsaid = issuer.good(json!({ "exp": longer, "iat": null, "nbf": null }));
    assert_eq!(verifier.verify(&unsaid).await, Err(TokenRefusal::LivesTooLong));
    clock.advance(SignedDuration::from_secs(1));
    assert!(verifier.verify(&unsaid).await.is_ok(), "no more than an hour is left of it");
    assert_eq!(
        verifier.verify(&too_long).await,
        Err(TokenRefusal::LivesTooLong),
        "its life stays what it is"
    );
}
