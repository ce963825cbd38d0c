//! Tags and classifications.

use domain::{
    ClassificationFields, ClassificationId, ClassificationName, Colour, Description, Source, TagFields,
    TagId, TagName, Timestamp,
};
use site::Context;
use site::catalogue::Stamp;

use super::{Answer, Answered, Device, Model, Refusal, same};

impl Model {
    pub fn create_tag(&mut self, context: &Context, fields: TagFields) -> Answered {
        self.free_tag_name(&fields.name, None)?;
        let (stamp, id) = (self.record(context), self.new_id());
        self.tags.insert(id, (fields, stamp));
        Ok(Answer::Ids(vec![id]))
    }

    pub fn change_tag(
        &mut self,
        context: &Context,
        id: u32,
        name: Option<TagName>,
        description: Option<Description>,
        colour: Option<Colour>,
    ) -> Answered {
        let (before, _) = self.tags.get(&id).ok_or(Refusal::because("not_found"))?.clone();
        let mut after = before.clone();
        if let Some(name) = name {
            self.free_tag_name(&name, Some(id))?;
            after.name = name;
        }
        after.description = description.unwrap_or(after.description);
        after.colour = colour.unwrap_or(after.colour);
        if after != before {
            let stamp = self.record(context);
            self.tags.insert(id, (after.clone(), stamp));
        }
        Ok(Answer::Tag(after))
    }

    pub fn delete_tag(&mut self, context: &Context, id: u32, force: bool) -> Answered {
        if !self.tags.contains_key(&id) {
            return Err(Refusal::because("not_found"));
        }
        let carriers = self.devices.values().filter(|device| device.tags.contains(&id)).count();
        let asking = self.rules.values().filter(|(_, tree, _)| tree.tags().contains(&TagId(id)));
        let rules: Vec<_> = asking.map(|(fields, ..)| fields.name.to_string()).collect();
        if !rules.is_empty() || (carriers > 0 && !force) {
            let devices = u32::try_from(carriers).unwrap();
            return Err(Refusal { code: "in_use", devices, rules });
        }
        let stamp = self.record(context);
        for (fields, modified) in self.segments.values_mut() {
            if fields.auto_tag == Some(TagId(id)) {
                fields.auto_tag = None;
                *modified = stamp.clone();
            }
        }
        self.tags.remove(&id);
        for device in self.devices.values_mut() {
            device.tags.remove(&id);
            device.reasons.remove(&id);
        }
        Ok(Answer::Done)
    }

    pub fn merge_tags(&mut self, context: &Context, from: u32, into: u32) -> Answered {
        if !self.tags.contains_key(&from) || !self.tags.contains_key(&into) {
            return Err(Refusal::because("not_found"));
        }
        if from == into {
            return Err(Refusal::because("same_tag"));
        }
        let carriers: Vec<_> = self.devices.values().filter(|device| device.tags.contains(&from)).collect();
        let end = |device: &Device, tag: u32| device.reasons[&tag].expires_at;
        let carriers: Vec<_> = carriers.iter().map(|device| (device.number, end(device, from))).collect();
        let giving = self.segments.iter().filter(|(_, (fields, _))| fields.auto_tag == Some(TagId(from)));
        let giving: Vec<_> = giving.map(|(id, _)| *id).collect();
        let answer = self.delete_tag(context, from, true)?;
        for id in giving {
            self.segments.get_mut(&id).unwrap().0.auto_tag = Some(TagId(into));
        }
        let stamp = Stamp { by: context.actor.clone(), at: self.time };
        for (number, end) in carriers {
            let device = self.devices.get_mut(&number).unwrap();
            let known = device.reasons.get(&into).map(|reason| reason.expires_at);
            device.get(into, &Self::reason(&stamp, Source::Api));
            // The longer of the two, for ever if one has no end.
            let longer = |known: Option<Timestamp>| Some(known?.max(end?));
            device.reasons.get_mut(&into).unwrap().expires_at = known.map_or(end, longer);
        }
        Ok(answer)
    }

    fn free_tag_name(&self, name: &TagName, own: Option<u32>) -> Result<(), Refusal> {
        let mut others = self.tags.iter().filter(|(id, _)| Some(**id) != own);
        match others.any(|(_, (fields, _))| same(fields.name.as_str(), name.as_str())) {
            true => Err(Refusal::because("name_taken")),
            false => Ok(()),
        }
    }

    pub fn create_classifications(
        &mut self,
        context: &Context,
        items: &[(ClassificationName, Option<Description>)],
    ) -> Answered {
        // Made on the side first: all or none.
        let (mut all, mut last_id) = (self.classifications.clone(), self.last_id);
        let stamp = Stamp { by: context.actor.clone(), at: self.time.max(context.now) };
        let mut ids = Vec::new();
        for (name, description) in items {
            let known = all.iter().find(|(_, fields, _)| same(fields.name.as_str(), name.as_str()));
            match (known, description) {
                (Some((_, fields, _)), Some(said)) if *said != fields.description => {
                    return Err(Refusal::because("description_differs"));
                }
                (Some((id, ..)), _) => ids.push(*id),
                (None, _) => {
                    last_id += 1;
                    let description = description.clone().unwrap_or_else(Description::empty);
                    all.push((
                        last_id,
                        ClassificationFields { name: name.clone(), description },
                        stamp.clone(),
                    ));
                    ids.push(last_id);
                }
            }
        }
        if last_id > self.last_id {
            self.record(context);
            (self.classifications, self.last_id) = (all, last_id);
        }
        Ok(Answer::Ids(ids))
    }

    pub fn change_classification(
        &mut self,
        context: &Context,
        id: u32,
        name: Option<ClassificationName>,
        description: Option<Description>,
        priority: Option<u32>,
    ) -> Answered {
        let place = self.classifications.iter().position(|(other, ..)| *other == id);
        let place = place.ok_or(Refusal::because("not_found"))?;
        let before = self.classifications[place].1.clone();
        let mut after = before.clone();
        if let Some(name) = name {
            let mut others = self.classifications.iter().filter(|(other, ..)| *other != id);
            if others.any(|(_, fields, _)| same(fields.name.as_str(), name.as_str())) {
                return Err(Refusal::because("name_taken"));
            }
            after.name = name;
        }
        after.description = description.unwrap_or(after.description);
        let to = match priority {
            None => place,
            Some(to) if (1..=self.classifications.len()).contains(&(to as usize)) => to as usize - 1,
            Some(_) => return Err(Refusal::because("range")),
        };
        if after != before || to != place {
            let stamp = self.record(context);
            self.classifications.remove(place);
            self.classifications.insert(to, (id, after, stamp));
        }
        Ok(Answer::Done)
    }

    pub fn delete_classification(&mut self, context: &Context, id: u32) -> Answered {
        if !self.classifications.iter().any(|(other, ..)| *other == id) {
            return Err(Refusal::because("not_found"));
        }
        let own = self.rules.values().filter(|(rule, ..)| rule.classification == ClassificationId(id));
        let rules: Vec<_> = own.map(|(fields, ..)| fields.name.to_string()).collect();
        if !rules.is_empty() {
            return Err(Refusal { code: "in_use", devices: 0, rules });
        }
        self.record(context);
        self.classifications.retain(|(other, ..)| *other != id);
        Ok(Answer::Done)
    }
}
