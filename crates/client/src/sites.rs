//! `/api/v1/sites`.

use wire::management::List;
use wire::sites::{NewSite, Site, SiteCreated};

use crate::{Client, Error};

impl Client {
    /// Adds a site. It is called once and never repeated: the token of its first administrator is shown once.
    ///
    /// # Errors
    /// The call failed; when no answer came, the site may exist all the same.
    pub async fn create_site(&self, site: &NewSite) -> Result<SiteCreated, Error> {
        self.post_once("/api/v1/sites", site).await
    }

    /// The first two sites that the token manages, and how many there are: one that is alone is its own.
    ///
    /// # Errors
    /// The call failed.
    pub async fn first_sites(&self) -> Result<List<Site>, Error> {
        self.get("/api/v1/sites?limit=2").await
    }
}
