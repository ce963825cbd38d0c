//! What the devices of a block reported of themselves.

use domain::Os;

use super::super::block::Lasting;
use super::super::column::{Column, Truths};
use super::super::probed::{Probed, Said};
use super::certificates::{CertificatesMessage, read_certificates, write_certificates};
use super::columns::{AddressesMessage, read_ip_addresses, read_lengths, write_ip_addresses, write_lengths};
use crate::DecodeError;
use crate::encoding::packed::{read_numbers, write_numbers};

/// Columns of reports. Those of `u32` values are ids of the dictionary of that name.
#[derive(prost::Message)]
pub(super) struct ReportedMessage {
    /// By [`Os::number`].
    #[prost(bytes = "vec", optional, tag = "1")]
    os: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "2")]
    os_version: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "3")]
    edition: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "4")]
    distribution: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "5")]
    client_version: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "6")]
    device_make: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "7")]
    device_model: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "8")]
    event: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "9")]
    domain: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "10")]
    antivirus: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "11")]
    disk_encryption: Option<Vec<u8>>,
    #[prost(message, optional, tag = "12")]
    certificates: Option<CertificatesMessage>,
    #[prost(bytes = "vec", optional, tag = "13")]
    registry: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "14")]
    passcode: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "15")]
    compromised: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "16")]
    storage_encrypted: Option<Vec<u8>>,
    #[prost(bytes = "vec", optional, tag = "17")]
    mdm: Option<Vec<u8>>,
    #[prost(message, optional, tag = "18")]
    processes: Option<ProbedMessage>,
    #[prost(message, optional, tag = "19")]
    files: Option<ProbedMessage>,
    #[prost(message, optional, tag = "20")]
    ip_address: Option<AddressesMessage>,
}

/// As [`Probed`].
#[derive(prost::Message)]
struct ProbedMessage {
    /// How many each device spoke of, as numbers.
    #[prost(bytes = "vec", tag = "1")]
    lengths: Vec<u8>,
    /// Ids of their names, as numbers.
    #[prost(bytes = "vec", tag = "2")]
    names: Vec<u8>,
    /// 1 where it holds, as numbers.
    #[prost(bytes = "vec", tag = "3")]
    truths: Vec<u8>,
    /// Ids of their details, as numbers.
    #[prost(bytes = "vec", tag = "4")]
    details: Vec<u8>,
}

/// Calls a macro with the columns that are ids of the dictionary of their name.
macro_rules! id_columns {
    ($then:ident) => {
        $then!(
            os_version,
            edition,
            distribution,
            client_version,
            device_make,
            device_model,
            event,
            domain,
            antivirus,
            disk_encryption,
            registry
        )
    };
}

/// Calls a macro with the columns of truths.
macro_rules! truth_columns {
    ($then:ident) => {
        $then!(passcode, compromised, storage_encrypted, mdm)
    };
}

/// Those columns as a message.
pub(super) fn write(block: &Lasting) -> ReportedMessage {
    let mut message = ReportedMessage {
        os: block.os.write(),
        processes: write_probed(&block.processes),
        files: write_probed(&block.files),
        certificates: write_certificates(&block.certificates),
        ip_address: write_ip_addresses(&block.ip_address),
        ..ReportedMessage::default()
    };
    macro_rules! write {
        ($($column:ident),+) => {
            $(message.$column = block.$column.write();)+
        };
    }
    id_columns!(write);
    truth_columns!(write);
    message
}

/// Sets those columns from their message.
pub(super) fn read(message: &ReportedMessage, block: &mut Lasting) -> Result<(), DecodeError> {
    let is_os = |number: u8| number == 0 || Os::from_number(number).is_some();
    block.os = Column::decode("os", message.os.as_deref(), is_os)?;
    macro_rules! read_ids {
        ($($column:ident),+) => {
            $(block.$column = Column::decode(stringify!($column), message.$column.as_deref(), |_| true)?;)+
        };
    }
    id_columns!(read_ids);
    macro_rules! read_truths {
        ($($column:ident),+) => {
            $(block.$column = Truths::read(stringify!($column), message.$column.as_deref())?;)+
        };
    }
    truth_columns!(read_truths);
    block.processes = read_probed(message.processes.as_ref()).map_err(|error| error.within("processes"))?;
    block.files = read_probed(message.files.as_ref()).map_err(|error| error.within("files"))?;
    block.certificates =
        read_certificates(message.certificates.as_ref()).map_err(|error| error.within("certificates"))?;
    block.ip_address = read_ip_addresses(message.ip_address.as_ref())?;
    Ok(())
}

fn write_probed(probed: &Probed) -> Option<ProbedMessage> {
    let numbers = |number: fn(Said) -> u64| write_numbers(&probed.values().map(number).collect::<Vec<_>>());
    let message = ProbedMessage {
        lengths: write_lengths(probed.ends().into_iter()),
        names: numbers(|said| said.name.into()),
        truths: numbers(|said| said.truth.into()),
        details: numbers(|said| said.detail.into()),
    };
    (probed.count() > 0).then_some(message)
}

fn read_probed(message: Option<&ProbedMessage>) -> Result<Probed, DecodeError> {
    let Some(message) = message else { return Ok(Probed::default()) };
    let (ends, total) = read_lengths("lengths", &message.lengths)?;
    let names: Vec<u32> = read_numbers("names", &message.names, total)?.collect("names")?;
    let truths: Vec<u32> = read_numbers("truths", &message.truths, total)?.collect("truths")?;
    let details: Vec<u32> = read_numbers("details", &message.details, total)?.collect("details")?;
    if [&names, &truths, &details].iter().any(|numbers| numbers.len() != total) {
        return Err(DecodeError::damaged("names", "are not as many as the devices spoke of"));
    }
    if names.contains(&0) {
        return Err(DecodeError::damaged("names", "hold a number beyond its bounds"));
    }
    let said = names.iter().zip(&truths).zip(&details);
    let said = said
        .map(|((name, truth), detail)| Said { name: *name, truth: *truth == 1, detail: *detail })
        .collect();
    Ok(Probed::of(&ends, said))
}

/// Takes those columns over from another block.
pub(super) fn take(from: Lasting, to: &mut Lasting) {
    macro_rules! take {
        ($($column:ident),+) => {
            $(to.$column = from.$column;)+
        };
    }
    take!(os, processes, files, certificates, ip_address);
    id_columns!(take);
    truth_columns!(take);
}

/// Whether both blocks share those columns.
pub(super) fn is_shared(a: &Lasting, b: &Lasting) -> bool {
    macro_rules! shared {
        ($($column:ident),+) => {
            true $(&& a.$column.is_shared_with(&b.$column))+
        };
    }
    a.os.is_shared_with(&b.os)
        && a.processes.is_shared_with(&b.processes)
        && a.files.is_shared_with(&b.files)
        && a.certificates.0.is_shared_with(&b.certificates.0)
        && a.ip_address.is_shared_with(&b.ip_address)
        && id_columns!(shared)
        && truth_columns!(shared)
}
