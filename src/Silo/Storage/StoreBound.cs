namespace Millwright.Silo.Storage;

/// <summary>How large the store may become.</summary>
/// <param name="MaxBytes">From 80 % on health is degraded, at the bound unhealthy.</param>
/// <param name="Option">The configuration key that sets it.</param>
public sealed record StoreBound(long MaxBytes, string Option);
