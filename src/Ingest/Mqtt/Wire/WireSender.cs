namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>
/// The only writer of a connection. Replies are appended to one buffer while another is being written, so a burst of small packets
/// becomes one system call; a session's messages are encoded at the last moment, straight into the buffer that is sent.
/// </summary>
internal sealed class WireSender(Stream output, IOutboundSource? source)
{
    private const int FillLimit = 64 * 1024;

    // Above this the reader of the connection stops until its peer has read what it was sent.
    private const int ReplyLimit = 256 * 1024;
    private readonly Lock gate = new();
    private readonly AsyncSignal work = new();
    private readonly AsyncSignal drained = new();
    private WireBuffer replies = new();
    private WireBuffer sending = new();
    private bool completed;
    private bool failed;
    private long bytesWritten;

    /// <summary>Bytes written so far.</summary>
    public long BytesWritten => Volatile.Read(ref bytesWritten);

    public void Wake() => work.Set();

    /// <summary>Takes a copy. Completes at once, or when the peer has read enough; for one caller at a time.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!TryAppend(bytes.Span))
        {
            await drained.WaitAsync();
        }
    }

    /// <summary>Appends regardless of the limit: for the few packets that end or begin a connection.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (!failed && !completed)
            {
                replies.Append(bytes);
            }
        }

        work.Set();
    }

    /// <summary>Appends unless too much waits already.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (failed || completed)
            {
                // Nobody will read it; the caller notices by its own end.
                return true;
            }

            if (replies.Length > ReplyLimit)
            {
                return false;
            }

            replies.Append(bytes);
        }

        work.Set();
        return true;
    }

    /// <summary>No more is accepted; the loop ends when all is written.</summary>
    public void Complete()
    {
        lock (gate)
        {
            completed = true;
        }

        work.Set();
        drained.Set();
    }

    /// <summary>Writes until <see cref="Complete"/>. Throws what the stream throws; the connection is over then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await work.WaitAsync();
                await WriteAllAsync(cancellationToken);
                lock (gate)
                {
                    if (completed && replies.Length == 0)
                    {
                        return;
                    }
                }
            }
        }
        finally
        {
            Fail();
        }
    }

    private async ValueTask WriteAllAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            bool ending;
            lock (gate)
            {
                (replies, sending) = (sending, replies);
                ending = completed;
            }

            if (!ending)
            {
                source?.Fill(sending, FillLimit);
            }

            if (sending.Length == 0)
            {
                return;
            }

            drained.Set();
            await output.WriteAsync(sending.Written, cancellationToken);
            Volatile.Write(ref bytesWritten, bytesWritten + sending.Length);
            sending.Clear();
        }
    }

    private void Fail()
    {
        lock (gate)
        {
            failed = true;
            replies.Release();
            sending.Release();
        }

        drained.Set();
    }
}
