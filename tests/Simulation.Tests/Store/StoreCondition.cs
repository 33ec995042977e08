namespace Millwright.Simulation.Tests.Store;

/// <summary>How the store behaves just now.</summary>
internal enum StoreCondition
{
    /// <summary>Commits what is queued as soon as the process waits.</summary>
    Prompt,

    /// <summary>Commits only now and then: callers wait, and may time out.</summary>
    Slow,

    /// <summary>Each commit fails and is undone; reads fail.</summary>
    Away,

    /// <summary>Commits, and then the answer is lost, as over a network.</summary>
    Mute,
}
