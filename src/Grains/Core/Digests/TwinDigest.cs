using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Millwright.Alerts;
using Millwright.Core.State;
using Millwright.Core.Windows;
using Millwright.Twins;

namespace Millwright.Core.Digests;

/// <summary>
/// One SHA-256 over all that an asset's samples led to: its final windows and its net alerts up to a horizon. It holds nothing that depends
/// on the wall clock or on the order of arrival, so two runs over the same samples have the same digest. Each record becomes bytes and the
/// records are sorted by them: whoever has the figures can compute it again; docs/digest.md says how.
/// </summary>
public sealed class TwinDigest(string assetId)
{
    public const string Format = "millwright.digest.1";

    private readonly Dictionary<(string Metric, string Kind, TimeSpan Size, DateTimeOffset Start), WindowResult> windows = [];
    private readonly Dictionary<string, AlertEvent> events = new(StringComparer.Ordinal);

    /// <summary>Of one window the highest revision counts, whichever comes first.</summary>
    public void Add(WindowResult window)
    {
        // The length of a session or of a stay in a state is a result; its start is what makes it the same.
        var key = (window.Metric, window.Kind, WindowKinds.HasOwnLength(window.Kind) ? TimeSpan.Zero : window.Size, window.Start);
        if (window.IsClosed && (!windows.TryGetValue(key, out WindowResult? known) || known.Revision <= window.Revision))
        {
            windows[key] = window;
        }
    }

    /// <summary>In any order; the same event twice is one.</summary>
    public void Add(AlertEvent alert) => events[alert.Id] = alert;

    /// <param name="horizon">
    /// Windows that end up to it are final, and alerts before it. Event time of the newest live sample, when all that came was judged.
    /// </param>
    public DigestResult Compute(DateTimeOffset horizon)
    {
        var records = new List<byte[]>();
        var buffer = new ArrayBufferWriter<byte>(256);
        foreach (WindowResult window in windows.Values)
        {
            // Empty: a session that has since joined another.
            if (window.Count > 0 && window.End <= horizon)
            {
                DigestRecords.Write(new StateWriter(buffer), window);
                Take();
            }
        }

        int final = records.Count;
        foreach ((AlertEvent begun, AlertEvent? end) in NetAlerts(events.Values))
        {
            if (begun.EventTime < horizon)
            {
                DigestRecords.Write(new StateWriter(buffer), begun, end?.EventTime < horizon ? end : null);
                Take();
            }
        }

        return new DigestResult
        {
            AssetId = assetId,
            Horizon = horizon,
            Windows = final,
            Alerts = records.Count - final,
            Sha256 = Hash(horizon, records),
        };

        void Take()
        {
            records.Add(buffer.WrittenSpan.ToArray());
            buffer.ResetWrittenCount();
        }
    }

    /// <summary>
    /// One digest of many assets, in any order: of the lines <c>asset id, space, digest, line feed</c>, sorted by their bytes.
    /// </summary>
    public static string OfFleet(IEnumerable<DigestResult> assets)
    {
        List<byte[]> lines = [.. assets.Select(a => Encoding.UTF8.GetBytes($"{a.AssetId} {a.Sha256}\n"))];
        lines.Sort(Compare);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] line in lines)
        {
            hash.AppendData(line);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// What is left of what was told, in the order of telling: an amended beginning replaces the one before it and opens it again, and a
    /// retracted one is as if it had never been.
    /// </summary>
    internal static ImmutableArray<(AlertEvent Begun, AlertEvent? End)> NetAlerts(IEnumerable<AlertEvent> told)
    {
        var net = new Dictionary<string, (AlertEvent Begun, AlertEvent? End)>(StringComparer.Ordinal);
        foreach (AlertEvent alert in told.OrderBy(a => a.Sequence))
        {
            switch (alert.Kind)
            {
                case AlertKind.Raised or AlertKind.Amended:
                    net[alert.AlertId] = (alert, null);
                    break;
                case AlertKind.Cleared when net.TryGetValue(alert.AlertId, out (AlertEvent Begun, AlertEvent? End) open):
                    net[alert.AlertId] = (open.Begun, alert);
                    break;
                case AlertKind.Retracted:
                    net.Remove(alert.AlertId);
                    break;
                default:
                    // The end of something whose beginning is gone: retention has taken it.
                    break;
            }
        }

        return [.. net.Values];
    }

    private string Hash(DateTimeOffset horizon, List<byte[]> records)
    {
        records.Sort(Compare);
        var head = new ArrayBufferWriter<byte>(64);
        var writer = new StateWriter(head);
        writer.Text(Format);
        writer.Text(assetId);
        writer.Instant(horizon);
        writer.Int32(records.Count);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head.WrittenSpan);
        foreach (byte[] record in records)
        {
            head.ResetWrittenCount();
            writer.Int32(record.Length);
            hash.AppendData(head.WrittenSpan);
            hash.AppendData(record);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static int Compare(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right);
}
