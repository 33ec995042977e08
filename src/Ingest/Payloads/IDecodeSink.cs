using Millwright.Telemetry;

namespace Millwright.Ingest.Payloads;

/// <summary>
/// Takes what a message decodes to: any number of records (<see cref="Begin"/>, one or more <see cref="Sample"/>, <see cref="End"/>),
/// then at most one
/// <see cref="Reject"/>. Called only after the whole message was judged, so nothing has to be taken back.
/// </summary>
public interface IDecodeSink
{
    /// <summary>
    /// Starts the record of one asset. The id is an interned string: the same asset gives the same instance as long as it stays cached.
    /// </summary>
    /// <param name="source">The gateway that the message names, interned too; null when it names none.</param>
    void Begin(string assetId, UnitStep? step, string? source);

    /// <param name="metric">Interned like the asset id.</param>
    /// <param name="eventTimeTicks">UTC ticks of 100 ns since 0001, as <see cref="DateTimeOffset.UtcTicks"/>.</param>
    /// <param name="value">NaN when only <paramref name="text"/> is set.</param>
    /// <param name="text">Null for numbers.</param>
    /// <param name="quality">As the source says it; age is judged later.</param>
    /// <param name="historical">A backfill.</param>
    void Sample(string metric, long eventTimeTicks, double value, string? text, SampleQuality quality, bool historical);

    void End();

    /// <summary>The message, or elements of it, could not be decoded; to be quarantined whole, once, under this first reason.</summary>
    /// <param name="code">One of <see cref="DecodeReasons"/>.</param>
    /// <param name="detail">What is wrong, for a person.</param>
    void Reject(string code, string detail);
}
