//! `lavaproof definitions`: what the decompositions say, and who said it.

use clap::Args;
use serde_json::{Map, Value, json};

use crate::cli::Common;
use crate::cli::exit::{ALL_AS_EXPECTED, Exit, NOTHING_SELECTED};
use crate::cli::output;
use crate::decomposition::{Definition, built_in_definitions};

/// The arguments of `definitions`.
#[derive(Debug, Args)]
pub(super) struct DefinitionsArguments {
    /// Only these decompositions
    #[arg(value_name = "ID")]
    ids: Vec<String>,
}

/// Runs the command.
pub(super) fn run(arguments: &DefinitionsArguments, common: &Common) -> Result<Exit, Box<dyn std::error::Error>> {
    let mut definitions = built_in_definitions()?;
    for id in arguments.ids.iter().filter(|id| definitions.iter().all(|definition| definition.id != **id)) {
        eprintln!("no decomposition is called {id}");
    }
    definitions.retain(|definition| arguments.ids.is_empty() || arguments.ids.contains(&definition.id));
    if definitions.is_empty() {
        return Ok(NOTHING_SELECTED);
    }
    let text = match common.format.as_str() {
        "human" => human(&definitions),
        "json" => as_json(&definitions),
        "markdown" => markdown(&definitions),
        other => return Err(format!("definitions are not written as {other}; use human, json or markdown").into()),
    };
    output::write(common.output.as_deref(), &text)?;
    Ok(ALL_AS_EXPECTED)
}

fn human(definitions: &[Definition]) -> String {
    let mut text = String::new();
    let wrap = |line: &str, indent: &str| {
        textwrap::fill(line, textwrap::Options::new(output::width()).initial_indent(indent).subsequent_indent(indent))
    };
    for definition in definitions {
        text += &format!("{}\n{}\n", definition.id, wrap(&definition.summary, "  "));
        for (half, formula) in &definition.parts {
            text += &format!("  {:<6} {formula}\n", half.to_string());
        }
        text += &format!("{}\n\n", wrap(&format!("source: {}", definition.source), "  "));
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

fn as_json(definitions: &[Definition]) -> String {
    let list: Vec<Value> = definitions
        .iter()
        .map(|definition| {
            let parts: Map<String, Value> =
                definition.parts.iter().map(|(half, formula)| (half.to_string(), formula.to_string().into())).collect();
            json!({
                "id": definition.id,
                "summary": definition.summary,
                "source": definition.source,
                "parts": parts,
            })
        })
        .collect();
    format!("{:#}\n", json!({ "schema_version": 1, "decompositions": list }))
}

fn markdown(definitions: &[Definition]) -> String {
    let mut text = String::new();
    for definition in definitions {
        text += &format!("## {}\n\n{}\n\n", definition.id, definition.summary);
        for (half, formula) in &definition.parts {
            text += &format!("- **{half}**: `{formula}`\n");
        }
        text += &format!("\nSource: {}\n\n", definition.source);
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}
