//! Named users: a file with one line each, and what each may do.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};
use sha2::{Digest, Sha256};

use crate::{
    ServeError,
    state::{random, same},
};

/// What a user may do; each role includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// See everything.
    Reader,
    /// Decide, and undo one's own decisions.
    Reviewer,
    /// Undo others' decisions.
    Admin,
}

impl Role {
    /// The role with this name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Reader, Self::Reviewer, Self::Admin].into_iter().find(|role| role.word() == word)
    }

    /// The name of the role.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
        }
    }
}

/// How a user proves his or her identity.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Secret {
    /// Argon2 hash of a password, in PHC format.
    Password(String),
    /// SHA-256 of a random token for programs.
    Token(String),
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct User {
    role: Role,
    secret: Secret,
}

/// The proof that a request offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// The users of a server.
#[derive(Debug, Clone)]
pub(crate) struct Users {
    users: BTreeMap<String, Vec<User>>,
    /// A hash of nobody's password, so that an unknown name takes as long as a known one.
    nobody: String,
}

const PREFIX: &str = "sha256:";
/// Minimum length of a password, in characters.
const LETTERS: usize = 10;

impl Users {
    /// Reads the file: name, role and secret on each line, separated by tabs; `#` begins a comment.
    pub(crate) fn read(path: &Path) -> Result<Self, ServeError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ServeError::Users { path: path.to_owned(), why: source.to_string() })?;
        let mut users: BTreeMap<String, Vec<User>> = BTreeMap::new();
        for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'))
        {
            let wrong = |why: &str| ServeError::Users {
                path: path.to_owned(),
                why: format!("line {}: {why}", n + 1),
            };
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, role, secret] = columns.as_slice() else {
                return Err(wrong(
                    "expected name, role and secret, separated by tabs; `sayso user` writes them",
                ));
            };
            let role =
                Role::from_word(role).ok_or_else(|| wrong("the role must be reader, reviewer or admin"))?;
            let secret = match secret.strip_prefix(PREFIX) {
                Some(hash) => Secret::Token(hash.to_owned()),
                None => {
                    PasswordHash::new(secret)
                        .map_err(|_| wrong("this is not an Argon2 hash; `sayso user` creates one"))?;
                    Secret::Password((*secret).to_owned())
                }
            };
            users.entry((*name).to_owned()).or_default().push(User { role, secret });
        }
        if users.is_empty() {
            let why = "it names no users; add one with `sayso user`".to_owned();
            return Err(ServeError::Users { path: path.to_owned(), why });
        }
        Ok(Self { users, nobody: hashed(&random()?)? })
    }

    /// The user with this name and password. Slow by design.
    pub(crate) fn with_password(&self, name: &str, password: &str) -> Option<Known> {
        let own = self.users.get(name).into_iter().flatten();
        let mut found = None;
        let mut asked = false;
        for user in own {
            if let Secret::Password(hash) = &user.secret {
                asked = true;
                if verified(hash, password) {
                    found = Some(Known { name: name.to_owned(), role: user.role });
                }
            }
        }
        if !asked {
            let _ = verified(&self.nobody, password);
        }
        found
    }

    /// The user with this token.
    pub(crate) fn with_token(&self, token: &str) -> Option<Known> {
        let hash = digest(token);
        let all = self.users.iter().flat_map(|(name, all)| all.iter().map(move |user| (name, user)));
        let mut found = None;
        for (name, user) in all {
            if matches!(&user.secret, Secret::Token(own) if same(own, &hash)) {
                found = Some(Known { name: name.clone(), role: user.role });
            }
        }
        found
    }
}

fn verified(hash: &str, password: &str) -> bool {
    let hash = PasswordHash::new(hash);
    hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn digest(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hashed(password: &str) -> Result<String, ServeError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|e| ServeError::Random(e.to_string()))?;
    let salt = SaltString::encode_b64(&salt).map_err(|e| ServeError::Random(e.to_string()))?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|e| ServeError::Password(e.to_string()))?.to_string())
}

/// The secret of a new or changed user.
#[derive(Debug, Clone)]
pub enum NewSecret {
    /// A password, for the pages.
    Password(String),
    /// A token, for programs; it is created here.
    Token,
}

/// Writes a user into the file, replacing the one with that name and kind of secret; returns the token if one was
/// created, which is stored nowhere else.
///
/// # Errors
/// [`ServeError::Users`] for a file that cannot be read or written, [`ServeError::Password`] for a password that is too short.
pub fn add_user(
    path: &Path,
    name: &str,
    role: Role,
    secret: &NewSecret,
) -> Result<Option<String>, ServeError> {
    let failed =
        |source: std::io::Error| ServeError::Users { path: path.to_owned(), why: source.to_string() };
    if name.trim() != name || name.is_empty() || name.starts_with('#') || name.chars().any(char::is_control) {
        let why = "a name must not have spaces around it or tabs in it, and must not begin with #".to_owned();
        return Err(ServeError::Users { path: path.to_owned(), why });
    }
    let (written, token) = match secret {
        NewSecret::Password(password) if password.chars().count() < LETTERS => {
            return Err(ServeError::Password(format!("it has fewer than {LETTERS} characters")));
        }
        NewSecret::Password(password) => (hashed(password)?, None),
        NewSecret::Token => {
            let token = random()?;
            (format!("{PREFIX}{}", digest(&token)), Some(token))
        }
    };
    let there = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            "# Users of sayso serve: name, role, secret. Written by `sayso user`.\n".to_owned()
        }
        Err(e) => return Err(failed(e)),
    };
    let is_token = |line: &str| line.rsplit('\t').next().is_some_and(|s| s.starts_with(PREFIX));
    let replaced = |line: &&str| line.split('\t').next() == Some(name) && is_token(line) == token.is_some();
    let mut lines: Vec<String> = there.lines().filter(|line| !replaced(line)).map(str::to_owned).collect();
    lines.push(format!("{name}\t{}\t{written}", role.word()));
    write_private(path, &(lines.join("\n") + "\n")).map_err(failed)?;
    Ok(token)
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::{NewSecret, Role, Users, add_user};

    #[test]
    fn a_user_is_known_by_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users.tsv");
        let password = |text: &str| NewSecret::Password(text.to_owned());
        assert!(add_user(&path, "ida", Role::Admin, &password("short")).is_err());
        assert!(add_user(&path, "i\tda", Role::Admin, &NewSecret::Token).is_err());
        assert!(Users::read(&path).is_err(), "no file");
        add_user(&path, "ida", Role::Reviewer, &password("first password")).unwrap();
        add_user(&path, "ida", Role::Admin, &password("second password")).unwrap();
        let token = add_user(&path, "robot", Role::Reader, &NewSecret::Token).unwrap().unwrap();
        let users = Users::read(&path).unwrap();
        assert_eq!(users.with_password("ida", "second password").unwrap().role, Role::Admin);
        for (name, password) in
            [("ida", "first password"), ("per", "second password"), ("robot", token.as_str())]
        {
            assert_eq!(users.with_password(name, password), None, "{name}");
        }
        assert_eq!(users.with_token(&token).unwrap().name, "robot");
        assert_eq!(users.with_token("other"), None);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains(&token) && !text.contains("password"));
    }
}
