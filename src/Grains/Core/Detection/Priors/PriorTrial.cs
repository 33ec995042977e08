using Millwright.Core.State;

namespace Millwright.Core.Detection.Priors;

/// <summary>
/// Whether a prior is of this machine at all. Before it may raise anything, the first few judgements are a trial: if most of them lie
/// outside, it is the prior that is wrong, and it is dropped. And what lies outside for long is the machine's own word.
/// </summary>
internal struct PriorTrial
{
    public const int Length = 5;
    public const int Needed = 3;

    /// <summary>Judgements in a row beyond the limit after which they are learned: a baseline shall not wait for ever.</summary>
    private const int Patience = 32;

    private int seen;
    private int inside;
    private int beyond;

    /// <summary>It may raise anomalies.</summary>
    public readonly bool IsPassed => seen >= Length && inside >= Needed;

    public readonly bool IsFailed => seen >= Length && inside < Needed;

    /// <summary>
    /// What was judged last may be learned. A fault that lasts a moment must not become the first thing that was learned.
    /// </summary>
    public readonly bool MayLearn => !IsPassed || beyond is 0 or > Patience;

    public void Add(bool isBeyond)
    {
        beyond = isBeyond ? Math.Min(beyond + 1, Patience + 1) : 0;
        if (seen < Length)
        {
            seen++;
            inside += isBeyond ? 0 : 1;
        }
    }

    public readonly void Save(StateWriter writer)
    {
        writer.Int32(seen);
        writer.Int32(inside);
        writer.Int32(beyond);
    }

    public static PriorTrial Restore(StateReader reader)
    {
        PriorTrial trial = new() { seen = reader.Int32(), inside = reader.Int32(), beyond = reader.Int32() };
        return trial.seen is >= 0 and <= Length && trial.inside >= 0 && trial.inside <= trial.seen
            && trial.beyond is >= 0 and <= Patience + 1
            ? trial
            : throw new StateFormatException("The trial of a prior has counted what it cannot.");
    }
}
