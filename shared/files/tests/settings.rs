//! Settings as they stand in a configuration, and what is refused before a service starts.
#![allow(clippy::unwrap_used, clippy::expect_used)] // the helpers of the stories as well as the stories

use std::time::Duration;

use seamless_files::{FileError, FileSettings, FileStore};

#[test]
fn a_url_is_enough_and_a_misspelt_key_is_an_error() {
    let settings: FileSettings = toml::from_str("url = '/var/lib/seamless/files'").unwrap();
    assert_eq!((settings.max_bytes, settings.part_bytes), (50 * 1024 * 1024, 1024 * 1024));
    assert_eq!(settings.upload_expiry, Duration::from_secs(86_400));
    settings.validate().unwrap();
    let settings: FileSettings =
        toml::from_str("url = 'file:///srv'\nupload_expiry = '36h'\nallowed_types = ['image/gif']").unwrap();
    assert_eq!(settings.upload_expiry, Duration::from_secs(129_600));
    settings.validate().unwrap();
    let error = toml::from_str::<FileSettings>("url = '/srv'\nmax_byte = 1").unwrap_err();
    assert!(error.to_string().contains("max_byte"), "{error}");
}

#[test]
fn a_wrong_setting_is_named() {
    let good = FileSettings::new("/srv/files");
    good.validate().unwrap();
    let with = |change: fn(&mut FileSettings)| {
        let mut settings = good.clone();
        change(&mut settings);
        settings
    };
    for (settings, key, said) in [
        (with(|s| s.url = String::new()), "url", "expected a folder"),
        (with(|s| s.url = "ftp://host/files".into()), "url", "got ftp://"),
        (with(|s| s.url = "file://relative".into()), "url", "file://relative"),
        (with(|s| s.max_bytes = 0), "max_bytes", "got 0"),
        (with(|s| s.max_bytes = u64::MAX), "part_bytes", "18446744073709551615"),
        (with(|s| s.allowed_types.clear()), "allowed_types", "got none"),
        // A type that content cannot be held against would be accepted on the word of the client.
        (with(|s| s.allowed_types.push("image/svg+xml".into())), "allowed_types", "image/svg+xml"),
        (with(|s| s.part_bytes = 1), "part_bytes", "got 1"),
        (with(|s| s.upload_expiry = Duration::from_secs(5)), "upload_expiry", "got 5s"),
    ] {
        let refusal = settings.validate().unwrap_err();
        assert!(matches!(refusal, FileError::Invalid { field, .. } if field == key), "{key}: {refusal}");
        assert!(refusal.to_string().contains(said), "{key}: {refusal}");
        assert_eq!(FileStore::open(&settings).err(), Some(refusal));
    }
}

#[cfg(not(feature = "s3"))]
#[test]
fn a_bucket_needs_a_build_for_it() {
    let refusal = FileSettings::new("s3://bucket/prefix").validate().unwrap_err();
    assert!(refusal.to_string().contains("needs a build with the feature s3"), "{refusal}");
}

#[cfg(feature = "s3")]
#[test]
fn a_bucket_needs_its_section() {
    let refusal = FileSettings::new("s3://bucket/prefix").validate().unwrap_err();
    assert!(matches!(refusal, FileError::Invalid { field: "s3", .. }), "{refusal}");
    let settings: FileSettings = toml::from_str(
        "url = 's3://bucket/prefix'\n[s3]\nregion = 'eu-central-1'\nsecret_access_key = 'hush'",
    )
    .unwrap();
    settings.validate().unwrap();
    assert!(!format!("{settings:?}").contains("hush"));

    let refusal = FileStore::open(&settings).err().unwrap();
    assert_eq!(refusal, FileError::Unavailable("no tls provider is installed in this process".into()));
    rustls::crypto::ring::default_provider().install_default().unwrap();
    FileStore::open(&settings).unwrap();
}
