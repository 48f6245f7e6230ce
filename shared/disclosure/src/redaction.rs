//! The walk through a message, as the generated code takes it.

use std::{collections::HashMap, hash::Hash};

use crate::{Audience, View};

/// A message that can be reduced to what a reader may see. Generated for every message that leaves a service.
pub trait Disclose {
    /// Clears what the view does not show, in a message that stands at `path`. For generated code; callers want
    /// [`Disclose::redact_for`].
    fn redact(&mut self, path: &mut Path, view: &View<'_>);

    /// Clears every field that the view does not show: it becomes as if it had never been set.
    fn redact_for(&mut self, view: &View<'_>) {
        self.redact(&mut Path::default(), view);
    }

    /// As a reader with this clearance sees it, where nothing but the declared audiences counts.
    #[must_use]
    fn shown_to(mut self, clearance: Audience) -> Self
    where
        Self: Sized,
    {
        self.redact_for(&View::declared(clearance));
        self
    }
}

impl<M: Disclose> Disclose for Box<M> {
    fn redact(&mut self, path: &mut Path, view: &View<'_>) {
        self.as_mut().redact(path, view);
    }
}

/// Where the walk stands: the path from the record, and the audience of the field that holds the present message.
///
/// The path is followed only inside a record and only if the view has overrides or withheld groups; otherwise nothing
/// is allocated.
#[derive(Debug)]
pub struct Path {
    text: String,
    in_record: bool,
    holder: Audience,
}

impl Default for Path {
    fn default() -> Self {
        Self { text: String::new(), in_record: false, holder: Audience::Public }
    }
}

/// How much of a field that holds messages is visible.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visibility {
    Hidden,
    /// Hidden but for parts that the originator released.
    ReleasedParts,
    Shown,
}

impl Path {
    /// Begins a record: overrides and groups are relative to the message that is redacted by `fields`.
    pub fn record<T>(&mut self, fields: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.text);
        let outer_in_record = std::mem::replace(&mut self.in_record, true);
        let result = fields(self);
        self.text = outer;
        self.in_record = outer_in_record;
        result
    }

    /// True if the value field `name` of the present message is shown.
    pub fn shows(&mut self, view: &View<'_>, name: &str, declared: Audience) -> bool {
        if !self.is_followed(view) {
            return declared <= view.clearance();
        }
        self.below(name, |path| view.shows(&path.text, declared.max(path.holder)))
    }

    /// Redacts the optional message in field `name`.
    pub fn message<M>(&mut self, view: &View<'_>, name: &str, declared: Audience, field: &mut Option<M>)
    where
        M: Disclose + Default + PartialEq,
    {
        if let Some(message) = field
            && !self.keeps(view, name, declared, message)
        {
            *field = None;
        }
    }

    /// Redacts the repeated messages in field `name`.
    pub fn messages<M>(&mut self, view: &View<'_>, name: &str, declared: Audience, field: &mut Vec<M>)
    where
        M: Disclose + Default + PartialEq,
    {
        if field.is_empty() {
            return;
        }
        let visibility = self.each(view, name, declared, field.iter_mut());
        match visibility {
            Visibility::Hidden => *field = Vec::new(),
            Visibility::ReleasedParts => field.retain(|message| *message != M::default()),
            Visibility::Shown => {}
        }
    }

    /// Redacts the messages that are values of the map in field `name`.
    pub fn map<K, M>(&mut self, view: &View<'_>, name: &str, declared: Audience, field: &mut HashMap<K, M>)
    where
        K: Eq + Hash,
        M: Disclose + Default + PartialEq,
    {
        if field.is_empty() {
            return;
        }
        // The keys are data of the map itself: where it is hidden, a released part has no key to stand under.
        if self.each(view, name, declared, field.values_mut()) != Visibility::Shown {
            *field = HashMap::new();
        }
    }

    /// Redacts the message in field `name`, and says whether it stays at all.
    pub fn keeps<M>(&mut self, view: &View<'_>, name: &str, declared: Audience, message: &mut M) -> bool
    where
        M: Disclose + Default + PartialEq,
    {
        match self.each(view, name, declared, std::iter::once(&mut *message)) {
            Visibility::Hidden => false,
            Visibility::ReleasedParts => *message != M::default(),
            Visibility::Shown => true,
        }
    }

    /// Redacts each of the messages held by the field `name`, unless it is wholly hidden.
    fn each<'m, M: Disclose + 'm>(
        &mut self,
        view: &View<'_>,
        name: &str,
        declared: Audience,
        messages: impl Iterator<Item = &'m mut M>,
    ) -> Visibility {
        self.within(view, name, declared, |path, visibility| {
            if visibility != Visibility::Hidden {
                messages.for_each(|message| message.redact(path, view));
            }
            visibility
        })
    }

    /// Runs `work` where the messages stand that the field `name` holds, with how much of them is visible.
    pub(crate) fn within<T>(
        &mut self,
        view: &View<'_>,
        name: &str,
        declared: Audience,
        work: impl FnOnce(&mut Self, Visibility) -> T,
    ) -> T {
        if !self.is_followed(view) {
            let is_shown = declared <= view.clearance();
            return work(self, if is_shown { Visibility::Shown } else { Visibility::Hidden });
        }
        self.below(name, |path| {
            let effective = view.effective(&path.text, declared.max(path.holder));
            let visibility = if view.withholds(&path.text) {
                Visibility::Hidden
            } else if effective <= view.clearance() {
                Visibility::Shown
            } else if view.releases_below(&path.text) {
                Visibility::ReleasedParts
            } else {
                Visibility::Hidden
            };
            let outer = std::mem::replace(&mut path.holder, effective);
            let result = work(path, visibility);
            path.holder = outer;
            result
        })
    }

    fn is_followed(&self, view: &View<'_>) -> bool {
        self.in_record && !view.is_plain()
    }

    /// Runs `work` with the path one field further down.
    fn below<T>(&mut self, name: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.text.len();
        if length > 0 {
            self.text.push('.');
        }
        self.text.push_str(name);
        let result = work(self);
        self.text.truncate(length);
        result
    }
}
