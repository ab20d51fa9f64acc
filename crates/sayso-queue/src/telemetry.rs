//! What a worker logs while it works, one line each on stderr, and its OpenTelemetry traces: for each message, from
//! publication until its report is on disk.

use std::{collections::HashMap, fmt};

use async_nats::HeaderMap;
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator},
    trace::TracerProvider,
};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::{Event, Span, Subscriber, level_filters::LevelFilter};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{
    filter::Targets,
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    layer::{Layer, SubscriberExt},
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use crate::QueueError;

/// Where the environment may name a collector, according to OpenTelemetry.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const NAME: &str = "OTEL_SERVICE_NAME";

/// The log format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogForm {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// While it lives, lines are logged and traces are sent; whatever is still pending is sent when it is dropped.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

impl Telemetry {
    /// Starts logging and tracing, once per program. Traces go over OTLP/HTTP to the collector that
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` names, under the name in `OTEL_SERVICE_NAME` or else this one; without an endpoint
    /// there are none.
    ///
    /// # Errors
    /// [`QueueError::Traces`] if the settings in the environment cannot be used.
    pub fn begin(service: &'static str, form: LogForm) -> Result<Self, QueueError> {
        let wanted = ENDPOINTS.iter().any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()));
        let traces = wanted.then(|| provider(service)).transpose()?;
        let sent =
            traces.as_ref().map(|traces| tracing_opentelemetry::layer().with_tracer(traces.tracer("sayso")));
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let lines = match form {
            LogForm::Text => lines.event_format(Line).boxed(),
            LogForm::Json => lines.json().with_current_span(false).with_span_list(false).boxed(),
        };
        // What the libraries below log is left to them.
        let own = || Targets::new().with_target(env!("CARGO_CRATE_NAME"), LevelFilter::INFO);
        tracing_subscriber::registry()
            .with(sent.with_filter(own()))
            .with(lines.with_filter(own()))
            .try_init()
            .map_err(|e| QueueError::Traces(e.to_string()))?;
        Ok(Self { traces })
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.traces.take().map(|traces| traces.shutdown()) {
            eprintln!("sayso: the last traces are lost: {error}");
        }
    }
}

fn provider(service: &'static str) -> Result<SdkTracerProvider, QueueError> {
    // The client that sends the traces has no TLS provider of its own; if another was installed before, that one stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let exporter =
        SpanExporter::builder().with_http().build().map_err(|e| QueueError::Traces(e.to_string()))?;
    let mut resource = Resource::builder();
    if std::env::var_os(NAME).is_none_or(|name| name.is_empty()) {
        resource = resource.with_service_name(service);
    }
    Ok(SdkTracerProvider::builder().with_resource(resource.build()).with_batch_exporter(exporter).build())
}

/// A log line in the format of all commands.
struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        writer.write_str("sayso: ")?;
        context.format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

/// The headers that say which trace a message belongs to (W3C Trace Context); none if nothing is traced.
pub(crate) fn headers(span: &Span) -> HashMap<String, String> {
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(&span.context(), &mut headers);
    headers.retain(|_, value| !value.is_empty());
    headers
}

/// Makes a span part of the trace that a message belongs to.
pub(crate) fn go_on(span: &Span, headers: Option<&HeaderMap>) {
    struct Headers<'h>(&'h HeaderMap);
    impl Extractor for Headers<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.get(key).map(|value| value.as_str())
        }

        fn keys(&self) -> Vec<&str> {
            self.0.iter().map(|(name, _)| name.as_ref()).collect()
        }
    }
    if let Some(headers) = headers {
        let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers));
        // It fails if nothing is traced.
        let _ = span.set_parent(context);
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TracerProvider;
    use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn a_message_goes_on_with_the_trace_that_it_was_published_in() {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let mut sent = HeaderMap::new();
            {
                let published = tracing::info_span!("publish");
                headers(&published).iter().for_each(|(key, value)| sent.insert(key.as_str(), value.as_str()));
            }
            assert!(sent.get("traceparent").is_some());
            let taken = tracing::info_span!("process");
            go_on(&taken, Some(&sent));
            drop(taken);
            // A message from elsewhere starts a trace of its own.
            let alone = tracing::info_span!("process alone");
            go_on(&alone, Some(&HeaderMap::new()));
        });
        let spans = exporter.get_finished_spans().unwrap();
        let of = |name: &str| spans.iter().find(|s| s.name == name).unwrap();
        let (publish, process, alone) = (of("publish"), of("process"), of("process alone"));
        assert_eq!(process.parent_span_id, publish.span_context.span_id());
        assert_eq!(process.span_context.trace_id(), publish.span_context.trace_id());
        assert_ne!(alone.span_context.trace_id(), publish.span_context.trace_id());
    }

    #[test]
    fn without_traces_no_header_is_sent() {
        assert!(headers(&tracing::info_span!("publish")).is_empty());
    }
}
