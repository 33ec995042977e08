using System.Text;
using Millwright.Ingest.Log;
using Millwright.Ingest.Quarantine;
using Millwright.Telemetry;

namespace Millwright.Ingest.Tests.Log;

public sealed class RecordCodecTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Samples_ComeBackAsWritten()
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());
        var writer = new LogRecordWriter(log);
        writer.Start(Now);
        writer.Begin("acme.lyon:press-04", new UnitStep { UnitId = "S-1", Step = "tighten" });
        writer.Sample("torque", Now.AddSeconds(-1), 4.25, null, SampleQuality.Uncertain, true);
        writer.Sample("état"u8, Now, double.NaN, "läuft", SampleQuality.Stale, false);
        writer.End();
        long position = await writer.AppendAsync(default);
        log.Pump();

        (string asset, TelemetrySample[] samples) = ReadOnly(log);

        Assert.Equal("acme.lyon:press-04", asset);
        var step = new UnitStep { UnitId = "S-1", Step = "tighten" };
        Assert.Equal(
            [
                new TelemetrySample
                {
                    Metric = "torque", EventTime = Now.AddSeconds(-1), Value = 4.25, Quality = SampleQuality.Uncertain, Historical = true,
                    Position = position, IngestTime = Now, Step = step,
                },
                new TelemetrySample
                {
                    Metric = "état", EventTime = Now, Value = double.NaN, Text = "läuft", Quality = SampleQuality.Stale,
                    Position = position, IngestTime = Now, Step = step,
                },
            ],
            samples);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mqtt")]
    [InlineData("/acme/gateway-7")]
    public async Task Source_ComesBackAsWritten_InEachPartOfASplitMessage(string source)
    {
        using TelemetryLog log = LogBench.Running(new MemoryLogDisk(), new LogOptions { SegmentBytes = 1 << 20 });
        var writer = new LogRecordWriter(log);
        writer.Start(Now);
        writer.Begin("a:b", new UnitStep { UnitId = "S-1", Step = "tighten" }, source);
        string text = new('x', 4_000);
        for (int i = 0; i < 40; i++)
        {
            writer.Sample("m", Now.AddSeconds(i), double.NaN, text, SampleQuality.Good, false);
        }

        writer.End();
        Assert.Equal(2, writer.Records);
        long position = await writer.AppendAsync(default);
        await log.WaitDurableAsync(position, position);

        using LogReader reader = log.OpenReader(0);
        for (int i = 0; i < 2; i++)
        {
            Assert.True(reader.TryRead(out LogRecord record));
            var samples = new RecordReader(record, new NameCache());
            Assert.Equal((source, "a:b"), (samples.Source, samples.AssetId));
            samples.ReadSamples(new TelemetrySample[samples.Count]);
        }
    }

    [Fact]
    public void RecordOfTheFirstVersion_IsRead_AsNobodys()
    {
        // The format of before sources: 2026-03-01T12:00Z, one sample of asset a:b, m = 4.25 a second earlier.
        byte[] first = Convert.FromHexString("0100208C108A77DE0801000000000300613A62008089F30F8A77DE08000000000000114001006D");

        var reader = new RecordReader(new LogRecord(7, LogRecordKind.Samples, first), new NameCache());
        var samples = new TelemetrySample[reader.Count];
        reader.ReadSamples(samples);

        Assert.Equal(("", "a:b", Now), (reader.Source, reader.AssetId, reader.IngestTime));
        Assert.Equal(("m", 4.25, Now.AddSeconds(-1), 7L), (samples[0].Metric, samples[0].Value, samples[0].EventTime, samples[0].Position));
        first[13] = LogRecordWriter.SourceFlag;
        Assert.Throws<RecordFormatException>(() => new RecordReader(new LogRecord(7, LogRecordKind.Samples, first), new NameCache()).Count);
    }

    [Fact]
    public async Task Reject_DropsTheOpenRecordAndKeepsTheMessage()
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());
        var writer = new LogRecordWriter(log);
        writer.Start(Now);
        writer.Begin("a:b");
        writer.Sample("m", Now, 1, null, SampleQuality.Good, false);
        writer.Reject("mqtt:c1", "t"u8, new byte[70_000], "payload.json.invalid", "at byte 3");

        Assert.Equal(1, writer.Records);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await writer.AppendAsync(default));

        var options = LogBench.Options(1 << 20);
        options.MaxPendingBytes = 512 << 10;
        options.MaxRecordBytes = 256 << 10;
        using TelemetryLog large = LogBench.Unpumped(new MemoryLogDisk(), options);
        writer = new LogRecordWriter(large);
        writer.Start(Now);
        writer.Reject("mqtt:c1", "t"u8, new byte[70_000], "payload.json.invalid", "at byte 3");
        long position = await writer.AppendAsync(default);
        large.Pump();
        using LogReader reader = large.OpenReader(0);
        Assert.True(reader.TryRead(out LogRecord record));
        QuarantinedMessage message = RecordReader.ReadQuarantined(record, new NameCache());

        Assert.Equal((position, "payload.json.invalid", "at byte 3"), (message.Position, message.Reason, message.Detail));
        Assert.Equal((70_000, QuarantinedMessage.MaxPayload), (message.PayloadLength, message.Payload.Length));
    }

    [Fact]
    public void Garbage_GivesATypedError_NeverASample()
    {
        var random = new Random(7);
        var names = new NameCache(16);
        byte[] good = Encode();
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = random.Next(2) == 0 ? good[..random.Next(good.Length)] : new byte[random.Next(64)];
            if (bytes.Length > 0 && bytes[0] == 0)
            {
                random.NextBytes(bytes);
                bytes[0] = random.Next(4) == 0 ? (byte)2 : (byte)1;
            }

            try
            {
                var reader = new RecordReader(new LogRecord(0, LogRecordKind.Samples, bytes), names);
                reader.ReadSamples(new TelemetrySample[reader.Count]);
                Assert.InRange(reader.Count, 0, 3);
            }
            catch (RecordFormatException error)
            {
                Assert.Equal("log.record.format", error.Code);
            }
        }
    }

    [Fact]
    public void Decoding_AllocatesNothingPerRecord_InTheSteadyState()
    {
        byte[] payload = Encode();
        var names = new NameCache();
        var target = new TelemetrySample[1];
        Decode(payload, names, target);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            Decode(payload, names, target);
        }

        // Less than one byte per record: the runtime itself may allocate once, when it recompiles the method.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }

    [Fact]
    public void NameCache_StaysWithinItsBound_AndCorrect()
    {
        var names = new NameCache(8);
        for (int i = 0; i < 1_000; i++)
        {
            string name = $"metric-{i % 20}";
            Assert.Equal(name, names.Get(Encoding.UTF8.GetBytes(name)));
        }

        Assert.Same(names.Get("m"u8), names.Get("m"u8));
    }

    [Theory]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("", 0u)]
    public void Crc32C_MatchesTheStandardsCheckValue(string text, uint expected) => Assert.Equal(expected, Crc32C.Of(Encoding.ASCII.GetBytes(text)));

    private static void Decode(byte[] payload, NameCache names, TelemetrySample[] target)
    {
        var reader = new RecordReader(new LogRecord(0, LogRecordKind.Samples, payload), names);
        reader.ReadSamples(target);
    }

    private static byte[] Encode()
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());
        LogBench.AppendSamples(log, "a:b", 1);
        log.Pump();
        using LogReader reader = log.OpenReader(0);
        Assert.True(reader.TryRead(out LogRecord record));
        return record.Payload.ToArray();
    }

    private static (string Asset, TelemetrySample[] Samples) ReadOnly(TelemetryLog log)
    {
        using LogReader reader = log.OpenReader(0);
        Assert.True(reader.TryRead(out LogRecord record));
        var samples = new RecordReader(record, new NameCache());
        var target = new TelemetrySample[samples.Count];
        samples.ReadSamples(target);
        return (samples.AssetId, target);
    }
}
