using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Grains;

/// <summary>
/// A grain that turns in four verbs: decide (core), record, apply, effects. The state is set, written, and only then acted on; when the
/// write
/// fails, memory is ahead of the store and no longer trusted, so the grain deactivates and the next call reads the store again.
/// </summary>
public abstract partial class RecordingGrain<TEntity>(IPersistentState<TEntity> stored, ILogger logger) : Grain
    where TEntity : class, new()
{
    protected TEntity Entity => stored.State;

    protected string Key => this.GetPrimaryKeyString();

    protected async Task RecordAsync()
    {
        try
        {
            await stored.WriteStateAsync();
        }
        catch (Exception fault)
        {
            LogWriteFailed(logger, GetType().Name, Key, fault);
            DeactivateOnIdle();
            throw;
        }
    }

    [LoggerMessage(2000, LogLevel.Error, "State of {Grain} {Key} was not written; the grain reloads")]
    private static partial void LogWriteFailed(ILogger logger, string grain, string key, Exception fault);
}
