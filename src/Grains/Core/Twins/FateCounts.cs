using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Twins;

/// <summary>Counts the fates of samples by reason; their sum equals the samples that came in.</summary>
public sealed class FateCounts
{
    private const byte Version = 1;
    private readonly long[] counts = new long[Reasons.Length];

    /// <summary>All reasons, in the order of the enumeration.</summary>
    public static ImmutableArray<FateReason> Reasons { get; } = [.. Enum.GetValues<FateReason>()];

    public long Accepted => Of(FateReason.OnTime);

    public long Amended => Of(FateReason.Late);

    public long Duplicate => Of(FateReason.Duplicate);

    public long Dropped => Of(FateReason.TooLate);

    public long Rejected =>
        Of(FateReason.FutureTimestamp) + Of(FateReason.NotFinite) + Of(FateReason.WrongType) + Of(FateReason.MetricLimit)
        + Of(FateReason.InvalidPrior);

    public long Total => Accepted + Amended + Duplicate + Dropped + Rejected;

    public static SampleFate FateOf(FateReason reason) => reason switch
    {
        FateReason.OnTime => SampleFate.Accepted,
        FateReason.Late => SampleFate.Amended,
        FateReason.Duplicate => SampleFate.Duplicate,
        FateReason.TooLate => SampleFate.Dropped,
        _ => SampleFate.Rejected,
    };

    /// <summary>The stable code for metrics and the API.</summary>
    public static string CodeOf(FateReason reason) => reason switch
    {
        FateReason.OnTime => "on_time",
        FateReason.Late => "late",
        FateReason.Duplicate => "duplicate",
        FateReason.TooLate => "too_late",
        FateReason.FutureTimestamp => "future_timestamp",
        FateReason.NotFinite => "not_finite",
        FateReason.WrongType => "wrong_type",
        FateReason.InvalidPrior => "invalid_prior",
        _ => "metric_limit",
    };

    public long Of(FateReason reason) => counts[(int)reason];

    internal SampleFate Count(FateReason reason)
    {
        counts[(int)reason]++;
        return FateOf(reason);
    }

    internal void Save(StateWriter writer)
    {
        writer.Byte(Version);

        // The last one came later: while it counts nothing, the bytes are those that earlier versions read too.
        int length = counts[^1] > 0 ? counts.Length : counts.Length - 1;
        writer.Byte((byte)length);
        foreach (long count in counts.AsSpan(0, length))
        {
            writer.Int64(count);
        }
    }

    internal void Restore(StateReader reader)
    {
        reader.Version(Version);
        int length = reader.Byte();
        if (length > counts.Length)
        {
            throw new StateFormatException($"{length} fate counters are more than there are reasons.");
        }

        for (int i = 0; i < length; i++)
        {
            counts[i] = reader.Int64();
        }
    }
}
