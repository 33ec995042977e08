using System.Text;
using System.Text.Json;
using Millwright.Ingest.Payloads;
using Millwright.Ingest.Payloads.Json;
using Millwright.Plant;
using Millwright.Telemetry;

namespace Millwright.Ingest.Tests.Payloads;

public class PayloadDecoderTests
{
    private const string Troublesome = "{}[]\":,\\0123456789.eE+-tfnul rsaé\u0000\n";

    private static readonly PlantModel Plant = new()
    {
        Rules =
        [
            new TopicRule { Id = "w1", Topic = "plant/{line}/{asset}/{tag}", Asset = "acme:{asset}", Time = "/t", Value = "/v",
                Metric = "{tag}", Quality = "/q" },
            new TopicRule { Id = "all", Topic = "all/x", Asset = "acme:{/a}", Items = "/i", Time = "/t", ValuesIsRoot = true,
                Quality = "/q", Unit = "{/u}", Step = "{/s}" },
        ],
    };

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Decode_NeverThrows_AndAgreesWithSystemTextJson_OnMutatedMessages(int seed)
    {
        var random = new Random(seed);
        var decoder = new PayloadDecoder(Plant);
        string[] topics = ["telemetry/acme/a", "plant/l/a/m", "all/x", "umh/v1/acme/_raw/t", "v1/devices/me/telemetry",
            "v1/gateway/telemetry"];
        for (int i = 0; i < 4_000; i++)
        {
            byte[] payload = Mutated(random);

            foreach (string topic in topics)
            {
                PayloadCase decoded = PayloadCase.Decode(decoder, topic, payload);

                Assert.NotEqual(DecodeOutcome.Unmapped, decoded.Result.Outcome);
                Assert.All(decoded.Records.SelectMany(r => r.Samples), s => Assert.True(s.Text is not null || double.IsFinite(s.Value)));
            }

            string? fault = new JsonScanner(payload, new JsonTape()).Scan();
            Assert.True(fault == DecodeReasons.JsonDuplicate
                || IsJson(payload) == fault is null, $"seed {seed}, round {i}, {fault}: {Encoding.UTF8.GetString(payload)}");
        }
    }

    [Fact]
    public void Decode_AllocatesNothing_ForKnownTopicsAndNames()
    {
        var decoder = new PayloadDecoder(Plant);
        var sink = new CountingSink();
        byte[] tagTopic = Encoding.UTF8.GetBytes("plant/l05/asset-00005/temp");
        byte[] tag = Encoding.UTF8.GetBytes("""{"a":"asset-00005","s":"temp","t":1700000000123456,"v":70.1234,"q":192,"n":17}""");
        byte[] manyTopic = Encoding.UTF8.GetBytes("telemetry/acme/a");
        byte[] many = Encoding.UTF8.GetBytes("""[{"ts":1700000000000,"values":{"a":1,"b":{"c":2.5},"state":"running"}},{"ts":"2024-01-01T00:00:00Z","values":{"a":[1,2]}}]""");
        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                decoder.Decode(tagTopic, tag, "c", PayloadCase.IngestTime, sink);
                decoder.Decode(manyTopic, many, "c", PayloadCase.IngestTime, sink);
                decoder.Decode("v1/devices/me/telemetry"u8, many, "c", PayloadCase.IngestTime, sink);
            }
        }

        Run(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1_100 * (1 + 6 + 6), sink.Samples);
    }

    [Fact]
    public void Decode_StaysRight_WhenMoreTopicsComeThanItRemembers()
    {
        var decoder = new PayloadDecoder(new PlantModel());
        var sink = new CountingSink();
        byte[] payload = "{\"values\":{\"a\":1}}"u8.ToArray();

        for (int i = 0; i < DecodeLimits.MaxRemembered + 1_000; i++)
        {
            decoder.Decode(Encoding.UTF8.GetBytes($"telemetry/acme/a{i}"), payload, "c", PayloadCase.IngestTime, sink);
        }

        Assert.Equal(DecodeLimits.MaxRemembered + 1_000, sink.Samples);
        Assert.Equal(1, decoder.RouteFlushes);
    }

    [Fact]
    public async Task Decode_ServesManyConnections_AtOnce()
    {
        var decoder = new PayloadDecoder(new PlantModel());

        long[] sums = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            var sink = new CountingSink();
            for (int i = 0; i < 20_000; i++)
            {
                byte[] topic = Encoding.UTF8.GetBytes($"telemetry/acme/a{(i * 7) % 3_000}");
                byte[] payload = Encoding.UTF8.GetBytes($"{{\"values\":{{\"m{i % 50}\":{worker}}}}}");
                decoder.Decode(topic, payload, "c", PayloadCase.IngestTime, sink);
            }

            return (long)sink.Sum;
        })));

        Assert.Equal([0, 20_000, 40_000, 60_000], sums);
    }

    private static bool IsJson(byte[] payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = DecodeLimits.MaxDepth });
            while (reader.Read())
            {
                // A lone surrogate is only noticed when the text is asked for.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static byte[] Mutated(Random random)
    {
        string[] seeds =
        [
            """{"ts":1700000000000,"values":{"t":1.5,"on":true,"s":"x\u00e9\n"},"quality":"GOOD"}""",
            """[{"t":1700000000123456,"v":70.1,"q":192},{"t":"2024-01-01T00:00:00Z","v":-1e-3}]""",
            """{"i":[{"a":"x","t":1700000000,"u":"SN","s":"p","w":[1,2,3],"n":{"o":{"p":null}}}]}""",
            """{"Device A":[{"ts":1483228800000,"values":{"t":42}}],"B":{"x":"\ud83d\ude00"}}""",
        ];
        var text = new StringBuilder(seeds[random.Next(seeds.Length)]);
        for (int edits = random.Next(0, 4); edits > 0; edits--)
        {
            int at = random.Next(text.Length);
            switch (random.Next(4))
            {
                case 0: text.Remove(at, 1); break;
                case 1: text.Insert(at, Troublesome[random.Next(Troublesome.Length)]); break;
                case 2: text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 12), text.Length - at))); break;
                default: text[at] = Troublesome[random.Next(Troublesome.Length)]; break;
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private sealed class CountingSink : IDecodeSink
    {
        public int Samples { get; private set; }

        public double Sum { get; private set; }

        public void Begin(string assetId, UnitStep? step, string? source)
        {
        }

        public void Sample(string metric, long eventTimeTicks, double value, string? text, SampleQuality quality, bool historical)
        {
            Samples++;
            Sum += text is null ? value : 0;
        }

        public void End()
        {
        }

        public void Reject(string code, string detail) => throw new InvalidOperationException($"{code}: {detail}");
    }
}
