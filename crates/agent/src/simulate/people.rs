//! The people of the fleet and the company they work for.

const FIRST_NAMES: [&str; 61] = [
    "aisha", "alan", "alice", "amir", "ana", "anders", "anna", "arjun", "ben", "bruno", "carla", "chen",
    "chloe", "clara", "daniel", "david", "diego", "elena", "emil", "emma", "erik", "eva", "fatima", "felix",
    "fiona", "grace", "hana", "hugo", "ines", "ivan", "jack", "jana", "joe", "julia", "kai", "karin", "kofi",
    "lara", "leo", "lina", "lucas", "maria", "marta", "max", "mei", "mia", "nadia", "noah", "nora", "olga",
    "omar", "paul", "priya", "rosa", "sam", "sara", "sofia", "tom", "uma", "yuki", "zoe",
];

const LAST_NAMES: [&str; 79] = [
    "adams", "ahmed", "alvarez", "andersen", "baker", "bauer", "becker", "berg", "brown", "carter", "castro",
    "clark", "cohen", "costa", "cruz", "davies", "diaz", "dubois", "evans", "fischer", "flores", "foster",
    "fuchs", "garcia", "green", "gupta", "haas", "hall", "hansen", "harris", "hill", "hoffmann", "huber",
    "hughes", "ito", "jansen", "jones", "kaya", "keller", "khan", "kim", "klein", "koch", "kumar", "lang",
    "larsen", "lee", "lewis", "lopez", "martin", "mendes", "meyer", "moore", "morel", "mueller", "murphy",
    "nguyen", "novak", "olsen", "patel", "perez", "peters", "reed", "rossi", "sato", "schmidt", "silva",
    "singh", "smith", "sousa", "suzuki", "tanaka", "taylor", "torres", "wagner", "walker", "weber", "wong",
    "young",
];

/// The parts of the company: share in percent, mail domain, Windows domain, sign in hostnames.
const COMPANIES: [(u64, Company); 3] = [
    (70, Company { mail: "corp.example", domain: "corp.local", sign: "crp" }),
    (20, Company { mail: "emea.corp.example", domain: "emea.corp.local", sign: "eme" }),
    (10, Company { mail: "labs.example", domain: "labs.local", sign: "lab" }),
];

/// A part of the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Company {
    pub mail: &'static str,
    pub domain: &'static str,
    pub sign: &'static str,
}

/// Someone who uses devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// Within a name of the company's directory: `joe.smith`, `joe.smith2`.
    pub account: String,
    pub company: Company,
}

impl Person {
    /// Person number `number`: no two have the same account.
    pub(super) fn new(seed: u64, number: u64) -> Self {
        // The lengths have no common divisor, so the pairs repeat only after their product.
        let first = FIRST_NAMES[place(number, FIRST_NAMES.len())];
        let last = LAST_NAMES[place(number, LAST_NAMES.len())];
        let round = number / (FIRST_NAMES.len() * LAST_NAMES.len()) as u64;
        let account =
            if round == 0 { format!("{first}.{last}") } else { format!("{first}.{last}{}", round + 1) };
        let company = *super::rng::Rng::new(seed, "company", number).weighted(&COMPANIES);
        Self { account, company }
    }

    pub(super) fn mail(&self) -> String {
        format!("{}@{}", self.account, self.company.mail)
    }

    pub(super) fn first_name(&self) -> &str {
        self.account.split('.').next().unwrap_or(&self.account)
    }
}

fn place(number: u64, length: usize) -> usize {
    usize::try_from(number % length as u64).expect("a place in a slice is a usize")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_people_share_an_account() {
        let accounts: HashSet<String> = (0..20_000).map(|number| Person::new(1, number).account).collect();
        assert_eq!(accounts.len(), 20_000);
        assert!(accounts.contains("aisha.adams") && accounts.contains("aisha.adams2"));
    }
}
