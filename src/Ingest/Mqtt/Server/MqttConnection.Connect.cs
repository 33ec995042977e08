using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Millwright.Ingest.Mqtt.Sessions;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Server;

internal sealed partial class MqttConnection
{
    /// <summary>Waits for CONNECT and answers it. False: the connection is over.</summary>
    private async Task<bool> ConnectAsync()
    {
        ConnectPacket? connect = await ReadConnectAsync();
        if (connect is null)
        {
            return false;
        }

        version = connect.Version;
        if (connect.Fault != PacketFault.None)
        {
            return RefuseConnect(connect.Fault);
        }

        string clientId = connect.ClientId;
        if (clientId.Length == 0)
        {
            if (version == MqttVersion.V311 && !connect.CleanStart)
            {
                return RefuseConnect(PacketFault.ClientId);
            }

            clientId = AssignedId();
        }

        source = new MqttSource(id, clientId, connect.UserName, version, transport.Remote);
        var credentials = new MqttCredentials(clientId, connect.UserName, connect.Password, transport.Remote);
        MqttReason allowed = await broker.Services.Authenticator.ConnectAsync(credentials, abandoned.Token);
        if (allowed != MqttReason.Success)
        {
            return Refuse(allowed);
        }

        return await AttachAsync(connect, clientId);
    }

    private async Task<bool> AttachAsync(ConnectPacket connect, string clientId)
    {
        int window = Math.Min(connect.ReceiveMaximum, broker.Options.MaxInFlightOut);
        int aliases = Math.Min(connect.TopicAliasMaximum, broker.Options.MaxTopicAliasesOut);
        Outbound = new OutboundLink(version, window, connect.MaximumPacketSize, aliases);
        isBridge = connect.IsBridge;
        if (await TryAttachAsync(connect, clientId) is not { } present)
        {
            return false;
        }

        will = connect.Will;
        TimeSpan keepAlive = KeepAlive(connect.KeepAliveSeconds);
        silenceLimit = keepAlive * broker.Options.KeepAliveGrace;

        // Together: who has read the CONNACK and is taken over at once still gets the DISCONNECT that says so.
        lock (greeting)
        {
            SendConnAck(connect, clientId, present, keepAlive);
            Volatile.Write(ref ready, true);
        }

        sender.Wake();
        broker.Log.LogConnected(id, clientId, transport.Remote, version, present);
        return true;
    }

    /// <summary>Whether the session was there before; null: refused. A new session that outlives us is durable before its CONNACK.</summary>
    private async Task<bool?> TryAttachAsync(ConnectPacket connect, string clientId)
    {
        try
        {
            if (await broker.Sessions.AttachAsync(connect, clientId, this) is not { } attached)
            {
                Refuse(MqttReason.QuotaExceeded);
                return null;
            }

            session = attached.Session;
            if (attached.Position > 0)
            {
                await broker.Inlet.WaitDurableAsync(attached.Position, abandoned.Token);
            }

            return attached.Present;
        }
        catch (InletUnavailableException e)
        {
            // Nobody was told of this session, so it ends with its connection.
            session?.ExpirySeconds = 0;
            broker.Log.LogInletUnavailable(id, clientId, e);
            Refuse(MqttReason.ServerUnavailable);
            return null;
        }
    }

    private async Task<ConnectPacket?> ReadConnectAsync()
    {
        PipeReader input = transport.Input;
        while (!IsClosing)
        {
            ReadResult result = await input.ReadAsync();
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (result.IsCanceled)
            {
                return null;
            }

            FrameStatus status = Frame.TryRead(buffer, out Frame frame);
            if (status == FrameStatus.Malformed || frame.Total > MaxPacketSize)
            {
                Fail(status == FrameStatus.Malformed ? PacketFault.LengthEncoding : PacketFault.TooLarge);
                return null;
            }

            if (buffer.Length > 0 && buffer.FirstSpan[0] >> 4 != (int)PacketType.Connect)
            {
                Fail(PacketFault.NotConnected);
                return null;
            }

            if (status == FrameStatus.Complete)
            {
                byte[] body = buffer.Slice(frame.BodyStart, frame.BodyLength).ToArray();
                input.AdvanceTo(buffer.GetPosition(frame.Total));
                return ConnectPacket.Decode((byte)(frame.Header & 0x0F), body);
            }

            if (result.IsCompleted)
            {
                return null;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }

        return null;
    }

    // Unique across restarts too, because a session may outlive the process that named it.
    private string AssignedId()
        => string.Create(CultureInfo.InvariantCulture, $"auto-{broker.StartedAt.ToUnixTimeMilliseconds():x}-{id:x}");

    private TimeSpan KeepAlive(ushort seconds)
    {
        TimeSpan asked = TimeSpan.FromSeconds(seconds);
        return version == MqttVersion.V5 && asked > broker.Options.MaxKeepAlive ? broker.Options.MaxKeepAlive : asked;
    }

    private void SendConnAck(ConnectPacket connect, string clientId, bool present, TimeSpan keepAlive)
    {
        TimeSpan expiry = broker.Sessions.Expiry(connect.SessionExpirySeconds);
        ushort granted = (ushort)keepAlive.TotalSeconds;
        uint grantedExpiry = (uint)expiry.TotalSeconds;
        SendConnAck(new ConnAckPacket
        {
            SessionPresent = present,
            ReceiveMaximum = (ushort)broker.Options.MaxInFlight,
            MaximumPacketSize = (uint)broker.Options.MaxPacketSize,
            TopicAliasMaximum = (ushort)broker.Options.MaxTopicAliases,
            ServerKeepAliveSeconds = granted != connect.KeepAliveSeconds ? granted : null,
            AssignedClientId = connect.ClientId.Length == 0 ? clientId : null,
            SessionExpirySeconds = grantedExpiry != connect.SessionExpirySeconds ? grantedExpiry : null,
        });
    }

    private void SendConnAck(ConnAckPacket packet)
    {
        var buffer = new WireBuffer();
        packet.Encode(buffer, version);
        sender.Append(buffer.Written.Span);
        buffer.Release();
    }

    /// <summary>
    /// 5.0 is told the reason; 3.1.1 has codes for a wrong version and a wrong client id, everything else is a closed door.
    /// </summary>
    private bool RefuseConnect(PacketFault fault)
    {
        bool answered = version == MqttVersion.V5 || fault is PacketFault.ProtocolVersion or PacketFault.ClientId;
        if (answered)
        {
            SendConnAck(new ConnAckPacket { Reason = fault.ToReason(), ReturnCode = fault == PacketFault.ClientId ? (byte)2 : (byte)1 });
        }

        return Fail(fault);
    }

    private bool Refuse(MqttReason reason)
    {
        byte code = reason switch
        {
            MqttReason.ClientIdentifierNotValid => 2,
            MqttReason.ServerUnavailable or MqttReason.ServerBusy or MqttReason.QuotaExceeded => 3,
            MqttReason.BadUserNameOrPassword => 4,
            _ => 5,
        };
        broker.Log.LogRefused(source.ClientId, transport.Remote, reason);
        SendConnAck(new ConnAckPacket { Reason = reason, ReturnCode = code });
        Close(reason);
        return false;
    }
}
