using Orleans;

namespace Millwright.Orleans.Conformance.State;

public interface INotebookGrain : IGrainWithStringKey
{
    Task WriteAsync(string text);

    /// <summary>Changes the state and does not write it.</summary>
    Task ScribbleAsync(string text);

    Task<string> ReadAsync();

    Task WriteOtherAsync(string text);

    Task<string> ReadOtherAsync();

    Task ClearAsync();

    Task<bool> ExistsAsync();

    Task LeaveAsync();
}

/// <summary>Holds the same state twice, so that it can conflict with itself.</summary>
public interface IConflictGrain : IGrainWithStringKey
{
    Task<int> InstanceAsync();

    Task<string> ReadAsync();

    Task WriteBothAsync(string first, string second);

    Task<bool> SurvivesConflictAsync();
}

public interface IFailingStateGrain : IGrainWithStringKey
{
    Task<string> WriteAsync(string text);

    Task<int> InstanceAsync();
}
