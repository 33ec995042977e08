namespace Millwright.Silo.Metrics;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
