//! Explicit models (`proofs/FORMAT.md`, section 2.1) as problems, so that the oracle can be asked about a model that was corrupted
//! as a text. A reader of its own: it shares nothing with the checker.

use lavaproof::mdp::{
    BuiltMdp, Distribution, Mdp, MdpBuilder, Observation, RandomizedPolicy, Rational, StateId, parse_rational,
};
use lavaproof::problem::{
    Catastrophe, Criterion, DeploymentSet, Good, Learner, LinearConstraint, PolicyClass, Problem, ProblemParts,
    Relation,
};

/// The tokens of a text, without comments.
pub fn tokens(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('#').next().unwrap_or("").split_ascii_whitespace()).collect()
}

/// An integer or a fraction.
pub fn number(token: &str) -> Option<Rational> {
    let (over, under) = token.split_once('/').unwrap_or((token, "1"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(over.strip_prefix('-').unwrap_or(over)) || !digits(under) || under.bytes().all(|byte| byte == b'0') {
        return None;
    }
    parse_rational(&format!("{over}/{under}")).ok()
}

/// The problem that a text means; `None` where the library has no such problem.
pub fn problem(text: &str) -> Option<Problem> {
    let mut read = Tokens { tokens: tokens(text), next: 0 };
    read.problem()
}

struct Tokens<'t> {
    tokens: Vec<&'t str>,
    next: usize,
}

impl<'t> Tokens<'t> {
    fn word(&mut self) -> Option<&'t str> {
        self.next += 1;
        self.tokens.get(self.next - 1).copied()
    }

    fn expect(&mut self, word: &str) -> Option<()> {
        (self.word()? == word).then_some(())
    }

    fn count(&mut self) -> Option<usize> {
        self.word()?.parse().ok()
    }

    fn number(&mut self) -> Option<Rational> {
        number(self.word()?)
    }

    fn list<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        (0..count).map(|_| one(self)).collect()
    }

    fn masses(&mut self) -> Option<Vec<(usize, Rational)>> {
        self.list(|read| Some((read.count()?, read.number()?)))
    }

    fn distribution(&mut self) -> Option<Distribution> {
        Distribution::new(self.masses()?).ok()
    }

    fn problem(&mut self) -> Option<Problem> {
        self.expect("lavaproof-model")?;
        self.expect("1")?;
        self.expect("criterion")?;
        let criterion = match self.word()? {
            "discounted" => Criterion::Discounted(self.number()?),
            _ => Criterion::Total,
        };
        let mut builder = MdpBuilder::default();
        let (mut specified, mut intended) = (Vec::new(), Vec::new());
        self.expect("states")?;
        let states = self.count()?;
        for state in 0..states {
            builder.state(&format!("s{state}"));
        }
        for state in 0..states {
            self.expect("state")?;
            self.word()?;
            let choices = self.count()?;
            if choices == 0 {
                builder.absorbing(state);
            }
            for _ in 0..choices {
                self.expect("choice")?;
                let action = self.word()?;
                specified.push(self.number()?);
                intended.push(self.number()?);
                builder.choice(state, action, self.masses()?);
            }
        }
        let BuiltMdp { mdp, choice_ids } = builder.build().ok()?;
        // Choices are listed state by state, so they have the numbers of the text.
        if !choice_ids.iter().copied().eq(0..specified.len()) {
            return None;
        }
        self.expect("observations")?;
        let observations = match self.word()? {
            "partial" => {
                let seen: Vec<Option<String>> =
                    (0..states).map(|_| self.word().map(|name| Some(name.to_owned()))).collect::<Option<_>>()?;
                Some(Observation::new(&mdp, &seen).ok()?)
            }
            _ => None,
        };
        self.expect("class")?;
        let class = if self.word()? == "deterministic" { PolicyClass::Deterministic } else { PolicyClass::Stationary };
        self.expect("situations")?;
        let situations = self.list(Self::count)?;
        self.expect("train")?;
        let train = self.distribution()?;
        self.expect("deploy")?;
        let deploy = self.deployment()?;
        self.expect("catastrophe")?;
        let catastrophe = match self.word()? {
            "none" => None,
            tolerance => {
                let tolerance = number(tolerance)?;
                let states = self.list(Self::count)?.into_iter().collect();
                Some(Catastrophe { label: "catastrophe".into(), states, tolerance })
            }
        };
        self.expect("good")?;
        let good = match self.word()? {
            "regret" => Good::Regret(self.number()?),
            _ => Good::Value(self.number()?),
        };
        self.expect("epsilon")?;
        let epsilon = self.number()?;
        self.expect("given")?;
        let given = if self.tokens.get(self.next) == Some(&"none") { None } else { Some(self.policy(&mdp)?) };
        Problem::new(ProblemParts {
            name: "corrupted".into(),
            mdp,
            criterion,
            specified,
            intended,
            labels: Vec::new(),
            situations,
            train,
            deploy,
            observations,
            catastrophe,
            good,
            learner: Learner { epsilon, given },
            policies: Some(class),
            features: Vec::new(),
        })
        .ok()
    }

    fn policy(&mut self, mdp: &Mdp) -> Option<RandomizedPolicy> {
        let row = |state: StateId| if mdp.is_absorbing(state) { Some(Vec::new()) } else { self.masses() };
        Some(RandomizedPolicy::new((0..mdp.states()).map(row).collect::<Option<_>>()?))
    }

    fn deployment(&mut self) -> Option<DeploymentSet> {
        Some(match self.word()? {
            "point" => DeploymentSet::Point(self.distribution()?),
            "over" => DeploymentSet::Over(self.list(Self::count)?),
            "tv" => DeploymentSet::TotalVariation {
                radius: self.number()?,
                center: self.distribution()?,
                over: self.list(Self::count)?,
            },
            "ratio" => DeploymentSet::LikelihoodRatio {
                bound: self.number()?,
                center: self.distribution()?,
                over: self.list(Self::count)?,
            },
            "polytope" => {
                let over = self.list(Self::count)?;
                let constraints = self.list(|read| {
                    let relation = match read.word()? {
                        "<=" => Relation::AtMost,
                        ">=" => Relation::AtLeast,
                        _ => Relation::Equal,
                    };
                    let bound = read.number()?;
                    let terms = read.masses()?.into_iter();
                    let coefficients =
                        terms.map(|(index, weight)| Some((*over.get(index)?, weight))).collect::<Option<_>>()?;
                    Some(LinearConstraint { coefficients, relation, bound })
                })?;
                DeploymentSet::Polytope { over, constraints }
            }
            _ => return None,
        })
    }
}
