//! Receipts from the hand of a service to that of an authority which checks them years later.
#![allow(clippy::unwrap_used, clippy::expect_used)] // the helpers of the stories as well as the stories

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use ring::signature::Ed25519KeyPair;
use seamless_receipts::{
    KeyFolderError, KeySetError, ReceiptClaims, ReceiptError, ReceiptSettings, Signer, SigningError,
    generate, rotate, verify, verify_as,
};
use tempfile::TempDir;

fn acknowledged() -> ReceiptClaims {
    ReceiptClaims {
        iss: "seamless.notifications".into(),
        iat: 1_795_000_000,
        sub: "notifications/0198/ledger/3".into(),
        jti: "0198c0de-0000-7000-8000-000000000003".into(),
        kind: "acknowledged".into(),
        authority: "cn-gacc".into(),
        principal: Some("urn:seamless:cn-gacc:desk".into()),
        recorded: 1_794_999_999_123_456,
        content_sha256: [0xab; 32],
        version: 2,
        previous: Some([0x01; 32]),
    }
}

fn signer(dir: &Path) -> Signer {
    Signer::new(&ReceiptSettings { keys: dir.to_owned() })
}

fn service() -> (TempDir, Signer) {
    let dir = tempfile::tempdir().unwrap();
    generate(dir.path()).unwrap();
    let signer = signer(dir.path());
    (dir, signer)
}

/// A receipt and the key set of its service, made once for the properties.
static SIGNED: LazyLock<(String, String)> = LazyLock::new(|| {
    let (_dir, signer) = service();
    (signer.sign(&acknowledged()).unwrap(), signer.jwks().unwrap())
});

/// A receipt with a header and payload of one's own, signed with the real key.
fn forged(dir: &Path, header: &str, payload: &str) -> String {
    let name = fs::read_to_string(dir.join("current")).unwrap();
    let pem = fs::read_to_string(dir.join(format!("{}.key", name.trim()))).unwrap();
    let pair = rcgen::KeyPair::from_pem(&pem).unwrap();
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pair.serialized_der()).unwrap();
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

#[test]
fn a_receipt_says_offline_what_the_ledger_says() {
    let (dir, signer) = service();
    let receipt = signer.sign(&acknowledged()).unwrap();
    let jwks = signer.jwks().unwrap();
    let key_id = signer.check().unwrap();
    drop((signer, dir)); // the service is no more

    let verified = verify(&receipt, &jwks).unwrap();
    assert_eq!(verified.claims, acknowledged());
    assert_eq!(verified.key_id, key_id);

    // Other implementations read the digests as lowercase hexadecimal, and miss what is absent.
    let first = ReceiptClaims { previous: None, principal: None, ..acknowledged() };
    let json = serde_json::to_value(&first).unwrap();
    assert_eq!(json["content_sha256"], "ab".repeat(32));
    assert!(json.get("previous").is_none() && json.get("principal").is_none(), "{json}");
}

#[test]
fn receipts_from_before_a_rotation_verify_and_the_former_key_signs_no_more() {
    let (dir, signer) = service();
    let mut receipts = vec![signer.sign(&acknowledged()).unwrap()];
    for _ in 0..3 {
        let former = signer.check().unwrap();
        let present = rotate(dir.path()).unwrap();
        assert_ne!(former, present);
        assert!(!dir.path().join(format!("{former}.key")).exists());
        let receipt = signer.sign(&acknowledged()).unwrap();
        assert_eq!(verify(&receipt, &signer.jwks().unwrap()).unwrap().key_id, present);
        receipts.push(receipt);
    }
    for receipt in &receipts {
        verify(receipt, &signer.jwks().unwrap()).unwrap();
    }
}

#[test]
fn the_keys_of_another_service_do_not_vouch_and_the_refusal_names_the_key() {
    let (_ours, signer) = service();
    let (_theirs, other) = service();
    let receipt = signer.sign(&acknowledged()).unwrap();
    let refusal = verify(&receipt, &other.jwks().unwrap()).unwrap_err();
    let key_id = signer.check().unwrap();
    assert!(matches!(&refusal, ReceiptError::UnknownKey { key_id: named } if *named == key_id), "{refusal}");

    // Another key under the name of ours does not help either.
    let jwks = other.jwks().unwrap().replace(&other.check().unwrap(), &key_id);
    assert!(matches!(verify(&receipt, &jwks).unwrap_err(), ReceiptError::BadSignature));
}

#[test]
fn what_is_signed_is_verified_and_what_would_be_too_long_is_not_signed() {
    let (_dir, signer) = service();
    let jwks = signer.jwks().unwrap();
    let said = |length: usize| vec!["x".repeat(length)];
    let mut refused = 0;
    // Around 16 KiB of base64.
    for length in 11_900..12_300 {
        match signer.sign_as("letter+jwt", &said(length)) {
            Ok(signed) => {
                let verified = verify_as::<Vec<String>>("letter+jwt", &signed, &jwks).unwrap();
                assert_eq!((verified.claims, refused), (said(length), 0));
            }
            Err(SigningError::TooLong { limit, got }) => {
                assert!(got > limit && limit == 16 * 1024, "{got} {limit}");
                refused += 1;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!((1..400).contains(&refused), "{refused}");
}

#[test]
fn a_changed_payload_has_a_bad_signature() {
    let (receipt, jwks) = &*SIGNED;
    let parts: Vec<&str> = receipt.split('.').collect();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let changed = URL_SAFE_NO_PAD.encode(payload.replace("acknowledged", "acted"));
    let changed = format!("{}.{changed}.{}", parts[0], parts[2]);
    assert!(matches!(verify(&changed, jwks).unwrap_err(), ReceiptError::BadSignature));
}

#[test]
fn the_key_decides_on_the_algorithm_and_tokens_are_no_receipts() {
    let (dir, signer) = service();
    let (kid, jwks) = (signer.check().unwrap(), signer.jwks().unwrap());
    let payload = serde_json::to_string(&acknowledged()).unwrap();
    let typ = "seamless-receipt+jwt";
    let refusal = |header: String| verify(&forged(dir.path(), &header, &payload), &jwks).unwrap_err();

    // The forgery is good enough to be believed if its header is.
    let genuine = format!(r#"{{"alg":"EdDSA","typ":"{typ}","kid":"{kid}"}}"#);
    verify(&forged(dir.path(), &genuine, &payload), &jwks).unwrap();

    for alg in ["none", "HS256", "RS256", ""] {
        let refusal = refusal(format!(r#"{{"alg":"{alg}","typ":"{typ}","kid":"{kid}"}}"#));
        assert!(matches!(&refusal, ReceiptError::WrongAlgorithm { got } if got == alg), "{refusal}");
    }
    let token = refusal(format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}"}}"#));
    assert!(matches!(&token, ReceiptError::WrongType { got, .. } if got == "JWT"), "{token}");
    let untyped = refusal(format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#));
    assert!(matches!(&untyped, ReceiptError::WrongType { got, .. } if got.is_empty()), "{untyped}");
    let critical =
        refusal(format!(r#"{{"alg":"EdDSA","typ":"{typ}","kid":"{kid}","crit":["b64"],"b64":false}}"#));
    assert!(matches!(critical, ReceiptError::CriticalExtension), "{critical}");
}

#[test]
fn a_malformed_part_is_named() {
    let (dir, signer) = service();
    let (receipt, jwks) = (signer.sign(&acknowledged()).unwrap(), signer.jwks().unwrap());
    let [header, payload, signature] = receipt.split('.').collect::<Vec<_>>().try_into().unwrap();
    let genuine =
        format!(r#"{{"alg":"EdDSA","typ":"seamless-receipt+jwt","kid":"{}"}}"#, signer.check().unwrap());
    let capital = serde_json::to_string(&acknowledged()).unwrap().replace("abab", "ABAB");
    for (text, part) in [
        (String::new(), "structure"),
        (format!("{header}.{payload}"), "structure"),
        (format!("{receipt}.{signature}"), "structure"),
        (format!("AA.{payload}.{signature}"), "header"),
        (format!("{header}=.{payload}.{signature}"), "header"),
        (format!("{header}.{payload}.?"), "signature"),
        (forged(dir.path(), &genuine, "{}"), "payload"),
        (forged(dir.path(), &genuine, &capital), "payload"),
    ] {
        let refusal = verify(&text, &jwks).unwrap_err();
        assert!(
            matches!(refusal, ReceiptError::Malformed { part: named, .. } if named == part),
            "{text}: {refusal}"
        );
    }
    let long = verify(&"a".repeat(1 << 20), &jwks).unwrap_err();
    assert!(matches!(long, ReceiptError::TooLong { got: 1_048_576, .. }), "{long}");
}

#[test]
fn while_the_keys_are_out_of_reach_no_receipt_is_made_and_afterwards_it_is() {
    let parent = tempfile::tempdir().unwrap();
    let (dir, away) = (parent.path().join("keys"), parent.path().join("away"));
    let signer = signer(&dir);
    let absent = signer.sign(&acknowledged()).unwrap_err();
    assert!(absent.to_string().contains("keys/current"), "{absent}");
    signer.jwks().unwrap_err();

    let kid = generate(&dir).unwrap();
    let receipt = signer.sign(&acknowledged()).unwrap();
    let jwks = signer.jwks().unwrap();

    fs::rename(&dir, &away).unwrap();
    signer.sign(&acknowledged()).unwrap_err();
    assert_eq!(signer.jwks().unwrap(), jwks, "old receipts can be checked meanwhile");
    fs::rename(&away, &dir).unwrap();

    let key_file = dir.join(format!("{kid}.key"));
    let pem = fs::read_to_string(&key_file).unwrap();
    fs::write(&key_file, &pem[..pem.len() / 2]).unwrap();
    let corrupt = signer.sign(&acknowledged()).unwrap_err().to_string();
    assert!(corrupt.contains("does not hold an ed25519 private key"), "{corrupt}");
    assert!(!corrupt.contains(pem.lines().nth(1).unwrap()), "{corrupt}");
    rotate(&dir).unwrap_err();

    fs::write(&key_file, pem).unwrap();
    assert_eq!(signer.sign(&acknowledged()).unwrap(), receipt);
}

#[test]
fn keys_are_made_once_and_for_the_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("a/keys");
    let kid = generate(&dir).unwrap();
    assert_eq!(generate(&dir).unwrap(), kid);
    let mut names: Vec<_> =
        fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut expected = vec![format!("{kid}.key"), "current".into(), "jwks.json".into()];
    expected.sort();
    assert_eq!(names, expected);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(dir.join(format!("{kid}.key"))).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// For the owner alone, as a key must be.
fn write_key(file: &std::path::Path, key: &[u8]) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(file, key).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn an_interrupted_rotation_leaves_a_folder_that_signs() {
    let (dir, signer) = service();
    let former = signer.check().unwrap();
    let key = fs::read(dir.path().join(format!("{former}.key"))).unwrap();
    let before = signer.sign(&acknowledged()).unwrap();
    rotate(dir.path()).unwrap();
    // As if it had stopped before the new key was named.
    write_key(&dir.path().join(format!("{former}.key")), &key);
    fs::write(dir.path().join("current"), &former).unwrap();

    assert_eq!(signer.sign(&acknowledged()).unwrap(), before);
    let present = rotate(dir.path()).unwrap();
    let after = signer.sign(&acknowledged()).unwrap();
    let jwks = signer.jwks().unwrap();
    assert_eq!(verify(&after, &jwks).unwrap().key_id, present);
    verify(&before, &jwks).unwrap();
}

#[test]
fn a_private_key_among_the_public_ones_is_neither_served_nor_used() {
    let (dir, signer) = service();
    let (receipt, jwks) = (signer.sign(&acknowledged()).unwrap(), signer.jwks().unwrap());
    let leaked = jwks.replacen(r#""x":"#, r#""d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x":"#, 1);
    assert!(matches!(verify(&receipt, &leaked).unwrap_err(), ReceiptError::KeySet(KeySetError::PrivateKey)));
    fs::write(dir.path().join("jwks.json"), leaked).unwrap();
    assert!(signer.jwks().unwrap_err().to_string().contains("holds a private key"));
    assert!(matches!(rotate(dir.path()).unwrap_err(), KeyFolderError::KeySet { .. }));
}

#[test]
fn a_key_made_with_openssl_signs_and_is_published() {
    // `openssl genpkey -algorithm ed25519`, and no key set beside it.
    let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
               -----END PRIVATE KEY-----\n";
    let dir = tempfile::tempdir().unwrap();
    write_key(&dir.path().join("autumn-2026.key"), pem.as_bytes());
    fs::write(dir.path().join("current"), "autumn-2026\n").unwrap();
    let signer = signer(dir.path());
    // It is the key of RFC 8037, appendix A.1, whose thumbprint stands in A.3.
    assert_eq!(signer.check().unwrap(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    verify(&signer.sign(&acknowledged()).unwrap(), &signer.jwks().unwrap()).unwrap();
}

#[test]
fn the_name_of_the_key_cannot_lead_out_of_the_folder() {
    let (dir, signer) = service();
    for name in ["../elsewhere", "/etc/ssl/private/host", "", "a.b"] {
        fs::write(dir.path().join("current"), name).unwrap();
        let refusal = signer.sign(&acknowledged()).unwrap_err().to_string();
        assert!(refusal.contains("does not hold the name of a key"), "{name:?}: {refusal}");
    }
}

fn claims() -> impl Strategy<Value = ReceiptClaims> {
    let texts = (".{0,40}", ".{0,80}", ".{0,40}", "[a-z]{1,12}", ".{0,20}", proptest::option::of(".{0,40}"));
    let rest = (any::<i64>(), any::<i64>(), any::<[u8; 32]>(), any::<i32>(), any::<Option<[u8; 32]>>());
    (texts, rest).prop_map(
        |(
            (iss, sub, jti, kind, authority, principal),
            (iat, recorded, content_sha256, version, previous),
        )| {
            ReceiptClaims {
                iss,
                iat,
                sub,
                jti,
                kind,
                authority,
                principal,
                recorded,
                content_sha256,
                version,
                previous,
            }
        },
    )
}

static SERVICE: LazyLock<(TempDir, Signer)> = LazyLock::new(service);

proptest! {
    #[test]
    fn what_is_signed_is_what_is_read(claims in claims()) {
        let (_, signer) = &*SERVICE;
        let receipt = signer.sign(&claims).unwrap();
        prop_assert_eq!(verify(&receipt, &signer.jwks().unwrap()).unwrap().claims, claims);
    }

    #[test]
    fn no_octet_can_be_changed(at in any::<prop::sample::Index>(), octet in 0_u8..128) {
        let (receipt, jwks) = &*SIGNED;
        let mut changed = receipt.clone().into_bytes();
        let at = at.index(changed.len());
        prop_assume!(changed[at] != octet);
        changed[at] = octet;
        prop_assert!(verify(&String::from_utf8(changed).unwrap(), jwks).is_err());
    }

    #[test]
    fn nothing_can_be_cut_out_put_in_or_appended(from in any::<prop::sample::Index>(), put_in in "[A-Za-z0-9_.=-]{0,4}", cut in 0_usize..5) {
        let (receipt, jwks) = &*SIGNED;
        let from = from.index(receipt.len() + 1);
        let to = (from + cut).min(receipt.len());
        let changed = format!("{}{put_in}{}", &receipt[..from], &receipt[to..]);
        prop_assume!(changed != *receipt);
        prop_assert!(verify(&changed, jwks).is_err());
    }

    #[test]
    fn nothing_makes_it_panic(receipt in ".{0,200}", jwks in ".{0,200}") {
        prop_assert!(verify(&receipt, &SIGNED.1).is_err());
        prop_assert!(verify(&SIGNED.0, &jwks).is_err());
    }
}

#[test]
fn no_bit_can_be_changed() {
    let (receipt, jwks) = &*SIGNED;
    verify(receipt, jwks).unwrap();
    for at in 0..receipt.len() {
        for bit in 0..8 {
            let mut changed = receipt.clone().into_bytes();
            changed[at] ^= 1 << bit;
            // What is no text any more does not get as far as this.
            let Ok(changed) = String::from_utf8(changed) else { continue };
            assert!(verify(&changed, jwks).is_err(), "bit {bit} of octet {at}");
        }
    }
}

/// Authorities keep receipts for years. The key is for this test alone.
#[test]
fn a_receipt_is_written_and_read_as_ever() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("current"), "golden\n").unwrap();
    let key = dir.path().join("golden.key");
    fs::write(&key, include_str!("golden/test_key.pem")).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let (signer, kept) = (signer(dir.path()), include_str!("golden/receipt.txt").trim());
    assert_eq!(signer.sign(&acknowledged()).unwrap(), kept);
    assert_eq!(verify(kept, &signer.jwks().unwrap()).unwrap().claims, acknowledged());
}
