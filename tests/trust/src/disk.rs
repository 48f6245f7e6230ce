//! Disks that fail: small real file systems that are filled, and a library that refuses the writes of one program.
//!
//! Invariant: what is mounted is unmounted with the value, and nothing outside its folder is touched.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::Failure;

/// The library that refuses writes.
const REFUSING: &str = include_str!("fault.c");
/// What a disk is filled with at a time; then smaller pieces, until not one octet fits.
const PIECES: [usize; 3] = [1 << 20, 4096, 1];
/// How long a busy file system may take to be let go.
const UNMOUNT: Duration = Duration::from_secs(10);

/// What a disk is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A folder of the machine's, behind the library that refuses writes.
    Refusing,
    /// A file system in memory of so many MiB.
    Memory(u32),
    /// An ext4 file system on a loop device of so many MiB; after an error the kernel makes it read-only.
    Ext4(u32),
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The disk is full to the last octet.
    Full,
    /// What the library does, by the letter of `fault.c`.
    Refused(char),
    /// The kernel finds an error in the file system and makes it read-only; it stays so until it is mounted anew.
    FileSystemError,
}

/// A disk, empty and sound.
pub struct Disk {
    kind: Kind,
    root: TempDir,
}

impl Disk {
    /// Makes and mounts it. Mounting wants root.
    ///
    /// # Errors
    /// What the programs say that make it.
    pub fn new(kind: Kind) -> Result<Self, Failure> {
        let others_may_pass = fs::Permissions::from_mode(0o711);
        let root =
            tempfile::Builder::new().prefix("seamless-trust-").permissions(others_may_pass).tempdir()?;
        let disk = Self { kind, root };
        fs::create_dir(disk.folder())?;
        match kind {
            Kind::Refusing => disk.compile()?,
            Kind::Memory(_) => disk.mount()?,
            Kind::Ext4(size) => {
                File::create(disk.image())?.set_len(u64::from(size) << 20)?;
                run(Command::new("mkfs.ext4").args(["-q", "-F", "-m", "0"]).arg(disk.image()))?;
                disk.mount()?;
            }
        }
        Ok(disk)
    }

    /// Where the program under test keeps what it acknowledges.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.root.path().join("disk")
    }

    /// Beside the disk, on the machine's own.
    #[must_use]
    pub fn beside(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// The variables under which the program under test runs.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        match self.kind {
            Kind::Refusing => vec![
                ("LD_PRELOAD", self.beside("fault.so")),
                ("SEAMLESS_FAULT_CONTROL", self.beside("control")),
                ("SEAMLESS_FAULT_FOLDER", self.folder()),
            ],
            Kind::Memory(_) | Kind::Ext4(_) => Vec::new(),
        }
    }

    /// Lets it fail from now on.
    ///
    /// # Errors
    /// If the fault cannot be made.
    pub fn fail(&self, fault: Fault) -> Result<(), Failure> {
        match fault {
            Fault::Full => self.fill(),
            Fault::Refused(letter) => self.tell(letter),
            Fault::FileSystemError => {
                let device = self.device()?;
                let name = device.rsplit('/').next().unwrap_or_default();
                Ok(fs::write(format!("/sys/fs/ext4/{name}/trigger_fs_error"), "1")?)
            }
        }
    }

    /// Frees so many octets of a full disk, and no more.
    ///
    /// # Errors
    /// If it is not full.
    pub fn free_a_little(&self, octets: u64) -> Result<(), Failure> {
        let file = File::options().write(true).open(self.filler())?;
        Ok(file.set_len(file.metadata()?.len().saturating_sub(octets))?)
    }

    /// Mends it. After an error of the file system it wants to be mounted anew, with nobody using it.
    ///
    /// # Errors
    /// If that does not succeed.
    pub fn mend(&self, fault: Fault) -> Result<(), Failure> {
        match fault {
            Fault::Full => Ok(fs::remove_file(self.filler())?),
            Fault::Refused(_) => self.tell('-'),
            Fault::FileSystemError => {
                self.unmount()?;
                // It says with exit code 1 that it mended something.
                Command::new("e2fsck").args(["-p", "-f"]).arg(self.image()).output()?;
                self.mount()
            }
        }
    }

    /// Tells the library what to do. The file is mapped: it must never be without its octet.
    fn tell(&self, letter: char) -> Result<(), Failure> {
        let mut control = File::options().write(true).open(self.beside("control"))?;
        Ok(control.write_all(letter.to_string().as_bytes())?)
    }

    fn filler(&self) -> PathBuf {
        self.folder().join("filler")
    }

    fn image(&self) -> PathBuf {
        self.beside("image")
    }

    fn fill(&self) -> Result<(), Failure> {
        let mut filler = File::options().create(true).append(true).open(self.filler())?;
        for piece in PIECES {
            let octets = vec![0xa5; piece];
            while filler.write(&octets).is_ok_and(|written| written > 0) {}
        }
        Ok(())
    }

    fn compile(&self) -> Result<(), Failure> {
        fs::write(self.beside("fault.c"), REFUSING)?;
        fs::write(self.beside("control"), "-")?;
        let library = self.beside("fault.so");
        run(Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(library)
            .arg(self.beside("fault.c"))
            .arg("-ldl"))
    }

    fn mount(&self) -> Result<(), Failure> {
        let mut mount = Command::new("mount");
        match self.kind {
            Kind::Refusing => return Ok(()),
            Kind::Memory(size) => {
                mount.args(["-t", "tmpfs", "-o", &format!("size={size}m,mode=0755"), "tmpfs"])
            }
            Kind::Ext4(_) => mount.args(["-o", "loop,errors=remount-ro"]).arg(self.image()),
        };
        run(mount.arg(self.folder()))
    }

    fn unmount(&self) -> Result<(), Failure> {
        if self.kind == Kind::Refusing {
            return Ok(());
        }
        let began = Instant::now();
        loop {
            match run(Command::new("umount").arg(self.folder())) {
                Err(_) if began.elapsed() < UNMOUNT => std::thread::sleep(Duration::from_millis(100)),
                ended => return ended,
            }
        }
    }

    /// The loop device beneath.
    fn device(&self) -> Result<String, Failure> {
        let mut losetup = Command::new("losetup");
        losetup.args(["--noheadings", "--output", "NAME", "--associated"]).arg(self.image());
        let told = losetup.output()?;
        Ok(String::from_utf8_lossy(&told.stdout).trim().to_owned())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Err(failure) = self.unmount() {
            crate::say(&format!("{} stays mounted: {failure}", self.folder().display()));
        }
    }
}

/// Whether this machine lets us mount file systems.
#[must_use]
pub fn can_mount(scratch: &Path) -> bool {
    let folder = scratch.join("trial");
    let made = fs::create_dir(&folder).is_ok()
        && run(Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(&folder)).is_ok();
    made && run(Command::new("umount").arg(&folder)).is_ok()
}

/// Whether it has loop devices and ext4, too.
#[must_use]
pub fn has_loop_devices() -> bool {
    let formats = Command::new("mkfs.ext4").arg("-V").output().is_ok_and(|output| output.status.success());
    formats && Path::new("/dev/loop-control").exists() && Path::new("/sys/fs/ext4").exists()
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()).into()),
    }
}
