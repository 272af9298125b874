//! `deploy`: the deployment set.

use crate::format::decode::constraint;
use crate::format::decode::distributions::{Situations, distribution, situation_list};
use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::decode::numbers;
use crate::format::decode::states::States;
use crate::format::tree::{Node, Value};
use crate::mdp::{Distribution, Rational, StateId};
use crate::problem::{DeploymentSet, LinearConstraint};

const KINDS: [&str; 5] = ["point", "over", "tv", "ratio", "polytope"];

/// What a deployment set may refer to.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The text of the file, to place a caret inside a constraint.
    pub(crate) source: &'a str,
    pub(crate) states: &'a States,
    pub(crate) situations: Situations<'a>,
    /// The training distribution, unless it could not be read.
    pub(crate) train: Option<&'a Distribution>,
}

/// Reads `deploy`.
pub(crate) fn deployment(node: &Node, scope: Scope<'_>, problems: &mut Problems) -> Option<DeploymentSet> {
    let fields = Fields::of(node, "`deploy`", &KINDS, problems)?;
    let (kind, node) = fields.only(&KINDS, problems)?;
    match kind.name.as_str() {
        "point" => {
            distribution(node, "`deploy.point`", scope.states, scope.situations, problems).map(DeploymentSet::Point)
        }
        "over" => {
            situation_list(node, "`deploy.over`", scope.states, scope.situations, problems).map(DeploymentSet::Over)
        }
        "tv" => {
            let fields = Fields::of(node, "`deploy.tv`", &["center", "radius", "over"], problems)?;
            let center = scope.center(&fields, "`deploy.tv.center`", problems);
            let node = fields.require("radius", problems, "give the total variation: half the L1 distance");
            let radius =
                node.and_then(|node| numbers::nonnegative(node, "the radius", "distances are at least 0", problems));
            let over = scope.over(&fields, "`deploy.tv.over`", problems);
            let (node, center, radius, over) = (node?, center?, radius?, over?);
            let outside = Rational::ONE - mass_within(&center, &over);
            if outside > radius {
                let message = format!(
                    "the deployment set is empty: mass {outside} must leave the center, the radius is {radius}"
                );
                let hint = format!("give a radius of at least {outside}, or put the center's situations in `over`");
                problems.error(&node.span, message, hint);
                return None;
            }
            Some(DeploymentSet::TotalVariation { center, radius, over })
        }
        "ratio" => {
            let fields = Fields::of(node, "`deploy.ratio`", &["center", "bound", "over"], problems)?;
            let center = scope.center(&fields, "`deploy.ratio.center`", problems);
            let bound = fields
                .require("bound", problems, "give the largest likelihood ratio, at least 1")
                .and_then(|node| numbers::rational(node, "the bound", problems).map(|bound| (node, bound)))
                .and_then(|(node, bound)| {
                    if bound >= Rational::ONE {
                        return Some(bound);
                    }
                    let message = format!("the deployment set is empty: at most mass {bound} can be placed");
                    problems.error(&node.span, message, "a likelihood ratio bound is at least 1");
                    None
                });
            let over = scope.over(&fields, "`deploy.ratio.over`", problems);
            let (center, bound, over) = (center?, bound?, over?);
            let within = mass_within(&center, &over);
            let most = &bound * &within;
            if most < Rational::ONE {
                let message = format!("the deployment set is empty: at most mass {most} can be placed");
                let hint = if within.is_zero() {
                    "the center has no mass in `over`, and what has no mass gets none: put its situations in".to_owned()
                } else {
                    format!(
                        "the center has mass {within} in `over`: give a bound of at least {}",
                        Rational::ONE / &within
                    )
                };
                problems.error(fields.get("bound").map_or(&node.span, |node| &node.span), message, hint);
                return None;
            }
            Some(DeploymentSet::LikelihoodRatio { center, bound, over })
        }
        "polytope" => {
            let fields = Fields::of(node, "`deploy.polytope`", &["over", "constraints"], problems)?;
            let over = scope.over(&fields, "`deploy.polytope.over`", problems);
            let constraints = fields
                .require("constraints", problems, "list constraints such as \"l <= 1/3\"")
                .and_then(|node| scope.constraints(node, over.as_deref(), problems));
            Some(DeploymentSet::Polytope { over: over?, constraints: constraints? })
        }
        _ => None,
    }
}

impl Scope<'_> {
    fn center(&self, fields: &Fields<'_>, what: &str, problems: &mut Problems) -> Option<Distribution> {
        let node = fields.require("center", problems, "write \"train\" or a distribution {\"state\": \"1\"}")?;
        match &node.value {
            Value::Text(text) if text == "train" => self.train.cloned(),
            Value::Table(_) => distribution(node, what, self.states, self.situations, problems),
            _ => {
                problems.expected(node, &format!("\"train\" or a distribution for {what}"), "write \"train\"");
                None
            }
        }
    }

    fn over(&self, fields: &Fields<'_>, what: &str, problems: &mut Problems) -> Option<Vec<StateId>> {
        match fields.get("over") {
            Some(node) => situation_list(node, what, self.states, self.situations, problems),
            None => self.situations.map(<[StateId]>::to_vec),
        }
    }

    fn constraints(
        &self,
        node: &Node,
        over: Option<&[StateId]>,
        problems: &mut Problems,
    ) -> Option<Vec<LinearConstraint>> {
        let items = fields::items(node, "`deploy.polytope.constraints`", "list texts such as \"l <= 1/3\"", problems)?;
        let read: Vec<LinearConstraint> = items
            .iter()
            .filter_map(|item| {
                let text = fields::text(item, "a constraint", problems)?;
                constraint::parse(text, item, self, over, problems)
            })
            .collect();
        (read.len() == items.len()).then_some(read)
    }
}

fn mass_within(center: &Distribution, over: &[StateId]) -> Rational {
    over.iter().fold(Rational::ZERO, |sum, &state| sum + center.mass(state))
}
