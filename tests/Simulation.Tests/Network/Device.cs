using System.Globalization;
using System.Text;
using Millwright.Ingest.Hosting;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Routing;
using Millwright.Simulation.Tests.Scheduling;
using Millwright.Simulation.Tests.World;

namespace Millwright.Simulation.Tests.Network;

/// <summary>What a device measured, and what of it was acknowledged: all that the checks know of the truth.</summary>
internal sealed record DeviceMessage(byte[] Payload, DateTimeOffset EventTime, double[] Values);

/// <summary>
/// One source. Over MQTT it keeps what is not acknowledged and sends it again, in order, on the next connection; over HTTP it posts one
/// message at a time until it gets its 202.
/// </summary>
internal sealed class Device
{
    private readonly Random random;
    private readonly Trace trace;
    private readonly byte[] topic;
    private readonly bool isHttp;
    private MqttSource? connection;
    private int connections;
    private int sent;
    private bool isPosting;

    public Device(string name, int messages, bool isHttp, Random random, Trace trace)
    {
        this.random = random;
        this.trace = trace;
        this.isHttp = isHttp;
        Name = name;
        AssetId = $"{SimulatedPlant.Namespace}:{name}";
        topic = Encoding.UTF8.GetBytes($"plant/{name}");
        Messages = Script(messages);
    }

    public string Name { get; }

    public string AssetId { get; }

    public List<DeviceMessage> Messages { get; }

    /// <summary>So many, from the first, were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    public bool IsDone => Acknowledged == Messages.Count;

    /// <summary>The connection, and with it every acknowledgement on its way, is gone.</summary>
    public void Disconnect()
    {
        connection = null;
        isPosting = false;
        connections++;
    }

    public void Publish(TelemetryIntake intake, IMqttInlet inlet, int count)
    {
        if (isHttp)
        {
            if (!isPosting && !IsDone)
            {
                _ = PostAsync(intake, connections);
            }

            return;
        }

        if (connection is null)
        {
            connection = new MqttSource(++connections, Name, null, MqttVersion.V5, "simulated");
            sent = Acknowledged;
        }

        long first = 0;
        long last = 0;
        for (int i = 0; i < count && sent < Messages.Count; i++)
        {
            InletResult result = Send(inlet, connection, Messages[sent]);
            if (result.Reason != MqttReason.Success)
            {
                trace.Note($"{Name} refused {sent}");
                Disconnect();
                return;
            }

            first = first == 0 ? result.First : first;
            last = result.Position;

            // Some devices stutter: the same message twice.
            sent += random.Next(16) == 0 ? 0 : 1;
        }

        if (last > 0)
        {
            trace.Note($"{Name} sent to {sent}, position {last}");
            _ = AwaitAsync(inlet, connection, sent, first, last);
        }
    }

    private InletResult Send(IMqttInlet inlet, MqttSource source, DeviceMessage message)
    {
        var publish = new InboundPublish(source, new InboundTopic(topic), message.Payload, []) { Qos = 1 };
        return inlet.Publish(publish);
    }

    private async Task AwaitAsync(IMqttInlet inlet, MqttSource on, int upTo, long first, long last)
    {
        try
        {
            await inlet.WaitDurableAsync(first, last, CancellationToken.None);
        }
        catch (InletUnavailableException)
        {
            trace.Note($"{Name} not acknowledged to {upTo}");
            if (connection == on)
            {
                Disconnect();
            }

            return;
        }

        if (connection == on)
        {
            Acknowledged = Math.Max(Acknowledged, upTo);
            trace.Note($"{Name} acknowledged to {upTo}");
        }
    }

    private async Task PostAsync(TelemetryIntake intake, int on)
    {
        isPosting = true;
        int index = Acknowledged;
        try
        {
            await intake.AcceptAsync($"plant/{Name}", Messages[index].Payload, "http", CancellationToken.None);
        }
        catch (LogUnavailableException)
        {
            trace.Note($"{Name} 503 {index}");
            isPosting = connections != on && isPosting;
            return;
        }

        if (connections == on)
        {
            isPosting = false;
            Acknowledged = index + 1;
            trace.Note($"{Name} 202 {index}");
        }
    }

    private List<DeviceMessage> Script(int count)
    {
        var messages = new List<DeviceMessage>(count);
        var times = new HashSet<long>();
        long at = 0;
        double level = 10;
        int hot = 0;
        for (int i = 0; i < count; i++)
        {
            // Mostly a second apart, sometimes a little out of order, rarely a pause.
            at += random.Next(40) == 0 ? random.Next(60_000) : 500 + random.Next(1_000);
            long time = at - (random.Next(4) == 0 ? random.Next(2_500) : 0);
            while (!times.Add(time))
            {
                time++;
            }

            hot = hot > 0 ? hot - 1 : random.Next(12) == 0 ? 4 : 0;
            level = random.Next(3) == 0 ? level : random.Next(400) / 16.0;
            double[] values =
            [
                (hot > 0 ? 85 : 60) + (random.Next(64) / 16.0),
                random.Next(20) == 0 ? 50 : 1 + (random.Next(16) / 16.0),
                level,
                random.Next(3) == 0 ? 0 : 10 + (random.Next(16) / 16.0),
            ];
            DateTimeOffset eventTime = WorldTime.Start.AddMilliseconds(time);
            messages.Add(new DeviceMessage(Encoding.UTF8.GetBytes(Json(eventTime, values, Via(i))), eventTime, values));
        }

        return messages;
    }

    /// <summary>The asset is measured by three: two name themselves, for the third its connection stands. They lag in turn.</summary>
    private static string Via(int message) => (message / 5 % 3) switch
    {
        0 => "",
        1 => "\"via\":\"left\",",
        _ => "\"via\":\"right\",",
    };

    private static string Json(DateTimeOffset eventTime, double[] values, string via) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""
        { {{{via}}} "ts":{{{eventTime.ToUnixTimeMilliseconds()}}},"values":
        {"temperature":{{{values[0]}}},"vibration":{{{values[1]}}},"level":{{{values[2]}}},"power":{{{values[3]}}} }}
        """);
}
