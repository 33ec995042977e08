using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Silo.Announcing;
using Millwright.Silo.Announcing.Webhooks;
using Millwright.Testing.Webhooks;

namespace Millwright.Silo.Tests.Announcing;

public sealed class WebhookReceiverTests : IAsyncLifetime
{
    private const string Secret = "0123456789abcdef";

    private FollowerBench bench = null!;
    private WebhookHost host = null!;

    public async Task InitializeAsync()
    {
        bench = FollowerBench.Create();
        host = await WebhookHost.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await bench.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Call_IsAStructuredCloudEvent_SignedOverIdTimeAndBody()
    {
        WebhookReceiver receiver = bench.Webhook(host.Url, o => o.Secret = Secret);

        Assert.Null(await receiver.DeliverAsync(Stored(7), default));

        WebhookHost.Call call = Assert.Single(host.Calls);
        Assert.Equal("application/cloudevents+json; charset=utf-8", call.ContentType);
        Assert.Equal(("id-7", "id-7"), (call.Id, call.Headers["webhook-id"]));
        AlertEvent read = AlertCloudEvent.Parse(call.Body);
        Assert.Equal(("id-7", "acme:a-1", AlertKind.Raised), (read.Id, read.AssetId, read.Kind));
        byte[] signed = [.. Encoding.UTF8.GetBytes($"id-7.{call.Headers["webhook-timestamp"]}."), .. call.Body];
        string expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed));
        Assert.Equal(expected, call.Headers["webhook-signature"]);
        long age = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()
            - long.Parse(call.Headers["webhook-timestamp"], CultureInfo.InvariantCulture);
        Assert.InRange(age, 0, 60);
    }

    [Fact]
    public async Task Call_WithoutSecret_IsNotSigned()
    {
        await bench.Webhook(host.Url).DeliverAsync(Stored(1), default);

        Assert.DoesNotContain("webhook-signature", Assert.Single(host.Calls).Headers.Keys);
    }

    [Fact]
    public async Task AlertmanagerFormat_HasIdentityInLabels_AndTheEndFindsItsBeginning()
    {
        WebhookReceiver receiver = bench.Webhook(host.Url, o => o.Format = WebhookFormat.Alertmanager);
        StoredAlert raised = Stored(1);
        var cleared = new StoredAlert(2, raised.Alert with { Id = "id-1c", Kind = AlertKind.Cleared });

        await receiver.DeliverAsync(raised, default);
        await receiver.DeliverAsync(cleared, default);

        JsonElement[] bodies = [.. host.Calls.Select(c => c.Json)];
        Assert.All(bodies, b => Assert.Equal("4", b.GetProperty("version").GetString()));
        Assert.Equal(["firing", "resolved"], bodies.Select(b => b.GetProperty("status").GetString()!));
        JsonElement[] alerts = [.. bodies.Select(b => b.GetProperty("alerts")[0])];
        Assert.Equal(alerts[0].GetProperty("labels").ToString(), alerts[1].GetProperty("labels").ToString());
        Assert.Equal(alerts[0].GetProperty("fingerprint").GetString(), alerts[1].GetProperty("fingerprint").GetString());
        Assert.Equal("acme:a-1", alerts[0].GetProperty("labels").GetProperty("twin").GetString());
    }

    [Theory]
    [InlineData(null, false, true)]
    [InlineData("*", false, true)]
    [InlineData("Millwright", true, true)]
    [InlineData("somebody.else", false, false)]
    [InlineData(null, true, false)]
    public async Task Handshake_DecidesWhetherAnythingIsSent(string? allowed, bool required, bool isOpen)
    {
        host.AllowedOrigin = allowed;
        WebhookReceiver receiver = bench.Webhook(host.Url, o => o.RequireHandshake = required);

        Exception? refusal = await Record.ExceptionAsync(() => receiver.OpenAsync(default));

        Assert.Equal(1, host.Handshakes);
        Assert.Equal(isOpen, refusal is null);
        Assert.True(isOpen || refusal!.Message.StartsWith("webhook.handshake", StringComparison.Ordinal), refusal?.Message);
    }

    [Theory]
    [InlineData(302, true)]
    [InlineData(400, true)]
    [InlineData(410, true)]
    [InlineData(408, false)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    public async Task Answer_TellsARefusalFromAReceiverThatIsAway(int status, bool isRefusal)
    {
        host.Answer = _ => status;

        ReceiverAwayException away = await Assert.ThrowsAsync<ReceiverAwayException>(
            async () => await bench.Webhook(host.Url).DeliverAsync(Stored(1), default));

        Assert.Equal(isRefusal, away.IsOfThisAlert);
    }

    [Fact]
    public void Faults_AreAllReported_WithTheirKeys()
    {
        string[] faults =
        [
            .. WebhookValidator.Faults(
            [
                new WebhookOptions { Url = "ftp://x/", Secret = "short", Audiences = "maintenance,everyone" },
                new WebhookOptions { Url = "http://u:p@host/a?token=1", Timeout = TimeSpan.Zero },
                new WebhookOptions { Url = "http://host/a?token=2", Origin = "a b" },
            ]),
        ];

        Assert.Equal(
            ["Webhooks:0:Url", "Webhooks:0:Audiences", "Webhooks:0:Secret", "Webhooks:1:Timeout", "Webhooks:2:Origin", "Webhooks:"],
            faults.Select(f => f.Split(' ')[0]));
        Assert.DoesNotContain("token", faults[^1], StringComparison.Ordinal);
    }

    private static StoredAlert Stored(int i) => new(i, FollowerBench.Alert(i, Audiences.Maintenance));
}
