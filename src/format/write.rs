//! Model file → canonical JSON. The order is fixed, numbers are texts, and reading gives the same problem.

use serde_json::{Map, Value, json};

use crate::format::decode::{FORMAT, constraint};
use crate::format::model_file::ModelFile;
use crate::mdp::{Distribution, Mdp, Rational, StateId};
use crate::problem::{Board, Criterion, DeploymentSet, Good, Level, PolicyClass, Problem};

/// Writes a model file as canonical JSON: sugar expanded, successors' rewards added to their choice's.
#[must_use]
pub fn write(file: &ModelFile) -> String {
    let mut root = header(&file.problem);
    if let Some(source) = &file.source {
        root.insert("source".into(), json!(source));
    }
    if let Some(description) = &file.description {
        root.insert("description".into(), json!(description));
    }
    body(&file.problem, &mut root);
    if let Some(drawn) = &file.board {
        root.insert("board".into(), board(&file.problem.mdp, drawn));
    }
    if !file.expect.is_empty() {
        let expect = file.expect.iter().map(|one| (one.key.clone(), json!(one.status))).collect();
        root.insert("expect".into(), Value::Object(expect));
    }
    if !file.definitions.is_empty() {
        let mut definitions = Map::new();
        for definition in &file.definitions {
            let parts = definition.parts.iter().map(|(part, formula, _)| (part.clone(), json!(formula)));
            let mut table: Map<String, Value> = parts.collect();
            if let Some(source) = &definition.source {
                table.insert("source".into(), json!(source));
            }
            if let Some(description) = &definition.description {
                table.insert("description".into(), json!(description));
            }
            definitions.insert(definition.id.clone(), Value::Object(table));
        }
        root.insert("decompositions".into(), Value::Object(definitions));
    }
    render(&root)
}

/// Writes a problem alone as canonical JSON.
#[must_use]
pub fn write_problem(problem: &Problem) -> String {
    let mut root = header(problem);
    body(problem, &mut root);
    render(&root)
}

fn header(problem: &Problem) -> Map<String, Value> {
    let mut root = Map::new();
    root.insert("format".into(), json!(FORMAT));
    root.insert("name".into(), json!(problem.name));
    root
}

fn body(problem: &Problem, root: &mut Map<String, Value>) {
    let mdp = &problem.mdp;
    let names = |states: &mut dyn Iterator<Item = StateId>| -> Value {
        states.map(|state| json!(mdp.state_name(state))).collect::<Vec<_>>().into()
    };
    let mut put = |key: &str, value: Value| root.insert(key.to_owned(), value);
    let criterion = match &problem.criterion {
        Criterion::Discounted(discount) => json!({ "discounted": number(discount) }),
        Criterion::Total => json!({ "total": true }),
        Criterion::Horizon(horizon) => json!({ "horizon": horizon }),
    };
    put("criterion", criterion);
    put("states", names(&mut (0..mdp.states())));
    put("absorbing", names(&mut (0..mdp.states()).filter(|&state| mdp.is_absorbing(state))));
    put("choices", (0..mdp.choices()).map(|choice| one_choice(problem, choice)).collect::<Vec<_>>().into());
    if !problem.labels.is_empty() {
        let labels = problem.labels.iter().map(|(label, states)| (label.clone(), names(&mut states.ones())));
        put("labels", Value::Object(labels.collect()));
    }
    if let Some(observations) = &problem.observations {
        let seen = (0..mdp.states()).filter_map(|state| {
            let name = observations.name(observations.of(state))?;
            Some((mdp.state_name(state).to_owned(), json!(name)))
        });
        put("observations", Value::Object(seen.collect()));
    }
    put("situations", names(&mut problem.situations.iter().copied()));
    put("train", distribution(mdp, &problem.train));
    let deploy = match &problem.deploy {
        DeploymentSet::Point(point) => json!({ "point": distribution(mdp, point) }),
        DeploymentSet::Over(over) => json!({ "over": names(&mut over.iter().copied()) }),
        DeploymentSet::TotalVariation { center, radius, over } => json!({ "tv": {
            "center": distribution(mdp, center),
            "radius": number(radius),
            "over": names(&mut over.iter().copied()),
        } }),
        DeploymentSet::LikelihoodRatio { center, bound, over } => json!({ "ratio": {
            "center": distribution(mdp, center),
            "bound": number(bound),
            "over": names(&mut over.iter().copied()),
        } }),
        DeploymentSet::Polytope { over, constraints } => {
            let name = |state: StateId| mdp.state_name(state).to_owned();
            let constraints: Vec<Value> = constraints.iter().map(|one| json!(constraint::write(one, name))).collect();
            json!({ "polytope": { "over": names(&mut over.iter().copied()), "constraints": constraints } })
        }
    };
    put("deploy", deploy);
    if let Some(catastrophe) = &problem.catastrophe {
        put("catastrophe", json!({ "label": catastrophe.label, "tolerance": number(&catastrophe.tolerance) }));
    }
    let good = match &problem.good {
        Good::Regret(regret) => json!({ "regret": number(regret) }),
        Good::Value(value) => json!({ "value": number(value) }),
    };
    put("good", good);
    put("learner", learner(problem));
    if let Some(policies) = problem.policies {
        let class = match policies {
            PolicyClass::Deterministic => "deterministic",
            PolicyClass::Stationary => "stationary",
        };
        put("policies", json!(class));
    }
}

fn one_choice(problem: &Problem, choice: usize) -> Value {
    let mdp = &problem.mdp;
    let mut table = Map::new();
    table.insert("state".into(), json!(mdp.state_name(mdp.state_of(choice))));
    table.insert("action".into(), json!(mdp.action_name(choice)));
    let row = mdp.row(choice).map(|(target, probability)| (mdp.state_name(target).to_owned(), number(probability)));
    table.insert("to".into(), Value::Object(row.collect()));
    let rewards: Map<String, Value> = [("specified", &problem.specified), ("intended", &problem.intended)]
        .into_iter()
        .filter(|(_, reward)| !reward[choice].is_zero())
        .map(|(name, reward)| (name.to_owned(), number(&reward[choice])))
        .collect();
    if !rewards.is_empty() {
        table.insert("rewards".into(), Value::Object(rewards));
    }
    // The first choice names every feature, so that their order and the ones that are 0 everywhere stay.
    let features: Map<String, Value> = problem
        .features
        .iter()
        .filter(|feature| choice == 0 || !feature.values[choice].is_zero())
        .map(|feature| (feature.name.clone(), number(&feature.values[choice])))
        .collect();
    if !features.is_empty() {
        table.insert("features".into(), Value::Object(features));
    }
    Value::Object(table)
}

fn learner(problem: &Problem) -> Value {
    let mut table = Map::new();
    table.insert("epsilon".into(), number(&problem.learner.epsilon));
    let mdp = &problem.mdp;
    if let Some(policy) = &problem.learner.given {
        let rows = (0..mdp.states()).filter(|&state| !mdp.is_absorbing(state)).map(|state| {
            let row = match policy.row(state) {
                [(choice, _)] => json!(mdp.action_name(*choice)),
                row => Value::Object(row.iter().map(|(c, p)| (mdp.action_name(*c).to_owned(), number(p))).collect()),
            };
            (mdp.state_name(state).to_owned(), row)
        });
        table.insert("given".into(), Value::Object(rows.collect()));
    }
    Value::Object(table)
}

fn distribution(mdp: &Mdp, distribution: &Distribution) -> Value {
    let masses = distribution.iter().map(|(state, mass)| (mdp.state_name(state).to_owned(), number(mass)));
    Value::Object(masses.collect())
}

fn board(mdp: &Mdp, board: &Board) -> Value {
    let mut terrain = Map::new();
    for cell in board.levels.iter().flat_map(|level| level.rows.iter().flatten()) {
        let mut table = json!({ "glyph": cell.glyph });
        if cell.wall {
            table["wall"] = json!(true);
        }
        terrain.insert(cell.terrain.clone(), table);
    }
    let names = |states: &[StateId]| -> Vec<&str> { states.iter().map(|&state| mdp.state_name(state)).collect() };
    let level = |level: &Level| {
        let map: Vec<String> = level.rows.iter().map(|row| row.iter().map(|cell| cell.glyph).collect()).collect();
        let states: Vec<Vec<_>> =
            level.rows.iter().map(|row| row.iter().map(|cell| names(&cell.states)).collect()).collect();
        json!({ "name": level.name, "map": map, "states": states })
    };
    json!({ "terrain": terrain, "level": board.levels.iter().map(level).collect::<Vec<_>>() })
}

fn number(number: &Rational) -> Value {
    json!(number.to_string())
}

/// One line for each key, and one for each item of a list of tables: files that can be read and compared.
fn render(root: &Map<String, Value>) -> String {
    let entries: Vec<String> = root
        .iter()
        .map(|(key, value)| match value {
            Value::Array(items) if items.iter().any(Value::is_object) => {
                let lines: Vec<String> = items.iter().map(|item| format!("    {item}")).collect();
                format!("  {}: [\n{}\n  ]", json!(key), lines.join(",\n"))
            }
            _ => format!("  {}: {value}", json!(key)),
        })
        .collect();
    format!("{{\n{}\n}}\n", entries.join(",\n"))
}
