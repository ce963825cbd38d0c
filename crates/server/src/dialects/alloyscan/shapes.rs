//! The forms of this dialect's bodies.

use wire::alloyscan::devices::NewDevice;
use wire::alloyscan::segments::{NewSegment, PatchSegment};
use wire::alloyscan::tags::{AttachedTag, NamedTag, NewTag, PatchTag};

use crate::shape::{Shape, Shaped, optional, required};

impl Shaped for NewTag {
    const SHAPE: Shape = Shape::Object(&[required("name", Shape::Text), required("color", Shape::Text)]);
}

impl Shaped for PatchTag {
    const SHAPE: Shape = Shape::Object(&[optional("name", Shape::Text), optional("color", Shape::Text)]);
}

impl Shaped for NewDevice {
    const SHAPE: Shape = Shape::Object(&[
        required("name", Shape::Text),
        optional("macAddress", Shape::Text),
        optional("ipAddress", Shape::Text),
        optional("serialNumber", Shape::Text),
        optional("type", Shape::Text),
        optional("nsdeviceuid", Shape::Text),
        optional("userkey", Shape::Text),
    ]);
}

impl Shaped for NamedTag {
    const SHAPE: Shape = Shape::Object(&[optional("tagId", Shape::Text), optional("tagName", Shape::Text)]);
}

impl Shaped for AttachedTag {
    const SHAPE: Shape = Shape::Object(&[
        optional("tagId", Shape::Text),
        optional("tagName", Shape::Text),
        optional("source", Shape::Text),
        optional("expiresAt", Shape::Text),
        optional("expiresIn", Shape::Text),
    ]);
}

impl Shaped for NewSegment {
    const SHAPE: Shape = Shape::Object(&[
        required("name", Shape::Text),
        required("type", Shape::Text),
        required("ranges", Shape::List(&Shape::Text)),
        optional("autoTagId", Shape::Text),
    ]);
}

impl Shaped for PatchSegment {
    const SHAPE: Shape = Shape::Object(&[
        optional("name", Shape::Text),
        optional("ranges", Shape::List(&Shape::Text)),
        optional("autoTagId", Shape::Text),
    ]);
}
