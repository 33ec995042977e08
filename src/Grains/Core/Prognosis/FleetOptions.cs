namespace Millwright.Core.Prognosis;

/// <summary>How a fleet's model is learned.</summary>
public sealed record FleetOptions
{
    /// <summary>
    /// Remaining life beyond which nothing shows yet; the model says "this or more". Unit: that of age. Null, the default: six tenths of
    /// the median life of the fleet. From 1e-6 to 1e9.
    /// </summary>
    public double? Ceiling { get; init; }

    /// <summary>
    /// True, the default: the age itself is evidence. False when ages are not counted from new, e.g. after a change of the counter.
    /// </summary>
    public bool UsesAge { get; init; } = true;

    /// <summary>Trees of each of the <see cref="FleetModel.Folds"/> parts; 1 to 1,000, default 250.</summary>
    public int Rounds { get; init; } = 250;

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault() =>
        Ceiling is { } ceiling && !(ceiling is >= 1e-6 and <= 1e9) ? "the ceiling must be from 1e-6 to 1e9"
        : Rounds is < 1 or > 1_000 ? "rounds must be from 1 to 1000"
        : null;
}
