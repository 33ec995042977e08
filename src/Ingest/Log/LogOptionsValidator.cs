using Microsoft.Extensions.Options;

namespace Millwright.Ingest.Log;

/// <summary>Checks every range and relation and reports all faults at once, each with its key path.</summary>
public sealed class LogOptionsValidator : IValidateOptions<LogOptions>
{
    /// <summary>Fewer would leave no room between the first slowed source and the first refused one.</summary>
    private const int LeastSegments = 4;

    private const long MostBytes = 1L << 50;

    public ValidateOptionsResult Validate(string? name, LogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = new List<string>();
        Check(faults, nameof(options.Name), options.Name.Length, 1, 32);
        Check(faults, nameof(options.SegmentBytes), options.SegmentBytes, 64 << 10, 1 << 30);
        Check(faults, nameof(options.MaxPendingBytes), options.MaxPendingBytes, 64 << 10, Math.Min(256 << 20, options.SegmentBytes));
        Check(faults, nameof(options.MaxRecordBytes), options.MaxRecordBytes, 1 << 10, options.MaxPendingBytes / 2);
        Check(faults, nameof(options.CommitInterval), options.CommitInterval, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Check(faults, nameof(options.RetryPause), options.RetryPause, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Check(faults, nameof(options.MaxRetryPause), options.MaxRetryPause, options.RetryPause, TimeSpan.FromMinutes(10));
        Check(faults, nameof(options.MaxDiskBytes), options.MaxDiskBytes, LeastSegments * (long)options.SegmentBytes, MostBytes);
        Check(faults, nameof(options.SlowFrom), options.SlowFrom, 0.5, 1.0);
        Check(faults, nameof(options.RetainFor), options.RetainFor, TimeSpan.Zero, TimeSpan.FromDays(3_660));
        Check(faults, nameof(options.RetainBytes), options.RetainBytes, 0, MostBytes);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check<T>(List<string> faults, string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            faults.Add(FormattableString.Invariant($"{LogOptions.Section}:{key} is {value}; it must be from {least} to {most}."));
        }
    }
}
