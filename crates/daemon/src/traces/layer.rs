//! From `tracing` spans to spans that are told.

use std::time::SystemTime;

use ring::rand::{SecureRandom, SystemRandom};
use tokio::sync::mpsc;
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::layer;
use tracing_subscriber::registry::LookupSpan;

use super::TRACES;
use super::span::{Context, Fields, Span};

/// Takes the spans of the target [`TRACES`] and hands those that have ended to what sends them.
#[derive(Debug)]
pub struct Layer {
    to: mpsc::Sender<Span>,
    random: SystemRandom,
}

impl Layer {
    pub(super) fn new(to: mpsc::Sender<Span>) -> Self {
        Self {
            to,
            random: SystemRandom::new(),
        }
    }

    /// Whether a span or event is one of those that are told: the filter that belongs to this layer.
    pub fn wants(metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == TRACES
    }

    /// A random number that is not 0, which stands for none.
    fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        // Where the kernel has none, spans get numbers that are of no use, and everything else goes on.
        let _ = self.random.fill(&mut bytes);
        bytes[0] |= 1;
        bytes
    }
}

impl<S: Subscriber + for<'l> LookupSpan<'l>> layer::Layer<S> for Layer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, registry: layer::Context<'_, S>) {
        let Some(span) = registry.span(id) else { return };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let above = span
            .parent()
            .and_then(|parent| parent.extensions().get::<Span>().map(|span| span.context));
        let parent = above.or(fields.parent);
        let begun = SystemTime::now();
        span.extensions_mut().insert(Span {
            context: Context {
                trace: parent.map_or_else(|| u128::from_be_bytes(self.draw()), |parent| parent.trace),
                span: u64::from_be_bytes(self.draw()),
                // Whoever began the trace says whether it is told.
                sampled: parent.is_none_or(|parent| parent.sampled),
            },
            parent: parent.map(|parent| parent.span),
            name: fields.name.unwrap_or_else(|| span.name().to_owned()),
            server: fields.server,
            begun,
            ended: begun,
            attributes: fields.attributes,
            error: fields.error,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, registry: layer::Context<'_, S>) {
        let Some(span) = registry.span(id) else { return };
        if let Some(told) = span.extensions_mut().get_mut::<Span>() {
            let mut fields = Fields::default();
            values.record(&mut fields);
            told.attributes.append(&mut fields.attributes);
            if fields.error.is_some() {
                told.error = fields.error;
            }
        }
    }

    fn on_close(&self, id: Id, registry: layer::Context<'_, S>) {
        let ended = registry
            .span(&id)
            .and_then(|span| span.extensions_mut().remove::<Span>());
        if let Some(mut span) = ended
            && span.context.sampled
        {
            span.ended = SystemTime::now();
            // A queue that is full is a collector that is away: the spans are lost, and nothing else is.
            let _ = self.to.try_send(span);
        }
    }
}
