//! Use cases of materials.

mod change_material;
mod count_download;
mod material_access;
mod tell_downloads;

pub use change_material::{ChangeMaterial, MaterialStep};
pub use count_download::CountDownload;
pub use material_access::{MaterialAccess, MaterialFilter};
pub use tell_downloads::TellDownloads;
