using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millwright.Alerts;
using Millwright.Core.Digests;
using Millwright.Simulation.Tests.Store;
using Millwright.Silo.Storage;
using Millwright.Twins;

namespace Millwright.Simulation.Tests.Checks;

/// <summary>Windows and alerts as lines that are equal when they say the same; when and how often it was said is left out.</summary>
internal static class Canon
{
    /// <summary>What is left of what was told: amended counts as it is now, retracted as never told.</summary>
    public static List<string> Lines(IEnumerable<AlertEvent> told) =>
        [.. TwinDigest.NetAlerts(told).Select(net => $"{Line(net.Begun)} ended {(net.End is { } end ? Line(end) : "not")}")
            .Order(StringComparer.Ordinal)];

    private static string Line(AlertEvent alert) => JsonSerializer.Serialize(
        alert with
        {
            Id = "",
            Kind = alert.Kind == AlertKind.Amended ? AlertKind.Raised : alert.Kind,
            RecordedTime = default,
            Sequence = 0,
        },
        StateJson.Options);

    /// <summary>The last word on each window that is not empty.</summary>
    public static List<string> Lines(IEnumerable<WindowResult> windows)
    {
        var last = new SortedDictionary<string, WindowResult>(StringComparer.Ordinal);
        foreach (WindowResult window in windows)
        {
            string key = Tables.Key(window);
            if (!last.TryGetValue(key, out WindowResult? known) || window.Revision >= known.Revision)
            {
                last[key] = window;
            }
        }

        return [.. last.Values.Where(w => w.Count > 0).Select(w => JsonSerializer.Serialize(w with { Revision = 0 }, StateJson.Options))];
    }

    public static string Digest(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
}
