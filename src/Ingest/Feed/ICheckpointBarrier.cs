namespace Millwright.Ingest.Feed;

/// <summary>Makes durable what the stores have committed. Called before the log forgets what those checkpoints stand for.</summary>
public interface ICheckpointBarrier
{
    ValueTask SyncAsync(CancellationToken cancellationToken);
}
