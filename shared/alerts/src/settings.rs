//! Whose alerts are followed, and where.

use seamless_identity::{AuthorityId, Cooperation};
use seamless_program::files_of;
use seamless_service::{
    client::ChannelSettings,
    config::{InvalidSetting, NamedFile, Validate},
};
use serde::Deserialize;

/// The section `alerts` of a service's configuration, or one of several; the feeds of other services are named likewise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertSettings {
    /// The authority whose credentials the channel has; what it is shown is for its side alone.
    pub authority: String,
    /// The service whose feed it is.
    pub channel: ChannelSettings,
}

impl AlertSettings {
    /// The authority, which the cooperation knows.
    ///
    /// # Errors
    /// What it wants and what it got, where it does not.
    pub fn known_authority(&self, cooperation: &Cooperation) -> Result<AuthorityId, InvalidSetting> {
        let known = self.authority.parse().ok().filter(|id| cooperation.authority(id).is_some());
        known.ok_or_else(|| {
            InvalidSetting::new("authority", &self.authority, "an authority of the cooperation")
        })
    }
}

/// Each is right, and none is of an authority that another one is of.
///
/// # Errors
/// The first that is not.
pub fn check_alerts(all: &[AlertSettings]) -> Result<(), InvalidSetting> {
    check_feeds("alerts", all)
}

/// As [`check_alerts`], of the feeds of whichever service that a section names.
///
/// # Errors
/// The first that is not right, within the section.
pub fn check_feeds(section: &str, all: &[AlertSettings]) -> Result<(), InvalidSetting> {
    for (index, one) in all.iter().enumerate() {
        one.validate().map_err(|wrong| wrong.within(section))?;
        if all.iter().take(index).any(|other| other.authority == one.authority) {
            let wanted = "each authority once";
            return Err(InvalidSetting::new("authority", &one.authority, wanted).within(section));
        }
    }
    Ok(())
}

impl Validate for AlertSettings {
    fn validate(&self) -> Result<(), InvalidSetting> {
        self.channel.validate().map_err(|wrong| wrong.within("channel"))?;
        match self.authority.parse::<AuthorityId>() {
            Ok(_) => Ok(()),
            Err(_) => Err(InvalidSetting::new("authority", &self.authority, "the id of an authority")),
        }
    }

    fn files(&self) -> Vec<NamedFile> {
        files_of(&[("channel", &self.channel)])
    }
}
