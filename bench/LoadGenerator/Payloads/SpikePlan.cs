namespace Millwright.LoadGenerator.Payloads;

/// <summary>Which messages are spikes; a function of the index alone, so that sender and judge agree without talking.</summary>
internal sealed class SpikePlan(int every, long firstIndex)
{
    public bool IsSpike(long index) => every > 0 && index >= firstIndex && index % every == 0;

    public long CountBelow(long index) => every <= 0 || index <= firstIndex ? 0 : Multiples(index - 1) - Multiples(firstIndex - 1);

    private long Multiples(long upTo) => upTo < 0 ? 0 : (upTo / every) + 1;
}
