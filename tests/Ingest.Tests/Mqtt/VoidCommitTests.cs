using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Ingest.Hosting;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Tests.Log;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>A commit fails and a later one succeeds: what was in the failed one is taken anew and never acknowledged unseen.</summary>
public sealed class VoidCommitTests
{
    [Fact]
    public async Task EveryQos2MessageOfAFailedCommit_IsTakenAnew_WhenRepeatedInOneBurst()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.HoldCommits();
        await using (RawClient first = await endpoint.ConnectAsync(4, "press", clean: false))
        {
            // In two read batches: one waits for its commit, the other behind it.
            await PublishAsync(endpoint, first, 1);
            await PublishAsync(endpoint, first, 2);
            endpoint.Inlet.FailCommit();
            Assert.Equal("closed", await first.ReadAsync());
        }

        Assert.Equal(4, await RepeatAsync(endpoint, 1, 2));
    }

    [Fact]
    public async Task Qos2MessageOfAFailedCommit_IsTakenAnew_WhenItsConnectionWasGoneBefore()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.HoldCommits();
        RawClient first = await endpoint.ConnectAsync(4, "press", clean: false);
        await PublishAsync(endpoint, first, 1);
        await first.DisposeAsync();
        endpoint.Inlet.FailCommit();

        Assert.Equal(3, await RepeatAsync(endpoint, 1, 2));
    }

    [Fact]
    public async Task Repetition_OfWhatIsDurable_IsAnsweredTogetherWithWhatIsNew_OverAFailureInBetween()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.HoldCommits();
        await using (RawClient first = await endpoint.ConnectAsync(4, "press", clean: false))
        {
            await PublishAsync(endpoint, first, 1);
            endpoint.Inlet.Commit();
            Assert.Equal("50020001", await first.ReadAsync());
            await PublishAsync(endpoint, first, 2);
            endpoint.Inlet.FailCommit();
            Assert.Equal("closed", await first.ReadAsync());
        }

        Assert.Equal(3, await RepeatAsync(endpoint, 1, 2));
    }

    [Fact]
    public async Task Batch_IsNotAcknowledged_WhenACommitWithinItFailed()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.HoldCommits();
        await using RawClient client = await endpoint.ConnectAsync(4, "press");

        // Between the two of one batch: the first is void, the last is durable.
        bool isFirst = true;
        endpoint.Inlet.Judge = _ =>
        {
            if (endpoint.Inlet.Published == 1 && isFirst)
            {
                isFirst = false;
                endpoint.Inlet.FailCommit();
                endpoint.Inlet.Commit(long.MaxValue);
            }

            return MqttReason.Success;
        };
        await client.SendAsync([.. RawClient.Publish("a", "x", 1, 2), .. RawClient.Publish("a", "x", 1, 3)]);

        Assert.Equal("closed", await client.ReadAsync());
        Assert.Equal(2, endpoint.Inlet.Published);
    }

    [Fact]
    public void ClientSession_TakesAnew_WhatIsVoid_AndForgetsNothingElse()
    {
        var inlet = new RecordingInlet();
        inlet.HoldCommits();
        var session = new MqttClientSession();
        long lost = Take(session, inlet, 1);
        inlet.FailCommit();
        inlet.Commit(long.MaxValue);

        long again = Take(session, inlet, 1);
        session.Forget(1, lost);

        Assert.True(again > lost);
        Assert.False(session.TryReceive(1, inlet, out long position));
        Assert.Equal(0, position);
    }

    [Fact]
    public void ClientSession_ForgetsTheOneBefore_OnlyWhenTheJournalHasIt()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        var inlet = new RecordingInlet();
        var session = new MqttClientSession(new SessionJournal(log, NullLogger<SessionJournal>.Instance));
        Take(session, inlet, 1);
        LogBench.Append(log, "lost");
        disk.FailWrite = true;
        log.Pump();

        Assert.Throws<InletUnavailableException>(() => session.Clear("c"));
        Assert.True(session.IsStale);
        Assert.False(session.TryReceive(1, inlet, out _));

        disk.FailWrite = false;
        log.Pump();
        Assert.True(session.Clear("c") > 0);
        Assert.False(session.IsStale);
        Assert.True(session.TryReceive(1, inlet, out _));
    }

    private static long Take(MqttClientSession session, RecordingInlet inlet, ushort id)
    {
        Assert.True(session.TryReceive(id, inlet, out _));
        var source = new MqttSource(1, "c", null, MqttVersion.V5, "memory");
        InletResult taken = inlet.Publish(new InboundPublish(source, new InboundTopic("a"u8.ToArray()), "x"u8, []) { Qos = 2 });
        session.Receive(id, taken.Position);
        return taken.Position;
    }

    private static async Task PublishAsync(MqttEndpoint endpoint, RawClient client, ushort id)
    {
        await client.SendAsync(RawClient.Publish("a", $"{id}", 2, id));
        await endpoint.Inlet.NextAsync();
    }

    /// <summary>All of them as duplicates in one burst, with a disk that works again; returns what the inlet has seen.</summary>
    private static async Task<long> RepeatAsync(MqttEndpoint endpoint, params ushort[] ids)
    {
        endpoint.Inlet.Commit(long.MaxValue);
        await using RawClient client = await endpoint.ConnectAsync(4, "press", clean: false);
        await client.SendAsync([.. ids.SelectMany(id => RawClient.Publish("a", $"{id}", 2, id, flags: 8))]);
        foreach (ushort id in ids)
        {
            Assert.Equal($"5002{id:x4}", await client.ReadAsync());
        }

        return endpoint.Inlet.Published;
    }
}
