//! `lavaproof solve`: exact optima of one model.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;

use crate::budget::Budget;
use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit, FAILED, REJECTED, UNKNOWN, USAGE};
use crate::cli::interrupt::interruptible;
use crate::cli::model::{QueryModel, load_model};
use crate::cli::output::{self, WriteError};
use crate::cli::progress::Progress;
use crate::cli::solve_proofs::Proofs;
use crate::format::{Diagnostic, Report, closest};
use crate::mdp::{Rational, parse_rational};
use crate::query::{Method, Query, Refusal, Verdict, answer, parse_query};
use crate::report::{Format, Shown, SolveReport, SolvedQuery, SolvedValues, Style, Unanswered, render_solved};

/// The arguments of `solve`.
#[derive(Debug, Args)]
pub(super) struct SolveArguments {
    /// The model: `.json`, `.toml`, or Storm's `.drn` and `.drn.gz`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What to compute (repeatable): `Pmax=? [F "l"]`, `Pmin=? ["a" U "b"]`, `P<=1/2 [G "a"]`,
    /// `R{"r"}max=? [F "l"]`, `Tmin=? [F "l"]` or `V{"r"}max=?`
    #[arg(long, required = true, value_name = "QUERY")]
    query: Vec<String>,
    /// The discount of V queries, instead of that of the file
    #[arg(long, value_name = "NUMBER")]
    discount: Option<String>,
    /// Let bounds at most this far apart be enough for V queries
    #[arg(long, value_name = "NUMBER")]
    epsilon: Option<String>,
    /// Print the value of every state
    #[arg(long)]
    values: bool,
    /// Write each answer's certificate, and each query's model as the checker reads it, to this folder
    #[arg(long, value_name = "DIR")]
    proofs: Option<PathBuf>,
}

/// What is asked beside the query.
struct Wanted<'a> {
    /// The values of all states.
    values: bool,
    epsilon: Option<&'a Rational>,
    method: Method,
}

/// The certificate is about all states that are shown if checking them takes at most this many steps, and otherwise about as many
/// initial states as take ten times as many.
const MOST_STEPS: usize = 50_000_000;

/// Runs the command.
pub(super) fn run(arguments: &SolveArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    let format: Format = common.format.parse()?;
    let Some(method) = Method::ALL.into_iter().find(|method| method.name() == common.engine) else {
        let known = Method::ALL.map(Method::name).join(" and ");
        return Err(format!("`solve` has no engine `{}`; it has {known}", common.engine).into());
    };
    let given = arguments.discount.as_deref().map(discount).transpose()?;
    let epsilon = arguments.epsilon.as_deref().map(positive).transpose()?;
    let budget = interruptible().limited_to(Duration::from_secs(common.timeout));
    let Some(queries) = parsed(&arguments.query) else { return Ok(USAGE) };
    let started = Instant::now();
    let reading = (!common.quiet).then(|| Progress::of("reading the model"));
    let loaded = load_model(&arguments.file);
    drop(reading);
    let QueryModel { model, discount } = match loaded {
        Ok(model) => model,
        Err(problems) => {
            eprintln!("{}", problems.plain());
            return Ok(USAGE);
        }
    };
    let mut report = SolveReport {
        file: arguments.file.display().to_string(),
        states: model.mdp.states(),
        choices: model.mdp.choices(),
        transitions: model.mdp.transitions(),
        engine: common.engine.clone(),
        read: started.elapsed(),
        queries: Vec::new(),
    };
    // Given up by the last query before its certificate is checked: a large model and what the checker makes of it need not be in
    // memory together.
    let mut held = Some(Rc::new(QueryModel { model, discount: given.or(discount) }));
    let last = arguments.query.len() - 1;
    let mut exit = ALL_AS_EXPECTED;
    let mut problems = Vec::new();
    let mut proofs = Proofs::new(arguments.proofs.as_deref(), &arguments.file)?;
    let wanted = Wanted { values: arguments.values, epsilon: epsilon.as_ref(), method };
    for (number, (text, query)) in arguments.query.iter().zip(queries).enumerate() {
        let _progress = (!common.quiet).then(|| Progress::of(text));
        let Some(input) = (if number == last { held.take() } else { held.clone() }) else { break };
        match solved(input, (text, query), &wanted, &mut proofs, &budget)? {
            Ok((solved, code)) => {
                exit = exit.or(code);
                report.queries.push(solved);
            }
            Err(problem) => problems.push(problem.plain()),
        }
    }
    if !problems.is_empty() {
        eprintln!("{}", problems.join("\n\n"));
        return Ok(USAGE);
    }
    let terminal = output::stdout_is_terminal() && common.output.is_none();
    let style = Style { colour: common.color.on(terminal), width: output::width(), detail: common.detail() };
    output::write(common.output.as_deref(), &render_solved(&report, format, &style)?)?;
    if let Some((written, folder)) = proofs.written() {
        let noun = if written == 1 { "certificate" } else { "certificates" };
        eprintln!("{written} {noun} in {}", folder.display());
    }
    Ok(exit)
}

fn positive(text: &str) -> Result<Rational, Box<dyn std::error::Error>> {
    let number = parse_rational(text)?;
    if number > Rational::ZERO { Ok(number) } else { Err(format!("--epsilon {number} is not positive").into()) }
}

fn discount(text: &str) -> Result<Rational, Box<dyn std::error::Error>> {
    let discount = parse_rational(text)?;
    if discount > Rational::ZERO && discount < Rational::ONE {
        Ok(discount)
    } else {
        Err(format!("the discount {discount} is not between 0 and 1").into())
    }
}

/// The queries, or `None` after the errors of all of them have been printed.
fn parsed(texts: &[String]) -> Option<Vec<Query>> {
    let mut queries = Vec::new();
    let mut errors = Vec::new();
    for text in texts {
        match parse_query(text) {
            Ok(query) => queries.push(query),
            Err(error) => {
                let problem = Diagnostic::error(error.span, error.message).with_hint(error.hint);
                errors.push(about(text, problem).plain());
            }
        }
    }
    if errors.is_empty() {
        return Some(queries);
    }
    eprintln!("{}", errors.join("\n\n"));
    None
}

fn about(query: &str, problem: Diagnostic) -> Report {
    Report::new("--query", Arc::from(query), vec![problem])
}

/// One query answered and its answer proved, with the exit code that this calls for.
fn solved(
    input: Rc<QueryModel>,
    (text, query): (&str, Query),
    wanted: &Wanted<'_>,
    proofs: &mut Proofs<'_>,
    budget: &Budget,
) -> Result<Result<(SolvedQuery, Exit), Report>, WriteError> {
    let model = &input.model;
    let states = model.mdp.states();
    let shown: Vec<usize> = if wanted.values { (0..states).collect() } else { model.initial.clone() };
    let started = Instant::now();
    let answered = answer(model, &query, input.discount.as_ref(), wanted.epsilon, wanted.method, &shown, budget);
    let solve = started.elapsed();
    let answer = match answered {
        Ok(answer) => answer,
        Err(Refusal::Exhausted(exhausted)) => {
            let outcome = Err(exhausted.into());
            return Ok(Ok((SolvedQuery { query, outcome, solve, proved: None }, UNKNOWN)));
        }
        Err(refusal) => return Ok(Err(about(text, refused(&refusal, text)))),
    };
    let steps = shown.len().saturating_mul(states + model.mdp.transitions());
    let initial = model.initial.len();
    let affordable = (10 * MOST_STEPS / (states + model.mdp.transitions()).max(1)).max(1);
    let certified: Vec<usize> =
        if steps <= MOST_STEPS { shown.clone() } else { model.initial.iter().copied().take(affordable).collect() };
    let left = shown.len() - certified.len();
    let shared =
        |state: usize| answer.value(state).map(Shown::Exact).or_else(|| answer.bounds(state).map(Shown::Between));
    let mut values = model.initial.iter().filter_map(|&state| shared(state));
    let first = values.next();
    let value = first.filter(|first| values.all(|other| other == *first));
    let named = |&state: &usize| Some((model.mdp.state_name(state).to_owned(), shared(state)?));
    let listed = if wanted.values || model.initial.len() != 1 { shown.as_slice() } else { &[] };
    let found = SolvedValues { value, values: listed.iter().filter_map(named).collect(), verdict: answer.verdict };
    let mut proved = proofs.prove(input, (text, &query), answer, &certified, budget)?;
    if left > 0 && proved.check.is_some() {
        let which = if certified.len() < initial {
            format!("{} initial states of {initial}", initial - certified.len())
        } else {
            "states that are not initial".to_owned()
        };
        proved.uncertified = Some(format!(
            "uncertified: the values of {which}; a certificate of all {} is checked in {steps} steps, over the limit of {MOST_STEPS}",
            shown.len()
        ));
    }
    if let Some(reason) = &proved.rejected {
        let outcome = Err(Unanswered::Rejected(reason.clone()));
        return Ok(Ok((SolvedQuery { query, outcome, solve, proved: Some(proved) }, REJECTED)));
    }
    let mut exit = if found.verdict == Some(Verdict::Fails) { FAILED } else { ALL_AS_EXPECTED };
    if proved.uncertified.is_some() {
        exit = exit.or(UNKNOWN);
    }
    let outcome = Ok(found);
    Ok(Ok((SolvedQuery { query, outcome, solve, proved: Some(proved) }, exit)))
}

fn refused(refusal: &Refusal, text: &str) -> Diagnostic {
    let (span, hint) = match refusal {
        Refusal::Unknown { name, span, known, .. } => {
            let hint = closest(name, known.iter().map(String::as_str)).map_or_else(
                || {
                    if known.is_empty() {
                        "there are none".to_owned()
                    } else {
                        format!("there are {}", known.join(", "))
                    }
                },
                |near| format!("did you mean `{near}`?"),
            );
            (span.clone(), hint)
        }
        Refusal::NoSense => (0..text.len(), "write `max=?` or `min=?`".to_owned()),
        Refusal::NoDiscount => {
            (0..text.len(), "give one with --discount; R{\"…\"} is the reward until a goal".to_owned())
        }
        Refusal::Exhausted(_) => (0..text.len(), "raise --timeout".to_owned()),
    };
    Diagnostic::error(span, refusal.to_string()).with_hint(hint)
}
