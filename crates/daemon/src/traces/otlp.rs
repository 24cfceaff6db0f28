//! The JSON form of OTLP: ids in hexadecimal, 64-bit numbers as texts, enumerations as numbers.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value as Json, json};

use super::TracesConfig;
use super::span::{Span, Value};

/// `SPAN_KIND_INTERNAL` and `SPAN_KIND_SERVER`.
const KINDS: [u8; 2] = [1, 2];
/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

/// An `ExportTraceServiceRequest`.
pub(super) fn document(config: &TracesConfig, spans: &[Span]) -> Json {
    let attributes = [
        ("service.name", Value::Text(config.service.clone())),
        ("service.version", Value::Text(config.version.clone())),
        ("process.pid", Value::Int(std::process::id().into())),
    ];
    json!({ "resourceSpans": [{
        "resource": { "attributes": attributes.iter().map(attribute).collect::<Vec<_>>() },
        "scopeSpans": [{
            "scope": { "name": "sampan", "version": config.version },
            "spans": spans.iter().map(span).collect::<Vec<_>>(),
        }],
    }] })
}

fn span(span: &Span) -> Json {
    let mut document = json!({
        "traceId": format!("{:032x}", span.context.trace),
        "spanId": format!("{:016x}", span.context.span),
        "name": span.name,
        "kind": KINDS[usize::from(span.server)],
        "startTimeUnixNano": nanos(span.begun),
        "endTimeUnixNano": nanos(span.ended),
        "attributes": span.attributes.iter().map(attribute).collect::<Vec<_>>(),
    });
    if let Some(parent) = span.parent {
        document["parentSpanId"] = format!("{parent:016x}").into();
    }
    if let Some(error) = &span.error {
        document["status"] = json!({ "code": ERROR, "message": error });
    }
    document
}

fn attribute((name, value): &(&'static str, Value)) -> Json {
    let value = match value {
        Value::Text(text) => json!({ "stringValue": text }),
        Value::Int(number) => json!({ "intValue": number.to_string() }),
        Value::Bool(truth) => json!({ "boolValue": truth }),
    };
    json!({ "key": name, "value": value })
}

fn nanos(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_nanos().to_string()
}
