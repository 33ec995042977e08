using Millwright.Alerts;
using Millwright.Core.State;

namespace Millwright.Core.Alerting;

/// <summary>The stored form.</summary>
public sealed partial class AlertBook
{
    // What follows an event. Before there were priors it was a boolean: whether there is a forecast.
    private const byte HasForecast = 1;
    private const byte HasPrior = 2;

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
            Save(alert, writer);
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

        writer.Int32(adopted.Count);
        foreach (AdoptedAlert alert in adopted.Values)
        {
            Save(alert.Told, writer);
            writer.Instant(alert.ToldAt);
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
        adopted.Clear();
        if (version == 1)
        {
            RestoreActive(reader);
            return;
        }

        finalBefore = reader.Int64();
        for (int left = reader.Count(AlertState.MinSize); left > 0; left--)
        {
            ToldAlert alert = RestoreTold(reader, version);
            told[alert.Begun.AlertId] = alert;
        }

        for (int left = reader.Count(4); left > 0; left--)
        {
            active.Add(Known(reader.Text()) ?? throw new StateFormatException("An active alert has no id."));
        }

        for (int left = reader.Count(32); left > 0; left--)
        {
            undo.Add(new AlertUndo(reader.Int64(), Known(reader.Text()), reader.Int32(), IncidentEpisodes.RestoreEpisode(reader)));
        }

        for (int left = version < 3 ? 0 : reader.Count(AlertState.MinSize); left > 0; left--)
        {
            ToldAlert alert = RestoreTold(reader, version);
            adopted[alert.Begun.AlertId] = new AdoptedAlert(alert) { ToldAt = reader.Instant() };
        }
    }

    private static void Save(ToldAlert alert, StateWriter writer)
    {
        SaveEvent(alert.Begun, writer);
        writer.Text(alert.BegunContent);
        writer.Int64(alert.BegunFoundAt);
        writer.Text(alert.EndContent);
        writer.Int64(alert.EndFoundAt);
        writer.Boolean(alert.IsRetracted);
        writer.Int32(alert.Revision);
        writer.Boolean(alert.End is not null);
        if (alert.End is { } end)
        {
            SaveEvent(end, writer);
        }
    }

    /// <summary>The forecast stands behind the event: a new guess at the same finding amends nothing.</summary>
    private static void SaveEvent(AlertEvent alert, StateWriter writer)
    {
        AlertState.Save(alert, writer);
        AlertForecast? forecast = alert.Explanation.Forecast;
        int peers = alert.Explanation.PriorPeers;
        writer.Byte((byte)((forecast is null ? 0 : HasForecast) | (peers > 0 ? HasPrior : 0)));
        if (forecast is not null)
        {
            writer.Text(forecast.Crosses);
            writer.Instant(forecast.P10);
            writer.Instant(forecast.P90);
        }

        if (peers > 0)
        {
            writer.Int32(peers);
        }
    }

    private static AlertEvent RestoreEvent(StateReader reader, byte version)
    {
        AlertEvent alert = AlertState.Restore(reader);
        byte follows = version < 4 ? (byte)0 : reader.Byte();
        if (follows > (HasForecast | HasPrior))
        {
            throw new StateFormatException($"A stored alert is followed by {follows}.");
        }

        AlertForecast? forecast = (follows & HasForecast) == 0
            ? null
            : new AlertForecast { Crosses = reader.Text() ?? "", P10 = reader.Instant(), P90 = reader.Instant() };
        int peers = (follows & HasPrior) == 0 ? 0 : reader.Int32();
        return follows == 0 ? alert : alert with { Explanation = alert.Explanation with { Forecast = forecast, PriorPeers = peers } };
    }

    private static ToldAlert RestoreTold(StateReader reader, byte version) => new()
    {
        Begun = RestoreEvent(reader, version),
        BegunContent = reader.Text() ?? "",
        BegunFoundAt = reader.Int64(),
        EndContent = reader.Text(),
        EndFoundAt = reader.Int64(),
        IsRetracted = reader.Boolean(),
        Revision = reader.Int32(),
        End = version > 2 && reader.Boolean() ? RestoreEvent(reader, version) : null,
    };

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
