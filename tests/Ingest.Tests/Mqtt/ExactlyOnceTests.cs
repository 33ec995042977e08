namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>QoS 2 across restarts.</summary>
public sealed class ExactlyOnceTests
{
    private const int SeedsPerBlock = 50;

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Qos2Message_IsInTheLogOnce_WhateverIsCutOffBetweenAnyTwoSteps(int block)
    {
        for (int seed = block * SeedsPerBlock; seed < (block + 1) * SeedsPerBlock; seed++)
        {
            try
            {
                await new ExactlyOnceRun(seed).RunAsync();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed}: {failure.Message}", failure);
            }
        }
    }

    public static TheoryData<int> Blocks() => [.. Enumerable.Range(0, 10)];
}
