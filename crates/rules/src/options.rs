//! What the author of a rule can choose from (netskope-v2 §5). Any other product or edition may be asked for too; these
//! are the ones to offer.

use domain::Os;
use serde_json::Value;

use crate::table::Name;

/// The checks of an operating system: name, and the JSON schema of the parameters by which rules are read.
#[must_use]
pub fn checks(os: Os) -> Vec<(&'static str, Value)> {
    let checks = Name::ALL.into_iter().filter(|name| name.systems().contains(&os));
    checks.map(|name| (name.name(), name.schema(os))).collect()
}

/// The editions that `min_os_version_check` can ask for; none where it asks for none.
#[must_use]
pub const fn editions(os: Os) -> &'static [&'static str] {
    match os {
        Os::Windows => &[
            "Windows All",
            "Windows 11 All",
            "Windows 11 Home",
            "Windows 11 Pro",
            "Windows 11 Pro Education",
            "Windows 11 Pro for Workstations",
            "Windows 11 Education",
            "Windows 11 Enterprise",
            "Windows 11 Enterprise LTSC",
            "Windows 11 IoT Enterprise",
            "Windows 10 All",
            "Windows 10 Home",
            "Windows 10 Pro",
            "Windows 10 Pro Education",
            "Windows 10 Pro for Workstations",
            "Windows 10 Education",
            "Windows 10 Enterprise",
            "Windows 10 Enterprise LTSC",
            "Windows 10 IoT Enterprise",
        ],
        Os::WinServer => &[
            "Windows All",
            "Windows Server 2025 All",
            "Windows Server 2025 Standard",
            "Windows Server 2025 Datacenter",
            "Windows Server 2022 All",
            "Windows Server 2022 Standard",
            "Windows Server 2022 Datacenter",
            "Windows Server 2019 All",
            "Windows Server 2019 Standard",
            "Windows Server 2019 Datacenter",
            "Windows Server 2016 All",
            "Windows Server 2016 Standard",
            "Windows Server 2016 Datacenter",
        ],
        _ => &[],
    }
}

/// The products that `av_check` can ask for, `any` first.
#[must_use]
pub const fn antivirus_products(os: Os) -> &'static [&'static str] {
    match os {
        Os::Windows | Os::WinServer => &[
            "any",
            "Avast Business Antivirus",
            "AVG Antivirus",
            "Bitdefender Endpoint Security",
            "Cisco Secure Endpoint",
            "Cortex XDR",
            "CrowdStrike Falcon",
            "Cylance Protect",
            "ESET Endpoint Security",
            "F-Secure Client Security",
            "FortiClient",
            "Kaspersky Endpoint Security",
            "Malwarebytes",
            "McAfee Endpoint Security",
            "SentinelOne",
            "Sophos Endpoint",
            "Symantec Endpoint Protection",
            "Trellix Endpoint Security",
            "Trend Micro Apex One",
            "VMware Carbon Black Cloud",
            "Webroot SecureAnywhere",
            "Windows Defender",
        ],
        Os::Mac => &[
            "any",
            "Bitdefender Endpoint Security",
            "Cisco Secure Endpoint",
            "Cortex XDR",
            "CrowdStrike Falcon",
            "ESET Endpoint Security",
            "FortiClient",
            "Jamf Protect",
            "Kaspersky Endpoint Security",
            "Malwarebytes",
            "Microsoft Defender",
            "SentinelOne",
            "Sophos Endpoint",
            "Symantec Endpoint Protection",
            "Trellix Endpoint Security",
            "Trend Micro Apex One",
            "VMware Carbon Black Cloud",
            "XProtect",
        ],
        Os::Linux => &[
            "any",
            "Bitdefender Endpoint Security",
            "Cisco Secure Endpoint",
            "ClamAV",
            "Cortex XDR",
            "CrowdStrike Falcon",
            "ESET Endpoint Security",
            "Kaspersky Endpoint Security",
            "Microsoft Defender",
            "SentinelOne",
            "Sophos Endpoint",
            "Symantec Endpoint Protection",
            "Trellix Endpoint Security",
            "Trend Micro Deep Security",
            "VMware Carbon Black Cloud",
        ],
        Os::Android | Os::Ios | Os::ChromeOs => &[],
    }
}

/// The products that `disk_enc_check` can ask for: what people call them, and what the check does.
#[must_use]
pub const fn disk_encryption_products(os: Os) -> &'static [(&'static str, &'static str)] {
    match os {
        Os::Windows | Os::WinServer => &[("BitLocker", "bitlocker"), ("PGP", "pgp")],
        Os::Mac => &[("FileVault", "filevault"), ("PGP", "pgp")],
        Os::Linux => &[("LUKS", "luks"), ("PGP", "pgp")],
        Os::Android | Os::Ios | Os::ChromeOs => &[],
    }
}
