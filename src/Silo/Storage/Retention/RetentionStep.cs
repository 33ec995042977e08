namespace Millwright.Silo.Storage.Retention;

/// <summary>What one step did.</summary>
/// <param name="Deleted">Rows.</param>
/// <param name="Next">Where the next step begins; null when there is nothing left.</param>
/// <param name="Damaged">Rows that were passed over: they may only look old, and are evidence.</param>
internal sealed record RetentionStep(int Deleted, RetentionPlace? Next, IReadOnlyList<StoreDamage> Damaged)
{
    public static readonly RetentionStep End = new(0, null, []);
}

/// <param name="Number">Sequence, ordinal or start.</param>
/// <param name="Twin">Of an hour.</param>
/// <param name="Metric">Of an hour.</param>
internal sealed record RetentionPlace(long Number, long Twin = long.MinValue, string Metric = "")
{
    public static readonly RetentionPlace Begin = new(long.MinValue);
}
