using System.Buffers;
using System.Collections.Immutable;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

/// <summary>
/// Runs one case four ways (one by one, in one batch, each sample twice, with snapshot and restore after every step) and asserts that all give
/// the same windows, that every sample met one fate, and that nothing is left behind once time has passed everything.
/// </summary>
internal sealed class WindowHarness(TimeRule time, params WindowRule[] windows)
{
    private readonly TwinDefinition definition = new()
    {
        // The text metric moves the watermark and has no windows: it brings the end of time in each run.
        Metrics = [new MetricRule { Name = "a" }, new MetricRule { Name = "b" }, new MetricRule { Name = "end", IsText = true }],
        Windows = [.. windows],
        Time = time,
    };

    /// <summary>Rollups are left out: they are there in every case.</summary>
    public ImmutableArray<ClosedWindow> Run(params TwinSample[] input)
    {
        List<ClosedWindow> expected = RunOneByOne(input);
        Assert.Equal(expected, RunBatched(input));
        Assert.Equal(expected, RunTwice(input));
        Assert.Equal(expected, RunRestored(input));
        return [.. expected.Where(w => windows.Length == 0 || !(w.Kind == WindowKind.Tumbling && w.Size == TimeSpan.FromMinutes(1)))];
    }

    /// <summary>What holds in the end: the highest revision of each window, without those retracted.</summary>
    public static ImmutableArray<ClosedWindow> Final(IEnumerable<ClosedWindow> issued) =>
    [
        .. issued.GroupBy(w => (w.Metric, w.Kind, w.Start, Size: w.Kind == WindowKind.Session ? TimeSpan.Zero : w.Size))
            .Select(g => g.MaxBy(w => w.Revision)!)
            .Where(w => !w.IsRetracted)
            .OrderBy(w => w.Metric).ThenBy(w => w.Kind).ThenBy(w => w.Size).ThenBy(w => w.Start),
    ];

    private List<ClosedWindow> RunOneByOne(TwinSample[] input)
    {
        var engine = new TwinEngine(definition);
        var output = new TwinOutput();
        List<ClosedWindow> issued = [];
        foreach (TwinSample sample in input)
        {
            engine.Observe(sample, output);
            Drain(output, issued);
        }

        Finish(engine, output, issued, input.Length);
        return issued;
    }

    private List<ClosedWindow> RunBatched(TwinSample[] input)
    {
        var engine = new TwinEngine(definition);
        var output = new TwinOutput();
        List<ClosedWindow> issued = [];
        foreach (TwinSample sample in input)
        {
            engine.Observe(sample, output);
        }

        Drain(output, issued);
        Finish(engine, output, issued, input.Length);
        return issued;
    }

    private List<ClosedWindow> RunTwice(TwinSample[] input)
    {
        var engine = new TwinEngine(definition);
        var output = new TwinOutput();
        List<ClosedWindow> issued = [];
        foreach (TwinSample sample in input)
        {
            SampleFate first = engine.Observe(sample, output);
            SampleFate second = engine.Observe(sample, output);
            Assert.Equal(first is SampleFate.Accepted or SampleFate.Amended ? SampleFate.Duplicate : first, second);
            Drain(output, issued);
        }

        Finish(engine, output, issued, input.Length * 2);
        return issued;
    }

    private List<ClosedWindow> RunRestored(TwinSample[] input)
    {
        var engine = new TwinEngine(definition);
        var output = new TwinOutput();
        List<ClosedWindow> issued = [];
        foreach (TwinSample sample in input)
        {
            engine.Observe(sample, output);
            Drain(output, issued);
            engine = Restored(engine);
        }

        Finish(engine, output, issued, input.Length);
        return issued;
    }

    private TwinEngine Restored(TwinEngine engine)
    {
        byte[] saved = Save(engine);
        var restored = new TwinEngine(definition);
        var reader = new StateReader(saved);
        restored.Restore(reader);
        Assert.True(reader.IsAtEnd);
        Assert.Equal(saved, Save(restored));
        return restored;
    }

    private static byte[] Save(TwinEngine engine)
    {
        var buffer = new ArrayBufferWriter<byte>();
        engine.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    private static void Finish(TwinEngine engine, TwinOutput output, List<ClosedWindow> issued, int samples)
    {
        DateTimeOffset end = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);
        engine.Observe(new TwinSample(2, end, end, double.NaN, "end"), output);
        engine.Advance(end.AddDays(1), output);
        Drain(output, issued);

        List<ClosedWindow> open = [];
        engine.CollectOpenWindows(open);
        Assert.Empty(open);
        Assert.Equal(0, engine.HeldWindows());
        Assert.Equal(0, engine.Waiting);
        Assert.Equal(samples + 1, engine.Fates.Total);
    }

    private static void Drain(TwinOutput output, List<ClosedWindow> issued)
    {
        issued.AddRange(output.Windows);
        output.Clear();
    }
}
