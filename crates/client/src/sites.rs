//! `/api/v1/sites` and `/api/v1/maintenance`.

use wire::management::List;
use wire::sites::{Maintenance, NewSite, PatchMaintenance, PatchSite, Site, SiteCreated};

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

    /// At most 1000 of the sites that the token manages, by id, after the first `offset` of them.
    ///
    /// # Errors
    /// The call failed.
    pub async fn sites(&self, offset: usize) -> Result<List<Site>, Error> {
        self.get(&format!("/api/v1/sites?limit=1000&offset={offset}")).await
    }

    /// Changes settings of the site of that id.
    ///
    /// # Errors
    /// The call failed; when no answer came, they may be changed all the same.
    pub async fn change_site(&self, id: u32, change: &PatchSite) -> Result<Site, Error> {
        self.patch_once(&format!("/api/v1/sites/{id}"), change).await
    }

    /// Has maintenance of the whole server begin or end.
    ///
    /// # Errors
    /// The call failed; when no answer came, it may be changed all the same.
    pub async fn change_maintenance(&self, change: &PatchMaintenance) -> Result<Maintenance, Error> {
        self.patch_once("/api/v1/maintenance", change).await
    }
}
