using System.Buffers;
using Millwright.Core.State;
using Millwright.Core.Watermarks;

namespace Millwright.Grains.Tests.Core.Watermarks;

public sealed class RecentTimesTests
{
    [Fact]
    public void Contains_KnowsWhatWasAdded_InAnyOrder()
    {
        var times = new RecentTimes();
        foreach (long time in new long[] { 50, 10, 30, 70, 20 })
        {
            times.Add(time, horizon: 0);
        }

        Assert.All([10L, 20, 30, 50, 70], t => Assert.True(times.Contains(t)));
        Assert.All([9L, 11, 40, 71], t => Assert.False(times.Contains(t)));
    }

    [Fact]
    public void Add_KeepsTheNewest64_AndBeyondThemWhatCouldStillBeTaken()
    {
        var times = new RecentTimes();
        for (long time = 0; time < 500; time++)
        {
            times.Add(time, horizon: time - 100);
        }

        Assert.Equal(101, times.Count);
        times.Add(500, horizon: 499);
        Assert.Equal(RecentTimes.MinKept, times.Count);
    }

    [Fact]
    public void Add_IsBounded_WhateverTheLateness()
    {
        var times = new RecentTimes();
        for (long time = 0; time < 5000; time++)
        {
            times.Add(time, horizon: long.MinValue);
        }

        Assert.Equal(RecentTimes.MaxKept, times.Count);
        Assert.True(times.Contains(4999));
        Assert.False(times.Contains(0));
    }

    [Fact]
    public void Save_TakesFewBytes_AndComesBack()
    {
        var times = new RecentTimes();
        for (int i = 0; i < 64; i++)
        {
            times.Add(Moments.At(i).UtcTicks, horizon: 0);
        }

        var buffer = new ArrayBufferWriter<byte>();
        times.Save(new StateWriter(buffer));
        var restored = new RecentTimes();
        restored.Restore(new StateReader(buffer.WrittenMemory));

        Assert.True(buffer.WrittenCount < 40);
        Assert.True(restored.Contains(Moments.At(17).UtcTicks));
        Assert.Equal(64, restored.Count);
    }
}
