using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// What a <see cref="MetricDetector"/> keeps of one metric: its baseline per operating state, what is open, the last judgement.
/// </summary>
internal sealed partial class MetricTrack
{
    public const int NoSlot = -1;
    public const int TakenSlot = -2;

    public MetricBaseline?[] Baselines { get; } = new MetricBaseline?[StateSlots.MaxStates];

    public int Slot { get; set; } = NoSlot;

    /// <summary>Of the present state, or of the one that was left unseen.</summary>
    public MetricBaseline? Baseline => StateSlots.Known(Slot) is >= 0 and int slot ? Baselines[slot] : null;

    public long SettledTicks { get; set; }

    public bool IsActive { get; set; }

    public LastJudgement Judged { get; set; }

    public void Save(StateWriter writer)
    {
        writer.Int32(Slot);
        writer.Int64(SettledTicks);
        writer.Boolean(IsActive);
        Judged.Save(writer);
        foreach (MetricBaseline? baseline in Baselines)
        {
            writer.Boolean(baseline is not null);
            baseline?.Save(writer);
        }
    }

    public static MetricTrack Restore(StateReader reader, Func<MetricBaseline> create)
    {
        MetricTrack track = new()
        {
            Slot = StateSlots.ReadSlot(reader),
            SettledTicks = reader.Int64(),
            IsActive = reader.Boolean(),
            Judged = LastJudgement.Restore(reader),
        };
        track.RestoreBaselines(reader, create);
        return track;
    }

    public void RestoreBaselines(StateReader reader, Func<MetricBaseline> create)
    {
        for (int slot = 0; slot < Baselines.Length; slot++)
        {
            if (reader.Boolean())
            {
                Baselines[slot] = create();
                Baselines[slot]!.Restore(reader);
            }
        }
    }
}
