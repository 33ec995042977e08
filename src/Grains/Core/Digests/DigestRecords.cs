using Millwright.Alerts;
using Millwright.Core.State;
using Millwright.Twins;

namespace Millwright.Core.Digests;

/// <summary>
/// The bytes of one record. Left out: recorded times, sequences, revisions and the ids of single events, which say how the result came
/// about and not what it is.
/// </summary>
internal static class DigestRecords
{
    private const byte WindowRecord = 1;
    private const byte AlertRecord = 2;
    private const byte DetailedWindowRecord = 3;
    private static readonly double OneNaN = BitConverter.UInt64BitsToDouble(0x7ff8_0000_0000_0000);

    public static void Write(StateWriter writer, WindowResult window)
    {
        writer.Byte(window.Detail is null ? WindowRecord : DetailedWindowRecord);
        writer.Text(window.Metric);
        writer.Text(window.Kind);
        writer.Duration(window.Size);
        writer.Instant(window.Start);
        writer.Instant(window.End);
        writer.Int64(window.Count);
        Number(writer, window.Sum);
        Number(writer, window.Minimum);
        Number(writer, window.Maximum);
        Number(writer, window.Mean);
        Number(writer, window.StandardDeviation);
        Number(writer, window.First);
        Number(writer, window.Last);
        Number(writer, window.Completeness);
        if (window.Detail is { } detail)
        {
            Write(writer, detail);
        }
    }

    public static void Write(StateWriter writer, AlertEvent begun, AlertEvent? end)
    {
        writer.Byte(AlertRecord);
        writer.Text(begun.AlertId);
        writer.Text(begun.AlertName);
        writer.Text(begun.Subject);
        writer.Int32(begun.Severity);
        writer.Int32((int)begun.Audiences);
        writer.Int32((int)begun.Category);
        writer.Text(begun.IncidentId);
        writer.Text(begun.Recommendation);
        WriteVerdict(writer, begun);
        writer.Boolean(end is not null);
        if (end is not null)
        {
            WriteVerdict(writer, end);
        }
    }

    private static void Write(StateWriter writer, WindowResultDetail detail)
    {
        writer.Text(detail.State);
        writer.Int32(detail.Samples);
        Write(writer, detail.Figures.AsSpan());
        writer.Int32(detail.States.Length);
        foreach (WindowStateShare share in detail.States)
        {
            writer.Text(share.State);
            writer.Duration(share.Time);
            writer.Int64(share.Count);
            Number(writer, share.Sum);
            Number(writer, share.Minimum);
            Number(writer, share.Maximum);
            Number(writer, share.Mean);
            Number(writer, share.StandardDeviation);
            Write(writer, share.Figures.AsSpan());
        }
    }

    private static void Write(StateWriter writer, ReadOnlySpan<WindowFigure> figures)
    {
        writer.Int32(figures.Length);
        foreach (WindowFigure figure in figures)
        {
            writer.Text(figure.Name);
            Number(writer, figure.Value);
        }
    }

    private static void WriteVerdict(StateWriter writer, AlertEvent alert)
    {
        AlertExplanation why = alert.Explanation;
        writer.Instant(alert.EventTime);
        writer.Text(alert.Summary);
        writer.Text(why.DetectorId);
        writer.Text(why.DetectorKind);
        writer.Text(why.DetectorVersion);
        Number(writer, why.Score);
        Number(writer, why.Threshold);
        writer.Instant(why.WindowStart);
        writer.Instant(why.WindowEnd);
        Number(writer, why.Completeness);
        writer.Int32(why.Contributions.Length);
        foreach (Contribution contribution in why.Contributions)
        {
            writer.Text(contribution.Metric);
            Number(writer, contribution.Observed);
            Number(writer, contribution.Baseline);
            writer.Text(contribution.Unit);
            Number(writer, contribution.Share);
        }

        writer.Text(why.Counterfactual);
        writer.Text(why.OperatingState);
    }

    /// <summary>The bits, but one zero and one NaN: stores keep neither the sign of the one nor the bits of the other.</summary>
    private static void Number(StateWriter writer, double value) => writer.Double(value == 0 ? 0 : double.IsNaN(value) ? OneNaN : value);
}
