//! Opening the file: its folder, its rights, whose it is, and its tables.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use store::StoreError;
use uuid::Uuid;

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

/// The connection that writes. Makes the tables when the file is new, and refuses a file that is not ours to write.
pub fn writer(path: &Path) -> Result<Connection, StoreError> {
    let doing = format!("open {}", path.display());
    let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { path: path.to_owned() },
        _ => store_error(&doing, &error),
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    if is_new(&connection, path, failed)? {
        connection.execute_batch(sql::BEFORE_FIRST_PAGE).map_err(failed)?;
        connection.execute_batch(sql::SETTINGS).map_err(failed)?;
        create(&mut connection).map_err(failed)?;
    } else {
        connection.execute_batch(sql::SETTINGS).map_err(failed)?;
    }
    Ok(connection)
}

/// A connection that reads beside the writer.
pub fn reader(path: &Path) -> Result<Connection, StoreError> {
    let failed = |error| store_error(&format!("open {}", path.display()), &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.execute_batch(sql::SETTINGS).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    Ok(connection)
}

/// Whether the file is still without tables. Refuses other programs' files and newer formats.
fn is_new(
    connection: &Connection,
    path: &Path,
    failed: impl Fn(rusqlite::Error) -> StoreError,
) -> Result<bool, StoreError> {
    let read = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(&failed);
    match (read(sql::READ_APPLICATION_ID)?, read(sql::READ_FORMAT)?) {
        (sql::APPLICATION_ID, sql::FORMAT) => Ok(false),
        (sql::APPLICATION_ID, found) if found > sql::FORMAT => {
            Err(StoreError::NewerFormat { path: path.to_owned(), found, known: sql::FORMAT })
        }
        (sql::APPLICATION_ID, found) => Err(StoreError::Damaged { what: format!("its format is {found}") }),
        (0, 0) if read(sql::COUNT_TABLES)? == 0 => Ok(true),
        _ => Err(StoreError::Foreign { path: path.to_owned() }),
    }
}

/// One transaction: a file has all of its tables, its marks and its epoch, or none.
fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "an epoch is made here, at the edge, once in a store's life"
    )]
    let epoch = Uuid::new_v4();
    let transaction = connection.transaction()?;
    transaction.execute_batch(sql::CREATE)?;
    transaction.execute(sql::INSERT_EPOCH, [epoch.as_bytes()])?;
    transaction.execute_batch(sql::MARK_APPLICATION)?;
    transaction.execute_batch(sql::MARK_FORMAT)?;
    transaction.commit()
}
