//! Takes a step on a site and on the model alike.

use domain::{
    AgentTag, ClassificationId, ClassificationName, Colour, Description, DeviceName, DeviceNumber, DeviceUid,
    RuleId, RuleName, SegmentFields, SegmentId, SegmentName, TagFields, TagId, TagName, Timestamp, UserKey,
};
use site::commands::{
    Assign, Backfill, ChangeClassification, ChangeRule, ChangeSegment, ChangeTag, CheckIn, CheckIns,
    CreateClassifications, CreateRules, CreateSegment, CreateTag, DeleteClassification, DeleteRule,
    DeleteSegment, DeleteTag, Judged, MergeTags, NewClassification, NewRule, RemoveDevice, Retag, Retagged,
    TagRef, Terms, Wanted, WantedDevice,
};
use site::{Command as _, Context, Site};

use crate::live::Live;
use crate::model::{Answer, JudgedPicture, Model, Refusal};
use crate::steps::{Act, Pick};

type Answered = Result<Answer, Refusal>;

/// What the site answers, and what the model says that it must answer.
pub fn take(act: Act, context: &Context, live: &mut Live, model: &mut Model) -> (Answered, Answered) {
    match act {
        Act::CheckIns(items, agent_tag) => check_ins(items, agent_tag, context, live, model),
        Act::CreateSegment { .. } | Act::ChangeSegment { .. } | Act::DeleteSegment(_) | Act::Backfill(_) => {
            segments(act, context, live, model)
        }
        Act::RemoveDevice(device) => {
            let number = device.of(&model.device_numbers());
            let id = live.site.device_id(DeviceNumber(number));
            let answer = answered(live.run(context, RemoveDevice { id }), done);
            (answer, model.remove_device(context, number))
        }
        Act::CreateTag { name, description } => {
            let fields =
                TagFields { name: tag_name(name), description: text(description), colour: Colour::Gray };
            let answer = live.run(context, CreateTag::new(fields.clone()));
            (answered(answer, |id| Answer::Ids(vec![id.0])), model.create_tag(context, fields))
        }
        Act::ChangeTag { id, name, description, colour } => {
            let id = id.of(&model.tag_ids());
            let (name, description) = (name.map(tag_name), description.map(text));
            let (said_name, said) = (name.clone(), description.clone());
            let command = ChangeTag { id: TagId(id), name: said_name, description: said, colour };
            let answer = answered(live.run(context, command), Answer::Tag);
            (answer, model.change_tag(context, id, name, description, colour))
        }
        Act::DeleteTag { id, force } => {
            let id = id.of(&model.tag_ids());
            let answer = answered(live.run(context, DeleteTag { id: TagId(id), force }), done);
            (answer, model.delete_tag(context, id, force))
        }
        Act::MergeTags { from, into } => {
            let (from, into) = (from.of(&model.tag_ids()), into.of(&model.tag_ids()));
            let command = MergeTags { from: TagId(from), into: TagId(into) };
            (answered(live.run(context, command), done), model.merge_tags(context, from, into))
        }
        Act::Retag { add, remove, devices, source, expiry } => {
            let end = |seconds: Option<i64>| seconds.map(|seconds| context.now.plus_millis(seconds * 1000));
            let terms = Terms { source, expiry: expiry.map(end) };
            retag(&add, &remove, devices, terms, context, live, model)
        }
        Act::CreateClassifications(items) => {
            let items: Vec<_> =
                items.into_iter().map(|(name, said)| (classification_name(name), said.map(text))).collect();
            let new = |(name, description)| NewClassification { name, description };
            let command = CreateClassifications::new(items.iter().cloned().map(new).collect());
            let ids = |ids: Vec<ClassificationId>| Answer::Ids(ids.into_iter().map(|id| id.0).collect());
            (answered(live.run(context, command), ids), model.create_classifications(context, &items))
        }
        Act::ChangeClassification { id, name, description, priority } => {
            let id = id.of(&model.classification_ids());
            let (name, description) = (name.map(classification_name), description.map(text));
            let command = ChangeClassification {
                id: ClassificationId(id),
                name: name.clone(),
                description: description.clone(),
                priority,
            };
            let answer = answered(live.run(context, command), done);
            (answer, model.change_classification(context, id, name, description, priority))
        }
        Act::DeleteClassification(id) => {
            let id = id.of(&model.classification_ids());
            let answer = answered(live.run(context, DeleteClassification(ClassificationId(id))), done);
            (answer, model.delete_classification(context, id))
        }
        Act::CreateRules(_) | Act::ChangeRule { .. } | Act::DeleteRule(_) => rules(act, context, live, model),
        Act::Assign { how, tags, devices, limit } => {
            let known = model.tag_ids();
            let tags: Vec<_> = tags.into_iter().map(|tag| tag.of(&known)).collect();
            let name = |(uid, users): (&str, Option<&str>)| DeviceName::new(uid, users).unwrap();
            let devices: Vec<_> = devices.into_iter().map(name).collect();
            let ids = tags.iter().copied().map(TagId).collect();
            let answer = live.run(context, Assign::new(how, ids, devices.clone(), limit));
            let answer = answered(answer, |assigned| Answer::Assigned {
                affected: assigned.affected,
                unknown_devices: assigned.unknown_devices,
                skipped_tags: assigned.skipped_tags.iter().map(|tag| tag.0).collect(),
            });
            (answer, model.assign(context, how, &tags, &devices, limit))
        }
    }
}

fn retag(
    add: &[Pick],
    remove: &[Pick],
    devices: Vec<(&'static str, Option<&'static str>)>,
    terms: Terms,
    context: &Context,
    live: &mut Live,
    model: &mut Model,
) -> (Answered, Answered) {
    let known = model.tag_ids();
    let ids = |picks: &[Pick]| picks.iter().map(|tag| tag.of(&known)).collect::<Vec<_>>();
    let (add, remove) = (ids(add), ids(remove));
    let refs = |ids: &[u32]| ids.iter().map(|id| TagRef::Id(live.site.tag_id(TagId(*id)))).collect();
    let names: Vec<_> =
        devices.into_iter().map(|(uid, users)| DeviceName::new(uid, users).unwrap()).collect();
    let wanted = Wanted::Named(names.iter().cloned().map(WantedDevice::Name).collect());
    let command = Retag::new(refs(&add), refs(&remove), wanted).on(terms);
    // A dry run is what the command decides without being done.
    let (mut supposed, before) = (command.clone(), live.site.clone());
    let decided = supposed.decide(&before, context).map(|_| supposed.outcome(&before));
    let answer = live.run(context, command);
    let told = |retagged: &Retagged| Answer::Retagged {
        total: retagged.total,
        changed: retagged.changed,
        failed: retagged.failed,
    };
    match (&decided, &answer) {
        (Ok(supposed), Ok(done)) => {
            assert_eq!((told(supposed), &supposed.devices), (told(done), &done.devices));
        }
        (supposed, done) => assert_eq!(supposed.is_err(), done.is_err()),
    }
    (answered(answer, |retagged| told(&retagged)), model.retag(context, &add, &remove, &names, terms))
}

fn check_ins(
    items: Vec<(&'static str, &'static str, domain::Report)>,
    agent_tag: Option<(Pick, i64)>,
    context: &Context,
    live: &mut Live,
    model: &mut Model,
) -> (Answered, Answered) {
    let item = |(uid, user, report)| (DeviceUid::new(uid).unwrap(), UserKey::new(user).unwrap(), report);
    let items: Vec<_> = items.into_iter().map(item).collect();
    let item = |(uid, userkey, report)| CheckIn { uid, userkey, report: Box::new(report) };
    let tags = model.tag_ids();
    let agent_tag = agent_tag.map(|(tag, before)| AgentTag {
        tag: TagId(tag.of(&tags)),
        since: Timestamp::from_seconds(context.now.seconds() - before),
    });
    let command = CheckIns::new(items.iter().cloned().map(item).collect()).with_agent_tag(agent_tag);
    let answer = live.run(context, command);
    let pictures = |judged: Vec<_>| {
        Answer::Judged(judged.into_iter().map(|judged| judged_picture(&live.site, judged)).collect())
    };
    (answered(answer, pictures), model.check_ins(context, &items, agent_tag))
}

fn segments(act: Act, context: &Context, live: &mut Live, model: &mut Model) -> (Answered, Answered) {
    let (tags, segments) = (model.tag_ids(), model.segment_ids());
    let tag = |pick: Pick| TagId(pick.of(&tags));
    match act {
        Act::CreateSegment { name, ranges, auto_tag } => {
            let fields = SegmentFields { name: segment_name(name), ranges, auto_tag: auto_tag.map(tag) };
            let answer = live.run(context, CreateSegment { fields: fields.clone() });
            (answered(answer, |id| Answer::Ids(vec![id.0])), model.create_segment(context, fields))
        }
        Act::ChangeSegment { id, name, ranges, auto_tag } => {
            let id = id.of(&segments);
            let (name, auto_tag) = (name.map(segment_name), auto_tag.map(|given| given.map(tag)));
            let command =
                ChangeSegment { id: SegmentId(id), name: name.clone(), ranges: ranges.clone(), auto_tag };
            let answer = answered(live.run(context, command), done);
            (answer, model.change_segment(context, id, name, ranges, auto_tag))
        }
        Act::DeleteSegment(id) => {
            let id = id.of(&segments);
            let answer = answered(live.run(context, DeleteSegment { id: SegmentId(id) }), done);
            (answer, model.delete_segment(context, id))
        }
        Act::Backfill(id) => {
            let id = id.of(&segments);
            let devices = model.device_numbers().into_iter().map(DeviceNumber).collect();
            let answer = live.run(context, Backfill::new(SegmentId(id), devices));
            (answered(answer, |tagged| Answer::Ids(vec![tagged])), model.backfill(context, id))
        }
        other => unreachable!("{other:?} is not about segments"),
    }
}

fn rules(act: Act, context: &Context, live: &mut Live, model: &mut Model) -> (Answered, Answered) {
    let (tags, rules) = (model.tag_ids(), model.rule_ids());
    match act {
        Act::CreateRules(items) => {
            let item = |(name, label, os, wish): (_, _, _, crate::conditions::Wish)| {
                (rule_name(name), classification_name(label), os, wish.conditions(os, &tags))
            };
            let items: Vec<_> = items.into_iter().map(item).collect();
            let new = |(name, label, os, conditions)| NewRule { name, label, os, conditions };
            let command = CreateRules::new(items.iter().cloned().map(new).collect());
            (answered(live.run(context, command), done), model.create_rules(context, &items))
        }
        Act::ChangeRule { id, name, label, os, conditions } => {
            let id = id.of(&rules);
            let (name, label) = (name.map(rule_name), label.map(classification_name));
            let own =
                live.site.catalogue.rules.get(RuleId(id)).map_or(domain::Os::Linux, |rule| rule.fields.os);
            let conditions = conditions.map(|wish| wish.conditions(own, &tags));
            let command = ChangeRule {
                id: RuleId(id),
                name: name.clone(),
                label: label.clone(),
                os,
                conditions: conditions.clone(),
            };
            let answer = answered(live.run(context, command), done);
            (answer, model.change_rule(context, id, name, label.as_ref(), os, conditions.as_ref()))
        }
        Act::DeleteRule(id) => {
            let id = Pick::of(id, &rules);
            let answer = answered(live.run(context, DeleteRule(RuleId(id))), done);
            (answer, model.delete_rule(context, id))
        }
        other => unreachable!("{other:?} is not about rules"),
    }
}

fn answered<T>(answer: Result<T, domain::Error>, picture: impl FnOnce(T) -> Answer) -> Answered {
    answer.map(picture).map_err(Refusal::from)
}

fn done((): ()) -> Answer {
    Answer::Done
}

fn judged_picture(site: &Site, judged: Judged) -> JudgedPicture {
    JudgedPicture {
        number: site.device_number(judged.id).unwrap().0,
        status: judged.status.name(),
        classification: judged.classification.map(|name| name.to_string()),
        undetermined: judged.undetermined.iter().map(ToString::to_string).collect(),
        tags: judged.tags.into_iter().map(|(id, name)| (id.0, name.to_string())).collect(),
        probes: judged.probes.map(|probes| rules::Probes::clone(&probes)),
    }
}

fn text(text: &str) -> Description {
    Description::new(text).unwrap()
}

fn tag_name(name: &str) -> TagName {
    TagName::new(name).unwrap()
}

fn segment_name(name: &str) -> SegmentName {
    SegmentName::new(name).unwrap()
}

fn classification_name(name: &str) -> ClassificationName {
    ClassificationName::new(name).unwrap()
}

fn rule_name(name: &str) -> RuleName {
    RuleName::new(name).unwrap()
}
