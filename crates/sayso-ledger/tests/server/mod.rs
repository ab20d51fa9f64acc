//! A PostgreSQL server of a test's own, in a folder that is gone with it.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The user `nobody`, as whom a server runs where the tests are run by root: PostgreSQL refuses to be root's.
const NOBODY: u32 = 65_534;

pub(crate) struct Server {
    folder: tempfile::TempDir,
    programs: PathBuf,
    root: bool,
}

impl Server {
    /// Starts a server; `None`, which is said, where PostgreSQL is not installed.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL is not installed (apt-get install postgresql)");
            return None;
        };
        // A short name: that of a socket must fit in 107 bytes.
        let folder = tempfile::Builder::new().prefix("sayso-pg-").tempdir_in("/tmp").unwrap();
        let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        if root {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let server = Self { folder, programs, root };
        let data = server.folder.path().join("data");
        let data = data.to_str().unwrap();
        server.run(
            "initdb",
            &["-D", data, "-U", "sayso", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale"],
        );
        let options = format!("-c listen_addresses= -c fsync=off -k {}", server.folder.path().display());
        let log = server.folder.path().join("log");
        server.run("pg_ctl", &["start", "-w", "-D", data, "-o", &options, "-l", log.to_str().unwrap()]);
        Some(server)
    }

    /// The address of a new database.
    pub(crate) fn database(&self, name: &str) -> PathBuf {
        self.client("postgres").batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        self.address(name).into()
    }

    /// A connection past sayso.
    pub(crate) fn client(&self, database: &str) -> postgres::Client {
        postgres::Client::connect(&self.address(database), postgres::NoTls).unwrap()
    }

    fn address(&self, database: &str) -> String {
        let folder = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://sayso@{folder}/{database}")
    }

    fn run(&self, program: &str, args: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        // A server that goes on must not hold the test's own output open.
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        if self.root {
            command.uid(NOBODY).gid(NOBODY);
        }
        let done = command.stderr(Stdio::null()).status().unwrap();
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert!(done.success(), "{program}: {done}\n{log}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        self.run("pg_ctl", &["stop", "-m", "immediate", "-D", data.to_str().unwrap()]);
    }
}

/// Where the programs of the newest PostgreSQL are.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "postgres"].iter().all(|p| Path::new(folder).join(p).exists())
    };
    debian.into_iter().rev().chain(std::env::split_paths(&path)).find(has)
}
