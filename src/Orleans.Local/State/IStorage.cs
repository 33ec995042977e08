namespace Orleans.Core
{
    /// <summary>State that is read and written as a whole.</summary>
    public interface IStorage
    {
        string? Etag { get; }

        bool RecordExists { get; }

        Task ClearStateAsync();

        /// <exception cref="Storage.InconsistentStateException">Someone else has written since; the activation is dropped.</exception>
        Task WriteStateAsync();

        Task ReadStateAsync();
    }

    /// <summary>State of a type.</summary>
    public interface IStorage<TState> : IStorage
    {
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A grain's state, read before its activation and written when the grain says so.</summary>
    public interface IPersistentState<TState> : Core.IStorage<TState>;
}
