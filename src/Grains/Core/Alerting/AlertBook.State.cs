using Millwright.Alerts;
using Millwright.Core.State;

namespace Millwright.Core.Alerting;

/// <summary>The stored form.</summary>
public sealed partial class AlertBook
{
    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Int64(sequence);
        writer.Int64(Suppressed);
        episodes.Save(writer);
        writer.Int64(finalBefore);
        writer.Int32(told.Count);
        foreach (ToldAlert alert in told.Values)
        {
            AlertState.Save(alert.Begun, writer);
            writer.Text(alert.BegunContent);
            writer.Int64(alert.BegunFoundAt);
            writer.Text(alert.EndContent);
            writer.Int64(alert.EndFoundAt);
            writer.Boolean(alert.IsRetracted);
            writer.Int32(alert.Revision);
        }

        writer.Int32(active.Count);
        foreach (string id in active)
        {
            writer.Text(id);
        }

        writer.Int32(undo.Count);
        foreach (AlertUndo step in undo)
        {
            writer.Int64(step.FoundAt);
            writer.Text(step.AlertId);
            writer.Int32(step.Place);
            IncidentEpisodes.Save(step.Episode, writer);
        }
    }

    public void Restore(StateReader reader)
    {
        byte version = reader.Version(StateVersion);
        sequence = reader.Int64();
        Suppressed = reader.Int64();
        episodes.Restore(reader);
        active.Clear();
        undo.Clear();
        told.Clear();
        if (version == 1)
        {
            RestoreActive(reader);
            return;
        }

        finalBefore = reader.Int64();
        for (int left = reader.Count(AlertState.MinSize); left > 0; left--)
        {
            AlertEvent begun = AlertState.Restore(reader);
            told[begun.AlertId] = new ToldAlert
            {
                Begun = begun,
                BegunContent = reader.Text() ?? "",
                BegunFoundAt = reader.Int64(),
                EndContent = reader.Text(),
                EndFoundAt = reader.Int64(),
                IsRetracted = reader.Boolean(),
                Revision = reader.Int32(),
            };
        }

        for (int left = reader.Count(4); left > 0; left--)
        {
            active.Add(Known(reader.Text()) ?? throw new StateFormatException("An active alert has no id."));
        }

        for (int left = reader.Count(32); left > 0; left--)
        {
            undo.Add(new AlertUndo(reader.Int64(), Known(reader.Text()), reader.Int32(), IncidentEpisodes.RestoreEpisode(reader)));
        }
    }

    /// <summary>The first version kept the active alerts only: nothing before them can be taken back.</summary>
    private void RestoreActive(StateReader reader)
    {
        for (int left = reader.Count(AlertState.MinSize); left > 0; left--)
        {
            AlertEvent begun = AlertState.Restore(reader);
            active.Add(begun.AlertId);
            told[begun.AlertId] = new ToldAlert { Begun = begun, BegunContent = Content(begun), BegunFoundAt = long.MinValue };
        }
    }

    private string? Known(string? id) => id is null || told.ContainsKey(id)
        ? id
        : throw new StateFormatException($"Alert {id} is referred to and not there.");
}
