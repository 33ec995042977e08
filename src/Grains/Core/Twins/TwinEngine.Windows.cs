using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>
/// Windows: which rules a metric has, and the results of the ordered stage. Those close once, when event time passes their end; a rewind
/// closes them again, and what has changed goes out as the next revision, or is taken back.
/// </summary>
public sealed partial class TwinEngine
{
    private readonly List<IssuedWindow> issuedWindows = [];
    private readonly List<(ClosedWindow Window, long FoundAt)> replayedWindows = [];

    /// <summary>The minute and the windows that take a sample at once.</summary>
    private List<WindowRule> RulesOf(int metric) =>
        WindowRule.For(metric, definition.Windows.Where(w => !w.Kind.IsOrdered()).Prepend(WindowRule.Rollup));

    private void IssueStaged(TwinOutput output, long foundAt)
    {
        foreach (ClosedWindow window in output.Staged)
        {
            output.Windows.Add(window);
            issuedWindows.Add(IssuedWindow.Of(window, window.Revision, foundAt));
        }

        output.Staged.Clear();
    }

    /// <summary>During a replay: the results are compared at its end.</summary>
    private void KeepStaged(TwinOutput output, long foundAt)
    {
        foreach (ClosedWindow window in output.Staged)
        {
            replayedWindows.Add((window, foundAt));
        }

        output.Staged.Clear();
    }

    /// <summary>
    /// Of the windows issued since <paramref name="from"/>: issues those again that are others now, and those that are new.
    /// </summary>
    private void ReissueStaged(long from, TwinOutput output)
    {
        if (issuedWindows.Count == 0 && replayedWindows.Count == 0)
        {
            return;
        }

        var issued = new Dictionary<(int, WindowKind, long, long), IssuedWindow>();
        foreach (IssuedWindow window in issuedWindows)
        {
            if (window.FoundAt >= from)
            {
                issued[window.Key] = window;
            }
        }

        issuedWindows.RemoveAll(w => w.FoundAt >= from);
        foreach ((ClosedWindow window, long foundAt) in replayedWindows)
        {
            IssuedWindow now = IssuedWindow.Of(window, window.Revision, foundAt);
            bool wasIssued = issued.Remove(now.Key, out IssuedWindow before);
            bool isSame = wasIssued && before.Print == now.Print;
            now = now with { Revision = isSame ? before.Revision : Math.Max(before.Revision + 1, window.Revision) };
            if (!isSame)
            {
                output.Windows.Add(window with { Revision = now.Revision });
            }

            issuedWindows.Add(now);
        }

        replayedWindows.Clear();
        foreach (IssuedWindow gone in issued.Values.OrderBy(w => w.Metric).ThenBy(w => w.Kind).ThenBy(w => w.Size).ThenBy(w => w.Start))
        {
            // Stays known, for the revision that may come after.
            IssuedWindow empty = gone.Print == 0 ? gone : gone with { Print = 0, Revision = gone.Revision + 1 };
            if (empty != gone)
            {
                output.Windows.Add(empty.Retraction());
            }

            issuedWindows.Add(empty with { FoundAt = ordered.Clock });
            ordered.TakeBack(empty);
        }
    }

    private void SaveIssued(StateWriter writer)
    {
        writer.Int32(issuedWindows.Count);
        foreach (IssuedWindow window in issuedWindows)
        {
            window.Save(writer);
        }
    }

    private void RestoreIssued(StateReader reader, int[] moved)
    {
        for (int left = reader.Count(49); left > 0; left--)
        {
            IssuedWindow window = IssuedWindow.Restore(reader);
            if (window.Metric >= 0 && window.Metric < moved.Length && moved[window.Metric] >= 0)
            {
                issuedWindows.Add(window with { Metric = moved[window.Metric] });
            }
        }
    }
}
