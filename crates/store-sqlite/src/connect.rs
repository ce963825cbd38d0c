//! Opening the file: its folder, its rights, whose it is, and the format of its tables.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use store::StoreError;

use crate::{failure::store_error, sql};

/// Makes the folder (0700) and an empty file (0600) where they are missing, so that both survive a power cut.
/// Answers the file's path without links, so that two names of one file share one lock.
pub fn prepare(path: &Path) -> Result<PathBuf, StoreError> {
    if let Some(folder) = path.parent()
        && !folder.as_os_str().is_empty()
    {
        make_folder(folder).map_err(|error| StoreError::io(format!("make {}", folder.display()), &error))?;
    }
    private_file(path)?;
    let resolve = || {
        let path = path.canonicalize()?;
        path.parent().map_or(Ok(()), sync_folder)?;
        Ok(path)
    };
    resolve().map_err(|error| StoreError::io(format!("open {}", path.display()), &error))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let made: Vec<&Path> = folder.ancestors().take_while(missing).collect();
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    made.into_iter().try_for_each(|folder| sync_folder(&folder.join("..")))
}

/// Flushes the names in a folder.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Opens a file for writing; one that is new can be read by its owner only.
pub fn private_file(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| StoreError::io(format!("open {}", path.display()), &error))
}

/// What kind of file: whose it is, its format and its tables.
#[derive(Debug)]
pub struct Kind {
    /// Marks the file as ours (offset 68 of a SQLite file).
    pub application_id: i64,
    /// The newest format that is known here. A newer one is refused.
    pub format: i64,
    /// What a connection needs to know before the file has its first page.
    pub before_first_page: &'static str,
    /// Tables and marks of a new file.
    pub create: &'static [&'static str],
    /// What a new file holds from the start.
    pub first_rows: fn(&Connection) -> rusqlite::Result<()>,
    /// The first brings a file of format 1 to format 2, and so on, marks included.
    pub steps: &'static [&'static str],
}

/// The connection that writes. Makes the tables when the file is new, brings up those of an older format, and refuses
/// a file that is not ours to write.
pub fn writer(path: &Path, kind: &Kind) -> Result<Connection, StoreError> {
    let doing = format!("open {}", path.display());
    let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { path: path.to_owned() },
        _ => store_error(&doing, &error),
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    match format(&connection, path, kind, failed)? {
        None => {
            connection.execute_batch(kind.before_first_page).map_err(failed)?;
            connection.execute_batch(sql::SETTINGS).map_err(failed)?;
            create(&mut connection, kind).map_err(failed)?;
        }
        Some(format) => {
            connection.execute_batch(sql::SETTINGS).map_err(failed)?;
            bring_up(&mut connection, kind, format).map_err(failed)?;
        }
    }
    Ok(connection)
}

/// A connection that reads beside the writer.
pub fn reader(path: &Path) -> Result<Connection, StoreError> {
    let failed = |error| store_error(&format!("open {}", path.display()), &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.execute_batch(sql::SETTINGS).map_err(failed)?;
    connection.execute_batch(sql::READER_CACHE).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    Ok(connection)
}

/// The format of the file; none while it is without tables. Refuses other programs' files and newer formats.
fn format(
    connection: &Connection,
    path: &Path,
    kind: &Kind,
    failed: impl Fn(rusqlite::Error) -> StoreError,
) -> Result<Option<i64>, StoreError> {
    let read = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(&failed);
    match (read(sql::READ_APPLICATION_ID)?, read(sql::READ_FORMAT)?) {
        (id, found) if id == kind.application_id && found > kind.format => {
            Err(StoreError::NewerFormat { path: path.to_owned(), found, known: kind.format })
        }
        (id, found) if id == kind.application_id && found >= 1 => Ok(Some(found)),
        (id, found) if id == kind.application_id => {
            Err(StoreError::Damaged { what: format!("the format of {} is {found}", path.display()) })
        }
        (0, 0) if read(sql::COUNT_TABLES)? == 0 => Ok(None),
        _ => Err(StoreError::Foreign { path: path.to_owned() }),
    }
}

/// One transaction: a file has all of its tables, its marks and its first rows, or none.
fn create(connection: &mut Connection, kind: &Kind) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    kind.create.iter().try_for_each(|batch| transaction.execute_batch(batch))?;
    (kind.first_rows)(&transaction)?;
    transaction.commit()
}

/// One transaction: all steps, or none.
fn bring_up(connection: &mut Connection, kind: &Kind, format: i64) -> rusqlite::Result<()> {
    let done = usize::try_from(format - 1).unwrap_or(0);
    let steps = kind.steps.get(done..).unwrap_or_default();
    if steps.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    steps.iter().try_for_each(|step| transaction.execute_batch(step))?;
    transaction.commit()
}
