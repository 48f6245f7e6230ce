//! What is there, compared with what was acknowledged.

use crate::{Failure, load::Change, partner::Partner};

/// What the comparison found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Findings {
    /// Changes that were tried.
    pub attempts: usize,
    pub acknowledged: usize,
    /// Acknowledged, and not there.
    pub lost: usize,
    /// Acknowledged, and there with other content.
    pub different: usize,
    /// There more than once, acknowledged or not.
    pub doubled: usize,
    /// There, though nobody was told: the answer was lost on its way.
    pub unheard: usize,
}

/// Asks for everything that was acknowledged, and counts everything that is there.
///
/// # Errors
/// If the service does not answer.
pub async fn compare(partner: &Partner, changes: &[Change]) -> Result<Findings, Failure> {
    let counts = partner.count_marks().await?;
    let mut findings = Findings { attempts: changes.len(), ..Findings::default() };
    for change in changes {
        let count = counts.get(&change.mark).copied().unwrap_or_default();
        findings.doubled += usize::from(count > 1);
        match &change.acknowledged {
            None => findings.unheard += usize::from(count == 1),
            Some(acknowledged) => {
                findings.acknowledged += 1;
                match partner.read(&acknowledged.name).await {
                    Ok(found) if found == *acknowledged && count > 0 => {}
                    Ok(_) if count > 0 => findings.different += 1,
                    found => {
                        let code = found.err().map(|status| status.code());
                        crate::say(&format!("lost: {}, there {count} times, read: {code:?}", change.mark));
                        findings.lost += 1;
                    }
                }
            }
        }
    }
    Ok(findings)
}
