namespace Orleans.Runtime;

/// <summary>One activation, as seen by its grain and by extensions.</summary>
public interface IGrainContext : IEquatable<IGrainContext>
{
    GrainReference GrainReference { get; }

    GrainId GrainId { get; }

    /// <summary>Null until constructed.</summary>
    object? GrainInstance { get; }

    /// <summary>A service scope that lives as long as the activation.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes once the activation is gone.</summary>
    Task Deactivated { get; }

    /// <summary>Starts deactivation; running calls end first.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}
