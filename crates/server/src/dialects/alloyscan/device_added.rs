//! `POST /api/v1/devices`: a device that is added by hand (alloyscan, Devices).

use std::net::IpAddr;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::{DeviceUid, Error, FormError, Label, Noun, Os, Report, UserKey, Violation};
use site::commands::AddDevice;
use uuid::Builder;
use wire::alloyscan::devices::{Device, NewDevice};

use super::device_shown;
use super::device_texts::Texts;
use crate::auth::{Devices, Manager};
use crate::body::JsonBody;
use crate::failure::Failure;
use crate::reply;
use crate::uuid_text::uuid_text;
use crate::violations::Violations;

/// Adds a device
///
/// One that has not checked in. When its agent does, with the same `nsdeviceuid` and `userkey`, that is this device.
#[utoipa::path(
    post,
    path = "/api/v1/devices",
    operation_id = "addDevice",
    tag = "devices",
    security(("token" = ["devices:manage"])),
    request_body = NewDevice,
    responses(
        (
            status = 201,
            description = "Added.",
            body = Device<'_>,
            headers(("Location" = String, description = "The path of the device.")),
        ),
        (status = 400, description = "The body is not of the form asked for."),
        (status = 409, description = "The site has a device of that machine and user, or too many devices."),
    ),
)]
pub(super) async fn add(manager: Manager<Devices>, body: JsonBody) -> Result<Response, Failure> {
    let done = manager.run(read(&body.read()?)?).await?;
    let device = done.state.fleet.get(done.outcome);
    let device = device.ok_or_else(|| Error::not_found(Noun::Device, done.outcome))?;
    let mut response =
        reply::json(StatusCode::CREATED, &device_shown::whole(&done.state, &device, &Texts::of(&device)));
    let path = format!("/api/v1/devices/{}", uuid_text(done.state.device_id(done.outcome)));
    let location = HeaderValue::from_str(&path).expect("a UUID can stand in a header");
    response.headers_mut().insert(header::LOCATION, location);
    Ok(reply::at_version(done.version, response))
}

fn read(said: &NewDevice) -> Result<AddDevice, Failure> {
    let mut wrong = Violations::default();
    let label = |text: &Option<String>| text.as_deref().map(Label::new);
    let name = wrong.take("name", Label::new(&said.name));
    let uid = said.nsdeviceuid.as_deref().map_or_else(made_up, DeviceUid::new);
    let uid = wrong.take("nsdeviceuid", uid);
    let userkey = wrong.take("userkey", UserKey::new(said.userkey.as_deref().unwrap_or_default()));
    let report = Report {
        hostname: name,
        serial_number: wrong.take_some("serialNumber", label(&said.serial_number)),
        mac_addresses: wrong.take_some("macAddress", label(&said.mac_address)).map(|address| vec![address]),
        ip_address: address(said.ip_address.as_deref(), &mut wrong),
        os: system(said.kind.as_deref(), &mut wrong),
        ..Report::default()
    };
    let (uid, userkey) = wrong.complete(uid.zip(userkey))?;
    Ok(AddDevice { uid, userkey, report })
}

fn address(said: Option<&str>, wrong: &mut Violations) -> Option<IpAddr> {
    let address = said?.trim().parse().ok();
    if address.is_none() {
        let message = "ipAddress must be an IP address such as 10.1.2.3";
        wrong.push(Violation::new("ipAddress", "ip_address", message));
    }
    address
}

fn system(said: Option<&str>, wrong: &mut Violations) -> Option<Os> {
    let said = said?.trim();
    let system = Os::ALL.into_iter().find(|os| os.display_name().eq_ignore_ascii_case(said));
    if system.is_none() {
        let message = format!("type must be one of {}", Os::ALL.map(Os::display_name).join(", "));
        wrong.push(Violation::new("type", "unknown_os", message));
    }
    system
}

/// The uid of a machine whose own is not known.
#[expect(clippy::disallowed_methods, reason = "the edge draws what is random")]
fn made_up() -> Result<DeviceUid, FormError> {
    let mut drawn = [0; 16];
    getrandom::fill(&mut drawn).expect("the operating system gives randomness");
    DeviceUid::new(&uuid_text(Builder::from_random_bytes(drawn).into_uuid()).to_uppercase())
}
